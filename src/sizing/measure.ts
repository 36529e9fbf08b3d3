import { RegistryError } from '../registry/types.js';
import { SMALL_LAYER_BYTES } from './budget.js';
import { byBound, byFactor } from './guess.js';
import { probeGzip, probeTrailer } from './probe-gzip.js';
import { measureChunked, probeZstd } from './probe-zstd.js';
import {
  annotatedSizeBytes,
  claimedCompression,
  emptyLayerSizeBytes,
  isEncrypted,
  isForeign,
} from './media.js';
import {
  doubt,
  extrapolated,
  lookAtStart,
  readWhole,
  streamWhole,
  strangeByLook,
  type Look,
} from './read.js';
import { Stopped } from './sink.js';
import type { Doubt, Finding, LayerJob } from './types.js';

/** Reading so little whole costs no more than reading a part of it, and cannot be fooled. */
const WHOLE_READ_BYTES = 64 * 1024;

/**
 * Up to here a gzip layer's trailer is believed without a look at its beginning: several members of which the last
 * is mistaken for all would make a difference of a few MiB, and the look a second request for most layers.
 */
const TRAILER_ALONE_BYTES = 512 * 1024;

/** Enough of a layer to see how it is packed, its ratio, whether it is made of several parts, and its headers. */
const HEAD_BYTES = 64 * 1024;

/** Enough to see that it is a tar. */
const PLAIN_HEAD_BYTES = 1024;

/**
 * Finds out the unpacked size of a layer, the cheapest way first, or how much is in doubt.
 *
 * @throws RegistryError if the layer cannot be read, unless it is a foreign one
 */
export function probe(job: LayerJob): Promise<Finding | Doubt> {
  return guarded(job, () => probed(job));
}

/** Settles a doubt: by reading the whole layer where that is granted. @throws RegistryError as `probe` */
export function settle(job: LayerJob, { estimate }: Doubt, isGranted: boolean): Promise<Finding> {
  return guarded(job, () => (isGranted ? streamWhole(job) : estimate()));
}

async function guarded<T>(job: LayerJob, work: () => Promise<T | Finding>): Promise<T | Finding> {
  const { layer } = job;
  try {
    return await work();
  } catch (error) {
    if (error instanceof Stopped) return byFactor(layer.sizeBytes, error.message);
    // Registries need not hold these, and the places that do may be out of reach from here.
    if (error instanceof RegistryError && isForeign(layer)) {
      const reason = `it is a foreign layer that cannot be read: ${error.message}`;
      return byBound(layer.sizeBytes, claimedCompression(layer), reason);
    }
    throw error;
  }
}

/** What the manifest alone says is used before what the bytes say. */
async function probed(job: LayerJob): Promise<Finding | Doubt> {
  const { layer } = job;
  const emptySize = emptyLayerSizeBytes(layer);
  if (emptySize !== undefined) return { unpackedSizeBytes: emptySize, inodes: 0, source: 'empty' };
  if (isEncrypted(layer)) return byBound(layer.sizeBytes, claimedCompression(layer), 'it is encrypted');
  const annotated = annotatedSizeBytes(layer);
  if (annotated !== undefined) return { unpackedSizeBytes: annotated, source: 'annotation' };
  if (layer.sizeBytes <= WHOLE_READ_BYTES) return readWhole(job);
  if (layer.sizeBytes <= TRAILER_ALONE_BYTES && claimedCompression(layer) === 'gzip') {
    return (await probeTrailer(job)) ?? (await readWhole(job));
  }
  return (await measureChunked(job, () => lookAtStart(job, HEAD_BYTES))) ?? (await probeByHead(job));
}

/** Everything else is said by the first bytes, whatever the media type says. */
async function probeByHead(job: LayerJob): Promise<Finding | Doubt> {
  const { layer } = job;
  const isPlain = claimedCompression(layer) === 'none';
  let head = await lookAtStart(job, isPlain ? PLAIN_HEAD_BYTES : HEAD_BYTES);
  if (head.format === 'tar') return { unpackedSizeBytes: layer.sizeBytes, source: 'uncompressed' };
  const strange = strangeByLook(job, head);
  if (strange) return strange;
  if (isPlain) head = await lookAtStart(job, HEAD_BYTES);
  if (!head.isByRange) return doubtWithoutRanges(job, head);
  return head.format === 'zstd' ? probeZstd(job, head) : probeGzip(job, head);
}

/** Where the registry serves whole layers only: all of it within the budget, else its beginning. */
function doubtWithoutRanges(job: LayerJob, head: Look): Doubt {
  const estimate = (look: Look): Finding =>
    extrapolated(job, look, 'several', 'its registry does not serve parts of a layer');
  const isSmall = job.layer.sizeBytes <= SMALL_LAYER_BYTES;
  return doubt(job, (isSmall ? 1 : 2 ** 20) * job.layer.sizeBytes, estimate, head);
}
