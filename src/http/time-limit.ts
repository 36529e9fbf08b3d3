import { NetworkError } from './failures.js';

/** A limit on the time that something may take as a whole. */
export interface TimeLimit {
  /** Aborts with a NetworkError when the time is up, or with the outer signal's reason. */
  readonly signal: AbortSignal;
  /** True if the time is up. */
  hasRunOut(): boolean;
  /** Call it at the end: a timer keeps the process alive. */
  cancel(): void;
}

/** @param outer aborts the work too, e.g. when the run is cancelled */
export function startTimeLimit(milliseconds: number, outer?: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    const message = `not finished within ${milliseconds / 1000} s`;
    controller.abort(new NetworkError('total-timeout', message, { code: 'ETIMEDOUT' }));
  }, milliseconds);
  return {
    signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
    hasRunOut: () => controller.signal.aborted,
    cancel: () => {
      clearTimeout(timer);
    },
  };
}
