import { ActionError } from '../errors.js';
import { formatReference, type ImageReference } from '../images/reference.js';
import type { ReleaseImage } from '../images/registry-map.js';
import { createAccess, type Access } from './access.js';
import { createBlobReader, ForeignHosts } from './blobs.js';
import { findImage } from './find-image.js';
import { createManifestReader, type ManifestReader, type ReadManifest } from './manifest-reader.js';
import { readPushedTag } from './tags.js';
import { createTransport } from './transport.js';
import { RegistryError, type Registry, type RegistryOptions } from './types.js';

/** What Docker reads where a reference names neither tag nor digest. */
const DEFAULT_TAG = 'latest';

/** A client of OCI registries that looks and never writes. */
export function createRegistry(options: RegistryOptions): Registry {
  const transport = createTransport(options);
  const access = createAccess(transport, options);
  const read = createManifestReader(access);
  const foreignHosts = new ForeignHosts();
  const throwIfAborted = (): void => {
    options.signal?.throwIfAborted();
  };
  return {
    async inspect(image, asked, onDigest = () => undefined) {
      try {
        const top = await readTop(image.inspect, read, access, options);
        const found = await findImage(top, { image: image.inspect, asked, read, access, onDigest });
        const { configDigest, configSizeBytes, layers } = found.document;
        const { digest, platform } = found;
        const blobs = createBlobReader(image.inspect, { access, transport, foreignHosts, throwIfAborted });
        return { ok: true, image: { image, digest, platform, configDigest, configSizeBytes, layers }, blobs };
      } catch (error) {
        throwIfAborted();
        if (!(error instanceof ActionError)) throw error;
        return {
          ok: false,
          image,
          error: error instanceof RegistryError ? error.within(nameOf(image)) : error,
        };
      }
    },
  };
}

/** A digest wins over the tag beside it, as it does for `docker pull`. */
async function readTop(
  image: ImageReference,
  read: ManifestReader,
  access: Access,
  options: RegistryOptions,
): Promise<ReadManifest> {
  if (image.digest !== undefined) return await read(image, image.digest);
  const tag = image.tag ?? DEFAULT_TAG;
  return await readPushedTag(image, tag, { read: () => read(image, tag), access, ...options });
}

/** For errors: the image as the user knows it, and where it was looked for if that is elsewhere. */
function nameOf({ cachedReference, inspect }: ReleaseImage): string {
  const looked = formatReference(inspect);
  return looked.endsWith(cachedReference)
    ? `Image ${cachedReference}`
    : `Image ${cachedReference} (looked up as ${looked})`;
}
