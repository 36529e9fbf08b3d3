import { isTooDense } from './dense-json.js';
import type { Look } from './read.js';
import type { TocSize } from './toc.js';
import type { LayerJob } from './types.js';
import { unpackWithin } from './unpack.js';

/** Tables larger than these are not read: parsing them would take more memory than streaming the layer. */
const MAX_TABLE_BYTES = 4 * 2 ** 20;
const MAX_UNPACKED_TABLE_BYTES = 16 * 2 ** 20;

/** Reads and unpacks a layer's table of contents; undefined if it is too large or dense, damaged or out of reach. */
export async function readTable(
  { layer, reader, budget }: LayerJob,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<Buffer | undefined> {
  if (end - start + 1 > MAX_TABLE_BYTES) return undefined;
  const bytes = await reader.range(layer, start, end);
  const table = bytes && (await budget.unpacking(() => unpackWithin(bytes, MAX_UNPACKED_TABLE_BYTES)));
  return table && isTooDense(table) ? undefined : table;
}

/**
 * The size by a table of contents, raised where the layer's first entries have more extended headers than
 * the table lets one expect: it leaves out what only they hold, such as fractions of a second.
 */
export function withHiddenHeaders({ tar }: Look, toc: TocSize): number {
  const seen = tar.entries > 0 ? (tar.extendedBytes / tar.entries) * toc.entries : 0;
  return toc.sizeBytes + Math.ceil(Math.max(0, seen - toc.extendedBytes) / 512) * 512;
}
