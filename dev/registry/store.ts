import {
  blobOf,
  buildImage,
  buildIndex,
  sha256,
  type Blob,
  type Descriptor,
  type ImageContent,
  type IndexContent,
} from './content.js';

export interface StoredManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** What a registry holds. Filled by these functions: there is no push over HTTP. */
export interface Store {
  /** A tag and what is stored under it; without a tag it is had by its digest only. */
  putImage(repository: string, tag: string | undefined, content: ImageContent): Descriptor;
  putIndex(repository: string, tag: string | undefined, content: IndexContent): Descriptor;
  /** Any document, right or wrong. */
  putManifest(
    repository: string,
    tag: string | undefined,
    document: Buffer | Readonly<Record<string, unknown>>,
    mediaType: string,
  ): Descriptor;
  putBlob(repository: string, content: Buffer | Blob): Blob;
  /** By tag or digest. */
  manifest(repository: string, reference: string): StoredManifest | undefined;
  blob(repository: string, digest: string): Blob | undefined;
  /** In the order of the OCI distribution specification; undefined where there is no such repository. */
  tags(repository: string): readonly string[] | undefined;
}

interface Repository {
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, string>;
  readonly blobs: Map<string, Blob>;
}

export function createStore(): Store {
  const repositories = new Map<string, Repository>();
  const open = (name: string): Repository => {
    const found = repositories.get(name) ?? { manifests: new Map(), tags: new Map(), blobs: new Map() };
    repositories.set(name, found);
    return found;
  };
  const store: Store = {
    putImage(repository, tag, content) {
      const { blobs, manifest, mediaType } = buildImage(content);
      for (const blob of blobs) store.putBlob(repository, blob);
      return store.putManifest(repository, tag, manifest, mediaType);
    },
    putIndex(repository, tag, content) {
      const { manifest, mediaType } = buildIndex(content);
      return store.putManifest(repository, tag, manifest, mediaType);
    },
    putManifest(repository, tag, document, mediaType) {
      const bytes = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document));
      const digest = sha256(bytes);
      const { manifests, tags } = open(repository);
      manifests.set(digest, { bytes, mediaType });
      if (tag !== undefined) tags.set(tag, digest);
      return { mediaType, digest, size: bytes.length };
    },
    putBlob(repository, content) {
      const blob = blobOf(content);
      open(repository).blobs.set(blob.digest, blob);
      return blob;
    },
    manifest(repository, reference) {
      const { manifests, tags } = repositories.get(repository) ?? {};
      return manifests?.get(tags?.get(reference) ?? reference);
    },
    blob: (repository, digest) => repositories.get(repository)?.blobs.get(digest),
    tags(repository) {
      const found = repositories.get(repository);
      return found && [...found.tags.keys()].sort();
    },
  };
  return store;
}
