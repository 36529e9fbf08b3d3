import { ActionError } from '../errors.js';
import type { Log } from '../report/log.js';
import { byAge } from './find.js';
import { ownerTagValue, TAG_KEY, tagValueOf } from './identity.js';
import { isKind, type ImageCache, type ImageCacheService } from './service.js';
import { phaseOf } from './statuses.js';
import { parseTime } from './times.js';

/** Whose caches may go: those of this owner and group of images. */
export interface Owner {
  readonly owner: string;
  readonly group: string;
}

/** What is to be deleted, and what stays although it is old. */
export interface Pruning {
  /** Failed ones, then superseded ones, oldest first. */
  readonly old: readonly ImageCache[];
  /** Superseded, but an instance started from them within the last 24 hours. */
  readonly inUse: readonly ImageCache[];
  /** Those whose times cannot be read, which is why nothing is deleted. */
  readonly unreadable: readonly ImageCache[];
}

const IN_USE_FOR_MS = 24 * 3_600_000;

/**
 * The caches to delete so that the newest `keep` are left. Failed ones always go. Never one that is not tagged as this
 * owner's, one that is in progress or in a status we don't know, the current one, or one that an instance was matched
 * with within 24 hours: the deployment that runs may need it to start another. A cache newer than the current one
 * counts before it: running an old release again takes nothing from a new one.
 *
 * @param currentId the cache of this run; undefined if there is none yet
 */
export function cachesToDelete(
  caches: readonly ImageCache[],
  owner: Owner,
  keep: number,
  currentId: string | undefined,
  nowMs: number = Date.now(),
): Pruning {
  const ours = caches.filter((cache) => isOwnedBy(cache, owner)).sort(byAge);
  const failed = ours.filter(({ status }) => phaseOf(status) === 'failed');
  const ready = ours.filter(({ status }) => phaseOf(status) === 'ready');
  if (failed.length === 0 && ready.length <= keep) return { old: [], inUse: [], unreadable: [] };
  const unreadable = ours.filter((cache) => !hasReadableTimes(cache));
  if (unreadable.length > 0) return { old: [], inUse: [], unreadable };
  const current = ours.find(({ imageCacheId }) => imageCacheId === currentId);
  const superseded = ready
    .slice(0, Math.max(0, ready.length - keep))
    .filter((cache) => cache !== current && (!current || byAge(cache, current) < 0));
  const inUse = superseded.filter((cache) => wasMatchedLately(cache, nowMs));
  const old = [...failed, ...superseded].filter((cache) => cache !== current && !inUse.includes(cache));
  return { old, inUse, unreadable };
}

function hasReadableTimes({ creationTime, lastMatchedTime }: ImageCache): boolean {
  const isReadable = (text: string): boolean => parseTime(text) !== undefined;
  return isReadable(creationTime) && (lastMatchedTime === '' || isReadable(lastMatchedTime));
}

/** A time in the future, which differing clocks can produce, counts as recent too. */
function wasMatchedLately({ lastMatchedTime }: ImageCache, nowMs: number): boolean {
  return nowMs - (parseTime(lastMatchedTime) ?? -Infinity) < IN_USE_FOR_MS;
}

function isOwnedBy({ tags }: ImageCache, { owner, group }: Owner): boolean {
  return (
    tagValueOf(tags, TAG_KEY.repository) === ownerTagValue(owner) && tagValueOf(tags, TAG_KEY.group) === group
  );
}

/** Every cache of the owner's group, as candidates for cachesToDelete. */
export async function cachesOfGroup(
  service: ImageCacheService,
  owner: Owner,
): Promise<readonly ImageCache[]> {
  return service.find({ tag: { key: TAG_KEY.group, value: owner.group } });
}

/**
 * Deletes them one after the other. A deletion that fails is a warning.
 *
 * @param onGone called for each at once, so that a cancel does not lose what was done
 */
export async function deleteCaches(
  caches: readonly ImageCache[],
  service: ImageCacheService,
  log: Log,
  onGone: (imageCacheId: string) => void,
): Promise<void> {
  for (const { imageCacheId, imageCacheName, status } of caches) {
    try {
      await service.delete(imageCacheId);
      onGone(imageCacheId);
      log.info(`Deleted ${imageCacheId} (${imageCacheName}, ${status}).`);
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      if (isKind('not-found', error)) {
        // The answer of an earlier try was lost, or another run was faster: either way there is room.
        onGone(imageCacheId);
        log.info(`${imageCacheId} (${imageCacheName}) is gone already.`);
        continue;
      }
      log.warning(`${imageCacheId} could not be deleted: ${error.message} ${error.hint ?? ''}`.trim());
    }
  }
}
