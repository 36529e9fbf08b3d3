import { phaseOf } from '../cache/statuses.js';
import { ActionError, ActionErrors } from '../errors.js';
import { Cancelled } from '../process.js';
import { debug, endGroup, info } from './commands.js';
import { annotate, defuse, type Annotating } from './console.js';
import { keptAfterFailure } from './eip.js';
import { formatDuration, sentence } from './format.js';
import type { Note, RunRecord } from './record.js';
import type { Secrets } from './secrets.js';

interface Reporting {
  readonly secrets: Secrets;
  readonly record: RunRecord;
}

/** One failure in words: what failed, and what to do. */
export interface Failure {
  readonly message: string;
  readonly hint: string | undefined;
}

const WORDS = {
  created: 'created',
  reused: 'reused, nothing was created',
  joined: 'joined, it was already being built',
  'dry-run': 'dry run, nothing was created',
} as const;

/** The last line of a run that did what was asked: which cache, how it came about, and how long it took. */
export function lastLine(record: RunRecord): string {
  const { result, status, deleted, nothingToCache } = record;
  if (nothingToCache !== undefined) return `Nothing to cache: ${sentence(nothingToCache)}`;
  const took = `It took ${formatDuration(elapsed(record))}.`;
  if (result === 'dry-run') return `Dry run: nothing was created or deleted. ${prospect(record)}${took}`;
  const how = result ? ` (${WORDS[result]})` : '';
  const gone = deleted.length > 0 ? ` Old caches deleted: ${deleted.length}.` : '';
  return `Image cache ${nameOf(record)} is ${status ?? ''}${how}. ${took}${gone}`;
}

/** The last line of a run that failed: how long it took, and what there is now. */
export function lastLineOfFailure(record: RunRecord): string {
  const { imageCacheId, status } = record;
  const failed = `Failed after ${formatDuration(elapsed(record))}.`;
  if (imageCacheId === undefined) return failed;
  return `${failed} Image cache ${nameOf(record)}${status ? ` is ${status}` : ' was requested'}.`;
}

/** What a real run would do, as far as a dry run came. */
function prospect(record: RunRecord): string {
  const { imageCacheId, imageCacheName, imageCacheSizeGiB } = record;
  if (imageCacheId !== undefined) return `It would use ${nameOf(record)}. `;
  if (imageCacheName === undefined || imageCacheSizeGiB === undefined) return '';
  return `It would create ${imageCacheName} (${imageCacheSizeGiB} GiB). `;
}

/** `imc-1 (shop-v1, 20 GiB)`, whatever parts of it are known. */
function nameOf({ imageCacheId, imageCacheName, imageCacheSizeGiB }: RunRecord): string {
  const details = [imageCacheName, imageCacheSizeGiB === undefined ? '' : `${imageCacheSizeGiB} GiB`];
  const known = details.filter(Boolean).join(', ');
  return known ? `${imageCacheId ?? ''} (${known})` : (imageCacheId ?? '');
}

/** Milliseconds from the start of the run to the end of its last phase. */
function elapsed({ phases }: RunRecord): number {
  return phases.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
}

/** The error for outputs that cannot be written: it stands in for them, as far as one line can. */
export function outputFailure(problem: ActionError, record: RunRecord): ActionError {
  const { imageCacheId, status } = record;
  const cache =
    imageCacheId === undefined
      ? 'No cache was created.'
      : `Image cache ${nameOf(record)} ${status ? `is ${status}` : 'was requested'}.`;
  return new ActionError(`${problem.message} ${cache}`, { hint: problem.hint, cause: problem });
}

export function reportSuccess({
  record,
  secrets,
  severalLines = true,
}: Reporting & Partial<Annotating>): void {
  const line = defuse(secrets.redact(lastLine(record)));
  if (record.nothingToCache === undefined) info(line);
  else annotate('notice', [line], { severalLines });
}

/**
 * Prints one error for each failure, with its next step, and names the cache where there is one.
 *
 * @returns the exit code
 */
export function reportFailure(
  error: unknown,
  reporting: Reporting & Annotating & { readonly note: Note },
): number {
  const { record, note, secrets } = reporting;
  const clean = (text: string): string => defuse(secrets.redact(text));
  note({ failures: withKeptEip(failuresOf(error, record), record) });
  // A cancel cuts a phase short: end its group, so that the errors are not folded away.
  if (record.phases.some(({ open }) => open)) endGroup();
  for (const { message, hint } of record.failures) {
    annotate(
      'error',
      [message, hint].flatMap((text) => (text ? [clean(text)] : [])),
      reporting,
    );
  }
  if (!(error instanceof ActionError || error instanceof Cancelled)) {
    for (const line of stackOf(error)) debug(clean(line));
  }
  if (record.phases.length > 0) info(clean(lastLineOfFailure(record)));
  return error instanceof Cancelled ? error.exitCode : 1;
}

function failuresOf(error: unknown, record: RunRecord): Failure[] {
  if (error instanceof ActionErrors) return error.errors.flatMap((one) => failuresOf(one, record));
  if (error instanceof Cancelled) return [cancelled(error, record)];
  if (error instanceof ActionError) return [{ message: error.message, hint: error.hint }];
  return [
    {
      message: `Unexpected failure: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'This is a bug in the action. Run the job again with debug logging, and report what it shows.',
    },
  ];
}

/** The last failure also names what is still paid for after this run. */
function withKeptEip(failures: readonly Failure[], record: RunRecord): Failure[] {
  const kept = keptAfterFailure(record);
  return failures.map(({ message, hint }, index) => ({
    message: kept !== '' && index === failures.length - 1 ? `${message} ${kept}` : message,
    hint,
  }));
}

function cancelled({ signalName }: Cancelled, { imageCacheId, status, creating }: RunRecord): Failure {
  const message = `Cancelled (${signalName}).`;
  if (imageCacheId !== undefined && phaseOf(status ?? '') === 'in-progress') {
    return {
      message: `${message} Image cache ${imageCacheId} was left alone and keeps building.`,
      hint: 'Run this step again: it joins the cache and waits for it.',
    };
  }
  if (creating) {
    return {
      message: `${message} A cache was just requested, and its ID is not known yet.`,
      hint: 'Run this step again: it finds the cache if it was created.',
    };
  }
  return { message: `${message} No cache was being made.`, hint: undefined };
}

function stackOf(error: unknown): string[] {
  return error instanceof Error && error.stack ? error.stack.split('\n') : [];
}
