import type { PinnedImage } from '../cache/identity.js';
import { ActionErrors, type ActionError } from '../errors.js';
import { formatPlatform, type Platform } from '../images/platform.js';
import type { ReleaseImage } from '../images/registry-map.js';
import type { Inputs } from '../inputs/types.js';
import { RegistryError, type InspectionResult } from '../registry/types.js';
import { alignedTable, formatBytes, sentence, shortDigest } from '../report/format.js';
import type { ImageRow } from '../report/record.js';
import type { RunDeps } from './deps.js';
import { groupedByCause } from './inspection-errors.js';
import { pullAccessWarnings } from './pull-access.js';

/** What the registries said about the images. */
export interface Inspection {
  /** All images, in the order of the input. */
  readonly pinned: readonly PinnedImage[];
  /** Those that could be read. */
  readonly read: readonly Extract<InspectionResult, { ok: true }>[];
  /** Those that could not, which only an explicit size allows. */
  readonly unread: readonly ReleaseImage[];
}

/** The image could not be read, which does not prove that it is wrong. Every other reason does. */
const INCONCLUSIVE = new Set(['unauthorized', 'unreachable', 'bad-answer']);

/**
 * Looks every image up. With `image-cache-size: auto` each has to be readable; with an explicit size one that
 * nobody could read is a warning, but one that is known not to exist is still an error.
 *
 * @param onDigests called at most once, while manifests are still being read, with the digests that the images are
 *   likely to have
 * @param isOfEvent whether the only image comes from the event, not from the inputs
 * @returns undefined if the event named something else than an image, e.g. a signature: then there is nothing to do
 * @throws ActionErrors, one for each cause for which images cannot be cached
 */
export async function inspectImages(
  inputs: Inputs,
  { registry, log, note, dockerConfigHosts = new Set() }: RunDeps,
  onDigests: (images: readonly PinnedImage[]) => void = () => undefined,
  isOfEvent = false,
): Promise<Inspection | undefined> {
  const images = inputs.releaseImages;
  note({ images: images.map(({ cachedReference }) => unreadRow(cachedReference, inputs.platform)) });
  const noteDigest = whenAllAreKnown(images, onDigests);
  const results = await Promise.all(
    images.map((image) =>
      registry.inspect(image, inputs.platform, (digest) => {
        noteDigest(image, digest);
      }),
    ),
  );

  const rows = results.map((result) => rowOf(result, inputs.platform));
  note({ images: rows });
  for (const line of tableOf(rows)) log.info(line);

  const failures = results.filter((result) => !result.ok);
  const [failure] = failures;
  if (isOfEvent && results.length === 1 && failure && isNoImage(failure)) {
    note({ nothingToCache: failure.error.message });
    return undefined;
  }
  const fatal = failures.filter(({ error }) => inputs.imageCacheSizeGiB === 'auto' || !isInconclusive(error));
  if (fatal.length > 0) throw new ActionErrors(groupedByCause(fatal));
  for (const { image, error } of failures) {
    log.warning(
      `${sentence(error.message)} The size is explicit, so the run goes on. Without the digest, only the commit identifies the content of ${image.cachedReference}. ${error.hint ?? ''}`.trim(),
    );
  }
  for (const warning of pullAccessWarnings(images, inputs, dockerConfigHosts)) log.warning(warning);
  return {
    pinned: rows.map(({ reference, digest }) => ({ cachedReference: reference, digest })),
    read: results.filter((result) => result.ok),
    unread: failures.map(({ image }) => image),
  };
}

/** Collects digests, and reports all of them once the last one is there. */
function whenAllAreKnown(
  images: readonly ReleaseImage[],
  tell: (images: readonly PinnedImage[]) => void,
): (image: ReleaseImage, digest: string) => void {
  const digests = new Map<ReleaseImage, string>();
  return (image, digest) => {
    // What an index calls a manifest may be another index, which then leads to another digest.
    if (digests.size === images.length) return;
    digests.set(image, digest);
    if (digests.size < images.length) return;
    tell(images.map((one) => ({ cachedReference: one.cachedReference, digest: digests.get(one) })));
  };
}

/** A tag of a digest is where signatures and the like of an image are listed (OCI distribution specification, "Referrers Tag Schema"). */
const TAG_OF_DIGEST = /^sha256-[0-9a-f]{64}/;

function isNoImage({ image, error }: Extract<InspectionResult, { ok: false }>): boolean {
  if (!(error instanceof RegistryError)) return false;
  const isList = error.reason === 'no-platform' && TAG_OF_DIGEST.test(image.inspect.tag ?? '');
  return error.reason === 'not-an-image' || isList;
}

function isInconclusive(error: ActionError): boolean {
  return error instanceof RegistryError && INCONCLUSIVE.has(error.reason);
}

function unreadRow(reference: string, platform: Platform): ImageRow {
  return {
    reference,
    platform: formatPlatform(platform),
    digest: undefined,
    compressedSizeBytes: undefined,
  };
}

function rowOf(result: InspectionResult, platform: Platform): ImageRow {
  if (!result.ok) return unreadRow(result.image.cachedReference, platform);
  const { image, digest, layers, configDigest, configSizeBytes } = result.image;
  const blobs = new Map(layers.map((layer) => [layer.digest, layer.sizeBytes]));
  blobs.set(configDigest, configSizeBytes);
  return {
    reference: image.cachedReference,
    platform: formatPlatform(result.image.platform ?? platform),
    digest,
    compressedSizeBytes: [...blobs.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0),
  };
}

function tableOf(rows: readonly ImageRow[]): string[] {
  return alignedTable([
    ['image', 'platform', 'digest', 'compressed'],
    ...rows.map(({ reference, platform, digest, compressedSizeBytes }) => [
      reference,
      platform,
      digest ? shortDigest(digest) : 'not known',
      compressedSizeBytes === undefined ? '' : formatBytes(compressedSizeBytes),
    ]),
  ]);
}
