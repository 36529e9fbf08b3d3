import type { ReleaseContext } from '../context/types.js';
import { ActionError, ActionErrors, InputError } from '../errors.js';
import { publicAcrHost } from './acr.js';
import { parseReference } from './reference.js';
import type { ImageReference } from './reference.js';
import { mapImage, type RegistryMapping, type ReleaseImage } from './registry-map.js';
import { renderTag } from './template.js';

// "Up to 20 images" per cache, as the vendor's page for image caches has it.
export const MOST_IMAGES = 20;

export interface ResolveOptions {
  readonly imageTag: string;
  readonly registryMap: readonly RegistryMapping[];
  readonly context: ReleaseContext;
}

/**
 * The images of the release, in the order of `entries`, each once.
 * @param entries the input `images`; where it is empty, the image that the event names
 * @throws ActionErrors with one InputError for each bad entry, and one for what is wrong with all of them
 * @throws InputError for `images` where there is none, or more than a cache can hold
 */
export function resolveImages(entries: readonly string[], options: ResolveOptions): readonly ReleaseImage[] {
  assertNoMetadata(entries);
  const { context, registryMap } = options;
  const written = entries.length > 0 ? entries : [imageOfEvent(context)];
  const tag = once(() => renderTag(options.imageTag, context));
  const images = new Map<string, ReleaseImage>();
  // A set: `tag` fails with the same error for every entry that needs it.
  const errors = new Set<InputError>();
  for (const entry of written) {
    try {
      const image = resolveImage(entry.trim(), tag, registryMap);
      if (!images.has(image.cachedReference)) images.set(image.cachedReference, image);
    } catch (error) {
      errors.add(asInputError(error));
    }
  }
  if (errors.size > 0) throw new ActionErrors([...errors]);
  if (images.size > MOST_IMAGES) {
    const hint = 'Split the release over several caches: run this action once for each.';
    throw new InputError('images', `${images.size} images; a cache holds at most ${MOST_IMAGES}`, hint);
  }
  return [...images.values()];
}

/**
 * Images, and after them those of manifests, each text once. A manifest's text is cached as it is: the registry map and
 * ACR's public hosts only decide where it is looked up. Without a tag it stands for `latest`.
 *
 * @throws InputError for `registry-map` where a mapping makes no image reference
 */
export function withImagesAsWritten(
  images: readonly ReleaseImage[],
  texts: readonly string[],
  registryMap: readonly RegistryMapping[],
): readonly ReleaseImage[] {
  const known = new Set(images.map(({ cachedReference }) => cachedReference));
  const added = [...new Set(texts)].filter((text) => !known.has(text));
  return [
    ...images,
    ...added.map((text) => ({ cachedReference: text, inspect: lookUpPlace(text, registryMap) })),
  ];
}

/** Where an image that a manifest names is looked up. */
export function lookUpPlace(text: string, registryMap: readonly RegistryMapping[]): ImageReference {
  const { tag, digest } = parseReference(text);
  const whole = tag === undefined && digest === undefined ? `${text}:latest` : text;
  return mapImage(whole, registryMap)?.inspect ?? reachable(parseReference(whole));
}

/** The other outputs of docker/metadata-action beside `tags`: JSON, and lines `org.opencontainers.image.title=app`. */
const METADATA = [
  { what: 'the output json', isIt: (entry: string) => /^(?:\{|\[\s*(?:"|$))/.test(entry) },
  { what: 'the output labels or annotations', isIt: (entry: string) => /^[\w:,-]*\w\.[\w.-]+=/.test(entry) },
];

/** One error in place of one for each line. @throws InputError */
function assertNoMetadata(entries: readonly string[]): void {
  const mistake = METADATA.find(({ isIt }) => entries.some((entry) => isIt(entry.trim())));
  if (mistake === undefined) return;
  throw new InputError(
    'images',
    `got what looks like ${mistake.what} of docker/metadata-action; allowed are image references`,
    'Use its output tags: ${{ steps.<id of that step>.outputs.tags }}.',
  );
}

function resolveImage(
  entry: string,
  tag: () => string,
  registryMap: readonly RegistryMapping[],
): ReleaseImage {
  const parsed = parseReference(entry);
  const bare = parsed.tag === undefined && parsed.digest === undefined;
  const written = bare ? `${entry}:${tag()}` : entry;
  return (
    mapImage(written, registryMap) ?? {
      cachedReference: written,
      inspect: reachable(parseReference(written)),
    }
  );
}

/** A runner outside the VPC reaches only the public name of an ACR host. */
function reachable(reference: ImageReference): ImageReference {
  return { ...reference, registry: publicAcrHost(reference.registry) ?? reference.registry };
}

function imageOfEvent({ packageReference, eventName, tag }: ReleaseContext): string {
  if (packageReference !== undefined) return packageReference;
  const named = tag.known ? `the ${eventName} event names no image` : tag.problem;
  throw new InputError(
    'images',
    `required, because ${named}, and manifests is not set`,
    'List what the workflow pushed, e.g. ghcr.io/owner/app, or the tags output of docker/metadata-action; or give the rendered manifests in the input manifests.',
  );
}

function asInputError(error: unknown): InputError {
  if (error instanceof InputError) return error;
  if (error instanceof ActionError) return new InputError('images', error.message, error.hint);
  throw error;
}

/** Does the work at the first call; every further call returns or throws the same. */
function once<T>(work: () => T): () => T {
  let outcome: { value: T } | { error: unknown } | undefined;
  return () => {
    outcome ??= attempt(work);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };
}

function attempt<T>(work: () => T): { value: T } | { error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}
