import { TAG_KEY, tagValueOf } from './identity.js';
import type { ImageCache, ImageCacheService } from './service.js';
import { standingOf, type Standing } from './statuses.js';

/** The caches of one content, by what can be done with them. */
export interface Found {
  /** Ready, or on its way where none is Ready. */
  readonly usable: ImageCache | undefined;
  /** Failed ones, oldest first. */
  readonly failed: readonly ImageCache[];
}

/** What to look for. */
export interface Sought {
  readonly fingerprint: string;
  /** Empty where any cache of the content will do; else only one that was made on this occasion. */
  readonly occasion: string;
}

/** Looks the content up by its fingerprint's tag, over all pages. */
export async function findCaches(service: ImageCacheService, sought: Sought): Promise<Found> {
  const tag = { key: TAG_KEY.fingerprint, value: sought.fingerprint };
  const caches = await service.findByTag(tag);
  return sortOut(caches, sought.occasion);
}

/**
 * Of several usable ones the newest Ready is taken: someone built it anew on purpose. Every run chooses by the
 * same rule, so that all of them agree.
 */
export function sortOut(caches: readonly ImageCache[], occasion = ''): Found {
  const ofOccasion = (cache: ImageCache): boolean =>
    (tagValueOf(cache.tags, TAG_KEY.occasion) ?? '') === occasion;
  const oldestFirst = [...caches].sort(byAge);
  const standing = (wanted: Standing): ImageCache[] =>
    oldestFirst.filter(({ status }) => standingOf(status) === wanted);
  const welcome = occasion === '' ? (): boolean => true : ofOccasion;
  return {
    usable: standing('ready').findLast(welcome) ?? standing('in-progress').find(welcome),
    // Each of these has used up a token; those of another occasion have tokens of their own.
    failed: standing('failed').filter(ofOccasion),
  };
}

/** ISO 8601 times in UTC sort as text; the ID settles a tie. */
export function byAge(a: ImageCache, b: ImageCache): number {
  const [left, right] = [a.creationTime + a.imageCacheId, b.creationTime + b.imageCacheId];
  return left < right ? -1 : left > right ? 1 : 0;
}
