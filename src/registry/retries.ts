import pRetry from 'p-retry';
import type { Clock } from '../clock.js';
import type { Log } from '../report/log.js';
import { readAtMost, type Answer } from './exchange.js';
import { isTransient, TransientStatusError } from './failures.js';
import { describeErrorBody, quoteRemote } from './remote-text.js';

/** Enough for any error text; what is longer costs more than a new connection. */
export const LARGEST_ERROR_BODY_BYTES = 64 * 1024;

export interface RetryTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const TRIES = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Throws TransientStatusError where the answer is 408, 429 or 5xx. */
export async function assertNotTransient(answer: Answer): Promise<void> {
  const { status, headers } = answer;
  if (status !== 408 && status !== 429 && status < 500) return;
  const body = await readAtMost(answer, LARGEST_ERROR_BODY_BYTES);
  const detail = describeErrorBody(body?.toString('utf8') ?? '');
  throw new TransientStatusError(status, retryAfterMs(headers['retry-after'], Date.now()), detail);
}

/**
 * Milliseconds that a Retry-After asks us to wait: seconds or a date (RFC 9110, section 10.2.3), at most 30
 * seconds. Undefined where there is none or it cannot be read.
 *
 * @param nowMs the wall clock, since the header's date is one of it
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), LONGEST_PAUSE_MS);
}

/**
 * Runs the attempt up to four times while it fails in a way that may heal, with growing pauses and jitter,
 * or the pause that the registry asked for. Rejects with the last attempt's error.
 *
 * @param what for the log: host and thing
 */
export async function withRetries<T>(
  attempt: (number: number) => Promise<T>,
  what: string,
  tools: RetryTools,
): Promise<T> {
  return await pRetry(attempt, {
    retries: TRIES - 1,
    // The pauses are ours, below: p-retry's own know neither Retry-After nor the clock.
    minTimeout: 0,
    shouldRetry: ({ error }) => isTransient(error) && !tools.signal.aborted,
    onFailedAttempt: async ({ error, attemptNumber }) => {
      await pauseAfter(error, attemptNumber, what, tools);
    },
  });
}

/**
 * Waits until it is time for the next attempt.
 *
 * @param attemptNumber of the attempt that failed, from 1
 * @returns false at once where there is to be no other
 */
export async function pauseAfter(
  error: Error,
  attemptNumber: number,
  what: string,
  { clock, log, signal }: RetryTools,
): Promise<boolean> {
  if (attemptNumber >= TRIES || signal.aborted || !isTransient(error)) return false;
  const waitMs = pauseMs(error, attemptNumber);
  const next = `attempt ${attemptNumber + 1} of ${TRIES} in ${(waitMs / 1000).toFixed(1)} s`;
  log.info(`${what}: ${quoteRemote(error.message)}; ${next}`);
  await clock.sleep(waitMs, signal);
  return true;
}

function pauseMs(error: Error, attemptNumber: number): number {
  const asked = error instanceof TransientStatusError ? error.retryAfterMs : undefined;
  const pause = asked ?? FIRST_PAUSE_MS * 2 ** (attemptNumber - 1);
  // Up to half as much again, so that requests that failed together don't come back together.
  return pause * (1 + Math.random() / 2);
}
