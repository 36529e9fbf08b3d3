import { constants, createInflateRaw } from 'node:zlib';

import type { ByteQueue } from './bytes.js';
import type { Sink, Unpacking } from './sink.js';

/** Larger pieces mean fewer turns of the event loop. */
const PIECE_BYTES = 128 * 1024;

const TRAILER_BYTES = 8;

/** RFC 1952, 2.3.1: the flags of the fields that may follow the ten bytes of a header. */
const FLAGS = { headerChecksum: 2, extra: 4, name: 8, comment: 16 } as const;

const CUT = 'its gzip stream ends too early';

/**
 * Unpacks gzip members one after the other. Node's own gunzip would do it as well, but loses what it has
 * unpacked if something else follows the last member.
 */
export async function gunzip(input: ByteQueue, sink: Sink, cut: boolean): Promise<Unpacking> {
  let parts = 0;
  for (;;) {
    const magic = (await input.peek(2)).toString('hex');
    if (magic === '') return { parts };
    if (magic !== '1f8b') return await garbage(input, parts, cut);
    const member = { sizeBytes: 0 };
    const headerEnds = await skipHeader(input);
    const end = headerEnds ? await inflate(input, sink, member) : 'cut';
    if (end !== 'end' && end !== 'cut') return { parts, damage: damaged(end.damage) };
    const trailer = end === 'end' ? await input.take(TRAILER_BYTES) : undefined;
    sink.consumed(input.taken);
    if (trailer === undefined) return cut ? { parts } : { parts, damage: CUT };
    parts += 1;
    if (trailer.readUInt32LE(4) !== member.sizeBytes % 2 ** 32)
      return { parts, damage: damaged('wrong length') };
  }
}

/** Some writers pad with zeros, which every reader skips; anything else is reported. */
async function garbage(input: ByteQueue, parts: number, cut: boolean): Promise<Unpacking> {
  let isFilling = true;
  for (let bytes = await input.some(); bytes !== undefined && isFilling; bytes = await input.some()) {
    isFilling = bytes.every((byte) => byte === 0);
  }
  if (isFilling || cut) return { parts };
  return { parts, damage: 'its gzip stream is followed by bytes that are not gzip' };
}

/** False if the stream ends in the header. */
async function skipHeader(input: ByteQueue): Promise<boolean> {
  const fixed = await input.take(10);
  if (fixed === undefined) return false;
  const flags = fixed[3] ?? 0;
  if ((flags & FLAGS.extra) !== 0) {
    const length = (await input.take(2))?.readUInt16LE(0);
    if (length === undefined || (await input.take(length)) === undefined) return false;
  }
  for (const flag of [FLAGS.name, FLAGS.comment]) {
    if ((flags & flag) === 0) continue;
    for (let byte = 1; byte !== 0;) {
      const next = await input.take(1);
      if (next === undefined) return false;
      byte = next[0] ?? 0;
    }
  }
  return (flags & FLAGS.headerChecksum) === 0 || (await input.take(2)) !== undefined;
}

function damaged(reason: string): string {
  return `its gzip stream is damaged (${reason})`;
}

/** Unpacks one DEFLATE stream. Throws what the sink throws. */
async function inflate(
  input: ByteQueue,
  sink: Sink,
  member: { sizeBytes: number },
): Promise<'end' | 'cut' | { damage: string }> {
  // With a flush at the end, a stream that is cut hands out what it holds.
  const decoder = createInflateRaw({ chunkSize: PIECE_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
  const state: { ended: boolean; failure?: Error; wake: () => void } = {
    ended: false,
    wake: () => undefined,
  };
  decoder.once('end', () => {
    state.ended = true;
    state.wake();
  });
  decoder.once('error', (error) => {
    state.failure = error;
    state.wake();
  });
  const begin = input.taken;
  decoder.on('data', (piece: Buffer) => {
    if (state.failure !== undefined) return;
    try {
      sink.consumed(begin + decoder.bytesWritten);
      member.sizeBytes += piece.length;
      sink.push(piece);
    } catch (error) {
      decoder.destroy(error as Error);
    }
  });
  /** Until the bytes are worked off, the stream has ended, or it has failed. */
  const feed = (chunk: Buffer | undefined): Promise<void> =>
    new Promise((resolve) => {
      state.wake = resolve;
      if (chunk === undefined) decoder.end();
      else
        decoder.write(chunk, () => {
          resolve();
        });
    });
  try {
    for (;;) {
      const chunk = await input.some();
      const before = decoder.bytesWritten;
      await feed(chunk);
      if (state.failure !== undefined) return damageOf(state.failure);
      if (chunk === undefined) return 'cut';
      if (state.ended) {
        input.giveBack(chunk.subarray(decoder.bytesWritten - before));
        return 'end';
      }
    }
  } finally {
    decoder.destroy();
  }
}

function damageOf(error: NodeJS.ErrnoException): { damage: string } {
  if (error.code?.startsWith('Z_') !== true) throw error;
  return { damage: error.message };
}
