import { MAX_GZIP_RATIO, MAX_PLAIN_RATIO } from './media.js';

/** The trailer and, where there is one, eStargz's footer. */
const TAIL_BYTES = 64;

/** Enough to see, beside these, whether a layer ends in a run of equal bytes, however its last block begins. */
const RUN_TAIL_BYTES = 1024;

/** Gigabytes of equal bytes fill all of this, megabytes do not. */
export const LONG_RUN_TAIL_BYTES = 64 * 1024;

/**
 * DEFLATE takes up to 15 bits for a length and 15 for a distance (RFC 1951, 3.2.7), so a run repeats after 30
 * bytes at the most, and the 10,751 zeros to which GNU tar may pad take up to 156 bytes. A run of gigabytes fills
 * the tail but for the heads of blocks; pigz writes one after every 127 bytes of it.
 */
const LONGEST_PERIOD = 30;
const RUN_SHARE = 1 / 3;

/** ISIZE counts modulo this. */
export const WRAP = 2 ** 32;

/** A smaller layer than this holds less than 4 GiB. */
const SMALLEST_WRAP_BYTES = Math.floor(WRAP / MAX_GZIP_RATIO);

/** From here on an ordinary ratio (up to 10) is enough for ISIZE to wrap. */
const PLAUSIBLE_WRAP_BYTES = 400e6;

/** What a gzip stream's last bytes say of its size. */
export interface GzipClaim {
  /** False if the number cannot be the size of a tar in a single member. */
  readonly aligned: boolean;
  /** ISIZE: the last member's size modulo 2^32 (RFC 1952, 2.3.1). */
  readonly isize: number;
  /** The smallest size that ISIZE and the compressed size allow, if it is one member. */
  readonly sizeBytes: number;
  /** Why that size is not to be taken on trust; empty for ordinary layers. */
  readonly doubts: readonly GzipDoubt[];
}

/**
 * - members: it cannot be the size of a single member
 * - wrap: more than 4 GiB are plausible
 * - ratio: beyond what ordinary layers have
 * - run: ends in a long run of equal bytes, which may be gigabytes of zeros in a few megabytes
 */
export type GzipDoubt = 'members' | 'wrap' | 'ratio' | 'run';

/** How much of a gzip layer's end to read; more if 4 GiB may hide in a run of zeros. */
export function tailSizeBytes(compressedSizeBytes: number): number {
  return compressedSizeBytes < SMALLEST_WRAP_BYTES ? TAIL_BYTES : RUN_TAIL_BYTES;
}

/**
 * Reads the claim in the last bytes of a gzip layer.
 *
 * One blind spot is left, for which only reading every layer whole would help: gigabytes of equal bytes in the
 * midst of a layer of less than 400 MB that neither begins nor ends like them. The claim of several members, the
 * last cut at a multiple of 512 bytes and larger than the whole layer compressed, is contradicted by the layer's
 * beginning, unless that shrinks less than the rest, or the others are less than about a fifth of it.
 */
export function readGzipClaim(tail: Buffer, compressedSizeBytes: number): GzipClaim {
  const isize = tail.readUInt32LE(tail.length - 4);
  // Stored blocks may make a layer a little larger than what is in it.
  const wraps = Math.max(0, Math.ceil((compressedSizeBytes * 0.999 - 1024 - isize) / WRAP));
  const sizeBytes = isize + wraps * WRAP;
  const canWrap = compressedSizeBytes >= SMALLEST_WRAP_BYTES;
  // A tar is always a multiple of 512; one that was cut evenly is likely to be cut at whole MiB.
  const aligned = isize % 512 === 0 && isize % 2 ** 20 !== 0;
  const doubts: Record<GzipDoubt, boolean> = {
    members: !aligned || wraps > 0 || sizeBytes > compressedSizeBytes * MAX_GZIP_RATIO,
    wrap: compressedSizeBytes > PLAUSIBLE_WRAP_BYTES,
    ratio: canWrap && sizeBytes > compressedSizeBytes * MAX_PLAIN_RATIO,
    run: canWrap && endsInRun(tail),
  };
  const held = (Object.keys(doubts) as GzipDoubt[]).filter((doubt) => doubts[doubt]);
  return { isize, aligned, sizeBytes, doubts: held };
}

/**
 * Whether the compressed bytes before the trailer repeat, as a run of equal bytes leaves them. DEFLATE's copies of
 * 258 bytes take 2 bits each in blocks with codes of their own, a period of one byte, and 11 bits in blocks with
 * fixed codes (level 1), a period of 11 bytes.
 */
export function endsInRun(tail: Buffer): boolean {
  const body = tail.subarray(0, -8);
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    let repeated = 0;
    for (let i = period; i < body.length; i++) if (body[i] === body[i - period]) repeated += 1;
    if (repeated >= body.length * RUN_SHARE) return true;
  }
  return false;
}

/**
 * The size that a look at a layer's beginning makes likely among those that ISIZE allows; undefined if
 * none or several fit.
 *
 * @param estimateBytes the beginning's ratio, extrapolated
 * @param lowestBytes what the layer holds at least
 * @param band the least and the most of the estimate that the true size is taken to be
 */
export function sizeNear(
  claim: GzipClaim,
  estimateBytes: number,
  lowestBytes: number,
  band: readonly [number, number],
): number | undefined {
  const from = Math.max(claim.sizeBytes, lowestBytes, estimateBytes * band[0]);
  const first = sizeAtLeast(claim, from);
  const fits = first <= estimateBytes * band[1];
  const another = first + WRAP <= estimateBytes * band[1];
  return fits && !another ? first : undefined;
}

/** The smallest size from `lowestBytes` on that ISIZE allows. */
export function sizeAtLeast(claim: GzipClaim, lowestBytes: number): number {
  return claim.sizeBytes + Math.max(0, Math.ceil((lowestBytes - claim.sizeBytes) / WRAP)) * WRAP;
}
