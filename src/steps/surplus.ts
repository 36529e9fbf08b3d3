import { findCaches, type CacheMatches } from '../cache/find.js';
import { generationOf } from '../cache/identity.js';
import type { ImageCache } from '../cache/service.js';
import { ActionError } from '../errors.js';
import type { RunDeps } from './deps.js';
import type { Plan } from './plan.js';

/**
 * Looks once more which cache of the content every run uses, and warns where there is more than one.
 *
 * @param cache the one at hand
 * @returns that cache; undefined if the look shows none or fails: the cache at hand is still good
 */
export async function lookOnceMore(
  { query }: Plan,
  { imageCacheName }: ImageCache,
  deps: RunDeps,
): Promise<ImageCache | undefined> {
  try {
    const matches = await findCaches(deps.service, query, generationOf(imageCacheName, query.nameOf));
    warnOfSurplus(matches, deps);
    return matches.usable;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    deps.log.warning(`Cannot tell whether this is the only cache of this content: ${error.message}`);
    return undefined;
  }
}

/** Warns about caches of the content that nobody needs, once for the same ones. */
export function warnOfSurplus({ usable, surplus }: CacheMatches, { log, note, record }: RunDeps): void {
  const ids = surplus.map(({ imageCacheId }) => imageCacheId);
  if (!usable || ids.length === 0 || ids.join() === record.surplus.join()) return;
  note({ surplus: ids });
  const list = surplus.map(({ imageCacheId, imageCacheSizeGiB, status }) =>
    imageCacheSizeGiB === undefined
      ? `${imageCacheId} (${status})`
      : `${imageCacheId} (${imageCacheSizeGiB} GiB, ${status})`,
  );
  log.warning(
    `There is more than one cache of this content. Every run uses ${usable.imageCacheId}. Delete ${list.join(', ')}: each costs snapshot storage of its size for as long as it is kept, and nothing uses it.`,
  );
}
