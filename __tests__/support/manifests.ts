import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { annotateManifests, type AnnotatedManifests } from '../../src/manifests/annotate.js';
import { readManifests } from '../../src/manifests/read.js';
import type { Manifests } from '../../src/manifests/types.js';

/** Runs the work with a workspace that holds the files, and removes it. */
export async function inWorkspace<T>(
  files: Readonly<Record<string, string | Buffer>>,
  work: (workspace: string) => Promise<T>,
): Promise<T> {
  const workspace = await mkdtemp(path.join(tmpdir(), 'manifests-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const target = path.join(workspace, name);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    return await work(workspace);
  } finally {
    await rm(workspace, { recursive: true });
  }
}

/** What one file says. */
export async function readText(text: string | Buffer, name = 'app.yaml'): Promise<Manifests> {
  return inWorkspace({ [name]: text }, (workspace) => readManifests([name], workspace));
}

export const imagesOf = ({ images }: Manifests): string[] => [...images];
export const errorsOf = ({ errors }: Manifests): string[] => errors.map(({ message }) => message);
export const toldBy = ({ messages }: Manifests | AnnotatedManifests): string[] =>
  messages.map(({ level, text }) => `${level}: ${text}`);

export const ID = 'imc-2ze5tm5gehgtiiga0000';

/** The copy, with the ID on every pod, or on those with an image that is of the release. */
export function annotate(
  manifests: Manifests,
  isOfThisRelease: (image: string) => boolean = () => true,
): AnnotatedManifests {
  return annotateManifests(manifests, { imageCacheId: ID, isOfThisRelease });
}

/** The text of the only file after the ID was put in. */
export async function annotated(text: string): Promise<string | undefined> {
  return annotate(await readText(text)).files.get('app.yaml');
}

/** Where a value has the ID, as paths of keys; also under the older name. */
export function pathsOfId(value: unknown, at = ''): string[] {
  if (value === ID) return [at.replace(/\.k8s\.aliyun\.com\/.*$/, '')];
  if (Array.isArray(value)) return value.flatMap((item, index) => pathsOfId(item, `${at}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => pathsOfId(inner, at === '' ? key : `${at}.${key}`));
}

/** A pod spec with a container for each image. */
export const pod = (...images: readonly string[]): object => ({
  containers: images.map((image, at) => ({ name: `c${at}`, image })),
});
/** The template of a pod, with and without metadata. */
export const template = (...images: readonly string[]): object => ({
  metadata: { labels: { app: 'x' } },
  spec: pod(...images),
});
export const bare = (...images: readonly string[]): object => ({ spec: pod(...images) });
/** A Kubernetes object called x. */
export const object = (apiVersion: string, kind: string, rest: object): object => ({
  apiVersion,
  kind,
  metadata: { name: 'x' },
  ...rest,
});
