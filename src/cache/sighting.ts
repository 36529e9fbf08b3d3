import { ActionError } from '../errors.js';
import type { Clock } from '../clock.js';
import type { Log } from '../report/log.js';
import { findCaches, GONE_AFTER_MS, lookById, type CacheMatches, type CacheQuery } from './find.js';
import { isTransient, type Created, type ImageCache, type ImageCacheService } from './service.js';
import { parseTime } from './times.js';

/** Look-ups lag behind creates by seconds, sometimes by minutes. */
const LOOK_AGAIN_MS = [1_000, 2_000, 3_000, 5_000] as const;
const LONGEST_PAUSE_MS = 10_000;
/** How long to look for a cache whose build is known to have begun, although no look-up shows it. */
const BUILDING_UNSEEN_MS = 600_000;
/** A runner's clock may differ from the service's by this much. */
const CLOCK_SKEW_MS = 60_000;

export interface LookDeps {
  readonly service: ImageCacheService;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
}

/** The result of looking for a requested cache. */
export interface Sighting {
  /** The cache itself, and how many looks it took. */
  readonly cache: ImageCache | undefined;
  readonly looks: number;
  /** Whether its build is known to have begun after it was asked for: it is no old cache of a remembered token. */
  readonly isNew: boolean;
  /** What the last look by tag and name showed; undefined if the look by ID was enough. */
  readonly matches: CacheMatches | undefined;
}

/**
 * Looks for a cache that a create has named: by its ID, and where that misses it by tag and names too. Ends as soon as
 * it shows, or another one of the content does. Without either it ends after two minutes; or after ten, where the
 * instance that builds it is there.
 *
 * @param generation the one that it was asked for with
 */
export async function sightingOf(
  created: Created,
  query: CacheQuery,
  generation: number,
  deps: LookDeps,
): Promise<Sighting> {
  const { clock, service } = deps;
  const [startMs, startWallMs] = [clock.now(), Date.now()];
  let isNew = false;
  for (let looks = 1; ; looks += 1) {
    const byId = await lookOnce(service, created.imageCacheId);
    const matches = looks === 1 && byId ? undefined : await findCaches(service, query, generation);
    const cache = byId ?? matches?.all.find(({ imageCacheId }) => imageCacheId === created.imageCacheId);
    const waitedMs = clock.now() - startMs;
    if (cache ?? matches?.usable) return { cache, looks, isNew, matches };
    isNew ||= looks > 1 && (await hasBegun(created, startWallMs, service));
    if (waitedMs >= (isNew ? BUILDING_UNSEEN_MS : GONE_AFTER_MS)) return { cache, looks, isNew, matches };
    await clock.sleep(LOOK_AGAIN_MS[looks - 1] ?? LONGEST_PAUSE_MS, deps.signal);
  }
}

/**
 * Looks by tag and names until the time is over, or `isEnough` says so.
 *
 * @returns what the last look showed
 */
export async function lookUntil(
  forMs: number,
  query: CacheQuery,
  generation: number,
  deps: LookDeps,
  isEnough: (matches: CacheMatches) => boolean,
): Promise<CacheMatches> {
  const { clock, service, signal } = deps;
  const endMs = clock.now() + forMs;
  for (let looks = 1; ; looks += 1) {
    const matches = await findCaches(service, query, generation);
    if (isEnough(matches) || clock.now() >= endMs) return matches;
    await clock.sleep(LOOK_AGAIN_MS[looks - 1] ?? LONGEST_PAUSE_MS, signal);
  }
}

/** A look that fails for a reason that may heal has shown nothing: there will be another one. */
async function lookOnce(service: ImageCacheService, imageCacheId: string): Promise<ImageCache | undefined> {
  try {
    return await lookById(service, imageCacheId);
  } catch (error) {
    if (isTransient(error)) return undefined;
    throw error;
  }
}

/** An instance whose events are all older than the create built a cache of which only the client token is left. */
async function hasBegun(
  { containerGroupId }: Created,
  askedAtMs: number,
  service: ImageCacheService,
): Promise<boolean> {
  if (containerGroupId === '') return false;
  try {
    const events = await service.containerGroupEvents(containerGroupId);
    if (events === undefined) return false;
    const times = events.map(({ lastTimestamp }) => parseTime(lastTimestamp) ?? Infinity);
    return times.length === 0 || Math.max(...times) >= askedAtMs - CLOCK_SKEW_MS;
  } catch (error) {
    // Reading them takes a permission that not everybody grants.
    if (error instanceof ActionError) return false;
    throw error;
  }
}
