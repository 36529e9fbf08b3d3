import { describe, expect, it, jest } from '@jest/globals';
import { releaseInAccount } from '../../bench/scale/account.js';
import { createOfMany, MOST_LAYERS } from '../../bench/scale/images.js';
import { waitForHours } from '../../bench/scale/long-wait.js';
import type { Cost } from '../../bench/scale/release.js';

// `npm run bench:scale` measures the same at full length.
jest.setTimeout(120_000);

const MIB = 2 ** 20;
const IMAGES = 20;

/** Where it is known, which is on Linux. */
function expectPeakWithin(mebibytes: number, { peakBytes }: Cost): void {
  expect(peakBytes / MIB).not.toBeGreaterThan(mebibytes);
}

describe('at scale, the built action', () => {
  it.concurrent(`asks once for each of ${IMAGES} × ${MOST_LAYERS} layers`, async () => {
    const cost = await createOfMany(IMAGES, MOST_LAYERS);
    const { DescribeImageCaches: looks, ...calls } = cost.calls;
    // By tag and name before and after, by ID while it is built, and two questions at the start and at the end.
    expect(looks).toBeLessThanOrEqual(14);
    expect(calls).toEqual({
      manifest: IMAGES,
      blob: IMAGES * MOST_LAYERS,
      ListUsage: 1,
      CreateImageCache: 1,
    });
    expectPeakWithin(256, cost);
  });

  it.concurrent('looks no more often beside 5,000 caches of others than beside none', async () => {
    const { create, reuse } = await releaseInAccount(5_000, 'others');
    const alone = await releaseInAccount(0, 'others');
    expect([create.calls, reuse.calls]).toEqual([alone.create.calls, alone.reuse.calls]);
    // The look-ups by tag and name, keep-latest, which cache would be matched, and other content of the same tags.
    expect(reuse.calls).toEqual({ manifest: 1, DescribeImageCaches: 5 });
  });

  it.concurrent('reads every page of its own caches, once', async () => {
    const { reuse } = await releaseInAccount(1_000, 'ours');
    // 20 on a page, and the new one: for keep-latest, and for other content of the same tags.
    expect(reuse.calls).toEqual({ manifest: 1, DescribeImageCaches: 2 + 1 + 51 + 51 });
  });

  it.concurrent(
    'waits for 6 hours with a look every 4.2 s in the first, and every 13 s after it, at most',
    async () => {
      const cost = await waitForHours(6, { speed: 4_000 });
      expect(cost.status).toBe('Ready');
      // A slow machine makes fewer: its time passes during the calls, too.
      expect(cost.calls['DescribeImageCaches']).toBeLessThanOrEqual(3_600 / 4.2 + (5 * 3_600) / 13 + 10);
      expectPeakWithin(160, cost);
    },
  );
});
