import type { RunRecord } from './report/record.js';

/**
 * What has to do with the process itself: its signals, its warnings, its end. The entry loads this file before it
 * knows how old its Node is, so it imports nothing but types.
 */

/**
 * Exit codes of a process that a signal ended, by the convention of shells: 128 + the signal's number. SIGHUP comes
 * when the terminal or the container's shell goes away. SIGBREAK is Ctrl+Break, which a runner on Windows sends after
 * Ctrl+C; elsewhere nobody sends it (Node's "Signal events").
 */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGBREAK: 149 } as const;
type SignalName = keyof typeof EXIT_CODES;

/** Why a run was cut short. */
export class Cancelled extends Error {
  readonly exitCode: number;

  constructor(readonly signalName: SignalName) {
    super(`cancelled by ${signalName}`);
    this.exitCode = EXIT_CODES[signalName];
  }
}

/** Aborts, with a Cancelled as its reason, when the runner cancels the step. */
export function cancelOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of Object.keys(EXIT_CODES) as SignalName[]) {
    process.on(name, () => {
      controller.abort(new Cancelled(name));
    });
  }
  return controller.signal;
}

/** The runner kills a step that does not end soon after a cancel. A create or an allocation is usually answered within this time. */
const LAST_WAIT_MS = 1_000;

/**
 * Resolves or rejects with the work, or rejects with the Cancelled as soon as the signal aborts. A create or
 * an allocation that is under way then gets one more second: users should learn the ID of what they pay for.
 */
export async function untilCancelled<T>(
  work: Promise<T>,
  signal: AbortSignal,
  record: RunRecord,
): Promise<T> {
  const cancelled = new Promise<never>((_, reject) => {
    const stop = (): void => {
      void createHasEnded(record).then(() => {
        reject(signal.reason as Cancelled);
      });
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work, cancelled]);
}

async function createHasEnded(record: RunRecord): Promise<void> {
  const end = Date.now() + LAST_WAIT_MS;
  while ((record.creating || record.allocating) && Date.now() < end) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** The log's reader may be gone, e.g. after a SIGHUP, or its disk may be full: the work goes on without it. */
export function survivesBrokenLog(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Ends the process, whatever connection is still open, once everything that was printed is out. */
export function endProcess(exitCode: number): void {
  process.stdout.write('', () => {
    process.exit(exitCode);
  });
}
