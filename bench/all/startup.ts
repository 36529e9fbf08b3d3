import { medianRatio } from '../interleave.js';
import {
  ACTION,
  BARE_NODE,
  CORE_ALONE,
  measureStartup,
  type Sample,
  type StartupOptions,
} from '../startup/measure.js';
import { median } from '../table.js';
import type { Row } from './row.js';

const MIB = 2 ** 20;

/** From the start of the process to the first request that leaves, and the memory held by then. */
export async function startupRows(options: StartupOptions): Promise<Row[]> {
  const samples = await measureStartup(options);
  const row = (what: string, other: string, unit: 'ms' | 'MiB', value: (sample: Sample) => number): Row => {
    const [ours = [], theirs = []] = [ACTION, other].map((name) => samples.get(name)?.map(value));
    return {
      what,
      measured: median(ours),
      unit,
      beside: { value: median(theirs), name: other },
      ratio: medianRatio(ours, theirs),
    };
  };
  const time = ({ milliseconds }: Sample): number => milliseconds;
  const peak = ({ peakBytes }: Sample): number => peakBytes / MIB;
  return [
    { ...row('start-up to the first request', CORE_ALONE, 'ms', time), atMost: 1.25 },
    row('start-up to the first request', BARE_NODE, 'ms', time),
    row('memory at the first request', CORE_ALONE, 'MiB', peak),
  ];
}
