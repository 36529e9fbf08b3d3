import { MAX_CACHE_SIZE_GIB, MIN_CACHE_SIZE_GIB } from '../cache/sizes.js';
import { ActionError } from '../errors.js';
import { alignedTable, formatBytes } from '../report/format.js';
import type { Sizes, Totals } from './totals.js';

const GIB = 2 ** 30;

/** Blocks, directories and inodes of ordinary layers; 1.00 to 1.09 times their tars were measured. */
const UNPACKED_FACTOR = 1.1;

/** What ext4 leaves to use of a disk. */
const USABLE_SHARE = 0.925;

/** A reserve: what else is on the cache's disk is not documented. */
const SPARE_GIB = 1;

/** ext4 is made with one inode for each 16 KiB (mke2fs.conf: inode_ratio), so a file takes that much at least. */
export const INODE_BYTES = 16 * 1024;

/** For what lies beside the images: a bound of its own, so nothing else is added to it. */
const INODE_SPARE_BYTES = 0.1 * GIB;

/** What may be asked for beyond what is likely, for layers of which only their format's bound is known. */
const MOST_FOR_BOUNDS_GIB = 10;

/** A computed size with the terms of its sum. */
export interface CacheSize {
  /** What to ask the service for. */
  readonly sizeGiB: number;
  readonly decidedBy: 'bytes' | 'inodes' | 'minimum';
  /** Layers unpacked, by chain. */
  readonly unpackedSizeBytes: number;
  /** Layers as pulled: they lie beside the unpacked ones while those are being made. */
  readonly compressedSizeBytes: number;
  /** What their files, directories and links need beside what their bytes need. */
  readonly inodes: number;
  readonly unpackedFactor: number;
  readonly usableShare: number;
  readonly marginPercent: number;
  /** The sum over bytes. */
  readonly neededGiB: number;
  readonly caution: Caution;
}

/** How much of the sum over bytes is there in case. */
export interface Caution {
  /** What the file system itself takes. */
  readonly fileSystemGiB: number;
  /** The input size-margin-percent. */
  readonly marginGiB: number;
  readonly spareGiB: number;
  /** By how many GiB the cache is larger because some layers' sizes are estimated; whole GiB. */
  readonly estimatesGiB: number;
  /** All of it: what could be left out of `sizeGiB` at the most, with an explicit size; whole GiB. */
  readonly totalGiB: number;
}

/**
 * The size of a cache that holds the images: the larger of what their bytes and what their inodes need.
 *
 * @param marginPercent what to add to the computed size, 0 or more
 * @param unknown the layers of which only a bound is known, each in a sentence without its full stop
 * @throws ActionError if they take more than the service offers, or if the possible size is far above the likely one
 */
export function computeCacheSize(
  totals: Totals,
  marginPercent: number,
  unknown: readonly string[] = [],
): CacheSize {
  const sum = sumOf(totals, marginPercent);
  const inodesGiB = (totals.inodes * INODE_BYTES + INODE_SPARE_BYTES) / GIB;
  const sizeOf = (unpackedSizeBytes: number): number => {
    const { neededGiB } = sumOf({ ...totals, unpackedSizeBytes }, marginPercent);
    return Math.max(Math.ceil(neededGiB), Math.ceil(inodesGiB), MIN_CACHE_SIZE_GIB);
  };
  const sizeGiB = sizeOf(totals.unpackedSizeBytes);
  const withoutBounds = sizeOf(likely(totals, totals.boundSizeBytes));
  if (sizeGiB - withoutBounds > MOST_FOR_BOUNDS_GIB) throw untold(withoutBounds, unknown);
  if (!(sizeGiB <= MAX_CACHE_SIZE_GIB)) throw tooLarge(sizeGiB);
  const fromInodes = inodesGiB > Math.max(sum.neededGiB, MIN_CACHE_SIZE_GIB);
  const fromBytes = !fromInodes && Math.ceil(sum.neededGiB) >= MIN_CACHE_SIZE_GIB;
  return {
    sizeGiB,
    decidedBy: fromInodes ? 'inodes' : fromBytes ? 'bytes' : 'minimum',
    unpackedSizeBytes: totals.unpackedSizeBytes,
    compressedSizeBytes: totals.compressedSizeBytes,
    inodes: totals.inodes,
    unpackedFactor: UNPACKED_FACTOR,
    usableShare: USABLE_SHARE,
    marginPercent,
    neededGiB: sum.neededGiB,
    caution: {
      fileSystemGiB: sum.onDiskGiB - sum.plainGiB,
      marginGiB: sum.neededGiB - SPARE_GIB - sum.onDiskGiB,
      spareGiB: SPARE_GIB,
      estimatesGiB: sizeGiB - sizeOf(likely(totals, totals.estimateSizeBytes)),
      totalGiB: sizeGiB - Math.max(Math.ceil(inodesGiB), MIN_CACHE_SIZE_GIB, Math.ceil(sum.plainGiB)),
    },
  };
}

/** How many inodes the disk has that the bytes need at the least, whatever the margin. */
export function inodesThatFit(sizes: Sizes): number {
  const diskBytes = Math.max(sumOf(sizes, 0).neededGiB, MIN_CACHE_SIZE_GIB) * GIB;
  return Math.floor((diskBytes - INODE_SPARE_BYTES) / INODE_BYTES);
}

interface Sum {
  /** Layers, unpacked and as they are pulled. */
  readonly plainGiB: number;
  readonly onDiskGiB: number;
  readonly neededGiB: number;
}

function sumOf(
  { unpackedSizeBytes, compressedSizeBytes }: Pick<Sizes, 'unpackedSizeBytes' | 'compressedSizeBytes'>,
  marginPercent: number,
): Sum {
  const onDiskGiB = (unpackedSizeBytes * UNPACKED_FACTOR + compressedSizeBytes) / GIB / USABLE_SHARE;
  const neededGiB = onDiskGiB * (1 + marginPercent / 100) + SPARE_GIB;
  return { plainGiB: (unpackedSizeBytes + compressedSizeBytes) / GIB, onDiskGiB, neededGiB };
}

function likely({ unpackedSizeBytes }: Sizes, raisedBytes: number): number {
  return Number.isFinite(raisedBytes) ? unpackedSizeBytes - raisedBytes : 0;
}

function tooLarge(sizeGiB: number): ActionError {
  return new ActionError(
    `The images need a cache of ${sizeGiB} GiB, and the service makes none over ${MAX_CACHE_SIZE_GIB} GiB.`,
    { hint: 'Spread the images over several caches, or set image-cache-size if you know the size better.' },
  );
}

function untold(likelyGiB: number, unknown: readonly string[]): ActionError {
  return new ActionError(`The size of the cache cannot be computed. ${unknown.join('. ')}.`, {
    hint: `Set image-cache-size to ${likelyGiB} or more, or to the size that you know the images need.`,
  });
}

/** The sum that led to the number, one line for each step: what it stands for, the step, and what that makes. */
export function explainSize(size: CacheSize): string[] {
  const unpacked = size.unpackedSizeBytes * size.unpackedFactor;
  const content = unpacked + size.compressedSizeBytes;
  const onDisk = content / size.usableShare;
  const withMargin = onDisk * (1 + size.marginPercent / 100);
  const { spareGiB } = size.caution;
  const ends = {
    bytes: 'rounded up',
    inodes: `inodes: ${size.inodes} files and directories, 16 KiB each`,
    minimum: 'the smallest cache that the service makes',
  };
  return [
    ...alignedTable([
      [
        'unpacked layers, blocks and inodes',
        `${formatBytes(size.unpackedSizeBytes)} × ${size.unpackedFactor}`,
        `= ${formatBytes(unpacked)}`,
      ],
      [
        'compressed layers, kept as well',
        `+ ${formatBytes(size.compressedSizeBytes)}`,
        `= ${formatBytes(content)}`,
      ],
      ['share of the disk that files can use', `÷ ${size.usableShare}`, `= ${formatBytes(onDisk)}`],
      ['margin', `+ ${size.marginPercent} %`, `= ${formatBytes(withMargin)}`],
      ['to spare', `+ ${spareGiB} GiB`, `= ${size.neededGiB.toFixed(2)} GiB`],
      [ends[size.decidedBy], '', `= ${size.sizeGiB} GiB`],
    ]),
    ...explainCaution(size),
  ];
}

/** How many GiB of the size are a reserve, and how to do without it: every instance pays for a disk of that size. */
function explainCaution({ sizeGiB, decidedBy, caution, marginPercent }: CacheSize): string[] {
  const { fileSystemGiB, marginGiB, spareGiB, estimatesGiB, totalGiB } = caution;
  const lines: string[] = [];
  if (estimatesGiB > 0) {
    lines.push(`Estimated layers make the cache ${estimatesGiB} GiB larger than it is likely to need.`);
  }
  if (decidedBy === 'bytes' && totalGiB > 0) {
    const parts = [
      `${fileSystemGiB.toFixed(2)} GiB for the file system`,
      ...(marginPercent > 0 ? [`${marginGiB.toFixed(2)} GiB of margin (size-margin-percent)`] : []),
      `${spareGiB} GiB to spare`,
    ];
    lines.push(
      `Of the ${sizeGiB} GiB, ${totalGiB} GiB are a reserve: ${parts.join(', ')}. An explicit image-cache-size leaves them out.`,
    );
  }
  return lines.length > 0 ? ['', ...lines] : [];
}
