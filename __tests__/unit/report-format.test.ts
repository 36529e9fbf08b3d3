import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  alignedTable,
  cutTo,
  formatBytes,
  formatDuration,
  sentence,
  shortDigest,
} from '../../src/report/format.js';

it.each([
  [0, '0.0 s'],
  [400, '0.4 s'],
  [9_940, '9.9 s'],
  [10_000, '10 s'],
  [12_345, '12 s'],
  [59_499, '59 s'],
  [59_500, '1 min 00 s'],
  [199_000, '3 min 19 s'],
  [600_000, '10 min 00 s'],
  [3_599_499, '59 min 59 s'],
  [3_599_500, '1 h 00 min'],
  [3_720_000, '1 h 02 min'],
  [21_600_000, '6 h 00 min'],
])('%d ms is %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

it.each([
  [0, '0 B'],
  [789, '789 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [104_858, '102.4 KiB'],
  [1_043_333, '1018.9 KiB'],
  [1_048_575, '1.0 MiB'],
  [47_815_066, '45.6 MiB'],
  [2 ** 30 - 1, '1.00 GiB'],
  [2 ** 30, '1.00 GiB'],
  [1_320_702_444, '1.23 GiB'],
  [32_768 * 2 ** 30, '32768.00 GiB'],
])('%d bytes are %s', (sizeBytes, text) => {
  expect(formatBytes(sizeBytes)).toBe(text);
});

it('no size reads 1024 of a unit, and none is lost in rounding', () => {
  const factors: Record<string, number> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 45 }), (sizeBytes) => {
      const [number = '', unit = ''] = formatBytes(sizeBytes).split(' ');
      if (unit !== 'GiB') expect(Number(number)).toBeLessThan(1024);
      expect(Math.abs(Number(number) * (factors[unit] ?? NaN) - sizeBytes)).toBeLessThanOrEqual(
        sizeBytes * 0.005 + 0.06 * (factors[unit] ?? 0),
      );
    }),
  );
});

it.each([
  ['short', 'short'],
  ['just right', 'just right'],
  ['eleven long', 'eleven lo…'],
])('%j is cut to %j', (text, cut) => {
  expect(cutTo(10, text)).toBe(cut);
});

it.each([
  ['said', 'said.'],
  ['said.', 'said.'],
  ['what?', 'what?'],
  ['cut…', 'cut…'],
])('%j as a sentence is %j', (text, whole) => {
  expect(sentence(text)).toBe(whole);
});

it.each([
  [`sha256:0123456789ab${'c'.repeat(52)}`, 'sha256:0123456789ab'],
  [`sha512:${'d'.repeat(128)}`, 'sha512:dddddddddddd'],
  ['sha256:abc', 'sha256:abc'],
])('%s is cut to %s', (digest, short) => {
  expect(shortDigest(digest)).toBe(short);
});

describe('a table', () => {
  it('has its columns aligned, and no blanks at the end of a line', () => {
    expect(
      alignedTable([
        ['image', 'size', ''],
        ['a', '12 MiB', 'x'],
        ['longer', '1 B', ''],
      ]),
    ).toEqual(['image   size', 'a       12 MiB  x', 'longer  1 B']);
  });

  it.each([
    ['no rows', [], []],
    ['heads alone', [['a', 'b']], ['a  b']],
    ['a row that is too short', [['a', 'b'], ['c']], ['a  b', 'c']],
  ])('is no trouble with %s', (_, rows, lines) => {
    expect(alignedTable(rows)).toEqual(lines);
  });

  it('has a line for each row, and each column starts in one place', () => {
    const cell = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }), (rows) => {
        const lines = alignedTable(rows);
        expect(lines).toHaveLength(rows.length);
        const starts = lines.map((line) => [...line.matchAll(/(?<= {2}|^)\S/g)].map(({ index }) => index));
        expect(new Set(starts.map((one) => one.join())).size).toBe(1);
      }),
    );
  });
});
