import type { Diagnosis } from '../cache/diagnose.js';
import type { Clock } from '../clock.js';
import type { Log } from './log.js';

/** One image, as the table in log and summary shows it. */
export interface ImageRow {
  readonly reference: string;
  readonly platform: string;
  /** Undefined where the registry could not be read. */
  readonly digest: string | undefined;
  readonly compressedSizeBytes: number | undefined;
  /** Undefined where the size on disk was not needed: an existing cache is used. */
  readonly unpackedSizeBytes?: number | undefined;
  /** How its layers' sizes came to be known, e.g. `2 × gzip trailer`. */
  readonly measuredBy?: string | undefined;
}

export interface Phase {
  readonly title: string;
  readonly startMs: number;
  /** While it is under way: now. */
  readonly endMs: number;
  /** It is under way still. */
  readonly open?: boolean;
}

/** What happened, filled in as it happens, so that a failed run can be told of as far as it came. */
export interface RunRecord {
  regionId: string;
  /** A create is under way whose answer has not come yet. */
  creating: boolean;
  result?: 'created' | 'reused' | 'joined' | 'dry-run';
  status?: string;
  imageCacheId?: string;
  imageCacheName?: string;
  imageCacheSizeGiB?: number | undefined;
  /** Where the size of a new cache came from. */
  sizeOrigin?: 'computed' | 'explicit';
  /** Lines that show the sum behind a computed size. */
  sizeExplanation: readonly string[];
  images: readonly ImageRow[];
  failedBefore: readonly string[];
  deleted: readonly string[];
  /** What a dry run would have deleted. */
  wouldDelete?: readonly string[];
  diagnosis?: Diagnosis;
  failures: readonly { readonly message: string; readonly hint: string | undefined }[];
  readonly phases: Phase[];
}

export function emptyRecord(): RunRecord {
  return {
    regionId: '',
    creating: false,
    sizeExplanation: [],
    images: [],
    failedBefore: [],
    deleted: [],
    failures: [],
    phases: [],
  };
}

/** Runs one phase of the story in a group of the log, and notes how long it took. */
export async function inPhase<T>(
  title: string,
  { record, log, clock }: { record: RunRecord; log: Log; clock: Clock },
  work: () => Promise<T>,
): Promise<T> {
  let end: number | undefined;
  // Noted at its start: a run that is cut short in the middle of it tells of it all the same.
  record.phases.push({
    title,
    startMs: clock.now(),
    get endMs() {
      return end ?? clock.now();
    },
    get open() {
      return end === undefined;
    },
  });
  try {
    return await log.group(title, work);
  } finally {
    end = clock.now();
  }
}
