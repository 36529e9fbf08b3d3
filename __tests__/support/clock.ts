import type { Clock } from '../../src/clock.js';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/**
 * A clock that jumps: whenever nothing else can happen, it goes on to the moment at which the next sleeper
 * wakes. Several runs may sleep by it at once; they wake in the order of their times.
 */
export interface JumpingClock extends Clock {
  /** How often somebody slept. */
  readonly sleeps: number;
}

export function jumpingClock(startMs = 0): JumpingClock {
  let nowMs = startMs;
  let sleeps = 0;
  const sleepers: Sleeper[] = [];

  const jump = (): void => {
    // setImmediate comes after every settled promise has been heard.
    setImmediate(() => {
      sleepers.sort((a, b) => a.atMs - b.atMs);
      const next = sleepers.shift();
      if (!next) return;
      nowMs = Math.max(nowMs, next.atMs);
      next.wake();
    });
  };

  return {
    get sleeps() {
      return sleeps;
    },
    now: () => nowMs,
    sleep: (milliseconds, signal) =>
      new Promise<void>((resolve, reject) => {
        sleeps += 1;
        const stop = (): void => {
          reject(signal?.reason as Error);
        };
        if (signal?.aborted) {
          stop();
          return;
        }
        signal?.addEventListener('abort', stop, { once: true });
        sleepers.push({ atMs: nowMs + Math.max(0, milliseconds), wake: resolve });
        jump();
      }),
  };
}
