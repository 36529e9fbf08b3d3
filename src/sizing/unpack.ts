import { ByteQueue } from './bytes.js';
import { FORMAT_BYTES, formatOf, type Format } from './format.js';
import { gunzip } from './gunzip.js';
import { Stopped, type Sink, type Unpacking } from './sink.js';
import { TarWalker, type TarTally } from './tar.js';
import { unzstd } from './unzstd.js';

/** What was counted of a layer, or of its beginning. */
export interface Unpacked {
  readonly format: Format;
  /** The first bytes as they are stored, FORMAT_BYTES of them where there are as many. */
  readonly firstBytes: Buffer;
  readonly sizeBytes: number;
  /** Compressed bytes that have led to them. */
  readonly consumedBytes: number;
  readonly tar: TarTally;
  /** Of `sizeBytes`, those that the tar's tally has seen: all but for zstd, which is counted without being unpacked. */
  readonly walkedBytes: number;
  /** Members of gzip, or frames of zstd, that came to their end. */
  readonly parts: number;
  /** Why it was left before the end; words that follow "since". */
  readonly stopped?: string;
  /** What is wrong with the bytes behind what was counted; words that follow "since". */
  readonly damage?: string;
}

export interface UnpackLimits {
  /** Where to stop, for streams that grow a thousandfold. */
  readonly maxUnpackedBytes: number;
  /** True for the beginning of a layer: its sudden end is no damage. */
  readonly cut?: boolean;
  /** How much of zstd is unpacked, for its entries to be counted; the rest is counted without it. */
  readonly maxWalkedBytes?: number;
  /** Asked again and again: why nothing more may be unpacked. */
  readonly exhausted?: () => string | undefined;
}

/** A zstd frame is unpacked up to here for its entries: more than enough to see how large they are. */
const WALKED_BYTES = 8 * 2 ** 20;

/**
 * Counts what is in a compressed stream without keeping it. The first bytes decide how it is compressed, as they
 * do in containerd, whatever the media type says. Damage ends the count and is no error; what the source throws
 * passes through, but for Stopped.
 */
export async function unpack(source: AsyncIterable<Buffer>, limits: UnpackLimits): Promise<Unpacked> {
  const tar = new TarWalker();
  const seen = { sizeBytes: 0, consumedBytes: 0, walkedBytes: 0 };
  const check = (): void => {
    const reason = limits.exhausted?.();
    if (reason !== undefined) throw new Stopped(reason);
    if (seen.sizeBytes > limits.maxUnpackedBytes) throw new Stopped(tooMuch(limits.maxUnpackedBytes));
  };
  const sink: Sink = {
    push: (piece) => {
      seen.sizeBytes += piece.length;
      seen.walkedBytes += piece.length;
      tar.push(piece);
      check();
    },
    skip: (sizeBytes) => {
      seen.sizeBytes += sizeBytes;
      check();
    },
    consumed: (bytes) => (seen.consumedBytes = bytes),
  };
  const input = new ByteQueue(source);
  let firstBytes: Buffer = Buffer.alloc(0);
  const found = (): Omit<Unpacked, 'parts'> => ({ format: formatOf(firstBytes), firstBytes, ...seen, tar });
  try {
    firstBytes = Buffer.from(await input.peek(FORMAT_BYTES));
    const end = await unpackAs(formatOf(firstBytes), input, sink, limits);
    return { ...found(), ...end };
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return { ...found(), parts: 0, stopped: error.message };
  } finally {
    await input.close();
  }
}

function tooMuch(sizeBytes: number): string {
  return `it unpacks to over ${sizeBytes / 2 ** 30} GiB`;
}

function unpackAs(format: Format, input: ByteQueue, sink: Sink, limits: UnpackLimits): Promise<Unpacking> {
  const cut = limits.cut ?? false;
  if (format === 'gzip') return gunzip(input, sink, cut);
  if (format === 'zstd')
    return unzstd(input, sink, { cut, maxWalkedBytes: limits.maxWalkedBytes ?? WALKED_BYTES });
  return copy(input, sink);
}

async function copy(input: ByteQueue, sink: Sink): Promise<Unpacking> {
  for (let bytes = await input.some(); bytes !== undefined; bytes = await input.some()) {
    sink.consumed(input.taken);
    sink.push(bytes);
  }
  return { parts: 0 };
}

/** Unpacks bytes that are at hand; undefined if they are damaged or hold more than `maxUnpackedBytes`. */
export async function unpackWithin(bytes: Buffer, maxUnpackedBytes: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let room = maxUnpackedBytes;
  const left = (sizeBytes: number): void => {
    room -= sizeBytes;
    if (room < 0) throw new Stopped(tooMuch(maxUnpackedBytes));
  };
  const sink: Sink = {
    push: (piece) => {
      left(piece.length);
      pieces.push(Buffer.from(piece));
    },
    skip: () => {
      throw new Stopped('a part of it was not unpacked');
    },
    consumed: () => undefined,
  };
  try {
    const limits = { maxUnpackedBytes, maxWalkedBytes: maxUnpackedBytes };
    const { damage } = await unpackAs(formatOf(bytes), new ByteQueue(only(bytes)), sink, limits);
    return damage === undefined ? Buffer.concat(pieces) : undefined;
  } catch (error) {
    if (error instanceof Stopped) return undefined;
    throw error;
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- a source is asynchronous, these bytes are not
export async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
