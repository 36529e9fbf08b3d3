import { ActionError, ActionErrors, InputError } from '../../../src/errors.js';
import './settings.js';

/** A case that takes longer hangs: the slowest take a few milliseconds, on a machine that is busy a hundred. */
const LONGEST_CASE_MS = 5_000;

/** What the work came to: a value, or an error of ours. */
export type Outcome<T> =
  { readonly value: T; readonly error?: never } | { readonly value?: never; readonly error: ActionError };

/**
 * Runs the work on a stranger's input.
 *
 * @throws what the work throws where that is no error of ours, e.g. a TypeError; an Error where it hangs
 */
export function outcomeOf<T>(work: () => T): Outcome<T> {
  const startMs = performance.now();
  try {
    return { value: work() };
  } catch (error) {
    return { error: ours(error) };
  } finally {
    assertQuick(startMs);
  }
}

/** The same for work that waits. */
export async function outcomeOfAsync<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  const startMs = performance.now();
  try {
    return { value: await inTime(work()) };
  } catch (error) {
    return { error: ours(error) };
  } finally {
    assertQuick(startMs);
  }
}

/** The inputs that the error blames; "none" stands for an error that blames no input. */
export function blamedBy(error: ActionError | undefined): readonly string[] {
  const errors = error instanceof ActionErrors ? error.errors : error === undefined ? [] : [error];
  return errors.map((one) => (one instanceof InputError ? one.input : 'none'));
}

/** An error whose text is ours, and says something that is not without end. */
function ours(error: unknown): ActionError {
  if (!(error instanceof ActionError)) throw error;
  if (error.message === '' || error.message.length > LONGEST_MESSAGE) {
    throw new Error(`an error of ${error.message.length} characters: ${error.message.slice(0, 1_000)}`);
  }
  return error;
}

/** Far more than anybody reads; what strangers wrote is cut at a few hundred characters each. */
const LONGEST_MESSAGE = 100_000;

function assertQuick(startMs: number): void {
  const tookMs = performance.now() - startMs;
  if (tookMs > LONGEST_CASE_MS) throw new Error(`it took ${Math.round(tookMs)} ms`);
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no end within ${LONGEST_CASE_MS} ms`));
    }, LONGEST_CASE_MS);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
