import { createHash } from 'node:crypto';
import { splitReference } from '../images/reference.js';
import type { Tag } from './service.js';

/** One image of a cache: the string it is cached under, and what pins its content. */
export interface PinnedImage {
  readonly cachedReference: string;
  /** Digest of the platform's manifest; undefined if the registry could not be read. */
  readonly digest: string | undefined;
}

/** What a cache is made for: the same for every run of one release. */
export interface Release {
  /** Whose the cache is, on whatever server: see ownerOf in src/context.ts. */
  readonly owner: string;
  /** owner/name of the repository, for the name that a person reads. */
  readonly repository: string;
  readonly regionId: string;
  readonly ref: string;
  readonly commit: string;
  /** The pushed tag, or whatever names the release to a person. */
  readonly label: string;
  /** Tells a cache that was made again on purpose from others of its content; empty for all others. */
  readonly attempt: string;
  readonly images: readonly PinnedImage[];
}

export const TAG_KEY = {
  fingerprint: 'warm-image-cache-fingerprint',
  repository: 'warm-image-cache-repository',
  group: 'warm-image-cache-group',
  ref: 'warm-image-cache-ref',
  commit: 'warm-image-cache-commit',
  /** Only on caches that were made again on purpose. */
  attempt: 'warm-image-cache-attempt',
} as const;

/** The service's longest tag value. */
const LONGEST_TAG_VALUE = 128;
const LONGEST_NAME = 128;
/** Of SHA-256's 64 hexadecimal digits: enough to distinguish the releases of one repository. */
const FINGERPRINT_PIECE = 10;

/**
 * SHA-256 (hex) over the owner, the region, and the sorted images with their digests. An image whose digest
 * is not known is pinned by the commit it was built from.
 */
export function fingerprintOf({ owner, regionId, commit, images }: Release): string {
  const pinned = images
    .map(({ cachedReference, digest }) => [cachedReference, digest ?? `commit:${commit}`])
    .sort(byText);
  return sha256(['fingerprint/2', owner, regionId, ...pinned]);
}

/** Names the set of repositories that are cached together: releases of one group replace one another. */
export function groupOf(images: readonly PinnedImage[]): string {
  const repositories = new Set(images.map(({ cachedReference }) => splitReference(cachedReference).name));
  return sha256(['group/1', ...[...repositories].sort()]).slice(0, 32);
}

/** The tags that make a cache ours. */
export function ownTags(release: Release): readonly Tag[] {
  return [
    { key: TAG_KEY.fingerprint, value: fingerprintOf(release) },
    { key: TAG_KEY.repository, value: ownerTagValue(release.owner) },
    { key: TAG_KEY.group, value: groupOf(release.images) },
    { key: TAG_KEY.ref, value: tagValue(release.ref) },
    { key: TAG_KEY.commit, value: tagValue(release.commit) },
    { key: TAG_KEY.attempt, value: tagValue(release.attempt) },
  ].filter(({ value }) => value !== '');
}

/**
 * Repository, release and a piece of the fingerprint, in the characters that every known rule for names
 * allows: lower-case letters, digits and '-', 2 to 128 of them, no '-' at either end.
 *
 * @param generation as for clientToken: should names have to be unique, each cache of a content has its own
 */
export function cacheName(release: Release, generation = 0): string {
  const repository = release.repository.split('/').at(-1) ?? '';
  const parts = [fingerprintOf(release).slice(0, FINGERPRINT_PIECE), release.attempt];
  const end = slug([...parts, generation > 0 ? String(generation + 1) : ''].join('-'));
  const start = slug(`${repository}-${release.label}`).slice(0, LONGEST_NAME - end.length - 1);
  return slug(`${start}-${end}`);
}

/** A name that the user chose, which serves as it is until a cache of this content has used it up. */
export function chosenCacheName(chosen: string, generation: number): string {
  if (generation === 0) return chosen;
  const end = `-${generation + 1}`;
  return `${chosen.slice(0, LONGEST_NAME - end.length).replace(/-+$/, '')}${end}`;
}

/** The generation in a name, read back; 0 for the first one, and for a name of another make. */
export function generationOf(name: string, nameOf: (generation: number) => string): number {
  const number = Number(/-([1-9]\d{0,4})$/.exec(name)?.[1] ?? 1);
  return number > 1 && nameOf(number - 1) === name ? number - 1 : 0;
}

/**
 * The same for a name of our make, where no more is known of its cache than the tags show; 0 for a name that the user
 * chose.
 */
export function generationIn(
  name: string,
  { fingerprint, attempt }: { readonly fingerprint: string; readonly attempt: string },
): number {
  const end = slug([fingerprint.slice(0, FINGERPRINT_PIECE), attempt].join('-'));
  const start = name.lastIndexOf(end);
  if (start < 0) return 0;
  const first = name.slice(0, start) + end;
  return generationOf(name, (generation) => (generation === 0 ? first : `${first}-${generation + 1}`));
}

/**
 * ClientToken, 64 hexadecimal digits. It depends on the content alone, so that two jobs which differ in
 * anything else (a registry password that is fetched for each run, a name) still meet in one cache: the
 * service then answers the second one with IdempotentParameterMismatch, and it joins the first.
 *
 * The tokens of one content are numbered, and each is used only after the cache of the one before has failed or
 * is gone. So two runs that know different things of those caches still ask with the same token.
 *
 * @param generation how many tokens of this content are used up
 * @param attempt what makes a deliberately new cache a new one; empty when caches may be reused
 */
export function clientToken(fingerprint: string, generation: number, attempt = ''): string {
  return sha256(['token/1', fingerprint, attempt, generation]);
}

/** The same for a token that the user chose, which serves as it is until it is used up. */
export function clientTokenFrom(chosen: string, generation: number): string {
  return generation === 0 ? chosen : clientToken(chosen, generation);
}

export function tagValueOf(tags: readonly Tag[], key: string): string | undefined {
  return tags.find((tag) => tag.key === key)?.value;
}

/** A value within the service's limit; a longer one keeps its start and gets a hash for the rest. */
function tagValue(text: string): string {
  if (text.length <= LONGEST_TAG_VALUE) return text;
  const hash = sha256([text]).slice(0, 16);
  return `${text.slice(0, LONGEST_TAG_VALUE - hash.length - 1)}~${hash}`;
}

/** The repository tag's value, as it stands on the caches of this owner. */
export function ownerTagValue(owner: string): string {
  return tagValue(owner);
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** JSON keeps the parts apart, whatever characters they hold. */
function sha256(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function byText(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
