import { constants, deflateRawSync, gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { layerOf, memoryReader } from '../../bench/corpus/memory-reader.js';
import { tar, tarEntry } from '../../dev/tar.js';
import { noise } from '../../bench/corpus/words.js';
import type { LayerMeasure } from '../../src/sizing/types.js';
import type { LayerDescriptor } from '../../src/registry/types.js';
import { file, measureOne, MIB } from './support/measured.js';

describe('gzip over 4 GiB', () => {
  const PERIOD = 2 ** 32;
  /** A layer of which only start and end exist: what lies between is never read. */
  const sparse = async (
    start: Buffer,
    sizeBytes: number,
    isize: number,
    tail = noise(1024, 7),
  ): Promise<LayerMeasure & { requests: string[] }> => {
    tail.writeUInt32LE(isize, 1020);
    const requests: string[] = [];
    const layer: LayerDescriptor = { ...layerOf(start), sizeBytes };
    const measure = await measureOne(
      layer,
      {
        range: (_, from, to) => {
          requests.push(from === 0 ? `start ${to + 1}` : 'tail');
          return Promise.resolve(from === 0 ? start.subarray(0, to + 1) : tail);
        },
        // eslint-disable-next-line @typescript-eslint/require-await
        async *stream() {
          requests.push('stream');
          for (let at = 0; at < start.length; at += 65_536) yield start.subarray(at, at + 65_536);
        },
      },
      { streamBytes: 0 },
    );
    return { ...measure, requests };
  };
  // Ratio 3, and long enough for every look.
  const start = gzipSync(tar([file('a', 40 * MIB, 3)]), { level: 1 });
  const ratio = (40 * MIB) / start.length;
  /** More than any look at the start reads. */
  const hard = Buffer.alloc(10 * MIB, noise(MIB));
  const aligned = (bytes: number): number => Math.floor(bytes / 1024) * 1024 + 512;

  it.each([
    ['none', 0.9e9, 0, 1e6],
    ['one wrap, which a 2000th of the layer tells', 1.6e9, 1, 1e6],
    ['two wraps, which 8 MiB tell', 3.6e9, 2, 11e6],
  ])('unwraps with a look at the start: %s', async (_, compressed, wraps, mostBytes) => {
    const truth = aligned(compressed * ratio);
    expect(Math.floor(truth / PERIOD)).toBe(wraps);
    const measure = await sparse(start, compressed, truth % PERIOD);
    expect(measure).toMatchObject({ unpackedSizeBytes: truth, source: 'gzip-trailer' });
    expect(measure.fetchedBytes).toBeLessThan(mostBytes);
  });

  it('is not fooled by zeros behind a head that does not shrink, where the tar names their size', async () => {
    // 1 GB of noise in front of 4.5 GiB of zeros, in one file: ISIZE says 1.5 GB, and so would the head.
    const truth = aligned(1e9 + 4.5 * 2 ** 30);
    const entry = tarEntry({ name: 'disk', content: hard });
    entry.write((truth - 2048).toString(8).padStart(11, '0') + '\0', 124, 'latin1');
    let sum = 8 * 0x20;
    for (let i = 0; i < 512; i++) if (i < 148 || i > 155) sum += entry[i] ?? 0;
    entry.write(sum.toString(8).padStart(6, '0') + '\0 ', 148, 'latin1');
    const measure = await sparse(gzipSync(entry, { level: 1 }), 1.005e9, truth % PERIOD);
    expect(measure.unpackedSizeBytes).toBeGreaterThanOrEqual(truth);
  });

  it('is not fooled by a layer that ends in a run of equal bytes', async () => {
    const truth = aligned(1e9 + PERIOD + 5e7);
    const tail = Buffer.alloc(1024, 0x55);
    tail.writeUInt32LE(truth % PERIOD, 1020);
    const head = gzipSync(hard, { level: 1 });
    const layer: LayerDescriptor = { ...layerOf(head), sizeBytes: 1.0045e9 };
    const reader = memoryReader(new Map([[layer.digest, head]]));
    const measure = await measureOne(
      layer,
      { ...reader, range: (_, from, to) => Promise.resolve(from > 0 ? tail : head.subarray(0, to + 1)) },
      { streamBytes: 0 },
    );
    expect(measure.unpackedSizeBytes).toBeGreaterThanOrEqual(truth);
    expect(measure.source).toBe('prefix');
  });

  it('sees no further 4 GiB behind a run with which a layer begins already', async () => {
    // Seven times 80 MiB: a look at the start ends at 512 MiB.
    const zeros = tarEntry({ name: 'zeros', content: Buffer.alloc(80 * MIB) });
    const packed = deflateRawSync(zeros, { level: 1, finishFlush: constants.Z_SYNC_FLUSH });
    const head = Buffer.concat([gzipSync('').subarray(0, 10), ...Array.from({ length: 7 }, () => packed)]);
    const compressed = 3e7;
    const truth = aligned((compressed * 7 * zeros.length) / head.length);
    const tail = Buffer.alloc(1024);
    tail.writeUInt32LE(truth % PERIOD, 1020);
    const measure = await sparse(head, compressed, truth % PERIOD, tail);
    expect(measure.unpackedSizeBytes).toBeGreaterThanOrEqual(truth);
    expect(measure.unpackedSizeBytes).toBeLessThanOrEqual(truth * 1.3);
  });

  it('does not take the last of several members for a wrap', async () => {
    // 4.9 GB in two members; the last one's size and 4 GiB come to 1.45 times the truth.
    const compressed = 4.93e9 / ratio;
    const measure = await sparse(start, compressed, aligned(2.83e9));
    expect(measure.source).toBe('prefix');
    expect(measure.unpackedSizeBytes).toBeGreaterThanOrEqual(4.93e9);
    expect(measure.unpackedSizeBytes).toBeLessThanOrEqual(4.93e9 * 1.3);
  });

  it('rounds up where nothing fits and nothing may be streamed', async () => {
    const measure = await sparse(start, 0.9e9, aligned(1.3e9));
    expect(measure).toMatchObject({ source: 'prefix' });
    expect(measure.unpackedSizeBytes).toBeGreaterThanOrEqual(0.9e9 * ratio);
  });
});
