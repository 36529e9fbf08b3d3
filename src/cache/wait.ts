import { ActionError } from '../errors.js';
import type { Clock } from '../clock.js';
import type { Log } from '../report/log.js';
import { formatDuration } from '../report/format.js';
import { GONE_AFTER_MS, isGhost, waysTo, type CacheQuery } from './find.js';
import { pauseBeforeNextLook, percentOf } from './pace.js';
import {
  isTransient,
  type CacheFilter,
  type ServiceError,
  type ImageCache,
  type ImageCacheService,
  type ServiceEvent,
} from './service.js';
import { isKnownStatus, phaseOf } from './statuses.js';

/** After this much silence a line is logged, so that a long wait does not look like a hang. */
const HEARTBEAT_MS = 180_000;
/** Of the column of times in the log: `59 min 59 s`. */
const TIME_WIDTH = 11;
/** A build that has not moved for so long most likely cannot reach its registry. */
const STUCK_AFTER_MS = 600_000;
const STILL_BUILDING =
  'It was left alone and keeps building. Run this step again: it joins the cache and waits for it. For large images, raise wait-timeout-minutes.';
const UNKNOWN_STATUS =
  'It was left alone. This version does not know its status: look at the cache in the ECI console. If it is still being built, run this step again; otherwise delete it, or run with reuse: false to make another one.';
const OF_GHOSTS =
  'If it stays at 0 % for more than half an hour, it will most likely never be Ready: delete it, or run with reuse: false to make another one.';
const STUCK =
  "It was left alone, but the instance that builds it most likely cannot reach the registry. Give the vSwitch a NAT gateway, set eip-instance-id, or name the images by the registry's VPC host. Then run this step again: it joins the cache. To make another one, delete this one, or run with reuse: false.";

export interface WaitDeps {
  readonly service: ImageCacheService;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  /** By which the cache is found where a look-up by its ID misses it. */
  readonly query: CacheQuery;
  /** Called with every status that is seen. */
  onStatus(status: string): void;
}

/** The cache was not Ready in time. It is left alone, for the next run to join. */
export class WaitTimeoutError extends ActionError {}

/** The cache came to its end without becoming Ready. */
export class CacheFailedError extends ActionError {
  constructor(readonly cache: ImageCache) {
    super(`Image cache ${cache.imageCacheId} ended in status ${cache.status}.`);
  }
}

/** The cache was deleted meanwhile. */
export class CacheGoneError extends ActionError {}

interface Watch {
  cache: ImageCache;
  readonly startMs: number;
  readonly seenEvents: Set<string>;
  lastLine: string;
  lastLineAtMs: number;
  /** The index of the way that showed it last. */
  way: number;
  /** Since when no look-up has shown it. */
  missingSinceMs: number | undefined;
  throttledAtMs: number;
  warnedStuck: boolean;
  warnedStatus: boolean;
}

/**
 * Looks at the cache until it is Ready, and logs what changes.
 *
 * @param first the cache as it was last seen
 * @returns the cache, Ready
 * @throws CacheFailedError, WaitTimeoutError, ActionError if it was deleted meanwhile, ServiceError if
 *   looking fails for good
 */
export async function waitUntilReady(
  first: ImageCache,
  timeoutMs: number,
  deps: WaitDeps,
): Promise<ImageCache> {
  const watch = startWatch(first, deps.clock.now());
  const end = watch.startMs + timeoutMs;
  let askedMs = watch.startMs;
  for (;;) {
    report(watch, deps);
    const phase = phaseOf(watch.cache.status);
    if (phase === 'ready') return watch.cache;
    if (phase === 'failed') throw new CacheFailedError(watch.cache);
    if (phase === 'gone') throw gone(watch.cache.imageCacheId);
    const now = deps.clock.now();
    if (now >= end) throw timeout(watch.cache, timeoutMs);
    const pauseMs = pauseBeforeNextLook(now - watch.startMs, now - watch.throttledAtMs);
    // From one question to the next, so that a slow answer does not delay the next question.
    const nextMs = Math.min(askedMs + pauseMs, end);
    await deps.clock.sleep(Math.max(0, nextMs - now), deps.signal);
    askedMs = deps.clock.now();
    await look(watch, deps);
  }
}

function startWatch(cache: ImageCache, startMs: number): Watch {
  return {
    cache,
    startMs,
    seenEvents: new Set(),
    lastLine: '',
    lastLineAtMs: startMs,
    way: 0,
    missingSinceMs: undefined,
    throttledAtMs: -Infinity,
    warnedStuck: false,
    warnedStatus: false,
  };
}

/** A look that fails for a reason that may heal only costs time: the next one may succeed. */
async function look(watch: Watch, deps: WaitDeps): Promise<void> {
  const { clock, log } = deps;
  try {
    const seen = await find(watch, deps);
    if (seen) {
      watch.cache = seen;
      watch.missingSinceMs = undefined;
      return;
    }
  } catch (error) {
    if (!isTransient(error)) throw error;
    if ((error as ServiceError).isThrottled) watch.throttledAtMs = clock.now();
    log.info(`${(error as ServiceError).message} Still waiting.`);
    return;
  }
  watch.missingSinceMs ??= clock.now();
  if (clock.now() - watch.missingSinceMs >= GONE_AFTER_MS) throw gone(watch.cache.imageCacheId);
}

/** By the way that showed it last: one call. By the others only where that misses it, as its index may lag. */
async function find(watch: Watch, { service, query }: WaitDeps): Promise<ImageCache | undefined> {
  const { imageCacheId } = watch.cache;
  const ways = waysTo(watch.cache, query);
  const ask = async (filter: CacheFilter): Promise<ImageCache | undefined> =>
    (await service.find(filter)).find((cache) => cache.imageCacheId === imageCacheId);
  const last = ways[watch.way] ?? { imageCacheId };
  const seen = await ask(last);
  if (seen) return seen;
  const others = await Promise.all(ways.map(async (way) => (way === last ? undefined : ask(way))));
  const way = others.findIndex((one) => one !== undefined);
  if (way !== -1) watch.way = way;
  return others[way];
}

/** A line for a change of status, progress or events; without one, a sparse heartbeat. */
function report(watch: Watch, deps: WaitDeps): void {
  const { clock, log } = deps;
  const { cache } = watch;
  const now = clock.now();
  const elapsed = formatDuration(now - watch.startMs).padEnd(TIME_WIDTH);
  deps.onStatus(cache.status);
  const line = [cache.status, cache.progress].filter(Boolean).join(' ');
  if (line !== watch.lastLine || now - watch.lastLineAtMs >= HEARTBEAT_MS) {
    log.info(line === watch.lastLine ? `${elapsed}  still ${line}` : `${elapsed}  ${line}`);
    watch.lastLine = line;
    watch.lastLineAtMs = now;
  }
  for (const event of newEvents(watch)) log.info(`${elapsed}  ${describeEvent(event)}`);
  warnOnce(watch, now, log);
}

function warnOnce(watch: Watch, now: number, log: Log): void {
  const { cache } = watch;
  if (!isKnownStatus(cache.status) && !watch.warnedStatus) {
    watch.warnedStatus = true;
    log.warning(
      `Image cache ${cache.imageCacheId} has the status "${cache.status}", which this version does not know. This step keeps waiting.`,
    );
  }
  if (hasMoved(cache) || watch.warnedStuck) return;
  const isOld = isGhost(cache);
  if (!isOld && now - watch.startMs < STUCK_AFTER_MS) return;
  watch.warnedStuck = true;
  const state = percentOf(cache.progress) === 0 ? 'is still at 0 %' : 'shows no progress';
  const since = isOld ? 'half an hour' : formatDuration(STUCK_AFTER_MS);
  log.warning(
    `Image cache ${cache.imageCacheId} ${state} after ${since}. Most likely the instance that builds it cannot reach the registry: it does not use the EIPs of your other instances. Give the vSwitch a NAT gateway, set eip-instance-id, or name the images by the registry's VPC host.${isOld ? ' This one will most likely never be Ready: delete it, or run with reuse: false to make another one.' : ''}`,
  );
}

function hasMoved({ progress, status }: ImageCache): boolean {
  return (percentOf(progress) ?? 0) > 0 || phaseOf(status) === 'ready';
}

function newEvents(watch: Watch): ServiceEvent[] {
  return watch.cache.events.filter((event) => {
    const key = [event.name, event.reason, event.message].join('\n');
    return !watch.seenEvents.has(key) && watch.seenEvents.add(key);
  });
}

/** `Warning Failed: message`, whatever parts of it there are. */
export function describeEvent({ type, reason, message }: ServiceEvent): string {
  return [[type, reason].filter(Boolean).join(' '), message].filter(Boolean).join(': ');
}

function timeout(cache: ImageCache, timeoutMs: number): WaitTimeoutError {
  const state = [cache.status, cache.progress].filter(Boolean).join(' ');
  return new WaitTimeoutError(
    `Image cache ${cache.imageCacheId} is not Ready after ${formatDuration(timeoutMs)} (${state}).`,
    { hint: hintAfterTimeout(cache, timeoutMs) },
  );
}

function hintAfterTimeout(cache: ImageCache, timeoutMs: number): string {
  if (!isKnownStatus(cache.status)) return UNKNOWN_STATUS;
  if (hasMoved(cache)) return STILL_BUILDING;
  return isGhost(cache) || timeoutMs >= STUCK_AFTER_MS ? STUCK : `${STILL_BUILDING} ${OF_GHOSTS}`;
}

function gone(imageCacheId: string): CacheGoneError {
  return new CacheGoneError(`Image cache ${imageCacheId} was deleted while this step waited for it.`, {
    hint: 'Somebody, another workflow or a clean-up job deleted it. Run this step again: it makes a new one.',
  });
}
