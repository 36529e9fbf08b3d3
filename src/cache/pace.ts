/** When to look at a cache again. All times are milliseconds since it was asked for. */

/** One look at the cache. */
export interface Look {
  readonly atMs: number;
  /** The snapshot's progress in percent, where the service told one. */
  readonly percent: number | undefined;
}

/** A release waits for us, but less delay than this is not worth another call. */
const SHORTEST_MS = 4_000;
/** A cache that has hung for hours is still looked at once a minute. */
const LONGEST_MS = 60_000;
/** Before progress tells when Ready is due, the next look comes after this part of the time waited so far. */
const BLIND_PART = 0.13;
/** While it is some way off, a forecast is trusted for this part of what it says remains… */
const TRUSTED_PART = 0.7;
/** …but never for more than this part of the time waited, since progress need not be even… */
const FORECAST_PART = 0.25;
/** …and close to the end, a look for each this part of the time waited is soon enough. */
const CLOSE_PART = 0.04;

/**
 * Milliseconds until the next look. Often at first and when Ready is due, seldom otherwise: the forecast is
 * that progress goes on at the pace at which it has moved since it first did.
 *
 * @param looks all looks so far, the first and the last at least where progress is told
 */
export function nextLookIn(looks: readonly Look[]): number {
  const waited = looks.at(-1)?.atMs ?? 0;
  const remaining = forecast(looks);
  if (remaining === undefined) return clamp(waited * BLIND_PART);
  const trusted = Math.min(remaining * TRUSTED_PART, waited * FORECAST_PART);
  return clamp(Math.max(trusted, waited * CLOSE_PART));
}

/** Milliseconds until 100 %, or undefined while progress has not moved or is at its end. */
function forecast(looks: readonly Look[]): number | undefined {
  const told = looks.filter((look) => look.percent !== undefined);
  const last = told.at(-1);
  const lastPercent = last?.percent ?? 0;
  // Measured from the last look at zero: what came before it was pulling, not progress.
  const first = told.findLast(({ percent }) => percent === 0) ?? told[0];
  const gained = lastPercent - (first?.percent ?? 0);
  if (lastPercent >= 100) return 0;
  if (!first || !last || gained <= 0) return undefined;
  return ((100 - lastPercent) * (last.atMs - first.atMs)) / gained;
}

function clamp(milliseconds: number): number {
  return Math.min(Math.max(milliseconds, SHORTEST_MS), LONGEST_MS);
}

/** The number in "37%"; undefined for anything else. */
export function percentOf(progress: string): number | undefined {
  const match = /^(\d{1,3})(?:\.\d+)?\s*%$/.exec(progress.trim());
  return match ? Math.min(Number(match[1]), 100) : undefined;
}
