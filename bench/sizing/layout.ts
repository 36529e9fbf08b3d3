import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { BuiltLayer } from '../corpus/corpus.js';
import { shell } from '../corpus/shell.js';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Readonly<Record<string, string>>;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

export const PLATFORMS = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
  { os: 'linux', architecture: 's390x' },
] as const;

/** Writes an image of one platform into the layout. */
export async function writeImage(
  folder: string,
  layers: readonly BuiltLayer[],
  platform: Readonly<Record<string, string>> = PLATFORMS[0],
): Promise<Descriptor> {
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) };
  const config = await writeBlob(folder, 'application/vnd.oci.image.config.v1+json', {
    ...platform,
    config: {},
    rootfs,
  });
  const listed = layers.map(({ digest, mediaType, size, annotations }) => ({
    mediaType,
    digest,
    size,
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  }));
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: listed };
  return { ...(await writeBlob(folder, MANIFEST, manifest)), platform };
}

/** An index of images for several platforms, with an attestation beside the first as BuildKit writes it. */
export async function writeIndex(folder: string, images: readonly Descriptor[]): Promise<Descriptor> {
  const [config, statement] = [{}, { _type: 'https://in-toto.io/Statement/v0.1' }];
  const attestation = await writeBlob(folder, MANIFEST, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: await writeBlob(folder, 'application/vnd.oci.image.config.v1+json', config),
    layers: [await writeBlob(folder, 'application/vnd.in-toto+json', statement)],
  });
  return writeBlob(folder, INDEX, {
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [
      ...images,
      {
        ...attestation,
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
        platform: { os: 'unknown', architecture: 'unknown' },
      },
    ],
  });
}

async function writeBlob(folder: string, mediaType: string, content: unknown): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(content));
  const hex = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(folder, 'layout/blobs/sha256', hex), bytes);
  return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
}

/** Pushes an image or index with skopeo; what lies in the registry already is not sent again. */
export async function push(
  folder: string,
  image: Descriptor,
  host: string,
  repository: string,
): Promise<void> {
  const named = { ...image, annotations: { 'org.opencontainers.image.ref.name': 'it' } };
  const index = JSON.stringify({ schemaVersion: 2, manifests: [named] });
  await writeFile(join(folder, 'layout/index.json'), index);
  const target = `docker://${host}/${repository}:1`;
  await shell(
    `skopeo --insecure-policy copy -q --all --preserve-digests --dest-tls-verify=false oci:layout:it ${target}`,
    folder,
  );
}
