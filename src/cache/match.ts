import { TAG_KEY, tagValueOf } from './identity.js';
import type { ImageCache } from './service.js';
import { phaseOf } from './statuses.js';
import { parseTime } from './times.js';

/** Which cache the service would match: ours, another one, none, or unknown if its answer is not understood. */
export type MatchVerdict = 'this' | 'other' | 'none' | 'unknown';

export interface Match {
  readonly verdict: MatchVerdict;
  /** A sentence for log and summary. */
  readonly text: string;
}

/**
 * What the service's answer means. The vendor describes ImageFullMatch in three ways (all layers, exact images, the
 * number of caches), so an answer that names a cache with none of the images is not understood.
 *
 * @param caches what the service would match for these images, best first
 */
export function matchIn(
  caches: readonly ImageCache[],
  { imageCacheId }: Pick<ImageCache, 'imageCacheId'>,
  images: readonly string[],
  nowMs: number = Date.now(),
): Match {
  const best = caches.find(({ status }) => status === '' || phaseOf(status) === 'ready');
  if (best === undefined) return { verdict: 'none', text: 'The service names no cache that it would match.' };
  if (best.imageCacheId === imageCacheId) {
    return { verdict: 'this', text: `The service would match ${imageCacheId}, this cache.` };
  }
  if (!best.images.some((image) => images.includes(image))) {
    return {
      verdict: 'unknown',
      text: `Asked which cache it would match, the service names ${best.imageCacheId}, which shows none of these images.`,
    };
  }
  return {
    verdict: 'other',
    text: `The service would match ${describe(best, nowMs)}, not ${imageCacheId}.`,
  };
}

/** The verdict over several pods: what most needs a look. */
export function worstOf(matches: readonly Match[]): Match {
  const order: readonly MatchVerdict[] = ['other', 'none', 'unknown', 'this'];
  const [worst] = [...matches].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return worst ?? { verdict: 'unknown', text: 'The service was not asked.' };
}

/** The cache with its age and its owner, as far as they show. */
export function describe(
  { imageCacheId, creationTime, tags }: ImageCache,
  nowMs: number = Date.now(),
): string {
  const owner = tagValueOf(tags, TAG_KEY.repository);
  const createdMs = parseTime(creationTime);
  const created = creationTime === '' ? 'of unknown age' : `created ${creationTime}`;
  const age = createdMs === undefined ? created : `${ageText(nowMs - createdMs)}, ${created}`;
  return `${imageCacheId} (${age}; ${owner === undefined ? 'not made by this action' : `of ${owner}`})`;
}

function ageText(milliseconds: number): string {
  const hours = Math.max(0, milliseconds) / 3_600_000;
  const [count, unit] =
    hours < 1
      ? [Math.floor(hours * 60), 'minute']
      : hours < 48
        ? [Math.floor(hours), 'hour']
        : [Math.floor(hours / 24), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'} old`;
}
