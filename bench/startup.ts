/**
 * `npm run bench:startup [-- --rounds N --dist PATH]`: how long the built action takes from the start of its process
 * to its first request, and how much memory it holds by then, beside a bare `node -e 0` and beside a bundle that
 * imports nothing but @actions/core. All in one run, taken in turn, so that a noisy machine is noisy for each alike.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findNode24 } from '../dev/runner.js';
import { distFile } from './exactly-once/dist.js';
import { medianRatio } from './interleave.js';
import { CORE_ALONE, measureStartup, nodeVersion, type Sample } from './startup/measure.js';
import { median, printTable } from './table.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, dist: { type: 'string' } },
});
const node = findNode24() ?? process.execPath;
const folder = mkdtempSync(join(tmpdir(), 'startup-'));
try {
  const rounds = Number(values.rounds);
  const samples = await measureStartup({ rounds, node, dist: distFile(values.dist), folder });
  console.log(`Node ${nodeVersion(node)}, ${rounds} rounds, medians; ratios are taken round by round.\n`);
  printTable([['', 'ms', '÷ core', 'peak MiB', '÷ core'], ...rowsOf(samples)]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function rowsOf(samples: ReadonlyMap<string, readonly Sample[]>): string[][] {
  const base = samples.get(CORE_ALONE) ?? [];
  const times = (of: readonly Sample[]): number[] => of.map(({ milliseconds }) => milliseconds);
  const peaks = (of: readonly Sample[]): number[] => of.map(({ peakBytes }) => peakBytes);
  return [...samples].map(([name, of]) => [
    name,
    median(times(of)).toFixed(0),
    medianRatio(times(of), times(base)).toFixed(2),
    (median(peaks(of)) / 2 ** 20).toFixed(1),
    medianRatio(peaks(of), peaks(base)).toFixed(2),
  ]);
}
