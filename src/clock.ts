import { setTimeout as delay } from 'node:timers/promises';

/** Time, passed in so that tests can speed it up. All times are in milliseconds. */
export interface Clock {
  /** Milliseconds since some fixed moment; only differences mean anything. */
  now(): number;
  /** Rejects with the signal's reason when it aborts before the time is up. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that runs `speed` times as fast as the wall clock: 1 in production, more in tests. */
export function clockWithSpeed(speed: number): Clock {
  const start = performance.now();
  return {
    now: () => (performance.now() - start) * speed,
    sleep: async (milliseconds, signal) => {
      try {
        await delay(milliseconds / speed, undefined, signal ? { signal } : {});
      } catch (error) {
        // Node wraps the reason in an AbortError of its own.
        throw signal?.aborted ? (signal.reason as Error) : error;
      }
    },
  };
}
