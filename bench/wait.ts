/**
 * What waiting costs: the built action waits for caches that take 60, 200 and 900 s in hurried time. Counted are
 * the looks (DescribeImageCaches by ID) and how long after Ready the first of them saw it.
 *
 *     npm run bench:wait [-- --dist PATH]
 *
 * At speed S a millisecond of the process or of this machine counts as S: nothing is subtracted, so the delays are
 * a little worse than in earnest.
 */
import { parseArgs } from 'node:util';
import { printTable } from './table.js';
import { measureWaits, MOST_CALLS, type WaitRow } from './wait/measure.js';

const { values } = parseArgs({ options: { dist: { type: 'string' } } });
const rows = await measureWaits(values.dist);
printTable([['progress', 'takes', 'speed', 'calls', 'most', 'delay', 'bound', ''], ...rows.map(cellsOf)]);
process.exitCode = rows.some(({ shape, isWithin }) => shape.isLinear && !isWithin) ? 1 : 0;

function cellsOf({ shape, seconds, speed, calls, delaySeconds, boundSeconds, isWithin }: WaitRow): string[] {
  const missed = shape.isLinear ? 'MISSED' : 'missed (no bound holds without progress)';
  return [
    shape.name,
    `${seconds} s`,
    `${speed} ×`,
    String(calls),
    String(MOST_CALLS),
    `${delaySeconds.toFixed(1)} s`,
    `${boundSeconds.toFixed(0)} s`,
    isWithin ? 'within' : missed,
  ];
}
