import type { LayerDescriptor } from '../registry/types.js';

/**
 * Where a zstd:chunked layer keeps its tables, from its annotations (containers/storage, pkg/chunked):
 * `offset:compressed size:uncompressed size[:kind]`. Each is a zstd frame inside a skippable one.
 */
const TABLES = [
  ['tar-split', 'tarsplit-position'],
  ['toc', 'manifest-position'],
] as const;

/** The second is the older one, which skopeo 1.9 and the stargz library write. */
const NAMESPACES = ['io.github.containers.zstd-chunked', 'io.containers.zstd-chunked'] as const;

export interface ChunkedTable {
  readonly kind: 'tar-split' | 'toc';
  readonly start: number;
  readonly end: number;
  readonly unpackedSizeBytes: number;
}

/** The most informative table; undefined if the layer is not zstd:chunked. */
export function chunkedTable(layer: LayerDescriptor): ChunkedTable | undefined {
  const places = TABLES.flatMap(([kind, key]) =>
    NAMESPACES.map((space) => [kind, `${space}.${key}`] as const),
  );
  for (const [kind, name] of places) {
    const text = layer.annotations[name];
    const fields = typeof text === 'string' ? /^(\d{1,15}):(\d{1,15}):(\d{1,15})(:\d+)?$/.exec(text) : null;
    if (!fields) continue;
    const [start, length, unpackedSizeBytes] = fields.slice(1, 4).map(Number) as [number, number, number];
    if (length > 0 && start + length <= layer.sizeBytes) {
      return { kind, start, end: start + length - 1, unpackedSizeBytes };
    }
  }
  return undefined;
}
