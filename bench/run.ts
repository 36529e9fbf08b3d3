/**
 * `npm run bench:run [-- --rounds N --dist PATH]`: time, calls and memory of a whole run of the built action, with
 * 50 ms a request, beside its serial floor: the start-up of a bundle that imports nothing but @actions/core, and the
 * round trips that have to follow one another.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findNode24 } from '../dev/runner.js';
import { distFile } from './exactly-once/dist.js';
import { medianRatio } from './interleave.js';
import { nodeVersion } from './startup/measure.js';
import { median, printTable } from './table.js';
import { floorsOf, LATENCY_MS, measureWholeRuns, type WholeRuns } from './whole-run/measure.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, dist: { type: 'string' } },
});
const node = findNode24() ?? process.execPath;
const folder = mkdtempSync(join(tmpdir(), 'whole-run-'));
try {
  const rounds = Number(values.rounds);
  const measured = await measureWholeRuns({ rounds, node, dist: distFile(values.dist), folder });
  console.log(
    `Node ${nodeVersion(node)}, ${rounds} rounds, medians; ratios are taken round by round. ${LATENCY_MS} ms a request.\n`,
  );
  printTable([
    ['', 'ms', 'floor ms', '÷ floor', 'trips', 'requests', 'least', 'peak MiB'],
    ...rowsOf(measured),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function rowsOf({ core, runs }: WholeRuns): string[][] {
  return [...runs].map(([way, samples]) => {
    const times = samples.map(({ milliseconds }) => milliseconds);
    const floors = floorsOf(way, core);
    return [
      way.name,
      median(times).toFixed(0),
      median(floors).toFixed(0),
      medianRatio(times, floors).toFixed(2),
      String(way.roundTrips.length),
      String(median(samples.map(({ requests }) => requests))),
      String(way.leastRequests),
      (median(samples.map(({ peakBytes }) => peakBytes)) / 2 ** 20).toFixed(0),
    ];
  });
}
