import type { ImageSize } from '../sizing/totals.js';
import type { SizeSource } from '../sizing/types.js';
import { alignedTable, formatBytes } from './format.js';

/** How a layer's size was determined, in words. */
const SOURCES: Readonly<Record<SizeSource, string>> = {
  uncompressed: 'stored unpacked',
  empty: 'empty',
  annotation: 'annotation',
  'gzip-trailer': 'gzip trailer',
  'estargz-toc': 'eStargz index',
  'zstd-header': 'zstd header',
  'zstd-chunked-toc': 'zstd:chunked index',
  streamed: 'read in full',
  prefix: 'estimated from its start',
  factor: 'guessed from its compressed size',
  bound: 'not known, taken as the largest possible',
};

/** `2 × gzip trailer, 1 × empty`: layers by how their sizes came to be known. */
export function measuredBy(sources: ImageSize['sources']): string {
  return Object.entries(sources)
    .map(([source, count]) => `${count} × ${SOURCES[source as SizeSource]}`)
    .join(', ');
}

/** The size of each image, the part that it shares with earlier ones, and how that is known. */
export function sizeTable(images: readonly ImageSize[]): string[] {
  return alignedTable([
    ['image', 'compressed', 'on disk', 'shared', 'layers, and how their size is known'],
    ...images.map(({ reference, compressedSizeBytes, unpackedSizeBytes, sharedSizeBytes, sources }) => [
      reference,
      formatBytes(compressedSizeBytes),
      formatBytes(unpackedSizeBytes),
      formatBytes(sharedSizeBytes),
      measuredBy(sources),
    ]),
  ]);
}
