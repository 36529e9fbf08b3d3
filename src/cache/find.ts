import { formatReference, parseReference } from '../images/reference.js';
import { generationOf, TAG_KEY, tagValueOf } from './identity.js';
import { percentOf } from './pace.js';
import type { CacheFilter, ImageCache, ImageCacheService } from './service.js';
import { knownSpelling, phaseOf } from './statuses.js';
import { parseTime } from './times.js';

/** What to look for. */
export interface CacheQuery {
  readonly fingerprint: string;
  /** Empty if any cache of the content will do; else only one that was made in this attempt. */
  readonly attempt: string;
  /** The images, as they are cached. */
  readonly images: readonly string[];
  /** @param generation how many caches of this content failed or are gone */
  readonly nameOf: (generation: number) => string;
  /** A name that the user chose may stand on caches of any content. */
  readonly isNameChosen: boolean;
}

/** The caches of one content, by what can be done with them. */
export interface CacheMatches {
  /** The one that every run uses. */
  readonly usable: ImageCache | undefined;
  /** Further ones, Ready or being built, oldest first: they cost money for nothing. */
  readonly surplus: readonly ImageCache[];
  /** Failed ones, oldest first. */
  readonly failed: readonly ImageCache[];
  /** Those with our fingerprint's tag or our name, but another content. */
  readonly strangers: readonly ImageCache[];
  /** All that came up, whatever their content and status. */
  readonly all: readonly ImageCache[];
  /** The first generation that none of these has used up. */
  readonly nextGeneration: number;
}

/** A cache that all look-ups miss for this long counts as gone: they may lag behind creates. */
export const GONE_AFTER_MS = 120_000;

/** A build without any progress for this long never ends. */
const GHOST_AFTER_MS = 30 * 60_000;

/**
 * Looks the content up by its fingerprint's tag and by its names, at the same time: an index that lags, or a tag that
 * the service does not show, then hides nothing.
 *
 * @param generation the highest one whose name is looked for
 */
export async function findCaches(
  service: Pick<ImageCacheService, 'find'>,
  query: CacheQuery,
  generation = 0,
): Promise<CacheMatches> {
  const names = Array.from({ length: generation + 1 }, (_, number) => query.nameOf(number));
  const found = await Promise.all([
    service.find(byContent(query.fingerprint)),
    ...[...new Set(names)].map((imageCacheName) => service.find({ imageCacheName })),
  ]);
  const all = new Map(found.flat().map((cache) => [cache.imageCacheId, cache]));
  return sortOut([...all.values()], query);
}

/** The ways to look for one cache: by ID, by tag and by name. Each of these indexes may lag behind the others. */
export function waysTo(
  { imageCacheId, imageCacheName }: ImageCache,
  { fingerprint }: CacheQuery,
): readonly CacheFilter[] {
  return [{ imageCacheId }, byContent(fingerprint), ...(imageCacheName === '' ? [] : [{ imageCacheName }])];
}

/** Every cache of this content has its fingerprint for a tag. */
export function byContent(fingerprint: string): CacheFilter {
  return { tag: { key: TAG_KEY.fingerprint, value: fingerprint } };
}

/** Sorts what look-ups have shown. Every run chooses by the same rule, so that all of them agree. */
export function sortOut(
  caches: readonly ImageCache[],
  query: CacheQuery,
  nowMs: number = Date.now(),
): CacheMatches {
  const all = [...caches].sort(byAge);
  const ours = all.filter((cache) => isOurs(cache, query));
  const ofAttempt = ours.filter((cache) => attemptOf(cache) === query.attempt);
  const live = (query.attempt === '' ? ours : ofAttempt).filter(isLive);
  const usable = choose(live, query.attempt, nowMs);
  return {
    usable,
    surplus: live.filter((cache) => cache !== usable),
    // Each of these has used up a token. Caches of other attempts have other tokens.
    failed: ofAttempt.filter(({ status }) => phaseOf(status) === 'failed'),
    strangers: all.filter((cache) => !ours.includes(cache) && phaseOf(cache.status) !== 'gone'),
    all,
    nextGeneration: Math.max(
      0,
      ...ofAttempt.map(({ imageCacheName }) => generationOf(imageCacheName, query.nameOf) + 1),
    ),
  };
}

/**
 * The oldest, Ready or not: which one is Ready first may change from one moment to the next, the oldest does not. But
 * with `reuse: false` a newer one is made on purpose, and a build that never ends helps nobody.
 */
function choose(live: readonly ImageCache[], attempt: string, nowMs: number): ImageCache | undefined {
  const moving = live.filter((cache) => !isGhost(cache, nowMs));
  const madeAnew = moving.findLast(
    (cache) => attempt === '' && attemptOf(cache) !== '' && phaseOf(cache.status) === 'ready',
  );
  const preferred = madeAnew ? attemptOf(madeAnew) : attempt;
  return moving.find((cache) => attemptOf(cache) === preferred) ?? moving[0] ?? live[0];
}

/** Whether the cache holds this content, as far as it shows. */
function isOurs(cache: ImageCache, query: CacheQuery): boolean {
  if (tagValueOf(cache.tags, TAG_KEY.fingerprint) !== undefined) return holds(cache, query);
  // Tags may show later than the cache. The names that we make hold a piece of the fingerprint.
  const named = query.nameOf(generationOf(cache.imageCacheName, query.nameOf)) === cache.imageCacheName;
  return named && !query.isNameChosen && cache.images.length > 0 && holds(cache, query);
}

/** Whether the record shows nothing that rules out this content. */
export function holds({ images, tags }: ImageCache, { images: wanted, fingerprint }: CacheQuery): boolean {
  const shown = tags.filter(({ key }) => !/^(acs:|aliyun)/i.test(key));
  if (shown.length > 0 && tagValueOf(shown, TAG_KEY.fingerprint) !== fingerprint) return false;
  const [left, right] = [new Set(images.map(inFull)), new Set(wanted.map(inFull))];
  return left.size === 0 || (left.size === right.size && [...left].every((image) => right.has(image)));
}

/** `nginx` and `docker.io/library/nginx:latest` are one image. */
function inFull(image: string): string {
  try {
    const reference = parseReference(image);
    const isFloating = reference.tag === undefined && reference.digest === undefined;
    return formatReference(isFloating ? { ...reference, tag: 'latest' } : reference);
  } catch {
    return image;
  }
}

function isLive({ status }: ImageCache): boolean {
  return ['ready', 'in-progress'].includes(phaseOf(status));
}

/** Whether it has been Preparing at 0 % for half an hour: such a build never ends. */
export function isGhost({ status, progress, creationTime }: ImageCache, nowMs: number = Date.now()): boolean {
  if (knownSpelling(status) !== 'Preparing' || (percentOf(progress) ?? 0) > 0) return false;
  return nowMs - (parseTime(creationTime) ?? nowMs) > GHOST_AFTER_MS;
}

function attemptOf({ tags }: ImageCache): string {
  return tagValueOf(tags, TAG_KEY.attempt) ?? '';
}

/** Oldest first. A time that cannot be read counts as the newest; the ID settles a tie. */
export function byAge(a: ImageCache, b: ImageCache): number {
  const left = parseTime(a.creationTime) ?? Infinity;
  const right = parseTime(b.creationTime) ?? Infinity;
  if (left !== right) return left < right ? -1 : 1;
  return a.imageCacheId < b.imageCacheId ? -1 : a.imageCacheId > b.imageCacheId ? 1 : 0;
}
