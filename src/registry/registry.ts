import { ActionError } from '../errors.js';
import { formatPlatform, type Platform } from '../images/platform.js';
import { formatReference, type ImageReference } from '../images/reference.js';
import type { ReleaseImage } from '../images/resolve.js';
import { createAccess, type Access } from './access.js';
import { createBlobReader } from './blobs.js';
import { INDEX_TYPES, type IndexDocument, type IndexEntry } from './manifest.js';
import { createManifestReader, type ManifestReader, type ReadManifest } from './manifest-reader.js';
import { choosePlatform, listPlatforms } from './platform-choice.js';
import { missingTag } from './tags.js';
import { createTransport } from './transport.js';
import { RegistryError, type InspectedImage, type Registry, type RegistryOptions } from './types.js';

/** An index within an index is allowed, and some builders use it; deeper ones are a loop or a trap. */
const DEEPEST_INDEX = 2;
/** What Docker reads where a reference names neither tag nor digest. */
const DEFAULT_TAG = 'latest';

/** A client of OCI registries that looks and never writes. Close it at the end. */
export function createRegistry(options: RegistryOptions): Registry {
  const transport = createTransport(options);
  const access = createAccess(transport, options);
  const read = createManifestReader(access);
  const throwIfAborted = (): void => {
    options.signal?.throwIfAborted();
  };
  return {
    async inspect(image, platform, onDigest = () => undefined) {
      try {
        const inspected = await findImage(image, platform, read, access, onDigest);
        const blobs = createBlobReader(image.inspect, access, transport, throwIfAborted);
        return { ok: true, image: inspected, blobs };
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
    close: () => {
      transport.close();
    },
  };
}

async function findImage(
  image: ReleaseImage,
  platform: Platform,
  read: ManifestReader,
  access: Access,
  onDigest: (digest: string) => void,
): Promise<InspectedImage> {
  const top = await readTop(image.inspect, read, access);
  if (top.document.kind !== 'index') onDigest(top.digest);
  let found: ReadManifest = top;
  let entry: IndexEntry | undefined;
  for (let depth = 1; found.document.kind === 'index'; depth++) {
    if (depth > DEEPEST_INDEX) {
      throw new RegistryError('not-an-image', `its index leads to another index ${DEEPEST_INDEX} times over`);
    }
    entry = entryFor(found.document, platform);
    if (!INDEX_TYPES.has(entry.mediaType)) onDigest(entry.digest);
    found = await read(image.inspect, entry.digest);
  }
  const { configDigest, configSizeBytes, layers } = found.document;
  return {
    image,
    digest: found.digest,
    indexDigest: top.document.kind === 'index' ? top.digest : undefined,
    // Without an index only the config tells the platform. It would be one more request for every image, to
    // learn what the user said: the input `platform` decides.
    platform: entry?.platform,
    configDigest,
    configSizeBytes,
    layers,
  };
}

/** A digest wins over the tag beside it, as it does for `docker pull`. */
async function readTop(image: ImageReference, read: ManifestReader, access: Access): Promise<ReadManifest> {
  const tag = image.tag ?? DEFAULT_TAG;
  try {
    return await read(image, image.digest ?? tag);
  } catch (error) {
    const isMissingTag = image.digest === undefined && error instanceof RegistryError;
    throw isMissingTag && error.reason === 'not-found' ? await missingTag(image, tag, access) : error;
  }
}

function entryFor(index: IndexDocument, platform: Platform): IndexEntry {
  const entry = choosePlatform(index.entries, platform);
  if (entry !== undefined) return entry;
  const asked = formatPlatform(platform);
  const there = listPlatforms(index.entries);
  throw new RegistryError(
    'no-platform',
    `there is no manifest for the platform ${asked}; there are: ${there}`,
    {
      hint: 'Build the image for that platform too, or set the input platform to one that is there.',
    },
  );
}

/** For errors: the image as the user knows it, and where it was looked for if that is elsewhere. */
function nameOf({ cachedReference, inspect }: ReleaseImage): string {
  const looked = formatReference(inspect);
  return looked.endsWith(cachedReference)
    ? `Image ${cachedReference}`
    : `Image ${cachedReference} (looked up as ${looked})`;
}
