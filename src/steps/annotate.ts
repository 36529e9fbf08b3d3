import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import type { ImageCache } from '../cache/service.js';
import type { ReleaseContext } from '../context.js';
import { ActionError } from '../errors.js';
import { formatReference, parseReference } from '../images/reference.js';
import { lookUpPlace } from '../images/resolve.js';
import { renderTag } from '../images/template.js';
import type { Inputs } from '../inputs/types.js';
import type { ManifestsInput } from '../inputs/manifests.js';
import { printable } from '../printable.js';
import type { RunDeps } from './deps.js';
import { logMessages } from './manifests.js';

/**
 * Writes the manifests with the cache's ID on the pods of this release, into a folder of this step's own.
 *
 * @returns the images of each annotated pod
 * @throws ActionError if the folder cannot be written: the deployment would have nothing to apply
 */
export async function annotate(
  { imageCacheId }: ImageCache,
  inputs: Inputs,
  given: ManifestsInput,
  context: ReleaseContext,
  deps: RunDeps,
): Promise<readonly (readonly string[])[]> {
  const { annotateManifests, writeAnnotated } = await import('../manifests/lazy.js');
  const { record, note, log } = deps;
  const isOfThisRelease = releaseImages(inputs, given, context);
  const copy = annotateManifests(given.content, { imageCacheId, isOfThisRelease });
  const folder = await writing(async () => {
    await mkdir(given.tempFolder, { recursive: true });
    const made = await mkdtemp(path.join(given.tempFolder, 'annotated-manifests-'));
    await writeAnnotated(made, copy.files);
    return made;
  });
  const annotated = new Set(copy.annotated);
  const pods = record.pods.map((row, at) => {
    const pod = given.content.pods[at];
    return { ...row, isAnnotated: pod !== undefined && annotated.has(pod) };
  });
  note({ annotatedManifests: folder, pods });
  log.info(
    `Annotated ${annotated.size} of ${pods.length} pods with ${imageCacheId} in ${folder}: ${
      pods
        .filter(({ isAnnotated }) => isAnnotated)
        .map(({ label }) => label)
        .join(', ') || 'none'
    }.`,
  );
  logMessages(copy.messages, deps);
  return copy.annotated.map(({ images }) => images.map(({ text }) => text));
}

async function writing(write: () => Promise<string>): Promise<string> {
  try {
    return await write();
  } catch (error) {
    const { code = 'unknown', path: place = '' } = error as NodeJS.ErrnoException;
    throw new ActionError(`The annotated manifests cannot be written: ${code} ${printable(place)}`.trim(), {
      hint: 'They go below RUNNER_TEMP: check that the folder can be written and that its disk has room. The cache is Ready, and the next run reuses it.',
      cause: error,
    });
  }
}

/** Whether an image belongs to this release: an entry of `images`, or one whose tag is the release's. */
function releaseImages(
  { imageTag, registryMap }: Inputs,
  { listedImages }: ManifestsInput,
  context: ReleaseContext,
): (image: string) => boolean {
  const tag = releaseTag(imageTag, context);
  const texts = new Set(listedImages.map(({ cachedReference }) => cachedReference));
  const places = new Set(listedImages.map(({ inspect }) => formatReference(inspect)));
  return (image) =>
    texts.has(image) ||
    places.has(formatReference(lookUpPlace(image, registryMap))) ||
    (tag !== undefined && parseReference(image).tag === tag);
}

/** Undefined if the event has no tag to fill the template from. */
function releaseTag(imageTag: string, context: ReleaseContext): string | undefined {
  try {
    return renderTag(imageTag, context);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return undefined;
  }
}
