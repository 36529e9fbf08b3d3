import type { Diagnosis } from '../cache/diagnose.js';
import type { Match } from '../cache/match.js';
import type { Clock } from '../clock.js';
import type { LeftBecause } from '../eip/release.js';
import type { ActionError } from '../errors.js';
import type { Log } from './log.js';

/** One image, as the table in log and summary shows it. */
export interface ImageRow {
  readonly reference: string;
  readonly platform: string;
  /** Undefined if the registry could not be read. */
  readonly digest: string | undefined;
  readonly compressedSizeBytes: number | undefined;
  /** Undefined if the size on disk was not needed: an existing cache is used. */
  readonly unpackedSizeBytes?: number | undefined;
  /** How its layers' sizes were determined, e.g. `2 × gzip trailer`. */
  readonly measuredBy?: string | undefined;
}

/** One pod of the manifests. */
export interface PodRow {
  /** Kind and name. */
  readonly label: string;
  readonly file: string;
  /** What would keep it from using the cache, or from getting the content that it means. */
  readonly doubts: readonly string[];
  /** Whether it names the cache in the annotated copy. */
  readonly isAnnotated: boolean;
}

export interface Phase {
  readonly title: string;
  readonly startMs: number;
  /** While it is in progress: now. */
  readonly endMs: number;
  /** It is still in progress. */
  readonly open?: boolean;
}

/** The cache that this run is about. All of its fields are noted at once, so that they belong to one cache. */
export interface CacheFacts {
  readonly imageCacheId: string | undefined;
  readonly imageCacheName: string | undefined;
  readonly imageCacheSizeGiB: number | undefined;
  readonly status: string | undefined;
  /** Of the instance that builds the cache. This and the request ID are known only to the run that created it. */
  readonly containerGroupId: string | undefined;
  readonly requestId: string | undefined;
  readonly snapshotId: string | undefined;
}

/** What happened so far: the source of outputs, summary and the last line of the log. */
export interface RunRecord extends Partial<CacheFacts> {
  readonly regionId: string;
  /** A create was sent, and its answer has not come yet. */
  readonly creating: boolean;
  /** Why there was nothing to do: the event is not about an image. */
  readonly nothingToCache?: string;
  readonly result?: 'created' | 'reused' | 'joined' | 'dry-run';
  /** Where the size of a new cache came from. */
  readonly sizeOrigin?: 'computed' | 'explicit' | undefined;
  /** Lines that show the sum behind a computed size. */
  readonly sizeExplanation: readonly string[];
  readonly images: readonly ImageRow[];
  /** The pods of the manifests, in their order. */
  readonly pods: readonly PodRow[];
  /** Messages about the manifests. */
  readonly manifestNotes: readonly string[];
  /** The folder with the annotated copy, once the cache is Ready. */
  readonly annotatedManifests?: string;
  /** Which cache the service would match, once this one is Ready. */
  readonly match?: Match;
  /** Images whose tags move, each with why. */
  readonly movingTags: readonly string[];
  /** Caches of this owner that hold the same references with another content. */
  readonly otherContent: readonly string[];
  readonly failedBefore: readonly string[];
  /** Caches of the content beside the one that is used: they cost money for nothing. */
  readonly surplus: readonly string[];
  /** Old caches that stay, since an instance started from them within the last 24 hours. */
  readonly keptInUse: readonly string[];
  readonly deleted: readonly string[];
  /** The EIP that was allocated for the build, and whether this run knows that it did so itself. */
  readonly eipInstanceId?: string | undefined;
  readonly eipOrigin?: 'allocated' | 'found' | undefined;
  /** An EIP was asked for, and the answer has not come yet, or was lost. */
  readonly allocating: boolean;
  readonly releasedEips: readonly string[];
  /** EIPs of this content that stay for now. */
  readonly leftEips: readonly { readonly allocationId: string; readonly why: LeftBecause }[];
  readonly wouldReleaseEips?: readonly string[];
  /** What a dry run would have deleted. */
  readonly wouldDelete?: readonly string[];
  readonly diagnosis?: Diagnosis;
  readonly failures: readonly { readonly message: string; readonly hint: string | undefined }[];
  readonly phases: Phase[];
}

export function emptyRecord(): RunRecord {
  return {
    regionId: '',
    creating: false,
    sizeExplanation: [],
    images: [],
    pods: [],
    manifestNotes: [],
    movingTags: [],
    otherContent: [],
    failedBefore: [],
    surplus: [],
    keptInUse: [],
    deleted: [],
    allocating: false,
    releasedEips: [],
    leftEips: [],
    failures: [],
    phases: [],
  };
}

/** The record with each of its texts changed. */
export function mapTexts(record: RunRecord, change: (text: string) => string): RunRecord {
  return JSON.parse(JSON.stringify(record), (_key, value: unknown) =>
    typeof value === 'string' ? change(value) : value,
  ) as RunRecord;
}

/**
 * Adds facts to the record, and sets the outputs that follow from them.
 *
 * @throws ActionError before a create or an allocation, if outputs cannot be written: nobody would learn its ID
 */
export type Note = (facts: Partial<RunRecord>) => void;

/**
 * A record to read, and the one way to write into it.
 *
 * @param writeOutputs returns what is wrong where an output is not written
 */
export function startRecord(writeOutputs: (record: RunRecord) => ActionError | undefined): {
  readonly record: RunRecord;
  readonly note: Note;
} {
  const record = emptyRecord();
  const note: Note = (facts) => {
    Object.assign(record, facts);
    const problem = writeOutputs(record);
    if (!problem || (facts.creating !== true && facts.allocating !== true)) return;
    Object.assign(record, { creating: false, allocating: false });
    throw problem;
  };
  note({});
  return { record, note };
}

/** Runs one phase of the story in a group of the log, and notes how long it took. */
export async function inPhase<T>(
  title: string,
  { record, log, clock }: { record: RunRecord; log: Log; clock: Clock },
  work: () => Promise<T>,
): Promise<T> {
  let end: number | undefined;
  // Noted at its start, so that a run that is cut short in the middle of it shows it.
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
