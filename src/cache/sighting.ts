import { ActionError } from '../errors.js';
import type { Clock } from '../clock.js';
import type { Log } from '../report/log.js';
import { findCaches, GONE_AFTER_MS, type CacheMatches, type CacheQuery } from './find.js';
import { findById, isTransient, type Created, type ImageCache, type ImageCacheService } from './service.js';
import { parseTime } from './times.js';

/** Look-ups lag behind creates by seconds, sometimes by minutes. */
const LOOK_AGAIN_MS = [1_000, 2_000, 3_000, 5_000] as const;
const LONGEST_PAUSE_MS = 10_000;
/** How long to look for a cache whose build is known to have begun, although no look-up shows it. */
export const BUILDING_UNSEEN_MS = 600_000;
/** A runner's clock may differ from the service's by this much. */
const CLOCK_SKEW_MS = 60_000;

export interface LookDeps {
  readonly service: ImageCacheService;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether look-ups show every cache of the account: then one that they do not show does not exist. Undefined if that
   * is not known.
   */
  showsAll(): Promise<boolean | undefined>;
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
 * @throws ServiceError if looking fails for good, or goes on failing for ten minutes: that is no sign of a cache's end
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
    const byId = await unlessTransient(findById(service, created.imageCacheId));
    const found =
      looks === 1 && byId.value ? undefined : unlessTransient(findCaches(service, query, generation));
    const { value: matches, failure } = (await found) ?? {};
    const cache =
      byId.value ?? matches?.all.find(({ imageCacheId }) => imageCacheId === created.imageCacheId);
    if (cache ?? matches?.usable) return { cache, looks, isNew, matches };
    const waitedMs = clock.now() - startMs;
    isNew ||= looks > 1 && (await isBuilt(created, startWallMs, waitedMs, deps));
    if (waitedMs >= (isNew || failure ? BUILDING_UNSEEN_MS : GONE_AFTER_MS)) {
      if (failure) throw failure;
      return { cache, looks, isNew, matches };
    }
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
async function unlessTransient<T>(look: Promise<T>): Promise<{ value?: T; failure?: Error }> {
  try {
    return { value: await look };
  } catch (error) {
    if (isTransient(error)) return { failure: error as Error };
    throw error;
  }
}

/**
 * Whether the instance that builds the cache is there. One whose events are all older than the create may have built a
 * cache of which only the client token is left; but not where the account has more caches than look-ups show.
 */
async function isBuilt(
  { containerGroupId }: Created,
  askedAtMs: number,
  waitedMs: number,
  deps: LookDeps,
): Promise<boolean> {
  if (containerGroupId === '') return false;
  try {
    const events = await deps.service.containerGroupEvents(containerGroupId);
    if (events === undefined) return false;
    const times = events.map(({ lastTimestamp }) => parseTime(lastTimestamp) ?? Infinity);
    if (times.length === 0 || Math.max(...times) >= askedAtMs - CLOCK_SKEW_MS) return true;
    return waitedMs >= GONE_AFTER_MS && (await deps.showsAll()) === false;
  } catch (error) {
    // Reading them takes a permission that not everybody grants.
    if (error instanceof ActionError) return false;
    throw error;
  }
}
