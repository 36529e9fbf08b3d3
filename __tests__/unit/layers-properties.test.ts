import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { estargz, estargzFooter } from '../../bench/corpus/estargz.js';
import { GZIP_LAYER, ZSTD_LAYER } from '../../bench/corpus/memory-reader.js';
import { tar, type TarEntry } from '../../dev/tar.js';
import { mixture } from '../../bench/corpus/words.js';
import { zstdChunked } from '../../bench/corpus/zstd-chunked.js';
import { skippableFrame, zstdFrame } from '../../bench/corpus/zstd-stored.js';
import { ActionError } from '../../src/errors.js';
import { readEstargzFooter, sizeOfEstargz } from '../../src/sizing/estargz.js';
import { readGzipClaim, sizeAtLeast, sizeNear } from '../../src/sizing/gzip.js';
import { TarWalker } from '../../src/sizing/tar.js';
import { sizeOfTarSplit, sizeOfToc } from '../../src/sizing/toc.js';
import type { LayerMeasure } from '../../src/sizing/types.js';
import { unpackWithin } from '../../src/sizing/unpack.js';
import { readZstdClaim, readZstdHeader } from '../../src/sizing/zstd.js';
import { measured } from './support/measured.js';

// Many more of the same are in __tests__/fuzz/layers.test.ts.
const RUNS = { numRuns: 100 };
const bytes = (maxLength = 600): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength, size: 'max' }).map((array) => Buffer.from(array));
/** Bytes that begin or end as the parsers want them, and go on at random. */
const nearly = fc
  .tuple(
    fc.constantFrom(
      Buffer.from('1f8b0800', 'hex'),
      Buffer.from('1f8b0804', 'hex'),
      Buffer.from('28b52ffd', 'hex'),
      Buffer.from('502a4d18', 'hex'),
      Buffer.from('28b52ffd04', 'hex'),
      gzipSync(tar([])).subarray(0, 20),
      zstdFrame(Buffer.alloc(3000)).subarray(0, 8),
      tar([{ name: 'a', content: Buffer.from('b') }]).subarray(0, 512),
    ),
    bytes(),
    fc.constantFrom(Buffer.alloc(0), estargzFooter(10), Buffer.alloc(8, 0xff)),
  )
  .map((parts) => Buffer.concat(parts));
const anything = fc.oneof(bytes(), nearly);

describe('parsers of random bytes', () => {
  const parsers: [string, (input: Buffer) => unknown][] = [
    [
      'gzip trailer',
      (input) => readGzipClaim(Buffer.concat([Buffer.alloc(64), input]).subarray(-64), input.length),
    ],
    ['eStargz footer', (input) => readEstargzFooter(input, 10_000)],
    ['eStargz table', (input) => sizeOfEstargz(input)],
    ['table of contents', (input) => sizeOfToc(input.toString())],
    ['tar-split data', (input) => sizeOfTarSplit(input.toString())],
    ['zstd header', (input) => readZstdHeader(input)],
    ['zstd claim', (input) => readZstdClaim(input, 10_000)],
    [
      'tar',
      (input) => {
        new TarWalker().push(input);
      },
    ],
  ];

  it.each(parsers)('%s', (_, parse) => {
    fc.assert(
      fc.property(anything, (input) => {
        parse(input);
      }),
      RUNS,
    );
  });

  it('tables of random JSON', () => {
    const entry = fc.record(
      {
        type: fc.constantFrom<unknown>('reg', 'dir', 'chunk', 'hardlink', 7, null),
        name: fc.anything(),
        size: fc.anything(),
        linkName: fc.anything(),
        xattrs: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const table = fc.oneof(
      fc.jsonValue(),
      fc.record({ entries: fc.oneof(fc.jsonValue(), fc.array(entry), fc.array(fc.jsonValue())) }),
    );
    fc.assert(
      fc.property(table, (value) => {
        const text = JSON.stringify(value, (_, part: unknown) =>
          typeof part === 'bigint' ? String(part) : part,
        );
        const size = sizeOfToc(text);
        expect(size === undefined || Number.isSafeInteger(size.sizeBytes)).toBe(true);
        const split = sizeOfTarSplit(text);
        expect(split === undefined || Number.isSafeInteger(split.sizeBytes)).toBe(true);
      }),
      RUNS,
    );
  });

  it('unpacks nothing beyond its bounds, and throws nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (input) => {
        const unpacked = await unpackWithin(input, 1000);
        expect(unpacked === undefined || unpacked.length <= 1000).toBe(true);
      }),
      RUNS,
    );
  });

  it.each([GZIP_LAYER, ZSTD_LAYER, 'application/octet-stream'])(
    'whole layers of type %s',
    async (mediaType) => {
      await fc.assert(
        fc.asyncProperty(
          anything.map((input) => Buffer.concat([input, Buffer.alloc(530_000, 0x5a)])),
          fc.boolean(),
          async (input, ranges) => {
            const measure = await measured(input, { mediaType, ranges, chunkBytes: 999 }).catch(
              (error: unknown) => error,
            );
            if (measure instanceof Error) expect(measure).toBeInstanceOf(ActionError);
            else expect(Number.isSafeInteger((measure as LayerMeasure).unpackedSizeBytes)).toBe(true);
          },
        ),
        { numRuns: 40 },
      );
    },
  );
});

const entries: fc.Arbitrary<TarEntry[]> = fc.array(
  fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: 120_000 }), fc.double({ min: 1, max: 12, noNaN: true }), fc.nat())
      .map(([size, ratio, seed]) => ({ name: `f${seed}`, content: mixture(size, ratio, seed) })),
    fc.nat().map((i) => ({ name: `d${i}/`, type: '5' })),
    fc.nat().map((i) => ({ name: `l${i}`, type: '1', linkName: 'f' })),
  ),
  { minLength: 1, maxLength: 12 },
);
const level = fc.integer({ min: 1, max: 9 });

describe('random layers', () => {
  it('in a single gzip member: exact', async () => {
    await fc.assert(
      fc.asyncProperty(entries, level, fc.boolean(), async (list, gzipLevel, ranges) => {
        const content = tar(list);
        const measure = await measured(gzipSync(content, { level: gzipLevel }), { ranges, chunkBytes: 999 });
        expect(measure).toMatchObject({ unpackedSizeBytes: content.length });
        expect(measure.warning).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('in several gzip members: exact', async () => {
    await fc.assert(
      fc.asyncProperty(
        entries,
        level,
        fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
        async (list, gz, cuts) => {
          const content = tar(list);
          const last = content.length - 1 - ((cuts[0] ?? 0) % 500);
          const places = [0, ...cuts.map((cut) => cut % last), last, content.length].sort((a, b) => a - b);
          const members = places.map((place, i) =>
            gzipSync(content.subarray(place, places[i + 1]), { level: gz }),
          );
          const measure = await measured(Buffer.concat(members.slice(0, -1)), { chunkBytes: 999 });
          expect(measure).toMatchObject({ unpackedSizeBytes: content.length });
          expect(measure.warning).toBeUndefined();
        },
      ),
      { numRuns: 30 },
    );
  });

  it('in zstd frames of every kind: exact', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.boolean(), fc.nat(), fc.boolean(), async (list, withSize, cut, skip) => {
        const content = tar(list);
        const place = cut % content.length;
        const parts = [content.subarray(0, place), content.subarray(place)].filter(
          ({ length }) => length > 0,
        );
        const frames = parts.map((part) => zstdFrame(part, { withSize: withSize && parts.length === 1 }));
        const blob = Buffer.concat(
          frames.flatMap((frame) => (skip ? [skippableFrame(mixture(cut % 99, 2)), frame] : [frame])),
        );
        const measure = await measured(blob, { mediaType: ZSTD_LAYER, chunkBytes: 999 });
        expect(measure).toMatchObject({ unpackedSizeBytes: content.length });
        expect(measure.warning).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('with tables of contents: never below the truth', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.boolean(), async (list, tarSplit) => {
        const truth = tar(list).length;
        const star = await measured(estargz(list));
        expect(star.unpackedSizeBytes).toBeGreaterThanOrEqual(truth);
        const { blob, annotations } = zstdChunked(list, (part) => zstdFrame(part), tarSplit);
        const chunked = await measured(blob, { mediaType: ZSTD_LAYER, annotations });
        expect(chunked.unpackedSizeBytes).toBeGreaterThanOrEqual(truth);
      }),
      { numRuns: 30 },
    );
  });

  it('in tars that come in pieces of any size: the same tally', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 5000 }), (list, pieceBytes) => {
        const content = tar(list);
        const walker = new TarWalker();
        for (let at = 0; at < content.length; at += pieceBytes)
          walker.push(content.subarray(at, at + pieceBytes));
        expect(walker.entries).toBe(list.length);
        expect(walker.inodes).toBe(list.filter(({ type }) => type !== '1').length);
        expect(walker.endBytes).toBe(content.length - 1024);
      }),
      { numRuns: 30 },
    );
  });
});

describe('sizes that ISIZE allows', () => {
  it('keep to ISIZE and to the bounds', () => {
    const claim = fc
      .tuple(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 40 }))
      .map(([isize, wraps]) => ({ isize, aligned: true, sizeBytes: isize + wraps * 2 ** 32, doubts: [] }));
    const size = fc.double({ min: 0, max: 1e13, noNaN: true });
    fc.assert(
      fc.property(claim, size, size, (known, estimate, lowest) => {
        const least = sizeAtLeast(known, lowest);
        expect(least).toBeGreaterThanOrEqual(Math.max(lowest, known.sizeBytes));
        expect((least - known.isize) % 2 ** 32).toBe(0);
        const near = sizeNear(known, estimate, lowest, [0.88, 1.3]);
        if (near === undefined) return;
        expect(near).toBeGreaterThanOrEqual(Math.max(lowest, estimate * 0.88));
        expect(near).toBeLessThanOrEqual(estimate * 1.3);
      }),
      RUNS,
    );
  });
});
