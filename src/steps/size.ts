import { ActionError } from '../errors.js';
import type { Inputs } from '../inputs/types.js';
import { measureImages, type SizeReport } from '../sizing/images.js';
import { computeCacheSize, explainSize, type CacheSize } from '../sizing/cache-size.js';
import { measuredBy, sizeTable } from '../report/sizes.js';
import type { RunDeps } from './deps.js';
import type { Inspection } from './inspect.js';

type SizeInputs = Pick<Inputs, 'imageCacheSizeGiB' | 'sizeMarginPercent'>;

/** The size that the request asks for, and whether we worked it out. */
export interface DecidedSize {
  readonly imageCacheSizeGiB: number;
  readonly sizeOrigin: 'computed' | 'explicit';
}

/**
 * The size to ask for: what the images take on disk, or the explicit size, which always wins. Read only
 * when a cache has to be made: a run that finds one does not need it.
 *
 * @throws ActionError or ActionErrors if the size is to be computed and a layer cannot be read
 */
export async function decideSize(
  inspection: Inspection,
  inputs: SizeInputs,
  deps: RunDeps,
): Promise<DecidedSize> {
  const explicit = inputs.imageCacheSizeGiB;
  if (explicit === 'auto') {
    const size = await computed(inspection, inputs, deps);
    return { imageCacheSizeGiB: size.sizeGiB, sizeOrigin: 'computed' };
  }
  deps.log.info(`Size: ${explicit} GiB, as image-cache-size says.`);
  if (inspection.read.length > 0) await compare(explicit, inspection, inputs, deps);
  return { imageCacheSizeGiB: explicit, sizeOrigin: 'explicit' };
}

async function computed(inspection: Inspection, inputs: SizeInputs, deps: RunDeps): Promise<CacheSize> {
  const report = await measureImages(inspection.read, deps);
  noteSizes(report, deps);
  const size = computeCacheSize(report.totals, inputs.sizeMarginPercent, report.unknown);
  for (const layer of report.unknown) deps.log.warning(`${layer}. The cache is made large enough for that.`);
  const sizeExplanation = explainSize(size);
  deps.note({ sizeExplanation });
  for (const line of sizeExplanation) deps.log.info(line);
  return size;
}

/** An explicit size that is too small fails the build after a quarter of an hour: better to warn now. */
async function compare(
  explicitGiB: number,
  inspection: Inspection,
  inputs: SizeInputs,
  deps: RunDeps,
): Promise<void> {
  try {
    const { sizeGiB } = await computed(inspection, inputs, deps);
    if (explicitGiB >= sizeGiB) return;
    const least = inspection.unread.length > 0 ? 'at least ' : '';
    deps.log.warning(
      `image-cache-size is ${explicitGiB} GiB, but the computed size is ${least}${sizeGiB} GiB. If the images do not fit, the build fails. Raise the input, or leave it at auto.`,
    );
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    deps.log.info(`Cannot tell whether the images fit: ${error.message}`);
  }
}

function noteSizes(report: SizeReport, { record, note, log }: RunDeps): void {
  for (const line of sizeTable(report.images)) log.info(line);
  log.info('');
  const sizes = new Map(report.images.map((image) => [image.reference, image]));
  const images = record.images.map((row) => {
    const size = sizes.get(row.reference);
    if (!size) return row;
    return { ...row, unpackedSizeBytes: size.unpackedSizeBytes, measuredBy: measuredBy(size.sources) };
  });
  note({ images });
}
