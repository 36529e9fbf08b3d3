import { SMALL_LAYER_BYTES } from './budget.js';
import { claimedCompression } from './media.js';
import { byBound, byFactor } from './guess.js';
import { TAR_END_BYTES } from './tar.js';
import type { Doubt, Finding, Head, LayerJob } from './types.js';
import { only, unpack, type Unpacked } from './unpack.js';

/** A layer that unpacks a thousandfold would keep a runner busy for hours; no real image has one. */
const MAX_STREAMED_BYTES = 64 * 2 ** 30;

/** A beginning that grows beyond this has shown its ratio. */
const MAX_LOOK_BYTES = 2 ** 29;

/**
 * How far extrapolations are raised. From the first 8 MiB they were 11.5 % too small at the worst, and
 * worse where a layer is made of several members or frames that were packed apart.
 */
const SAFETY = { one: 1.15, several: 1.25 } as const;

/** What comes by range; more comes by stream, and is hung up on when there is enough. */
const LARGEST_RANGE_BYTES = 2 ** 20;

/** A layer's beginning. */
export interface Look extends Unpacked {
  /** Unpacked bytes for each compressed one; 0 where there are none. */
  readonly ratio: number;
  /** False if the registry answered a range with the whole. */
  readonly isByRange: boolean;
}

/** Reads the whole layer and counts what is in it. */
export async function streamWhole(job: LayerJob, maxWalkedBytes?: number): Promise<Finding> {
  const { layer, reader, budget } = job;
  return counted(job, await budget.unpacking(() => unpackAll(job, reader.stream(layer), maxWalkedBytes)));
}

/** The same of a layer that is so small that one answer holds it. */
export async function readWhole(job: LayerJob): Promise<Finding> {
  const { layer, reader, budget } = job;
  const bytes = await reader.range(layer, 0, layer.sizeBytes - 1);
  const source = bytes ? only(bytes) : reader.stream(layer);
  return counted(job, await budget.unpacking(() => unpackAll(job, source)));
}

function unpackAll(
  { budget }: LayerJob,
  source: AsyncIterable<Buffer>,
  maxWalkedBytes?: number,
): Promise<Unpacked> {
  return unpack(source, {
    maxUnpackedBytes: MAX_STREAMED_BYTES,
    exhausted: () => budget.exhausted(),
    ...(maxWalkedBytes === undefined ? {} : { maxWalkedBytes }),
  });
}

/** The finding for a whole layer. What was counted is used, however the layer ends. */
function counted(job: LayerJob, whole: Unpacked): Finding {
  const { layer } = job;
  const look = asLook(whole, true);
  if (whole.stopped !== undefined) return extrapolated(job, look, 'several', whole.stopped);
  const found = {
    unpackedSizeBytes: whole.sizeBytes,
    ...inodesOf(whole),
    source: whole.format === 'tar' ? ('uncompressed' as const) : ('streamed' as const),
  };
  const isStrange = STRANGE[whole.format];
  if (isStrange !== undefined) return strange(job, isStrange);
  const { damage } = whole;
  if (damage === undefined) return { ...found };
  // Behind the tar's end there is nothing more of it.
  if (whole.tar.ended) return { ...found, warning: `counted as far as it can be unpacked, since ${damage}` };
  const untold = layer.sizeBytes - whole.consumedBytes;
  if (untold > 0) return byBound(untold, whole.format === 'zstd' ? 'zstd' : 'gzip', damage, look);
  return { ...found, warning: `counted as far as it can be unpacked, since ${damage}` };
}

/** Formats that containerd does not unpack, and why their unpacked size is unknown. */
const STRANGE: Partial<Record<Unpacked['format'], string>> = {
  xz: 'it is packed with xz, which neither containerd nor this action unpacks',
  bzip2: 'it is packed with bzip2, which neither containerd nor this action unpacks',
  unknown: 'its bytes are neither gzip, zstd nor a tar',
};

/** A layer that nothing here can unpack. An unpacked one takes its own size; the size of any other is unknown. */
export function strange({ layer }: LayerJob, reason: string): Finding {
  if (reason !== STRANGE.unknown) return byBound(layer.sizeBytes, 'unknown', reason);
  return {
    unpackedSizeBytes: layer.sizeBytes,
    source: 'uncompressed',
    warning: `taken as the size of the layer as it is stored, since ${reason}`,
  };
}

/** The same for the first bytes of a layer; undefined for what can be unpacked. */
export function strangeByLook(job: LayerJob, { format }: Look): Finding | undefined {
  const reason = STRANGE[format];
  return reason === undefined ? undefined : strange(job, reason);
}

/** The inodes where all entries were seen, else what the layer begins with. */
export function inodesOf({ tar, sizeBytes, walkedBytes }: Unpacked): Pick<Finding, 'inodes' | 'head'> {
  if (walkedBytes === sizeBytes) return { inodes: tar.inodes };
  return headOf({ tar, walkedBytes });
}

/** What a look found, for the estimate of the layer's inodes. */
export function headOf({ tar, walkedBytes }: Pick<Unpacked, 'tar' | 'walkedBytes'>): { head: Head } {
  // The last entry goes on behind what was walked.
  return { head: { inodes: tar.inodes, sizeBytes: Math.max(walkedBytes, tar.endBytes) } };
}

/** Unpacks a layer's first bytes. */
export async function lookAtStart(job: LayerJob, sizeBytes: number): Promise<Look> {
  const { layer, reader, budget } = job;
  const small = sizeBytes <= LARGEST_RANGE_BYTES;
  const piece = small ? await reader.range(layer, 0, Math.min(sizeBytes, layer.sizeBytes) - 1) : undefined;
  const source = piece ? only(piece) : firstBytes(job, sizeBytes);
  const look = await budget.unpacking(() =>
    unpack(source, {
      maxUnpackedBytes: MAX_LOOK_BYTES,
      cut: sizeBytes < layer.sizeBytes,
      exhausted: () => budget.exhausted(),
    }),
  );
  return asLook(look, piece !== undefined || !small);
}

function asLook(seen: Unpacked, isByRange: boolean): Look {
  return { ...seen, isByRange, ratio: seen.consumedBytes > 0 ? seen.sizeBytes / seen.consumedBytes : 0 };
}

async function* firstBytes({ layer, reader }: LayerJob, sizeBytes: number): AsyncGenerator<Buffer> {
  let wanted = sizeBytes;
  for await (const chunk of reader.stream(layer)) {
    yield chunk.subarray(0, wanted);
    wanted -= chunk.length;
    if (wanted <= 0) return;
  }
}

/** A doubt of which a longer look is the estimate. */
export function doubt(
  job: LayerJob,
  atStakeBytes: number,
  estimate: (look: Look) => Finding,
  seen: Look,
): Doubt {
  // Less than all of it: that was not granted.
  const lookBytes = job.layer.sizeBytes > SMALL_LAYER_BYTES ? SMALL_LAYER_BYTES : LARGEST_RANGE_BYTES;
  return {
    atStakeBytes,
    estimate: async () => {
      const look = await lookAtStart(job, lookBytes);
      return estimate(look.consumedBytes >= seen.consumedBytes ? look : seen);
    },
  };
}

/** The size of the whole layer, were it all like its beginning; raised, since it is not. */
export function extrapolated(
  { layer }: LayerJob,
  look: Look,
  parts: keyof typeof SAFETY,
  reason: string,
  atLeastBytes = 0,
): Finding {
  if (look.consumedBytes === 0) {
    const compression = claimedCompression(layer);
    return look.damage === undefined
      ? byFactor(layer.sizeBytes, reason)
      : byBound(layer.sizeBytes, compression, look.damage);
  }
  const least = Math.max(look.tar.endBytes + TAR_END_BYTES, look.sizeBytes, 0);
  const likely = Math.max(Math.ceil(look.ratio * layer.sizeBytes), least);
  return {
    unpackedSizeBytes: Math.max(Math.ceil(look.ratio * layer.sizeBytes * SAFETY[parts]), least, atLeastBytes),
    likelySizeBytes: likely,
    ...headOf(look),
    source: 'prefix',
    warning: `estimated from its first bytes, since ${reason}`,
  };
}
