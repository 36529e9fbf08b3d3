import { findCaches, type Found } from '../cache/find.js';
import type { RunDeps } from './deps.js';
import type { Plan } from './plan.js';

/** A look-up under way. */
export interface BegunLookUp {
  readonly fingerprint: string;
  readonly found: Promise<Found>;
}

/** Begins to look while the manifests are still being read, on the digests that their indexes name. */
export function beginLookUp({ sought }: Plan, { service }: RunDeps): BegunLookUp {
  const found = findCaches(service, sought);
  // Its failure is told by whoever waits for it; where the images cannot be cached, that is nobody.
  found.catch(() => undefined);
  return { fingerprint: sought.fingerprint, found };
}

/**
 * Looks for a cache of exactly these images.
 *
 * @param begun the same look-up, where it was begun earlier; of no use where the images turned out to be others
 */
export async function lookUp(
  { sought }: Plan,
  { service, log, record }: RunDeps,
  begun?: BegunLookUp,
): Promise<Found> {
  if (sought.occasion !== '') {
    // The jobs of one attempt share theirs, so that "a new one is made" would not be true of each of them.
    log.info(
      'reuse is false: caches that other runs made of these images are passed by, and paid for beside this one.',
    );
  }
  const isTheSame = begun?.fingerprint === sought.fingerprint;
  const found = await (isTheSame ? begun.found : findCaches(service, sought));
  record.failedBefore = found.failed.map(({ imageCacheId }) => imageCacheId);
  for (const { imageCacheId, creationTime } of found.failed) {
    log.info(`${imageCacheId} of ${creationTime} holds the same images, but it failed. It is not used.`);
  }
  if (!found.usable) log.info(`No cache holds them yet. Fingerprint of the content: ${sought.fingerprint}`);
  return found;
}
