import { measureWaits, MOST_CALLS } from '../wait/measure.js';
import type { Row } from './row.js';

/** Calls, and how long after Ready it was seen, in the clock's hurried time. */
export async function waitRows(dist: string | undefined): Promise<Row[]> {
  const rows = (await measureWaits(dist)).filter(({ shape }) => shape.isLinear);
  return rows.flatMap(({ shape, seconds, calls, delaySeconds, boundSeconds }): Row[] => {
    const what = `wait: ${seconds} s, ${shape.name}`;
    return [
      { what, measured: calls, unit: 'calls', atMost: MOST_CALLS },
      { what: `${what}, seen late by`, measured: delaySeconds, unit: 's', atMost: boundSeconds },
    ];
  });
}
