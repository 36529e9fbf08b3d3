import { byContent, type CacheMatches } from '../cache/find.js';
import { generationIn, TAG_KEY, tagValueOf } from '../cache/identity.js';
import type { ImageCache, ImageCacheService } from '../cache/service.js';
import { phaseOf, type CachePhase } from '../cache/statuses.js';
import type { ContentState } from './fate.js';
import type { Content } from './identity.js';

/**
 * What a look for this run's own content has shown.
 *
 * @param finalId a cache that this run has seen Ready or Failed: a look that lags may show it as it was before
 */
export function stateIn({ all, usable, nextGeneration }: CacheMatches, finalId?: string): ContentState {
  return {
    building: all.some((cache) => cache.imageCacheId !== finalId && isIn('in-progress')(cache)),
    ready: usable !== undefined && isIn('ready')(usable),
    generation: nextGeneration,
  };
}

/** The same for any other content, of which only the tags of its address are known. */
export async function contentState(
  service: Pick<ImageCacheService, 'find'>,
  content: Content,
): Promise<ContentState> {
  const { fingerprint, attempt } = content;
  const caches = await service.find(byContent(fingerprint));
  const ofAttempt = caches.filter(({ tags }) => (tagValueOf(tags, TAG_KEY.attempt) ?? '') === attempt);
  const failed = ofAttempt.filter(isIn('failed'));
  return {
    building: caches.some(isIn('in-progress')),
    ready: (attempt === '' ? caches : ofAttempt).some(isIn('ready')),
    generation: Math.max(0, ...failed.map(({ imageCacheName }) => generationIn(imageCacheName, content) + 1)),
  };
}

function isIn(phase: CachePhase): (cache: ImageCache) => boolean {
  return ({ status }) => phaseOf(status) === phase;
}
