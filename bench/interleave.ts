import { median } from './table.js';

/** Measures the subjects in turn, round by round. The first round fills the machine's caches, and is not counted. */
export async function interleaved<T>(
  rounds: number,
  subjects: Readonly<Record<string, () => Promise<T>>>,
): Promise<Map<string, T[]>> {
  const samples = new Map(Object.keys(subjects).map((name) => [name, [] as T[]]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(subjects)) {
      const sample = await measure();
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  return samples;
}

/** The median of the ratios that were taken round by round: what slows a round down slows both of its sides. */
export function medianRatio(of: readonly number[], to: readonly number[]): number {
  return median(of.map((value, round) => value / (to[round] ?? NaN)));
}
