import { describe } from '../cache/match.js';
import { ownerTagValue, TAG_KEY, tagValueOf } from '../cache/identity.js';
import type { ImageCache, ImageCacheService } from '../cache/service.js';
import { phaseOf } from '../cache/statuses.js';
import type { RunDeps } from './deps.js';
import type { Plan } from './plan.js';

/** Every cache that this owner has. @throws ServiceError if they cannot be looked up */
export function cachesOfOwner(
  { owner }: Plan,
  service: Pick<ImageCacheService, 'find'>,
): Promise<readonly ImageCache[]> {
  return service.find({ tag: { key: TAG_KEY.repository, value: ownerTagValue(owner.owner) } });
}

/**
 * Names caches of this owner that hold the same references with another content: a tag was pushed again, and instances
 * that match automatically may start from either. Only a cache whose references are all among ours can be judged by its
 * fingerprint; for others it is not known.
 */
export function warnOfOtherContent(
  caches: readonly ImageCache[],
  plan: Plan,
  { imageCacheId }: ImageCache,
  { log, note, record }: RunDeps,
): void {
  const others = caches.filter(
    (cache) => cache.imageCacheId !== imageCacheId && hasOtherContent(cache, plan),
  );
  if (others.length === 0) return;
  note({ otherContent: others.map((cache) => cache.imageCacheId) });
  const list = others.map(
    (cache) => `${describe(cache)} holds different content for ${cache.images.join(', ')}`,
  );
  log.warning(
    `A tag was pushed again, or has moved: ${list.join('; ')}. Instances that match automatically may start with the old content, and the old cache costs money. Delete it once nothing uses its ID: ${others
      .map(
        (cache) =>
          `aliyun eci DeleteImageCache --RegionId ${record.regionId} --ImageCacheId ${cache.imageCacheId}`,
      )
      .join('; ')}`,
  );
}

function hasOtherContent({ images, tags, status }: ImageCache, { fingerprintWith, query }: Plan): boolean {
  if (!['ready', 'in-progress'].includes(phaseOf(status)) || images.length === 0) return false;
  const fingerprint = tagValueOf(tags, TAG_KEY.fingerprint);
  if (fingerprint === undefined || fingerprint === query.fingerprint) return false;
  const expected = fingerprintWith(images);
  return expected !== undefined && expected !== fingerprint;
}
