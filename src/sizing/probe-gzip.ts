import { SMALL_LAYER_BYTES } from './budget.js';
import { readEstargzFooter, sizeOfEstargz, type TocRange } from './estargz.js';
import {
  endsInRun,
  LONG_RUN_TAIL_BYTES,
  readGzipClaim,
  sizeAtLeast,
  sizeNear,
  tailSizeBytes,
  WRAP,
  type GzipClaim,
} from './gzip.js';
import { MAX_PLAIN_RATIO } from './media.js';
import { doubt, extrapolated, headOf, lookAtStart, type Look } from './read.js';
import { readTable, withHiddenHeaders } from './table.js';
import type { Doubt, Finding, LayerJob } from './types.js';

/** The smallest and largest size that a layer had, or might have, relative to the estimate from its first 8 MiB. */
const LARGE_LOOK_BAND = [0.88, 1.15] as const;

/** The same for a few hundred KiB, which only have to distinguish sizes that are 4 GiB apart. */
const SMALL_LOOK_BAND = [0.8, 1.25] as const;

/**
 * How much more the beginning may promise than the trailer claims before it contradicts the claim. Ordinary layers
 * begin with text; the more was seen, the less that counts.
 */
const LOOKS: readonly (readonly [sizeBytes: number, slack: number])[] = [
  [2 ** 20, 1.25],
  [SMALL_LAYER_BYTES, 1 / LARGE_LOOK_BAND[0]],
];
const HEAD_SLACK = 1.3;

/** Measures a layer that is packed with gzip, whose beginning has been looked at. */
export async function probeGzip(job: LayerJob, head: Look): Promise<Finding | Doubt> {
  const { layer, reader } = job;
  const end = layer.sizeBytes - 1;
  const tail = await reader.range(layer, layer.sizeBytes - tailSizeBytes(layer.sizeBytes), end);
  if (tail === undefined) return largeDoubt(job, NO_CLAIM, head);
  const toc = readEstargzFooter(tail, layer.sizeBytes);
  const fromToc = toc && (await measureEstargz(job, toc, head));
  if (fromToc) return fromToc;
  const claim = await withoutShortRun(job, readGzipClaim(tail, layer.sizeBytes));
  return claim.doubts.length > 0 ? settleDoubts(job, claim, head) : settleTrailer(job, claim, head);
}

/** Measures a small layer by its trailer; undefined if that is in doubt, which may also be since it is no gzip. */
export async function probeTrailer({ layer, reader }: LayerJob): Promise<Finding | undefined> {
  const tail = await reader.range(
    layer,
    layer.sizeBytes - tailSizeBytes(layer.sizeBytes),
    layer.sizeBytes - 1,
  );
  if (tail === undefined || readEstargzFooter(tail, layer.sizeBytes)) return undefined;
  const { sizeBytes, doubts } = readGzipClaim(tail, layer.sizeBytes);
  if (doubts.length > 0 || sizeBytes > layer.sizeBytes * MAX_PLAIN_RATIO) return undefined;
  return { unpackedSizeBytes: sizeBytes, source: 'gzip-trailer' };
}

const NO_CLAIM: GzipClaim = { aligned: false, isize: 0, sizeBytes: 0, doubts: ['members'] };

async function measureEstargz(job: LayerJob, range: TocRange, head: Look): Promise<Finding | undefined> {
  const table = await readTable(job, range);
  const toc = table && sizeOfEstargz(table);
  if (toc === undefined || toc.sizeBytes < job.layer.sizeBytes * 0.999) return undefined;
  const unpackedSizeBytes = withHiddenHeaders(head, toc);
  return { unpackedSizeBytes, inodes: toc.inodes, source: 'estargz-toc' };
}

/** A run is worth reading the layer only where it is as long as gigabytes of equal bytes leave it. */
async function withoutShortRun({ layer, reader }: LayerJob, claim: GzipClaim): Promise<GzipClaim> {
  if (!claim.doubts.includes('run')) return claim;
  const tail = await reader.range(layer, layer.sizeBytes - LONG_RUN_TAIL_BYTES, layer.sizeBytes - 1);
  if (tail === undefined || endsInRun(tail)) return claim;
  return { ...claim, doubts: claim.doubts.filter((one) => one !== 'run') };
}

/** A trailer without doubts: believed, unless the layer's beginning says that there must be more. */
async function settleTrailer(job: LayerJob, claim: GzipClaim, head: Look): Promise<Finding | Doubt> {
  let [look, slack] = [head, HEAD_SLACK];
  for (const [sizeBytes, nextSlack] of [...LOOKS, [0, 0] as const]) {
    if (isPlausible(job, claim, look, slack)) return byTrailer(claim.sizeBytes, look);
    // Where a look would read all of it, a stream does not read more.
    if (showsSeveral(job, look) || sizeBytes === 0 || sizeBytes * 2 > job.layer.sizeBytes) break;
    [look, slack] = [await lookAtStart(job, sizeBytes), nextSlack];
  }
  return largeDoubt(job, { ...claim, doubts: ['members'] }, look);
}

function isPlausible({ layer }: LayerJob, claim: GzipClaim, look: Look, slack: number): boolean {
  if (showsSeveral({ layer }, look)) return false;
  const least = Math.max((look.ratio * layer.sizeBytes) / slack, look.tar.endBytes);
  return claim.sizeBytes >= least;
}

/** A member ended, or became unreadable, before the end of the layer. */
function showsSeveral({ layer }: Pick<LayerJob, 'layer'>, look: Look): boolean {
  return look.damage !== undefined || (look.parts > 0 && look.consumedBytes < layer.sizeBytes);
}

/** Finds out whether a doubtful trailer is right. */
async function settleDoubts(job: LayerJob, claim: GzipClaim, head: Look): Promise<Finding | Doubt> {
  let look = head;
  for (const [sizeBytes, band] of looksFor(job, claim)) {
    if (showsSeveral(job, look)) break;
    look = await lookAtStart(job, sizeBytes);
    const size = sizeNear(claim, look.ratio * job.layer.sizeBytes, look.tar.endBytes, band);
    if (size !== undefined && !showsSeveral(job, look)) return byTrailer(size, look);
  }
  return largeDoubt(job, claim, look);
}

type Band = readonly [number, number];

/** The looks that may confirm a claim, cheapest first; none if only the whole layer shows the truth. */
function looksFor({ layer }: LayerJob, { aligned, doubts }: GzipClaim): (readonly [number, Band])[] {
  const isSmall = layer.sizeBytes <= SMALL_LAYER_BYTES;
  if (isSmall || !aligned || doubts.includes('run')) return [];
  const large = [SMALL_LAYER_BYTES, LARGE_LOOK_BAND] as const;
  if (!doubts.includes('wrap') || doubts.includes('ratio')) return [large];
  const aFewBytes = Math.max(64 * 1024, Math.ceil(layer.sizeBytes / 2000));
  return [[Math.min(aFewBytes, SMALL_LAYER_BYTES), SMALL_LOOK_BAND], large];
}

function byTrailer(unpackedSizeBytes: number, look: Look): Finding {
  return { unpackedSizeBytes, ...headOf(look), source: 'gzip-trailer' };
}

/** Four GiB more or less are at stake where ISIZE may have wrapped; else what the beginning lets one expect. */
function largeDoubt(job: LayerJob, claim: GzipClaim, look: Look): Doubt {
  const { layer } = job;
  const mayWrap = claim.doubts.includes('wrap') || claim.doubts.includes('run');
  const expected = look.ratio * layer.sizeBytes;
  const atStakeBytes = mayWrap
    ? Math.max(WRAP, expected / 4)
    : Math.max(Math.abs(expected - claim.sizeBytes), expected / 4);
  return doubt(job, atStakeBytes, (seen) => estimated(job, claim, seen), look);
}

/** What the layer holds, as far as its first bytes and its trailer show. */
function estimated(job: LayerJob, claim: GzipClaim, look: Look): Finding {
  return extrapolated(
    job,
    look,
    'several',
    'its gzip trailer may hide several members or more than 4 GiB, and it is too large to be read whole',
    leastByTrailer(claim, look, look.ratio * job.layer.sizeBytes),
  );
}

/** The size by which the trailer raises an estimate: none if it is more likely that of one of several members. */
function leastByTrailer(claim: GzipClaim, look: Look, estimate: number): number {
  if (!claim.aligned) return 0;
  const least = sizeAtLeast(claim, Math.max(estimate * LARGE_LOOK_BAND[0], look.tar.endBytes));
  // Behind a beginning that says nothing of it, a run of equal bytes may be another 4 GiB long.
  if (claim.doubts.includes('run') && look.ratio < MAX_PLAIN_RATIO) return sizeAtLeast(claim, least + 1);
  const isByWrap = least !== claim.isize;
  return isByWrap && least > Math.max(estimate, look.tar.endBytes) * LARGE_LOOK_BAND[1] ? 0 : least;
}
