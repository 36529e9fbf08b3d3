import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextLookIn, percentOf, type Look } from '../../src/cache/pace.js';

type Shape = (part: number) => number | undefined;

/** Nothing while images are pulled, then even progress: `prepare` is the part of the time without any. */
const linearAfter =
  (prepare: number): Shape =>
  (part) =>
    Math.floor(Math.max(0, (part - prepare) / (1 - prepare)) * 100);

/** Looks as wait does, until the cache is Ready. */
function watch(durationMs: number, shape: Shape): { readonly lateMs: number; readonly looks: Look[] } {
  const looks: Look[] = [{ atMs: 0, percent: shape(0) }];
  for (;;) {
    const atMs = (looks.at(-1)?.atMs ?? 0) + nextLookIn(looks);
    if (atMs >= durationMs) return { lateMs: atMs - durationMs, looks: [...looks, { atMs, percent: 100 }] };
    looks.push({ atMs, percent: shape(atMs / durationMs) });
  }
}

const allowedMs = (durationMs: number): number => Math.max(5_000, durationMs * 0.05);

const MOST_LOOKS: readonly (readonly [number, number])[] = [
  [60, 20],
  [200, 30],
  [900, 40],
];

describe.each(MOST_LOOKS)('a cache that takes %d s', (seconds, most) => {
  const durationMs = seconds * 1_000;

  it.each([20, 30, 40, 50, 60, 70, 80])(
    'and prepares for %d %% of it is seen soon, by few looks',
    (percent) => {
      const { lateMs, looks } = watch(durationMs, linearAfter(percent / 100));
      expect(lateMs).toBeLessThanOrEqual(allowedMs(durationMs));
      expect(looks.length).toBeLessThanOrEqual(most);
    },
  );

  it('is seen soon whatever part of it is preparation', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 0.8, noNaN: true }), (prepare) => {
        const { lateMs, looks } = watch(durationMs, linearAfter(prepare));
        expect(lateMs).toBeLessThanOrEqual(allowedMs(durationMs));
        expect(looks.length).toBeLessThanOrEqual(most);
      }),
      { numRuns: 500 },
    );
  });

  it.each([0.9, 0.95, 0.99])('and tells 100 %% from %d of it on is seen soon all the same', (full) => {
    const { lateMs, looks } = watch(durationMs, (part) => linearAfter(0.4)(Math.min(1, part / full)));
    expect(lateMs).toBeLessThanOrEqual(allowedMs(durationMs));
    expect(looks.length).toBeLessThanOrEqual(most);
  });

  it('and was half done when it was joined is seen soon', () => {
    const { lateMs, looks } = watch(durationMs, (part) => 50 + Math.floor(part * 50));
    expect(lateMs).toBeLessThanOrEqual(allowedMs(durationMs));
    expect(looks.length).toBeLessThanOrEqual(most);
  });
});

describe('in any case', () => {
  const anyLooks = fc
    .array(
      fc.tuple(fc.nat({ max: 100_000 }), fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined })),
      {
        maxLength: 40,
      },
    )
    .map((steps) => {
      let atMs = 0;
      return steps.map(([waited, percent]): Look => ({ atMs: (atMs += waited), percent }));
    });

  it('the next look comes after 4 to 60 seconds, though progress stands, falls, ends or is not told', () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        const next = nextLookIn(looks);
        expect(next).toBeGreaterThanOrEqual(4_000);
        expect(next).toBeLessThanOrEqual(60_000);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, Shape]>([
    ['stays at 0 %', () => 0],
    ['tells no progress', () => undefined],
    ['hangs at 50 %', (part) => Math.min(50, Math.floor(part * 1_000))],
    ['hangs at 100 %', (part) => Math.min(100, Math.floor(part * 10_000))],
  ])('a cache that %s costs at most 420 looks in six hours', (_, shape) => {
    const { looks } = watch(6 * 3_600_000, shape);
    expect(looks.length).toBeLessThanOrEqual(420);
    expect(looks.length).toBeGreaterThanOrEqual(360);
  });
});

it.each<[string, [atMs: number, percent: number | undefined][], number]>([
  // The forecast says 20 s, of which 0.7 is trusted: less than a quarter of the time waited.
  [
    'from where it was joined',
    [
      [0, 40],
      [100_000, 90],
    ],
    14_000,
  ],
  [
    'at its end already',
    [
      [0, 100],
      [200_000, 100],
    ],
    8_000,
  ],
  [
    'with a look that told nothing',
    [
      [0, 0],
      [100_000, 50],
      [120_000, undefined],
    ],
    30_000,
  ],
])('the pace of progress %s', (_, looks, next) => {
  expect(nextLookIn(looks.map(([atMs, percent]) => ({ atMs, percent })))).toBeCloseTo(next, 6);
});

it.each([
  ['37%', 37],
  ['37.25%', 37],
  ['37% done', undefined],
  ['0%', 0],
  ['100%', 100],
  ['99.9%', 99],
  [' 5 % ', 5],
  ['250%', 100],
  ['', undefined],
  ['%', undefined],
  ['-1%', undefined],
  ['37', undefined],
  ['1234%', undefined],
  ['almost 37%', undefined],
  ['NaN%', undefined],
])('"%s" is %s', (progress, percent) => {
  expect(percentOf(progress)).toBe(percent);
});
