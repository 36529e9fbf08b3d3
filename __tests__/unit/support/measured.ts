import { GZIP_LAYER, layerOf, memoryReader } from '../../../bench/corpus/memory-reader.js';
import { tar, type TarEntry } from '../../../dev/tar.js';
import { mixture } from '../../../bench/corpus/words.js';
import { clockWithSpeed } from '../../../src/clock.js';
import { ReadingBudget, type BudgetLimits } from '../../../src/sizing/budget.js';
import { probe, settle } from '../../../src/sizing/measure.js';
import type { LayerMeasure } from '../../../src/sizing/types.js';
import type { BlobReader, LayerDescriptor } from '../../../src/registry/types.js';

export const MIB = 2 ** 20;

export interface Setup {
  readonly mediaType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** For layers over 8 MiB that are read whole. */
  readonly budgetBytes?: number;
  readonly ranges?: boolean;
  readonly chunkBytes?: number;
  readonly urls?: readonly string[];
}

/** Measures a layer that lies in memory, and tells what was asked for. */
export async function measured(
  blob: Buffer,
  { mediaType = GZIP_LAYER, annotations = {}, budgetBytes = 2 ** 30, urls = [], ...options }: Setup = {},
): Promise<LayerMeasure & { requests: string[] }> {
  const layer = { ...layerOf(blob, mediaType, annotations), urls };
  const reader = memoryReader(new Map([[layer.digest, blob]]), options);
  const measure = await measureOne(layer, reader, { streamBytes: budgetBytes });
  return { ...measure, requests: reader.requests };
}

/** Measures a layer as if it were the only one. */
export async function measureOne(
  layer: LayerDescriptor,
  reader: BlobReader,
  limits: Partial<BudgetLimits> = {},
): Promise<LayerMeasure> {
  const budget = new ReadingBudget(clockWithSpeed(1), limits);
  try {
    const job = { layer, reader: budget.within(reader), budget };
    const found = await probe(job);
    const finding = 'estimate' in found ? await settle(job, found, budget.grant(layer.sizeBytes)) : found;
    return { ...finding, fetchedBytes: job.reader.fetchedBytes };
  } finally {
    budget.close();
  }
}

/** A MiB again and again: far more than gzip looks back, and cheap to make. */
export const file = (name: string, sizeBytes: number, ratio: number, seed = 1): TarEntry => ({
  name,
  content: Buffer.alloc(sizeBytes, mixture(Math.min(sizeBytes, MIB), ratio, seed)),
});
/** An ordinary layer of 3.6 MB. */
export const ordinary = tar([file('a', 3 * MIB, 3), file('b', 500_000, 2, 3)]);
