import { formatBytes } from '../report/format.js';
import { MAX_GZIP_RATIO, type Compression } from './media.js';
import type { Finding } from './types.js';

/** The ratio assumed for a layer that could not be read: real ones were 1.0 to 6.9, most of them below this. */
const FACTOR = 4;

/** The most that a compressed byte can stand for: of zstd, a block of 128 KiB in four bytes. */
const MOST_RATIO: Readonly<Record<Compression, number>> = {
  none: 1,
  gzip: MAX_GZIP_RATIO,
  zstd: 32 * 1024,
  unknown: Infinity,
};

/** Four times the compressed size, for layers that were not read: a guess, not a limit, and the text says so. */
export function byFactor(sizeBytes: number, reason: string): Finding {
  return {
    unpackedSizeBytes: sizeBytes * FACTOR,
    source: 'factor',
    warning: `taken as ${FACTOR} times its compressed size, which is a guess and not a limit, since ${reason}`,
  };
}

/**
 * The largest size that the format allows, for layers that reveal nothing about their unpacked size.
 *
 * @param untold compressed bytes of which nothing is known
 * @param counted what is known to be in the others, and their ratio
 */
export function byBound(
  untoldBytes: number,
  compression: Compression,
  reason: string,
  counted: { readonly sizeBytes: number; readonly ratio: number } = { sizeBytes: 0, ratio: FACTOR },
): Finding {
  const most = counted.sizeBytes + untoldBytes * MOST_RATIO[compression];
  return {
    unpackedSizeBytes: most,
    likelySizeBytes: Math.min(most, Math.ceil(counted.sizeBytes + untoldBytes * (counted.ratio || FACTOR))),
    source: 'bound',
    warning: `not known, and ${Number.isFinite(most) ? `may be up to ${formatBytes(most)}` : 'has no bound'}, since ${reason}`,
  };
}
