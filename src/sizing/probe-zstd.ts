import { doubt, extrapolated, headOf, type Look } from './read.js';
import { readTable, withHiddenHeaders } from './table.js';
import { TAR_END_BYTES } from './tar.js';
import { sizeOfTarSplit, sizeOfToc } from './toc.js';
import type { Doubt, Finding, LayerJob } from './types.js';
import { readZstdClaim } from './zstd.js';
import { chunkedTable } from './zstd-chunked.js';

/** How much more the beginning may promise than the header claims before it contradicts the claim. */
const HEAD_SLACK = 1.3;

/** Measures a zstd:chunked layer by its tables; undefined if it has no usable ones. */
export async function measureChunked(
  job: LayerJob,
  lookAtHead: () => Promise<Look>,
): Promise<Finding | undefined> {
  const position = chunkedTable(job.layer);
  const table = position && (await readTable(job, position));
  if (position === undefined || table?.length !== position.unpackedSizeBytes) return undefined;
  const isTarSplit = position.kind === 'tar-split';
  const found = isTarSplit ? sizeOfTarSplit(table.toString()) : await sizeByToc(table, lookAtHead);
  // The tables come last and hold nothing of the tar.
  if (found === undefined || found.sizeBytes < position.start * 0.999) return undefined;
  const { sizeBytes: unpackedSizeBytes, inodes } = found;
  return { unpackedSizeBytes, inodes, source: 'zstd-chunked-toc' };
}

async function sizeByToc(
  table: Buffer,
  lookAtHead: () => Promise<Look>,
): Promise<{ sizeBytes: number; inodes: number } | undefined> {
  const toc = sizeOfToc(table.toString());
  if (toc === undefined) return undefined;
  return { inodes: toc.inodes, sizeBytes: withHiddenHeaders(await lookAtHead(), toc) + TAR_END_BYTES };
}

/** Measures a layer that is packed with zstd, whose beginning has been looked at. */
export function probeZstd(job: LayerJob, head: Look): Finding | Doubt {
  const { layer } = job;
  const expected = head.ratio * layer.sizeBytes;
  const isOne = head.parts === 0 && head.damage === undefined;
  const { sizeBytes, severalFrames } = readZstdClaim(head.firstBytes, layer.sizeBytes);
  if (sizeBytes !== undefined && isOne && sizeBytes >= Math.max(expected / HEAD_SLACK, head.tar.endBytes)) {
    return { unpackedSizeBytes: sizeBytes, ...headOf(head), source: 'zstd-header' };
  }
  const parts = severalFrames || !isOne || sizeBytes !== undefined ? 'several' : 'one';
  const reason = 'its zstd header does not give its full size, and it is too large to be read whole';
  const atStakeBytes = Math.max(expected / 4, Math.abs(expected - (sizeBytes ?? expected)));
  return doubt(job, atStakeBytes, (look) => extrapolated(job, look, parts, reason, sizeBytes), head);
}
