import { readDocument } from '../http/body.js';
import { formatPlatform, type Platform } from '../images/platform.js';
import type { ImageReference } from '../images/reference.js';
import type { Access } from './access.js';
import { INDEX_TYPES, parsePlatform, type IndexEntry, type ManifestDocument } from './manifest.js';
import type { ManifestReader, ReadManifest } from './manifest-reader.js';
import { entriesFor, isAttestation, isFor, listPlatforms } from './platform-choice.js';
import { RegistryError } from './types.js';

/** Indexes within indexes are allowed, and some builders make them; deeper ones are a loop or a trap. */
const DEEPEST_INDEX = 5;
/** For one image. */
const MOST_MANIFESTS = 20;
const LARGEST_CONFIG_BYTES = 1024 * 1024;

/** The manifest of one image. */
export interface FoundImage {
  readonly digest: string;
  readonly document: ManifestDocument;
  /** From the index entry or the config; undefined if neither was looked at. */
  readonly platform: Platform | undefined;
}

export interface Surroundings {
  readonly image: ImageReference;
  readonly asked: Platform;
  readonly read: ManifestReader;
  readonly access: Access;
  /** Called with the digest that the image is likely to have, before its manifest is read. */
  readonly onDigest: (digest: string) => void;
}

/**
 * The image manifest for the requested platform: `top` itself, or one to which it leads. Without an index, only the
 * config names the platform. It is not read, since that would be one more request for every image: the input `platform`
 * decides.
 *
 * @throws RegistryError
 */
export async function findImage(top: ReadManifest, surroundings: Surroundings): Promise<FoundImage> {
  const walk = new Walk(surroundings);
  const found = await walk.within(top, undefined, 0, true);
  if (found) return found;
  throw walk.noImage();
}

class Walk {
  private manifests = 0;
  private readonly seen: IndexEntry[] = [];
  private notAnImage: RegistryError | undefined;

  constructor(private readonly surroundings: Surroundings) {}

  /**
   * @param entry the index entry that led here
   * @param isOnly whether no index on the way here had another choice
   */
  async within(
    { digest, document }: ReadManifest,
    entry: IndexEntry | undefined,
    depth: number,
    isOnly: boolean,
  ): Promise<FoundImage | undefined> {
    const { asked, onDigest } = this.surroundings;
    if (document.kind === 'manifest') {
      if (entry === undefined) onDigest(digest);
      const isChecked = entry?.platform !== undefined || isOnly;
      const platform = isChecked ? entry?.platform : await this.platformOf(document);
      return isChecked || isFor(asked, platform) ? { digest, document, platform } : undefined;
    }
    if (depth === DEEPEST_INDEX) throw endless(`leads to another index ${DEEPEST_INDEX} times over`);
    const images = document.entries.filter(
      ({ artifactType, platform }) => artifactType === '' && !isAttestation(platform),
    );
    this.seen.push(...images);
    const unnamed = images.filter(({ platform }) => platform === undefined);
    for (const next of [...entriesFor(images, asked), ...unnamed]) {
      const isNextOnly = isOnly && images.length === 1;
      const found = await this.follow(next, digest, depth + 1, isNextOnly);
      if (found) return found;
    }
    return undefined;
  }

  /** What an entry leads to; undefined if that is no image for the platform. */
  private async follow(
    entry: IndexEntry,
    index: string,
    depth: number,
    isOnly: boolean,
  ): Promise<FoundImage | undefined> {
    const { image, read, onDigest } = this.surroundings;
    this.manifests += 1;
    if (this.manifests > MOST_MANIFESTS) throw endless(`leads to more than ${MOST_MANIFESTS} manifests`);
    if (!INDEX_TYPES.has(entry.mediaType) && (entry.platform !== undefined || isOnly)) onDigest(entry.digest);
    try {
      return await this.within(await read(image, entry.digest), entry, depth, isOnly);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.reason === 'not-found') throw childIsGone(entry, index);
      if (error.reason !== 'not-an-image') throw error;
      // Something that stands beside an image, without an artifact type that says so.
      this.notAnImage ??= error;
      return undefined;
    }
  }

  /** By the image's config. */
  private async platformOf({ configDigest }: ManifestDocument): Promise<Platform | undefined> {
    const { image, access } = this.surroundings;
    const { registry, repository } = image;
    const path = `blobs/${configDigest}`;
    return await access.fetch(
      { label: `config ${configDigest}`, registry, repository, path },
      async (answer) => {
        const bytes = answer.status === 200 ? await readDocument(answer, LARGEST_CONFIG_BYTES) : undefined;
        return bytes && platformIn(bytes.toString('utf8'));
      },
    );
  }

  noImage(): RegistryError {
    const { asked } = this.surroundings;
    const present = listPlatforms(this.seen);
    const isNamed = entriesFor(this.seen, asked).length > 0;
    if (this.notAnImage && (isNamed || present === 'none')) return this.notAnImage;
    return new RegistryError(
      'no-platform',
      `there is no manifest for the platform ${formatPlatform(asked)}; there are: ${present}`,
      { hint: 'Build the image for that platform too, or set the input platform to one that is there.' },
    );
  }
}

function platformIn(config: string): Platform | undefined {
  try {
    return parsePlatform(JSON.parse(config));
  } catch {
    return undefined;
  }
}

function endless(what: string): RegistryError {
  return new RegistryError('bad-answer', `its index ${what}`);
}

function childIsGone({ digest, platform }: IndexEntry, index: string): RegistryError {
  const named = platform === undefined ? '' : ` for ${formatPlatform(platform)}`;
  return new RegistryError(
    'not-found',
    `the index ${index} names the manifest ${digest}${named}, and the registry no longer has it`,
    {
      hint: 'It was deleted, most likely by a clean-up of untagged images. Build and push the image again, and have the clean-up keep what an index names.',
    },
  );
}
