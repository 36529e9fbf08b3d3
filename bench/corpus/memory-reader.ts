import { createHash } from 'node:crypto';

import type { BlobReader, LayerDescriptor } from '../../src/registry/types.js';

export interface MemoryReader extends BlobReader {
  /** What was asked for, e.g. `range 36-99` or `stream`. */
  readonly requests: string[];
  /** Streams that were left before their end. */
  readonly hangUps: number;
}

export interface MemoryReaderOptions {
  /** False: a registry that answers every range with the whole. */
  readonly ranges?: boolean;
  readonly chunkBytes?: number;
}

/** Serves layers from memory, by digest. */
export function memoryReader(
  blobs: ReadonlyMap<string, Buffer>,
  { ranges = true, chunkBytes = 64 * 1024 }: MemoryReaderOptions = {},
): MemoryReader {
  const requests: string[] = [];
  let hangUps = 0;
  const blobOf = ({ digest }: LayerDescriptor): Buffer => {
    const blob = blobs.get(digest);
    if (blob === undefined) throw new Error(`no blob ${digest}`);
    return blob;
  };
  return {
    requests,
    get hangUps() {
      return hangUps;
    },
    range(layer, start, end) {
      requests.push(`range ${start}-${end}`);
      return Promise.resolve(ranges ? blobOf(layer).subarray(start, end + 1) : undefined);
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a reader is asynchronous, memory is not
    async *stream(layer) {
      requests.push('stream');
      const blob = blobOf(layer);
      let ended = false;
      try {
        for (let at = 0; at < blob.length; at += chunkBytes) yield blob.subarray(at, at + chunkBytes);
        ended = true;
      } finally {
        if (!ended) hangUps += 1;
      }
    },
  };
}

export const GZIP_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const ZSTD_LAYER = 'application/vnd.oci.image.layer.v1.tar+zstd';

/** A descriptor of the blob. */
export function layerOf(
  blob: Buffer,
  mediaType = GZIP_LAYER,
  annotations: Readonly<Record<string, string>> = {},
): LayerDescriptor {
  const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
  return { digest, mediaType, sizeBytes: blob.length, annotations, urls: [] };
}
