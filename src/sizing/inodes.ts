import { RegistryError, type LayerDescriptor } from '../registry/types.js';
import { INODE_BYTES, inodesThatFit } from './cache-size.js';
import { headOf, lookAtStart, streamWhole } from './read.js';
import { Stopped } from './sink.js';
import { sum, type Sizes } from './totals.js';
import type { Finding, Head, LayerJob } from './types.js';

/** A tar has a header of so many bytes for each inode. */
const LEAST_ENTRY_BYTES = 512;

/** The first bytes that show how large a layer's files are: fewer show only what every base image starts with. */
const HEAD_BYTES = 2 ** 20;

/** Estimates are raised as those of sizes are. */
const SAFETY = 1.15;

/** A layer with what is known of it. */
export interface Known {
  readonly job: LayerJob;
  readonly finding: Finding;
}

export interface InodeCount {
  readonly inodes: number;
  readonly warnings: readonly string[];
}

/**
 * Counts the inodes of all chains as exactly as they may decide the cache's size: an ext4 of 20 GiB is out of
 * them at 1,310,720, however many bytes are free. If bytes decide even with every file empty, which is so below
 * 640 MiB, nothing is read for it. Otherwise the first bytes of the largest layers are read, and layers that then
 * decide are read whole, as far as the budget allows.
 *
 * @param chains every layer, as often as it is unpacked
 */
export async function countInodes(
  chains: readonly LayerDescriptor[],
  known: ReadonlyMap<string, Known>,
  sizes: Sizes,
): Promise<InodeCount> {
  const enough = inodesThatFit(sizes);
  const layers = layersOf(chains, known);
  const total = (): number => sum(layers.map(({ times, inodes }) => times * inodes));
  await lookUntil(layers, () => total() <= enough);
  if (total() > enough) await readUntil(layers, () => total() <= enough);
  const isDecisive = total() > enough;
  const mayDecide =
    sum(layers.map((one) => one.times * (one.how === 'untold' ? most(one) : one.inodes))) > enough;
  return {
    inodes: Math.ceil(total()),
    warnings: layers.flatMap(({ how, job }) => {
      const layer = `layer ${job.layer.digest}`;
      if (how === 'estimated' && isDecisive)
        return [
          `The number of files in ${layer} is estimated from its first bytes, and decides the size of the cache.`,
        ];
      if (how === 'untold' && mayDecide)
        return [
          `The number of files in ${layer} is not known: if they are very many and very small, the cache is too small for them.`,
        ];
      return [];
    }),
  };
}

/** A layer, how often it is unpacked, and its inodes at the most, as far as is known. */
interface Layer extends Known {
  readonly times: number;
  inodes: number;
  /** Unknown: not looked at yet. Untold: cannot be looked at. */
  how: 'counted' | 'estimated' | 'unknown' | 'untold';
}

/** Where every file is empty. */
function most({ finding: { unpackedSizeBytes, likelySizeBytes = unpackedSizeBytes } }: Known): number {
  return likelySizeBytes / LEAST_ENTRY_BYTES;
}

/** What a layer of ordinary files has: one inode for 16 KiB at the most. */
function ordinary({ finding: { unpackedSizeBytes, likelySizeBytes = unpackedSizeBytes } }: Known): number {
  return likelySizeBytes / INODE_BYTES;
}

function layersOf(chains: readonly LayerDescriptor[], known: ReadonlyMap<string, Known>): Layer[] {
  const times = new Map<string, number>();
  for (const { digest } of chains) times.set(digest, (times.get(digest) ?? 0) + 1);
  return [...times].flatMap(([digest, count]) => {
    const one = known.get(digest);
    if (one === undefined) return [];
    const { inodes, head, source } = one.finding;
    if (inodes !== undefined) return [{ ...one, times: count, inodes, how: 'counted' }];
    const layer: Layer = { ...one, times: count, inodes: most(one), how: 'unknown' };
    if (!takeHead(layer, head) && (source === 'bound' || source === 'factor')) becomeUntold(layer);
    return [layer];
  });
}

/** Largest first, all at once that it takes if they are ordinary; then whatever is still missing. */
async function lookUntil(layers: readonly Layer[], isEnough: () => boolean): Promise<void> {
  for (;;) {
    const unknown = layers
      .filter(({ how }) => how === 'unknown')
      .sort((a, b) => b.times * b.inodes - a.times * a.inodes);
    if (isEnough() || unknown.length === 0) return;
    const batch: Layer[] = [];
    for (const layer of unknown) {
      batch.push(layer);
      layer.inodes = ordinary(layer);
      if (isEnough()) break;
    }
    await Promise.all(batch.map(look));
  }
}

async function look(layer: Layer): Promise<void> {
  const seen = await unlessOutOfReach(() => lookAtStart(layer.job, HEAD_BYTES));
  if (seen === undefined || !takeHead(layer, headOf(seen).head, 0)) becomeUntold(layer);
}

/** If bytes cannot be read, the number of files stays unknown, but the size of the layers is known. */
async function unlessOutOfReach<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Stopped || error instanceof RegistryError) return undefined;
    throw error;
  }
}

function becomeUntold(layer: Layer): void {
  layer.how = 'untold';
  layer.inodes = ordinary(layer);
}

/** Extrapolates from a beginning; false if that is too short to tell. */
function takeHead(layer: Layer, head: Head | undefined, leastBytes = HEAD_BYTES): boolean {
  if (head === undefined || head.sizeBytes <= leastBytes || head.inodes === 0) return false;
  layer.how = 'estimated';
  layer.inodes = (head.inodes / head.sizeBytes) * layer.finding.unpackedSizeBytes * SAFETY;
  return true;
}

/** Counts what was estimated, the most first. */
async function readUntil(layers: readonly Layer[], isEnough: () => boolean): Promise<void> {
  const estimated = layers
    .filter(({ how }) => how === 'estimated')
    .sort((a, b) => b.times * b.inodes - a.times * a.inodes);
  for (const layer of estimated) {
    const { job } = layer;
    if (isEnough()) return;
    if (!job.budget.grant(job.layer.sizeBytes)) continue;
    const whole = await unlessOutOfReach(() => streamWhole(job, Infinity));
    const inodes = whole?.inodes;
    if (inodes === undefined) continue;
    layer.inodes = inodes;
    layer.how = 'counted';
  }
}
