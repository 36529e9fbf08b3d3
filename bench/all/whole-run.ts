import { medianRatio } from '../interleave.js';
import { median } from '../table.js';
import {
  floorsOf,
  LATENCY_MS,
  measureWholeRuns,
  type RunSample,
  type Way,
  type WholeRunOptions,
} from '../whole-run/measure.js';
import type { Row } from './row.js';

const MIB = 2 ** 20;

/** Time, requests and peak memory of a run from the start of its process to its end. */
export async function wholeRunRows(options: WholeRunOptions): Promise<Row[]> {
  const { core, runs } = await measureWholeRuns(options);
  return [...runs].flatMap(([way, samples]) => rowsOf(way, samples, core));
}

function rowsOf(way: Way, samples: readonly RunSample[], core: readonly RunSample[]): Row[] {
  const { name, roundTrips, leastRequests, result } = way;
  const times = samples.map(({ milliseconds }) => milliseconds);
  const floors = floorsOf(way, core);
  const peak = (of: readonly RunSample[]): number => median(of.map(({ peakBytes }) => peakBytes / MIB));
  return [
    {
      what: `run: ${name}`,
      measured: median(times),
      unit: 'ms',
      beside: {
        value: median(floors),
        name: `start-up of @actions/core alone + ${roundTrips.length} serial round trips of ${LATENCY_MS} ms`,
      },
      ratio: medianRatio(times, floors),
      ...(result === 'reused' ? { atMost: 1.3 } : {}),
    },
    {
      what: `run: ${name}`,
      measured: median(samples.map(({ requests }) => requests)),
      unit: 'requests',
      beside: { value: leastRequests, name: 'the least that it takes' },
      atMost: 1,
    },
    {
      what: `run: ${name}, peak memory`,
      measured: peak(samples),
      unit: 'MiB',
      beside: { value: peak(core), name: 'bundle of @actions/core' },
    },
  ];
}
