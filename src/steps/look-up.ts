import type { Seen } from '../cache/ensure.js';
import { findCaches, holds, type CacheMatches, type CacheQuery } from '../cache/find.js';
import { FRESH_MS } from '../cache/fresh.js';
import { TAG_KEY, tagValueOf } from '../cache/identity.js';
import type { RunDeps } from './deps.js';
import { askEarly, type EarlyAnswers } from './hand-over.js';
import type { Plan } from './plan.js';
import { warnOfSurplus } from './surplus.js';

/** A look-up under way. */
export interface BegunLookUp {
  readonly fingerprint: string;
  readonly matches: Promise<CacheMatches>;
  /** When it had ended, well or not. Never rejects. */
  readonly endedMs: Promise<number>;
  /** For a run that finds a Ready cache. */
  readonly answers: EarlyAnswers;
}

/** Begins to look while the manifests are still being read, on the digests that their indexes name. */
export function beginLookUp(plan: Plan, deps: RunDeps): BegunLookUp {
  const { query } = plan;
  const { service, clock } = deps;
  const matches = findCaches(service, query);
  // Its failure is reported when it is awaited. If the images cannot be cached, nothing awaits it.
  const endedMs = matches.then(
    () => clock.now(),
    () => clock.now(),
  );
  return { fingerprint: query.fingerprint, matches, endedMs, answers: askEarly(plan, deps) };
}

/**
 * Looks for a cache of exactly these images.
 *
 * @param begun the same look-up, if it was begun earlier; ignored if the images turned out to be others
 */
export async function lookUp(
  { query }: Plan,
  deps: RunDeps,
  begun?: BegunLookUp,
): Promise<Seen & { readonly answers: EarlyAnswers | undefined }> {
  const { service, log, note, clock } = deps;
  if (query.attempt !== '') {
    // The jobs of one attempt share theirs, so that "a new one is made" would not be true of each of them.
    log.info(
      'reuse is false: caches that other runs made of these images are ignored, and cost money in addition to this one.',
    );
  }
  const isFresh = begun?.fingerprint === query.fingerprint && clock.now() - (await begun.endedMs) < FRESH_MS;
  if (isFresh) log.debug('The look-up ran while the manifests were read.');
  const matches = await (isFresh ? begun.matches : findCaches(service, query));
  const seenAtMs = isFresh ? await begun.endedMs : clock.now();
  note({ failedBefore: matches.failed.map(({ imageCacheId }) => imageCacheId) });
  for (const { imageCacheId, creationTime } of matches.failed) {
    log.info(
      `${imageCacheId} (created ${creationTime}) holds the same images, but it failed. It is not used.`,
    );
  }
  if (!matches.usable)
    log.info(`No cache holds these images yet. Fingerprint of the content: ${query.fingerprint}`);
  warnOfStrangers(matches, query, deps);
  warnOfSurplus(matches, deps);
  return { matches, seenAtMs, answers: isFresh ? begun.answers : undefined };
}

/** Caches that look like those of this content, and that are not used. */
function warnOfStrangers({ strangers }: CacheMatches, query: CacheQuery, { log }: RunDeps): void {
  for (const cache of strangers) {
    const { imageCacheId, images, tags } = cache;
    if (tagValueOf(tags, TAG_KEY.fingerprint) === query.fingerprint) {
      log.warning(
        `${imageCacheId} has the tag of this content, but holds other images (${images.join(', ')}). It is not used.`,
      );
    } else if (query.isNameChosen && images.length > 0 && holds(cache, query)) {
      log.warning(
        `${imageCacheId} has the name that image-cache-name gives and these images, but shows no tags. It may be of other content, so it is not reused for its name. Leave image-cache-name out: the names that are then made tell the content.`,
      );
    }
  }
}
