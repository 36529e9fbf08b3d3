import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse, type ManifestDocument, type ManifestFile } from './documents.js';
import { annotationEdits, applyEdits, CACHE_ID, SNAPSHOT_ID, type Edit } from './insert.js';
import { Messages, nameText, type Message } from './messages.js';
import { podLabel } from './pods.js';
import type { Manifests, Pod } from './types.js';

export interface AnnotateOptions {
  readonly imageCacheId: string;
  /** Whether this release pushed the image: then its pods restart anyway. */
  readonly isOfThisRelease: (image: string) => boolean;
}

/** The manifests with the cache's ID in them. */
export interface AnnotatedManifests {
  /** The text of each file with Kubernetes objects, by its path relative to the workspace. */
  readonly files: ReadonlyMap<string, string>;
  readonly annotated: readonly Pod[];
  readonly messages: readonly Message[];
}

/**
 * Puts the cache's ID on the pods that hold an image of this release. The ID changes with every release, and would
 * restart any other pod for nothing.
 */
export function annotateManifests(manifests: Manifests, options: AnnotateOptions): AnnotatedManifests {
  const messages = new Messages();
  const annotated = new Set<Pod>();
  const files = new Map<string, string>();
  for (const file of manifests.files) {
    if (!file.hasObjects) continue;
    const pods = manifests.pods.filter((pod) => pod.file === file.path);
    const { text, changed } = annotateFile(file, pods, options, messages);
    for (const pod of changed) annotated.add(pod);
    files.set(file.path, text);
    if (!/\.(?:ya?ml|json)$/.test(file.path)) messages.add('other ending', nameText(file.path));
  }
  return {
    files,
    annotated: manifests.pods.filter((pod) => annotated.has(pod)),
    messages: [...messages.list(), ...(annotated.size === 0 ? [noneAnnotated()] : [])],
  };
}

/** Writes the files below the folder, under their relative paths. They may hold secrets: only their owner reads them. */
export async function writeAnnotated(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of files) {
    const target = path.join(folder, name);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await writeFile(target, text, { mode: 0o600 });
  }
}

function noneAnnotated(): Message {
  return {
    level: 'notice',
    text:
      'No pod was annotated with the ID of the cache: none of those that can be annotated holds an image of this ' +
      'release. List the pushed images in `images`, or use the tag of image-tag in the manifests. Automatic matching ' +
      'may still use the cache.',
  };
}

function annotateFile(
  file: ManifestFile,
  pods: readonly Pod[],
  options: AnnotateOptions,
  messages: Messages,
): { text: string; changed: readonly Pod[] } {
  const edits = new Map<ManifestDocument, Map<string, Edit>>();
  const done = new Map<ManifestDocument, Pod[]>();
  for (const pod of pods) {
    const label = `${podLabel(pod)} (${nameText(`${pod.file}:${pod.line}`)})`;
    if (!pod.images.some(({ text }) => options.isOfThisRelease(text))) {
      messages.add('not of this release', label);
      continue;
    }
    const document = file.documents.find(({ tree }) => tree === pod.annotations?.tree);
    if (pod.annotations === undefined || document === undefined) {
      messages.add('no place', label);
      continue;
    }
    const found = annotationEdits(pod.annotations, options.imageCacheId, document.text);
    if (found === undefined) {
      messages.add('no edit', label);
      continue;
    }
    // What two pods share through an alias is edited once.
    const known = edits.get(document) ?? new Map<string, Edit>();
    for (const edit of found) known.set(JSON.stringify(edit), edit);
    edits.set(document, known);
    done.set(document, [...(done.get(document) ?? []), pod]);
  }
  return applyToFile(file, edits, done, options.imageCacheId, messages);
}

/** Changes the documents whose new text is as intended; the others stay as they are, with a message. */
function applyToFile(
  file: ManifestFile,
  edits: ReadonlyMap<ManifestDocument, ReadonlyMap<string, Edit>>,
  pods: ReadonlyMap<ManifestDocument, readonly Pod[]>,
  id: string,
  messages: Messages,
): { text: string; changed: readonly Pod[] } {
  const changed: Pod[] = [];
  const changes: Edit[] = [];
  for (const [document, found] of edits) {
    const { start, text } = document;
    const ofDocument = pods.get(document) ?? [];
    const edited = applyEdits(text, [...found.values()]);
    if (saysTheSame(text, edited, ofDocument, id)) {
      changes.push({ start, end: start + text.length, text: edited });
      changed.push(...ofDocument);
    } else for (const pod of ofDocument) messages.add('no edit', `${podLabel(pod)} (${nameText(pod.file)})`);
  }
  return { text: applyEdits(file.text, changes), changed };
}

/** Whether two texts differ in nothing but the annotations, and the new one has them where each pod's belong. */
function saysTheSame(before: string, after: string, pods: readonly Pod[], id: string): boolean {
  try {
    const [old, renewed] = [before, after].map((text) => {
      const documents = parse(text);
      if (documents.some(({ errors }) => errors.length > 0)) throw new Error('no YAML');
      return documents.map((document) => document.toJS({ maxAliasCount: -1 }) as unknown);
    });
    const hasId = pods.every(({ annotations }) =>
      (renewed ?? []).some((data) => valueAt(data, [...(annotations?.path ?? []), CACHE_ID]) === id),
    );
    return hasId && isDeepStrictEqual(withoutIds(old), withoutIds(renewed));
  } catch {
    return false;
  }
}

function valueAt(data: unknown, keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key],
    data,
  );
}

/** The data without the annotations, and without the maps that would be empty without them. */
function withoutIds(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutIds);
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data)
    .filter(([key]) => key !== CACHE_ID && key !== SNAPSHOT_ID)
    .map(([key, value]) => [key, withoutIds(value)] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
