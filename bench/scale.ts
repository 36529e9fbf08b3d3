/**
 * `npm run bench:scale [-- --dist PATH]`: the built action with 20 images of 127 layers each, in an account of 5,000
 * caches, and waiting for 6 hours in hurried time: time, calls and peak memory, and by how much they grow where the
 * input doubles.
 */
import { parseArgs } from 'node:util';
import { measureScale, type ScaleRow } from './scale/rows.js';
import { printTable } from './table.js';

const { values } = parseArgs({ options: { dist: { type: 'string' } } });
const rows = await measureScale(values.dist);
printTable([
  ['', 'requests', 'half', 'whole', '×', 'most', 'ms', '×', 'peak MiB', '×', 'log lines', ''],
  ...rows.map(cellsOf),
]);
process.exitCode = rows.every(isWithin) ? 0 : 1;

function cellsOf(row: ScaleRow): string[] {
  const { what, calls, half, whole, mostGrowth } = row;
  return [
    what,
    calls,
    String(half.calls[calls] ?? 0),
    String(whole.calls[calls] ?? 0),
    growthOf(row).toFixed(2),
    mostGrowth.toFixed(2),
    whole.milliseconds.toFixed(0),
    (whole.milliseconds / half.milliseconds).toFixed(2),
    (whole.peakBytes / 2 ** 20).toFixed(0),
    (whole.peakBytes / half.peakBytes).toFixed(2),
    String(whole.logLines),
    isWithin(row) ? 'within' : 'MISSED',
  ];
}

function growthOf({ calls, half, whole }: ScaleRow): number {
  return (whole.calls[calls] ?? NaN) / (half.calls[calls] ?? NaN);
}

function isWithin(row: ScaleRow): boolean {
  return growthOf(row) <= row.mostGrowth;
}
