import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ActionError } from '../../src/errors.js';
import { computeCacheSize, describeImageSize, explainSize } from '../../src/registry/size.js';

const GIB = 2 ** 30;
const totals = (
  diskGiB: number,
  compressedGiB: number,
): { diskSizeBytes: number; compressedSizeBytes: number } => ({
  diskSizeBytes: diskGiB * GIB,
  compressedSizeBytes: compressedGiB * GIB,
});

describe('computeCacheSize', () => {
  it.each([
    // unpacked, compressed, margin, size; by hand: (u × 1.1 + c) / 0.925 × (1 + m) + 1, rounded up
    ['nothing', 0, 0, 10, 20],
    ['what fits the least', 10, 4, 10, 20],
    ['just above it', 14, 5, 0, 24],
    ['with the margin', 14, 5, 10, 26],
    ['a margin of 100 %', 14, 5, 100, 46],
    ['large', 1000, 400, 10, 1785],
    ['the most', 27_545, 9.5, 0, 32_768],
  ])('%s', (_, disk, compressed, margin, sizeGiB) => {
    expect(computeCacheSize(totals(disk, compressed), margin).sizeGiB).toBe(sizeGiB);
  });

  it('keeps the terms of the sum', () => {
    const size = computeCacheSize(totals(14, 5), 10);
    expect(size).toMatchObject({
      diskSizeBytes: 14 * GIB,
      compressedSizeBytes: 5 * GIB,
      unpackedFactor: 1.1,
      usableShare: 0.925,
      marginPercent: 10,
      spareGiB: 1,
    });
    expect(size.neededGiB).toBeCloseTo(((14 * 1.1 + 5) / 0.925) * 1.1 + 1, 10);
  });

  it.each([
    ['a little too much', 27_546, 10],
    ['what a lying manifest adds up to', 1e9, 1e9],
    ['no number', Number.NaN, 0],
  ])('refuses %s', (_, disk, compressed) => {
    const compute = (): unknown => computeCacheSize(totals(disk, compressed), 0);
    expect(compute).toThrow(ActionError);
    expect(compute).toThrow(/service makes none over 32768 GiB/);
  });

  it('grows with every term, and is never below what it has to hold', () => {
    const gib = fc.double({ min: 0, max: 8000, noNaN: true });
    fc.assert(
      fc.property(gib, gib, fc.integer({ min: 0, max: 20 }), (disk, compressed, margin) => {
        const { sizeGiB } = computeCacheSize(totals(disk, compressed), margin);
        expect(sizeGiB).toBeGreaterThanOrEqual(Math.max(20, disk + compressed));
        expect(Number.isInteger(sizeGiB)).toBe(true);
        expect(computeCacheSize(totals(disk + 1, compressed), margin).sizeGiB).toBeGreaterThanOrEqual(
          sizeGiB,
        );
        expect(computeCacheSize(totals(disk, compressed), margin + 1).sizeGiB).toBeGreaterThanOrEqual(
          sizeGiB,
        );
      }),
    );
  });
});

describe('explainSize', () => {
  it('shows the sum', () => {
    expect(explainSize(computeCacheSize(totals(14, 5), 10))).toEqual([
      'unpacked layers: 14.00 GiB × 1.1 for blocks and inodes = 15.40 GiB',
      'compressed layers, which lie beside them while they are unpacked: + 5.00 GiB',
      'what the file system leaves to use: ÷ 0.925 = 22.05 GiB',
      'margin of 10 %, and 1 GiB to spare: 25.26 GiB',
      'rounded up: 26 GiB',
    ]);
  });

  it('says where the least that the service makes decides', () => {
    expect(explainSize(computeCacheSize(totals(1, 1), 10)).at(-1)).toBe(
      'the least that the service makes: 20 GiB',
    );
  });
});

describe('describeImageSize', () => {
  const image = {
    reference: 'app:1',
    layerCount: 3,
    compressedSizeBytes: 1_572_864,
    unpackedSizeBytes: 3 * 2 ** 20,
    diskSizeBytes: 3 * 2 ** 20,
    sharedSizeBytes: 0,
    sources: { 'gzip-trailer': 2, empty: 1 },
    exact: true,
    warnings: [],
  };

  it.each([
    [0, 'app:1: 1.5 MiB compressed, 3.0 MiB unpacked (2 × gzip-trailer, 1 × empty)'],
    [
      2 ** 20,
      'app:1: 1.5 MiB compressed, 3.0 MiB unpacked, 1.0 MiB of it shared (2 × gzip-trailer, 1 × empty)',
    ],
  ])('tells an image of which %d bytes are shared', (sharedSizeBytes, line) => {
    expect(describeImageSize({ ...image, sharedSizeBytes })).toBe(line);
  });
});
