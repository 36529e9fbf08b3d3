import type { BlobReader, LayerDescriptor } from '../registry/types.js';
import type { ReadingBudget } from './budget.js';

/** How a layer's size was determined, from the surest and cheapest to the last resort. */
export type SizeSource =
  | 'uncompressed'
  | 'empty'
  | 'annotation'
  | 'gzip-trailer'
  | 'estargz-toc'
  | 'zstd-header'
  | 'zstd-chunked-toc'
  | 'streamed'
  | 'prefix'
  | 'factor'
  | 'bound';

/** What was counted in a layer's beginning. */
export interface Head {
  readonly inodes: number;
  /** Of the tar, up to the end of the last entry that was seen. */
  readonly sizeBytes: number;
}

/** What one layer takes once it is unpacked. Estimates are rounded up, never down. */
export interface Finding {
  /** Of the tar inside, or an upper bound of it. */
  readonly unpackedSizeBytes: number;
  /** The most likely size, without the caution of an estimate; the same as `unpackedSizeBytes` for all others. */
  readonly likelySizeBytes?: number;
  /** Files, directories and links, where they were counted. */
  readonly inodes?: number;
  /** Where they were not: what the layer begins with, as far as that was read for the size. */
  readonly head?: Head;
  readonly source: SizeSource;
  /** Why the number is only an estimate, in words that follow "is"; the caller adds image and layer. */
  readonly warning?: string;
}

export interface LayerMeasure extends Finding {
  /** Bytes of the blob that were read to know it. */
  readonly fetchedBytes: number;
}

/** A layer whose size is certain only once all of it was read. */
export interface Doubt {
  /** How wrong the size may be without reading it: what the budget goes to first. */
  readonly atStakeBytes: number;
  /** What is left where the budget does not allow it. */
  readonly estimate: () => Promise<Finding>;
}

/** One layer that is being measured. */
export interface LayerJob {
  readonly layer: LayerDescriptor;
  readonly reader: BlobReader;
  readonly budget: ReadingBudget;
}
