import { ActionError, InputError } from '../errors.js';
import { readDocuments, isKubernetesObject } from './documents.js';
import type { ManifestFile } from './documents.js';
import { findFiles, type SourceFile } from './files.js';
import { Messages, nameText } from './messages.js';
import { readObject } from './objects.js';
import type { Gathered } from './pods.js';
import type { Manifests } from './types.js';

/**
 * Reads the manifests that patterns name: which images their pods need, and what should be known about them.
 * Errors are in the result, not thrown, so that one run reports them all.
 *
 * @param patterns files and globs below the workspace
 */
export async function readManifests(patterns: readonly string[], workspace: string): Promise<Manifests> {
  const found = await findFiles(patterns, workspace);
  const manifests = readTexts(found.files);
  return { ...manifests, errors: [...found.errors, ...manifests.errors] };
}

/** The same for files that are read already. */
export function readTexts(sources: readonly SourceFile[]): Manifests {
  const gathered: Gathered = { pods: [], errors: new Map(), messages: new Messages() };
  const errors: InputError[] = [];
  const files: ManifestFile[] = [];
  for (const { path, text } of sources) {
    const { file, faults } = readDocuments(path, text);
    files.push(file);
    for (const { line, error } of faults) errors.push(fileError(path, line, error));
    for (const { tree } of file.documents) {
      try {
        if (isKubernetesObject(tree)) readObject(tree.root, path, gathered);
      } catch (error) {
        if (!(error instanceof ActionError)) throw error;
        errors.push(fileError(path, tree.root.line, error));
      }
    }
    if (!file.hasObjects && faults.length === 0) gathered.messages.add('no objects', nameText(path));
  }
  return {
    files,
    images: [...new Set(gathered.pods.flatMap(({ images }) => images.map(({ text }) => text)))],
    pods: gathered.pods,
    messages: gathered.messages.list(),
    errors: [...errors, ...gathered.errors.values()],
  };
}

function fileError(path: string, line: number, error: ActionError): InputError {
  return new InputError('manifests', `${nameText(`${path}:${line}`)} ${error.message}`, error.hint);
}
