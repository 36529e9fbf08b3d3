import { releaseInAccount } from './account.js';
import { createOfMany, MOST_LAYERS } from './images.js';
import { waitForHours } from './long-wait.js';
import type { Cost } from './release.js';

export interface ScaleRow {
  readonly what: string;
  /** The requests that the input could make grow. */
  readonly calls: string;
  readonly half: Cost;
  readonly whole: Cost;
  /** What doubling the input may do to these requests at most. */
  readonly mostGrowth: number;
}

const CACHES = 5_000;
const HOURS = 6;
/** A look a minute, which takes 30 ms: slow enough for the time of a request not to count. */
const SPEED = 2_000;

/** Each with half of the input, then with all of it. */
export async function measureScale(dist: string | undefined): Promise<ScaleRow[]> {
  const rows: ScaleRow[] = [];
  const add = async (
    row: Pick<ScaleRow, 'what' | 'calls' | 'mostGrowth'>,
    measure: (part: number) => Promise<Cost>,
  ): Promise<void> => {
    rows.push({ ...row, half: await measure(0.5), whole: await measure(1) });
  };
  await add({ what: `create, 20 images of ${MOST_LAYERS} layers`, calls: 'blob', mostGrowth: 2 }, (part) =>
    createOfMany(20 * part, MOST_LAYERS, { dist }),
  );
  await add({ what: 'create, 20 images of 126 layers', calls: 'blob', mostGrowth: 2 }, (part) =>
    createOfMany(20, 126 * part, { dist }),
  );
  const lookUps = { calls: 'DescribeImageCaches', mostGrowth: 1 };
  for (const way of ['create', 'reuse'] as const) {
    await add({ what: `${way}, beside 5,000 caches of others`, ...lookUps }, async (part) => {
      return (await releaseInAccount(CACHES * part, 'others', { dist }))[way];
    });
  }
  await add(
    { what: 'reuse and keep-latest, 5,000 caches of ours', calls: 'DescribeImageCaches', mostGrowth: 2 },
    async (part) => (await releaseInAccount(CACHES * part, 'ours', { dist })).reuse,
  );
  await add({ what: `wait of ${HOURS} hours`, calls: 'DescribeImageCaches', mostGrowth: 2 }, (part) =>
    waitForHours(HOURS * part, { speed: SPEED, dist }),
  );
  return rows;
}
