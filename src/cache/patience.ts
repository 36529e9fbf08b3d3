import type { Clock } from '../clock.js';
import { isTransient, ServiceError } from './service.js';

export const TRIES = 5;
/** Pauses of 1.5, 3, 6 and 12 s, each stretched by up to as much again for jitter: about 30 s in all. */
const FIRST_PAUSE_MS = 1_500;
const LONGEST_PAUSE_MS = 20_000;
/** A rate that other jobs of the account have used up is free again within minutes. */
const THROTTLED_AT_MOST_MS = 300_000;

/** How long one piece of work goes on to be tried: five times, or for five minutes where it is only throttled. */
export class Patience {
  private failed = 0;
  private throttled = 0;
  private throttledSinceMs: number | undefined;

  constructor(private readonly clock: Clock) {}

  /**
   * @param label the call, for the log
   * @returns the pause before the next try, with words for the log; undefined if there is to be none
   */
  after(error: unknown, label: string): { readonly pauseMs: number; readonly says: string } | undefined {
    if (!isTransient(error)) return undefined;
    const { message, isThrottled } = error as ServiceError;
    if (isThrottled) return this.afterThrottling(message, label);
    this.failed += 1;
    if (this.failed >= TRIES) return undefined;
    return {
      pauseMs: withJitter(FIRST_PAUSE_MS * 2 ** (this.failed - 1)),
      says: `${message} Trying ${label} again (try ${this.failed + 1} of ${TRIES}).`,
    };
  }

  private afterThrottling(message: string, label: string) {
    const now = this.clock.now();
    this.throttledSinceMs ??= now;
    if (now - this.throttledSinceMs >= THROTTLED_AT_MOST_MS) return undefined;
    const pauseMs = withJitter(Math.min(FIRST_PAUSE_MS * 2 ** this.throttled, LONGEST_PAUSE_MS));
    this.throttled += 1;
    return {
      pauseMs,
      says: `${message} Trying ${label} again (try ${this.throttled + 1}, for up to 5 minutes).`,
    };
  }
}

/** Up to as much again, so that jobs that were throttled together don't come back together. */
function withJitter(milliseconds: number): number {
  return milliseconds * (1 + Math.random());
}
