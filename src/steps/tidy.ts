import { cachesOfGroup, cachesToDelete, deleteCaches, type Pruning } from '../cache/prune.js';
import { ActionError } from '../errors.js';
import type { RunDeps } from './deps.js';
import type { Plan } from './plan.js';

/**
 * Deletes what keep-latest lets go. A failure is a warning: the release itself has succeeded.
 *
 * @returns how many are gone
 */
export async function removeOldCaches(
  { owner }: Plan,
  keep: number,
  currentId: string | undefined,
  deps: RunDeps,
): Promise<number> {
  const { service, log, note, record } = deps;
  try {
    const pruning = cachesToDelete(await cachesOfGroup(service, owner), owner, keep, currentId);
    reportKept(pruning, deps);
    const { old, inUse, unreadable } = pruning;
    if (old.length + inUse.length + unreadable.length === 0) {
      log.info(`Nothing to remove: there are no more caches than the ${keep} to keep.`);
    }
    const before = record.deleted.length;
    await deleteCaches(old, service, log, (imageCacheId) => {
      note({ deleted: [...record.deleted, imageCacheId] });
    });
    return record.deleted.length - before;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    log.warning(`Old caches could not be removed: ${error.message} ${error.hint ?? ''}`.trim());
    return 0;
  }
}

/** Says which caches stay although keep-latest would let them go, and why. */
export function reportKept({ inUse, unreadable }: Pruning, { log, note }: RunDeps): void {
  note({ keptInUse: inUse.map(({ imageCacheId }) => imageCacheId) });
  for (const { imageCacheId, imageCacheName, lastMatchedTime } of inUse) {
    log.info(
      `${imageCacheId} (${imageCacheName}) stays: an instance started from it at ${lastMatchedTime}, within the last 24 hours.`,
    );
  }
  if (unreadable.length === 0) return;
  const times = unreadable.map(
    ({ imageCacheId, creationTime, lastMatchedTime }) =>
      `${imageCacheId} (${JSON.stringify(creationTime)}${lastMatchedTime === '' ? '' : `, last matched ${JSON.stringify(lastMatchedTime)}`})`,
  );
  log.warning(
    `No old cache was removed: the times of ${times.join(', ')} cannot be read, so the oldest caches are not known. Delete old caches by hand, and report the format of these times.`,
  );
}

/**
 * If the quota of image caches is exhausted, deletes now what would go after this release, but never the newest
 * cache, which the running deployment may need until the new one is Ready.
 */
export async function makeRoom(plan: Plan, keepLatest: number | undefined, deps: RunDeps): Promise<boolean> {
  if (keepLatest === undefined) return false;
  deps.log.info('The quota of image caches is exhausted. Removing old caches first, as keep-latest allows.');
  return (await removeOldCaches(plan, Math.max(1, keepLatest - 1), undefined, deps)) > 0;
}
