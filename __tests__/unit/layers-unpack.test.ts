import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { noise } from '../../bench/corpus/words.js';
import { skippableFrame, zstdFrame } from '../../bench/corpus/zstd-stored.js';
import { tar } from '../../dev/tar.js';
import { Stopped } from '../../src/sizing/sink.js';
import { unpack, unpackWithin } from '../../src/sizing/unpack.js';
import { MIB } from './support/measured.js';

const CONTENT = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * index) % 251));
const TAR = tar([{ name: 'a', content: CONTENT }]);
const PACKED: [string, Buffer][] = [
  ['gzip', gzipSync(TAR)],
  ['zstd', zstdFrame(TAR)],
  ['nothing', TAR],
];
const NO_LIMIT = { maxUnpackedBytes: 2 ** 40 };

/** The bytes in pieces, and whether the source was left. */
function sourceOf(bytes: Buffer, failure?: Error): { pieces: AsyncGenerator<Buffer>; left: () => boolean } {
  let left = false;
  async function* pieces(): AsyncGenerator<Buffer> {
    try {
      await Promise.resolve();
      for (let at = 0; at < bytes.length; at += 3000) yield bytes.subarray(at, at + 3000);
      if (failure) throw failure;
    } finally {
      left = true;
    }
  }
  return { pieces: pieces(), left: () => left };
}

const counted = (bytes: Buffer, limits: object = {}): ReturnType<typeof unpack> =>
  unpack(sourceOf(bytes).pieces, { ...NO_LIMIT, ...limits });

describe.each(PACKED)('what is packed with %s', (format, bytes) => {
  it('is counted whole up to the limit', async () => {
    const whole = await counted(bytes, { maxUnpackedBytes: TAR.length });
    expect(whole).toMatchObject({
      sizeBytes: TAR.length,
      walkedBytes: TAR.length,
      consumedBytes: bytes.length,
    });
    expect(whole.tar).toMatchObject({ inodes: 1, ended: true });
    expect([whole.damage, whole.stopped]).toEqual([undefined, undefined]);
    expect(whole.parts).toBe(format === 'nothing' ? 0 : 1);
  });

  it('is left at the limit, and its source hung up on', async () => {
    const { pieces, left } = sourceOf(Buffer.concat([bytes, bytes]));
    const seen = await unpack(pieces, { maxUnpackedBytes: 1000 });
    expect(seen.stopped).toMatch(/^it unpacks to over/);
    expect(seen.sizeBytes).toBeGreaterThan(1000);
    expect(seen.consumedBytes).toBeLessThanOrEqual(2 * bytes.length);
    expect(left()).toBe(true);
  });

  it('is left where the budget is spent, and what was counted counts', async () => {
    let asked = 0;
    const seen = await counted(Buffer.concat([bytes, bytes]), {
      exhausted: () => (++asked > 1 ? 'time is up' : undefined),
    });
    expect(seen).toMatchObject({ stopped: 'time is up' });
    expect(seen.sizeBytes).toBeGreaterThan(0);
    const { pieces } = sourceOf(bytes, new Stopped('the source has to stop'));
    expect(await unpack(pieces, NO_LIMIT)).toMatchObject({
      stopped: 'the source has to stop',
      sizeBytes: TAR.length,
    });
  });

  it('passes on what its source throws', async () => {
    const failure = new Error('the line was cut');
    const { pieces } = sourceOf(bytes.subarray(0, 6000), failure);
    await expect(unpack(pieces, { ...NO_LIMIT, cut: true })).rejects.toBe(failure);
  });

  it('is kept only within the limit', async () => {
    expect((await unpackWithin(bytes, TAR.length))?.equals(TAR)).toBe(true);
    expect(await unpackWithin(bytes, TAR.length - 1)).toBeUndefined();
  });
});

describe.each(PACKED.slice(0, 2))('what is packed with %s and does not end well', (format, bytes) => {
  it.each([1, 5, 8, 9])('is counted, and told: cut %d bytes short', async (missing) => {
    const cut = bytes.subarray(0, -missing);
    const seen = await counted(cut);
    expect(seen.damage).toBe(`its ${format} stream ends too early`);
    // zstd gives up what is missing of a block.
    expect(seen.sizeBytes).toBeGreaterThanOrEqual(
      format === 'gzip' ? TAR.length * 0.99 : TAR.length - 128 * 1024,
    );
    expect((await counted(cut, { cut: true })).damage).toBeUndefined();
    expect(await unpackWithin(cut, 1e6)).toBeUndefined();
  });

  it.each([
    ['a byte', Buffer.from('x')],
    ['half of its magic', bytes.subarray(0, 1)],
    ['text', Buffer.from('no archive at all, whatever this is')],
    ['megabytes', noise(3 * MIB)],
  ])('is counted, and told: followed by %s', async (_, more) => {
    const seen = await counted(Buffer.concat([bytes, more]));
    expect(seen).toMatchObject({ sizeBytes: TAR.length, parts: 1 });
    expect(seen.damage).toMatch(
      new RegExp(`^its ${format} stream (is followed by bytes that are not ${format}|ends too early)$`),
    );
  });

  it('may have several parts', async () => {
    const seen = await counted(Buffer.concat([bytes, bytes, bytes]));
    expect(seen).toMatchObject({ sizeBytes: 3 * TAR.length, parts: 3 });
    expect(seen.damage).toBeUndefined();
  });
});

it('gzip may be filled up with zeros, as tape writers do', async () => {
  const seen = await counted(Buffer.concat([gzipSync(TAR), Buffer.alloc(10_240)]));
  expect(seen).toMatchObject({ sizeBytes: TAR.length, parts: 1 });
  expect(seen.damage).toBeUndefined();
});

it('gzip may have every field that a header can have', async () => {
  const plain = gzipSync(TAR);
  const header = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3]),
    Buffer.from([4, 0, 1, 2, 3, 4]),
    Buffer.from('name\0comment\0'),
    Buffer.from([0, 0]),
  ]);
  expect(await counted(Buffer.concat([header, plain.subarray(10)]))).toMatchObject({
    sizeBytes: TAR.length,
    parts: 1,
  });
  for (let length = 2; length < header.length; length++) {
    expect(await counted(header.subarray(0, length))).toMatchObject({ sizeBytes: 0 });
  }
});

describe('zstd', () => {
  const large = tar([{ name: 'a', content: Buffer.alloc(40 * MIB, noise(MIB)) }, { name: 'b' }]);

  it.each([21, 23, 27, 29, 31])(
    'of a window of 2^%d bytes is counted to its last byte',
    async (windowLog) => {
      const frame = zstdFrame(large, { windowLog });
      const seen = await counted(frame);
      expect(seen).toMatchObject({ sizeBytes: large.length, consumedBytes: frame.length, parts: 1 });
      // Its entries are counted as far as they are unpacked.
      expect(seen.walkedBytes).toBeGreaterThan(7 * MIB);
      expect(seen.walkedBytes).toBeLessThanOrEqual(8 * MIB);
    },
  );

  it('is unpacked to its end where its entries are wanted, unless that takes too much memory', async () => {
    const walked = async (windowLog: number): Promise<number> =>
      (await counted(zstdFrame(large, { windowLog }), { maxWalkedBytes: Infinity })).walkedBytes;
    expect(await walked(24)).toBe(large.length);
    expect(await walked(29)).toBeLessThanOrEqual(32 * MIB);
  });

  it('may have skippable frames anywhere', async () => {
    const frame = zstdFrame(TAR);
    const blob = Buffer.concat([
      skippableFrame(noise(9)),
      frame,
      skippableFrame(noise(9)),
      frame,
      skippableFrame(noise(5000)),
    ]);
    expect(await counted(blob)).toMatchObject({
      sizeBytes: 2 * TAR.length,
      parts: 2,
      consumedBytes: blob.length,
    });
  });

  it('of a block type that there is not is damaged', async () => {
    const seen = await counted(Buffer.from('28b52ffd0458060000', 'hex'));
    expect(seen.damage).toMatch(/^its zstd stream is damaged \(.+\)$/);
  });
});
