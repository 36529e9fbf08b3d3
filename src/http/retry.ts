import type { Clock } from '../clock.js';
import type { Log } from '../report/log.js';
import { formatDuration } from '../report/format.js';
import { readErrorText } from './body.js';
import { NetworkError } from './failures.js';
import { printable } from '../printable.js';
import { describeErrorBody } from './foreign-text.js';
import type { HttpResponse } from './types.js';

/** An answer after which another attempt may succeed: 408, 429 or 5xx. */
export class TransientStatusError extends Error {
  constructor(
    readonly status: number,
    /** The pause that Retry-After asks for, in milliseconds; undefined if it asks for none. */
    readonly retryAfterMs: number | undefined,
    /** What the answer says, escaped. */
    readonly detail: string,
  ) {
    super(`HTTP ${status}${detail === '' ? '' : ` (${detail})`}`);
  }
}

/** Whether the status means a problem that may be over a moment later. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * @param mayQuote whether the error may repeat what the answer says
 * @throws TransientStatusError where the status of the answer is a transient one
 */
export async function assertNotTransient(
  response: HttpResponse,
  { mayQuote = true }: { readonly mayQuote?: boolean } = {},
): Promise<void> {
  const { status, headers } = response;
  if (!isTransientStatus(status)) return;
  const text = await readErrorText(response);
  const detail = mayQuote ? describeErrorBody(text) : '';
  throw new TransientStatusError(status, retryAfterMs(headers['retry-after'], Date.now()), detail);
}

const ONE_DAY_MS = 24 * 60 * 60_000;

/**
 * Milliseconds that a Retry-After asks us to wait: seconds or a date (RFC 9110, section 10.2.3), a day at most.
 * Undefined if there is none or it cannot be read.
 *
 * @param nowMs the wall clock, since the header's date is one of it
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), ONE_DAY_MS);
}

/** How long we wait for one host in all where it asks us to come back later. */
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * The time that we have for hosts which ask us to come back later. Requests that wait at the same time use the same
 * time.
 */
export class WaitingBudget {
  private readonly hosts = new Map<string, { usedMs: number; untilMs: number }>();

  constructor(private readonly clock: Clock) {}

  /** Takes a pause out of the host's budget; false if it does not fit. */
  take(host: string, pauseMs: number): boolean {
    const nowMs = this.clock.now();
    const { usedMs, untilMs } = this.hosts.get(host) ?? { usedMs: 0, untilMs: nowMs };
    const endMs = nowMs + pauseMs;
    const addedMs = Math.max(0, endMs - Math.max(nowMs, untilMs));
    if (usedMs + addedMs > LONGEST_WAIT_MS) return false;
    this.hosts.set(host, { usedMs: usedMs + addedMs, untilMs: Math.max(untilMs, endMs) });
    return true;
  }
}

const TRIES = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export interface RetryTools {
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
  readonly signal?: AbortSignal | undefined;
  readonly budget: WaitingBudget;
}

/** Decides, after each failed attempt of one piece of work, whether there is another one, and waits for its time. */
export class Retries {
  /** Attempts that have failed. */
  failed = 0;
  /** Those of them that count against the limit: a host that names a pause is asked until the budget is used up. */
  private counted = 0;

  /** @param what for the log: what is asked for */
  constructor(
    private readonly host: string,
    private readonly what: string,
    private readonly tools: RetryTools,
  ) {}

  /**
   * Waits until it is time for the next attempt: the pause that the host asked for, or a growing one of our own,
   * whichever is longer.
   *
   * @returns false at once where there is to be no other attempt
   */
  async pauseAfter(error: unknown): Promise<boolean> {
    const { clock, log, signal, budget } = this.tools;
    const askedMs = error instanceof TransientStatusError ? error.retryAfterMs : undefined;
    this.failed += 1;
    if (askedMs === undefined) this.counted += 1;
    if (!isTransient(error) || signal?.aborted || this.counted >= TRIES) return false;
    const ownMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.failed - 1), LONGEST_PAUSE_MS);
    // Up to half as much again, so that requests that failed together don't come back together.
    const pauseMs = Math.max(askedMs ?? 0, ownMs) + (ownMs * Math.random()) / 2;
    if (askedMs !== undefined && !budget.take(this.host, pauseMs)) return false;
    const reason = error instanceof Error ? printable(error.message) : '';
    log.info(
      `${this.host}, ${this.what}: ${reason}; attempt ${this.failed + 1} in ${formatDuration(pauseMs)}`,
    );
    await clock.sleep(pauseMs, signal);
    return true;
  }
}

/** Runs the attempt until it succeeds or there is to be no other; throws the error of the last one. */
export async function withRetries<T>(attempt: () => Promise<T>, retries: Retries): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(await retries.pauseAfter(error))) throw error;
    }
  }
}

/** Whether the same request may succeed a moment later. */
function isTransient(error: unknown): boolean {
  return error instanceof TransientStatusError || (error instanceof NetworkError && error.isTransient);
}
