import { createHash } from 'node:crypto';

export const MEDIA_TYPES = {
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** Bytes of a blob that need not sit in memory, e.g. of a layer of 5 GiB. */
export interface Blob {
  readonly digest: string;
  readonly sizeBytes: number;
  /** Bytes `start` to `end`, both inclusive. */
  read(start: number, end: number): AsyncIterable<Buffer> | Iterable<Buffer>;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface LayerContent {
  readonly bytes: Buffer | Blob;
  readonly mediaType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly urls?: readonly string[];
}

export interface ImageContent {
  /** Base first; what is not said to be otherwise is called a gzipped tar, whatever the bytes are. */
  readonly layers: readonly (Buffer | LayerContent)[];
  /** linux/amd64 by default; only the config says it. */
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  /** Docker's media types instead of OCI's. */
  readonly docker?: boolean;
  /** Fields over the manifest's own, e.g. an artifactType. */
  readonly manifest?: Readonly<Record<string, unknown>>;
}

export interface IndexContent {
  readonly manifests: readonly (Descriptor & {
    readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  })[];
  readonly docker?: boolean;
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function blobOf(content: Buffer | Blob): Blob {
  if (!Buffer.isBuffer(content)) return content;
  return {
    digest: sha256(content),
    sizeBytes: content.length,
    *read(start, end) {
      yield content.subarray(start, end + 1);
    },
  };
}

/** The blobs and the manifest of an image, ready to be stored. */
export function buildImage(content: ImageContent): { blobs: Blob[]; manifest: Buffer; mediaType: string } {
  const docker = content.docker === true;
  const layers = content.layers.map((layer) => (Buffer.isBuffer(layer) ? { bytes: layer } : layer));
  const blobs = layers.map(({ bytes }) => blobOf(bytes));
  const config = blobOf(
    Buffer.from(
      JSON.stringify({
        os: 'linux',
        architecture: 'amd64',
        ...content.platform,
        config: {},
        rootfs: { type: 'layers', diff_ids: blobs.map(({ digest }) => digest) },
      }),
    ),
  );
  const mediaType = docker ? MEDIA_TYPES.dockerManifest : MEDIA_TYPES.ociManifest;
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: descriptorOf(config, docker ? MEDIA_TYPES.dockerConfig : MEDIA_TYPES.ociConfig),
    layers: layers.map(({ mediaType: ownType, annotations, urls }: Omit<LayerContent, 'bytes'>, index) => ({
      ...descriptorOf(blobs[index], ownType ?? (docker ? MEDIA_TYPES.dockerLayer : MEDIA_TYPES.ociLayer)),
      ...(annotations && { annotations }),
      ...(urls && { urls }),
    })),
    ...content.manifest,
  };
  return { blobs: [config, ...blobs], manifest: Buffer.from(JSON.stringify(manifest)), mediaType };
}

export function buildIndex({ manifests, docker }: IndexContent): { manifest: Buffer; mediaType: string } {
  const mediaType = docker === true ? MEDIA_TYPES.dockerList : MEDIA_TYPES.ociIndex;
  return { manifest: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })), mediaType };
}

function descriptorOf(blob: Blob | undefined, mediaType: string): Descriptor {
  if (blob === undefined) throw new Error('a layer without bytes');
  return { mediaType, digest: blob.digest, size: blob.sizeBytes };
}
