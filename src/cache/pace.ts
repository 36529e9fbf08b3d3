/** So that Ready is noticed within 5 s if an answer takes less than 0.8 s on its way, with at most 15 calls a minute. */
const PAUSE_MS = 4_200;
/** For a build of more than an hour, seconds do not matter. */
const LONG_AFTER_MS = 3_600_000;
const LONG_PAUSE_MS = 13_000;
/** Other jobs of the account need its calls too, once it has used up its rate. */
const THROTTLED_PAUSE_MS = 15_000;
const THROTTLED_FOR_MS = 120_000;

/**
 * Milliseconds from the question of one look at a cache to that of the next.
 *
 * @param waitedMs how long the cache has been waited for
 * @param throttledMs how long ago a look was last throttled; Infinity for never
 */
export function pauseBeforeNextLook(waitedMs: number, throttledMs: number): number {
  if (throttledMs < THROTTLED_FOR_MS) return THROTTLED_PAUSE_MS;
  return waitedMs < LONG_AFTER_MS ? PAUSE_MS : LONG_PAUSE_MS;
}

/** The number in "37%"; undefined for anything else. */
export function percentOf(progress: string): number | undefined {
  const match = /^(\d{1,3})(?:\.\d+)?\s*%$/.exec(progress.trim());
  return match ? Math.min(Number(match[1]), 100) : undefined;
}
