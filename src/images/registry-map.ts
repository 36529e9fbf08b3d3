import { ActionError, InputError } from '../errors.js';
import { quote } from './quote.js';
import { canonicalHost, formatSuffix, isRegistryHost, parseReference } from './reference.js';
import type { ImageReference } from './reference.js';

/** `pushed` is what the images are inspected under, `pulled` what they are cached under: host[/path]. */
export interface RegistryMapping {
  readonly pushed: string;
  readonly pulled: string;
}

/** One image of the release. */
export interface ReleaseImage {
  /**
   * The string that the instance will name, and so the one to cache under: a cache serves an instance only
   * where the two are equal, so short names stay short.
   */
  readonly cachedReference: string;
  /** Where the runner looks the image up. */
  readonly inspect: ImageReference;
}

interface Match {
  readonly mapping: RegistryMapping;
  readonly side: 'pushed' | 'pulled';
  readonly length: number;
}

/**
 * Applies the longest mapping whose left or right side is a prefix of the image; undefined if there is none. An image
 * under the left side is cached under the right one. An image that is already written under the right side is cached as
 * it is, and looked up under the left one.
 * @param written the reference as the workflow has it, tag filled in
 * @throws InputError for `registry-map` where a mapping makes no image reference
 */
export function mapImage(written: string, mappings: readonly RegistryMapping[]): ReleaseImage | undefined {
  const reference = parseReference(written);
  const name = `${reference.registry}/${reference.repository}`;
  const match = longest([...matches(name, mappings, 'pushed'), ...matches(name, mappings, 'pulled')]);
  if (match === undefined) return undefined;

  const { mapping, side, length } = match;
  const other = withoutEndSlash(side === 'pushed' ? mapping.pulled : mapping.pushed);
  const moved = `${other}${name.slice(length)}${formatSuffix(reference)}`;
  const movedReference = parseMoved(moved, written, mapping);
  return side === 'pushed'
    ? { cachedReference: moved, inspect: reference }
    : { cachedReference: written, inspect: movedReference };
}

function matches(name: string, mappings: readonly RegistryMapping[], side: Match['side']): Match[] {
  return mappings.flatMap((mapping) => {
    const prefix = canonicalPrefix(mapping[side]);
    return `${name}/`.startsWith(`${prefix}/`) ? [{ mapping, side, length: prefix.length }] : [];
  });
}

/** The first of the longest: of two equal ones the earlier line counts, and left before right. */
function longest(found: readonly Match[]): Match | undefined {
  return found.reduce<Match | undefined>(
    (best, match) => (best === undefined || match.length > best.length ? match : best),
    undefined,
  );
}

/** host[/path] read as references are: a first part that can be no host is a namespace on Docker Hub. */
function canonicalPrefix(prefix: string): string {
  const [first = '', ...path] = withoutEndSlash(prefix).split('/');
  return (isRegistryHost(first) ? [canonicalHost(first), ...path] : ['docker.io', first, ...path]).join('/');
}

function withoutEndSlash(prefix: string): string {
  return prefix.endsWith('/') ? withoutEndSlash(prefix.slice(0, -1)) : prefix;
}

function parseMoved(moved: string, written: string, { pushed, pulled }: RegistryMapping): ImageReference {
  try {
    return parseReference(moved);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const line = quote(`${pushed}=${pulled}`);
    throw new InputError(
      'registry-map',
      `${line} does not fit ${quote(written)}: ${error.message}`,
      error.hint,
    );
  }
}
