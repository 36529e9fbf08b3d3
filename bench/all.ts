/**
 * `npm run bench [-- --rounds N --dist PATH]`: every claim that is measured, in one run and one table, each beside its
 * floor or beside what else does the job. Ends with 1 where a bound is missed. What takes tools that are not there is
 * left out with a note.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findNode24 } from '../dev/runner.js';
import { distRows } from './all/dist.js';
import { cellsOf, HEAD, isWithin, type Row } from './all/row.js';
import { missingTools, sizingRows } from './all/sizing.js';
import { startupRows } from './all/startup.js';
import { waitRows } from './all/wait.js';
import { wholeRunRows } from './all/whole-run.js';
import { distFile } from './exactly-once/dist.js';
import { coreBundleIn, nodeVersion } from './startup/measure.js';
import { printTable } from './table.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, dist: { type: 'string' } },
});
const node = findNode24() ?? process.execPath;
const rounds = Number(values.rounds);
const dist = distFile(values.dist);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const missing = missingTools();
const started = performance.now();
try {
  const options = { rounds, node, dist, folder };
  const rows: Row[] = [
    ...(await part('start-up', () => startupRows(options))),
    ...(await part('whole runs', () => wholeRunRows(options))),
    ...(missing.length > 0 ? [] : await part('sizes', () => sizingRows(folder))),
    ...(await part('waits', () => waitRows(dist))),
    ...distRows(dist, coreBundleIn(folder)),
  ];
  printTable([HEAD, ...rows.map(cellsOf)], [2, 7]);
  console.log(`\nNode ${nodeVersion(node)}, medians of ${rounds} rounds, ratios taken round by round.`);
  if (missing.length > 0) console.log(`Sizes are left out: they take ${missing.join(', ')}.`);
  process.exitCode = rows.every(isWithin) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Says on stderr how far it is, for the table itself comes at the end. */
async function part(name: string, measure: () => Promise<Row[]>): Promise<Row[]> {
  console.error(`${((performance.now() - started) / 1000).toFixed(0)} s: ${name}`);
  return measure();
}
