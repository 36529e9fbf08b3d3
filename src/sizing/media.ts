import type { LayerDescriptor } from '../registry/types.js';

/** Ordinary layers were measured at 1.0 to 6.9; from here on, a layer's bytes have to be seen. */
export const MAX_PLAIN_RATIO = 8;

/** DEFLATE cannot shrink further: 258 bytes take 2 bits. */
export const MAX_GZIP_RATIO = 1032;

export type Compression = 'none' | 'gzip' | 'zstd' | 'unknown';

/**
 * Layer media types of the OCI image specification (layer.md) and of Docker's image manifest, version 2,
 * schema 2. `+gzip` and `+zstd` end OCI's names, `.gzip` Docker's. Encryption (ocicrypt) adds `+encrypted`.
 */
const ENDINGS: readonly (readonly [RegExp, Compression])[] = [
  [/[+.]gzip$/, 'gzip'],
  [/[+.]zstd$/, 'zstd'],
  [/^application\/vnd\.(oci\.image\.layer|docker\.image\.rootfs)\.[a-z0-9.]*tar$/, 'none'],
];
const ENCRYPTED = '+encrypted';

/**
 * How the layer says it is compressed. Only its bytes tell whether that is so: Docker's and OCI's types for plain
 * tars are found on gzip as well (skopeo #548, containerd #10134).
 */
export function claimedCompression({ mediaType }: LayerDescriptor): Compression {
  const plain = mediaType.endsWith(ENCRYPTED) ? mediaType.slice(0, -ENCRYPTED.length) : mediaType;
  return ENDINGS.find(([ending]) => ending.test(plain))?.[1] ?? 'unknown';
}

/** Its bytes reveal nothing. */
export function isEncrypted({ mediaType }: LayerDescriptor): boolean {
  return mediaType.endsWith(ENCRYPTED);
}

/** Layers that the registry need not have: OCI's nondistributable ones, Docker's foreign ones. */
export function isForeign({ mediaType, urls }: LayerDescriptor): boolean {
  return urls.length > 0 || /\.(foreign|nondistributable)\./.test(mediaType);
}

/** The tar of two zero blocks, gzipped in the two ways in which Docker and BuildKit have written it. */
const EMPTY_LAYERS: ReadonlySet<string> = new Set([
  'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4',
  'sha256:4f4fb700ef54461cfa02571ae0db9a0dc1e0cdb5577484a6d75e68dc38e8acc1',
]);

/** Size of the tar in a layer that is empty: of no bytes, or well known; undefined for every other layer. */
export function emptyLayerSizeBytes({ digest, sizeBytes }: LayerDescriptor): number | undefined {
  if (sizeBytes === 0) return 0;
  return EMPTY_LAYERS.has(digest) ? 1024 : undefined;
}

const SIZE_ANNOTATIONS = ['ci.umo.uncompressed_blob_size', 'io.containers.estargz.uncompressed-size'];

/**
 * The unpacked size that the layer's builder wrote beside it: umoci's and the stargz snapshotter's
 * annotations. Only a hint, so taken only inside the bounds that DEFLATE and tar set, and where the ratio
 * is an ordinary one.
 */
export function annotatedSizeBytes(layer: LayerDescriptor): number | undefined {
  for (const name of SIZE_ANNOTATIONS) {
    const text = layer.annotations[name];
    if (typeof text !== 'string' || !/^\d{1,16}$/.test(text)) continue;
    const size = Number(text);
    if (size % 512 === 0 && size >= layer.sizeBytes * 0.999 && size <= layer.sizeBytes * MAX_PLAIN_RATIO) {
      return size;
    }
  }
  return undefined;
}
