import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { ActionErrors, InputError } from '../errors.js';
import { quote } from '../images/quote.js';
import type { RegistryMapping, ReleaseImage } from '../images/registry-map.js';
import { MOST_IMAGES, withImagesAsWritten } from '../images/resolve.js';
import type { Manifests } from '../manifests/types.js';
import { parsePatterns } from './patterns.js';
import type { Reader } from './reader.js';

/** What the input `manifests` names, read. */
export interface ManifestsInput {
  readonly content: Manifests;
  /** The images of `images` alone. */
  readonly listedImages: readonly ReleaseImage[];
  /** Where the annotated copy goes: the runner empties it after the job. */
  readonly tempFolder: string;
}

/** The manifests that were read, with what is needed to judge them. */
export interface ManifestFiles {
  readonly content: Manifests;
  readonly tooMany: (others: readonly string[]) => InputError;
}

/**
 * Reads the files that the input names; undefined if it is not set. What reads them is loaded only then, since the
 * YAML library comes with it.
 */
export async function readManifestFiles(reader: Reader): Promise<ManifestFiles | undefined> {
  const patterns = reader.parse('manifests', parsePatterns);
  if (patterns.length === 0) return undefined;
  const { readManifests, tooManyImages } = await import('../manifests/lazy.js');
  const workspace = reader.variable('GITHUB_WORKSPACE');
  const problem = await problemOf(workspace);
  const content = problem ? nothing(problem) : await readManifests(patterns, workspace);
  return { content, tooMany: (others) => tooManyImages(content, others, MOST_IMAGES) };
}

/** The images to cache: those of `images`, then those of the manifests, each text once. */
export function unite(
  reader: Reader,
  { content, tooMany }: ManifestFiles,
  listedImages: readonly ReleaseImage[],
  registryMap: readonly RegistryMapping[],
): { readonly releaseImages: readonly ReleaseImage[]; readonly manifests: ManifestsInput } {
  const releaseImages = reader.attempt('manifests', () => {
    if (content.errors.length > 0) throw new ActionErrors(content.errors);
    const all = withImagesAsWritten(listedImages, content.images, registryMap);
    if (all.length > MOST_IMAGES) throw tooMany(listedImages.map(({ cachedReference }) => cachedReference));
    if (all.length === 0) throw noImage();
    return all;
  });
  return {
    releaseImages,
    manifests: { content, listedImages, tempFolder: reader.variable('RUNNER_TEMP') || tmpdir() },
  };
}

async function problemOf(workspace: string): Promise<InputError | undefined> {
  const where = 'its files are looked for below GITHUB_WORKSPACE';
  if (workspace === '') {
    return new InputError(
      'manifests',
      `${where}, which is not set`,
      'Run this step in a job of a workflow: the runner sets it.',
    );
  }
  const isFolder = await stat(workspace).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return undefined;
  return new InputError(
    'manifests',
    `${where}, and ${quote(workspace)} is not a folder that can be read`,
    'Check the repository out in this job, or fetch the rendered manifests, before this step.',
  );
}

function nothing(error: InputError): Manifests {
  return { files: [], images: [], pods: [], messages: [], errors: [error] };
}

function noImage(): InputError {
  return new InputError(
    'manifests',
    'no pod in these files names an image, and images is not set',
    'Give the files with Deployments, Jobs and the like as they will be applied, or list the images in the input images.',
  );
}
