/** What a cache's status means to us. */
export type CachePhase =
  /** Usable now. */
  | 'ready'
  /** On its way; also every status that we don't know: keep polling. */
  | 'in-progress'
  /** Will never be usable. */
  | 'failed'
  /** Still listed, but deleted or about to be. */
  | 'gone';

/** The statuses of DescribeImageCaches. */
const KNOWN = new Map<string, CachePhase>([
  ['Preparing', 'in-progress'],
  ['Creating', 'in-progress'],
  ['Updating', 'in-progress'],
  ['Ready', 'ready'],
  ['Failed', 'failed'],
  ['UpdateFailed', 'failed'],
]);

/**
 * Documented nowhere for image caches; other resources of the vendor are listed with such a status for a while:
 * Deleting, PendingDelete, DELETE_COMPLETE, Recycled.
 */
const GONE = /^\w*(delet|remov|releas|terminat|destroy|expir|recycl|evict|eliminat|purg)\w*$/i;
/** CreateFailed, CREATE_FAILED, Error, DeleteFailed: nothing follows any more. */
const FAILED = /^\w*(fail|error|abort|cancel)\w*$/i;

export function phaseOf(status: string): CachePhase {
  const known = KNOWN.get(knownSpelling(status));
  if (known !== undefined) return known;
  const word = status.trim();
  if (FAILED.test(word)) return 'failed';
  return GONE.test(word) ? 'gone' : 'in-progress';
}

/** Any other one counts as in progress, but nobody can say that a build goes on. */
export function isKnownStatus(status: string): boolean {
  return KNOWN.has(knownSpelling(status)) || phaseOf(status) !== 'in-progress';
}

/** `READY` as the documents spell it; any other status stays as it is. */
export function knownSpelling(status: string): string {
  const text = status.trim();
  return [...KNOWN.keys()].find((known) => known.toLowerCase() === text.toLowerCase()) ?? text;
}
