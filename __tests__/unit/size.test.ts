import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ActionError } from '../../src/errors.js';
import { computeCacheSize, explainSize } from '../../src/sizing/cache-size.js';
import type { Totals } from '../../src/sizing/totals.js';

const GIB = 2 ** 30;
const totals = (unpackedGiB: number, compressedGiB: number, more: Partial<Totals> = {}): Totals => ({
  unpackedSizeBytes: unpackedGiB * GIB,
  compressedSizeBytes: compressedGiB * GIB,
  estimateSizeBytes: 0,
  boundSizeBytes: 0,
  inodes: 0,
  ...more,
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
      unpackedSizeBytes: 14 * GIB,
      compressedSizeBytes: 5 * GIB,
      unpackedFactor: 1.1,
      usableShare: 0.925,
      marginPercent: 10,
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
      'unpacked layers, blocks and inodes    14.00 GiB × 1.1  = 15.40 GiB',
      'compressed layers, kept as well       + 5.00 GiB       = 20.40 GiB',
      'share of the disk that files can use  ÷ 0.925          = 22.05 GiB',
      'margin                                + 10 %           = 24.26 GiB',
      'to spare                              + 1 GiB          = 25.26 GiB',
      'rounded up                                             = 26 GiB',
      '',
      'Of the 26 GiB, 6 GiB are a reserve: 3.05 GiB for the file system, 2.21 GiB of margin (size-margin-percent), 1 GiB to spare. An explicit image-cache-size leaves them out.',
    ]);
  });

  it('says where the smallest cache that the service makes decides', () => {
    expect(explainSize(computeCacheSize(totals(1, 1), 10)).at(-1)).toMatch(
      /^the smallest cache that the service makes +=/,
    );
  });

  it('shows small images in small units', () => {
    const size = computeCacheSize(totals(615_936 / GIB, 4_096 / GIB), 10);
    expect(explainSize(size)[0]).toMatch(/601\.5 KiB × 1\.1 += 661\.7 KiB$/);
    expect(explainSize(size)[1]).toMatch(/\+ 4\.0 KiB/);
  });
});
