import type { Clock } from '../clock.js';
import { ActionError, ActionErrors } from '../errors.js';
import type { Log } from '../report/log.js';
import type { BlobReader, InspectedImage, LayerDescriptor } from '../registry/types.js';
import { ReadingBudget, type BudgetLimits } from './budget.js';
import { countInodes, type Known } from './inodes.js';
import { probe, settle } from './measure.js';
import { addUp, sum, type ImageSize, type Measures, type Totals } from './totals.js';
import type { Doubt, Finding, LayerJob } from './types.js';

export interface ReadableImage {
  readonly image: InspectedImage;
  readonly blobs: BlobReader;
}

export interface MeasureOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly limits?: Partial<BudgetLimits> | undefined;
}

export interface SizeReport {
  readonly images: readonly ImageSize[];
  readonly totals: Totals;
  /** Of layers of which only a bound is known: what they may hold, and why. */
  readonly unknown: readonly string[];
  /** Bytes of layers that were read to know it. */
  readonly fetchedBytes: number;
}

/**
 * Measures images by what their registry reveals. Layers are measured once for each digest, all in parallel.
 * Warnings are logged.
 *
 * @throws RegistryError if a layer cannot be read, ActionErrors if that is so for several reasons
 */
export async function measureImages(
  images: readonly ReadableImage[],
  { log, clock, limits }: MeasureOptions,
): Promise<SizeReport> {
  const budget = new ReadingBudget(clock, limits);
  try {
    const jobs = jobsOf(images, budget);
    const known = await measureLayers(jobs, budget);
    const inspected = images.map(({ image }) => image);
    const { images: sizes, totals, chains } = addUp(inspected, measuresOf(jobs, known));
    const { inodes, warnings } = await countInodes(chains, known, totals);
    const measures = measuresOf(jobs, known);
    for (const [digest, { source, unpackedSizeBytes, fetchedBytes }] of measures) {
      log.debug(
        `Layer ${digest}: ${unpackedSizeBytes} bytes unpacked (${source}, ${fetchedBytes} bytes read)`,
      );
    }
    for (const warning of [...sizes.flatMap((size) => size.warnings), ...warnings]) log.warning(warning);
    return {
      images: sizes,
      totals: { ...totals, inodes },
      unknown: sizes.flatMap((size) => size.unknown),
      fetchedBytes: sum([...measures.values()].map(({ fetchedBytes }) => fetchedBytes)),
    };
  } finally {
    budget.close();
  }
}

/** One for each digest, in the layers' order. */
interface Job extends LayerJob {
  readonly reader: ReturnType<ReadingBudget['within']>;
}

function jobsOf(images: readonly ReadableImage[], budget: ReadingBudget): Job[] {
  const jobs = new Map<string, Job>();
  for (const { image, blobs } of images) {
    for (const layer of image.layers) {
      if (!jobs.has(layer.digest)) jobs.set(layer.digest, { layer, reader: budget.within(blobs), budget });
    }
  }
  return [...jobs.values()];
}

/**
 * First the cheap looks at all layers, then the whole of those that are in doubt. The measured size must not
 * depend on which answer came first, or two jobs would request caches of two sizes. So the budget goes to the layers
 * with the largest doubt first, and otherwise by their order.
 */
async function measureLayers(jobs: readonly Job[], budget: ReadingBudget): Promise<Map<string, Known>> {
  const probes = await all(jobs.map(async (job) => ({ job, found: await probe(job) })));
  const doubts = probes.flatMap(({ job, found }) => (isDoubt(found) ? [{ job, found }] : []));
  const granted = new Set<LayerDescriptor>();
  for (const { job } of doubts.sort((a, b) => b.found.atStakeBytes - a.found.atStakeBytes)) {
    if (budget.grant(job.layer.sizeBytes)) granted.add(job.layer);
  }
  const settled = await all(
    probes.map(async ({ job, found }): Promise<Known> => {
      return { job, finding: isDoubt(found) ? await settle(job, found, granted.has(job.layer)) : found };
    }),
  );
  return new Map(settled.map((known) => [known.job.layer.digest, known]));
}

function isDoubt(found: Finding | Doubt): found is Doubt {
  return 'estimate' in found;
}

function measuresOf(jobs: readonly Job[], known: ReadonlyMap<string, Known>): Measures {
  return new Map(
    jobs.flatMap(({ layer, reader }) => {
      const finding = known.get(layer.digest)?.finding;
      return finding ? [[layer.digest, { ...finding, fetchedBytes: reader.fetchedBytes }] as const] : [];
    }),
  );
}

/** One registry that is down fails all its layers in the same words: say them once. */
async function all<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  const errors = new Map<string, ActionError>();
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    if (!(result.reason instanceof ActionError)) throw result.reason;
    errors.set(result.reason.message, result.reason);
  }
  const [first, ...others] = errors.values();
  if (first !== undefined) throw others.length > 0 ? new ActionErrors([first, ...others]) : first;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
