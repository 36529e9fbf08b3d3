import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { InputError } from '../errors.js';
import { quote } from '../images/quote.js';

/** Kubernetes takes objects of at most some MiB; a larger file is no file of manifests. */
const LARGEST_FILE_BYTES = 16 * 2 ** 20;

/** A file that a pattern names, and its text. */
export interface SourceFile {
  /** Relative to the workspace, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** The files, and what is wrong with patterns and files: all of it, each once. */
export interface FoundFiles {
  readonly files: readonly SourceFile[];
  readonly errors: readonly InputError[];
}

/**
 * Reads the files below the workspace that the patterns name: each file once, in the order of the patterns, those of
 * one pattern by name. A pattern that starts with `!` takes files away that earlier ones named.
 *
 * @param patterns files, or globs as picomatch has them
 */
export async function findFiles(patterns: readonly string[], workspace: string): Promise<FoundFiles> {
  const root = await realpath(workspace);
  const errors: InputError[] = [];
  const names = new Set<string>();
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      const matches = picomatch(slashed(pattern.slice(1)));
      for (const name of names) if (matches(name)) names.delete(name);
      continue;
    }
    const found = await attempt(errors, () => namesOf(pattern, root, workspace));
    for (const name of found ?? []) names.add(name);
  }
  const files: SourceFile[] = [];
  for (const name of names) {
    const text = await attempt(errors, () => readText(name, root));
    if (text !== undefined) files.push({ path: name, text });
  }
  return { files, errors };
}

async function attempt<T>(errors: InputError[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    errors.push(error);
    return undefined;
  }
}

/** Windows separates folders by a backslash, which a glob takes for an escape. */
function slashed(pattern: string): string {
  const slashes = path.sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  return path.posix.normalize(slashes);
}

async function namesOf(pattern: string, root: string, workspace: string): Promise<string[]> {
  const relative = relativePattern(pattern, root, workspace);
  // A file may be called what looks like a glob.
  const literal = await entryAt(path.join(root, relative));
  if (literal === 'file') return [relative];
  if (literal === 'folder')
    throw new InputError(
      'manifests',
      `${quote(pattern)} is a folder`,
      `Write ${quote(`${pattern}/**/*.yaml`)}.`,
    );
  const { base, isGlob } = picomatch.scan(relative);
  const names = isGlob ? await matchesBelow(base, relative, root) : [];
  if (names.length > 0) return names;
  throw new InputError(
    'manifests',
    `${quote(pattern)} matches no file of the workspace`,
    'Give files or globs below the workspace, and run the step after those that check out and render them.',
  );
}

/** @throws InputError if the pattern leads out of the workspace */
function relativePattern(pattern: string, root: string, workspace: string): string {
  const given = slashed(pattern);
  const base = [workspace, root]
    .map(slashed)
    .find((folder) => given.startsWith(`${folder.replace(/\/$/, '')}/`));
  const relative = base === undefined ? given : given.slice(base.replace(/\/$/, '').length + 1);
  if (path.isAbsolute(relative) || relative === '..' || relative.startsWith('../'))
    throw new InputError(
      'manifests',
      `${quote(pattern)} is outside of the workspace`,
      'Give files or globs below the workspace.',
    );
  return relative.replace(/^\.\/(?=.)/, '').replace(/(?<=.)\/$/, '');
}

async function entryAt(place: string): Promise<'file' | 'folder' | undefined> {
  try {
    const found = await stat(place);
    return found.isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

/** The files below the pattern's fixed part that match it. */
async function matchesBelow(base: string, pattern: string, root: string): Promise<string[]> {
  const matches = picomatch(pattern);
  const dots = pattern.split('/').some((part) => part.startsWith('.'));
  const names: string[] = [];
  const walk = async (folder: string, above: readonly string[]): Promise<void> => {
    const real = await insideOf(root, folder, `${quote(folder)} (by ${quote(pattern)})`);
    // A link to a folder that holds it has no end.
    if (real === undefined || above.includes(real)) return;
    const entries = await readdir(real, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = path.posix.join(folder, entry.name);
      if (entry.name === '.git' || (entry.name.startsWith('.') && !dots)) continue;
      const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(root, name)));
      if (isFolder) await walk(name, [...above, real]);
      else if (matches(name)) names.push(name);
    }
  };
  await walk(base, []);
  return names;
}

async function leadsToFolder(root: string, name: string): Promise<boolean> {
  return (await entryAt(path.join(root, name))) === 'folder';
}

/**
 * The real path of what stands in the workspace; undefined if nothing does.
 * @throws InputError if a link on the way leads out of the workspace
 */
async function insideOf(root: string, name: string, shown: string): Promise<string | undefined> {
  let real: string;
  try {
    real = await realpath(path.join(root, name));
  } catch {
    return undefined;
  }
  const relative = path.relative(root, real);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
    throw new InputError(
      'manifests',
      `${shown} is, or is below, a link that leads out of the workspace`,
      'Copy the files into the workspace, or write a pattern that leaves the link out.',
    );
  return real;
}

/** @throws InputError if the file is too large, no text, or not to be read */
async function readText(name: string, root: string): Promise<string> {
  const real = await insideOf(root, name, quote(name));
  const refuse = (why: string, hint: string): never => {
    throw new InputError('manifests', `${quote(name)} ${why}`, hint);
  };
  if (real === undefined) return refuse('leads nowhere', 'It is a broken link: remove it, or correct it.');
  const { size, isFile } = await lstat(real).then((found) => ({ size: found.size, isFile: found.isFile() }));
  if (!isFile) return refuse('is no file', 'Give files of Kubernetes objects in YAML or JSON.');
  if (size > LARGEST_FILE_BYTES)
    return refuse(
      `has ${size} bytes, and ${LARGEST_FILE_BYTES} (16 MiB) are allowed`,
      'Split the file, or leave it out.',
    );
  let bytes: Buffer;
  try {
    bytes = await readFile(real);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return refuse(`cannot be read (${code ?? 'unknown error'})`, 'Check the permissions of the file.');
  }
  const text = decode(bytes);
  return (
    text ?? refuse('is not UTF-8 text', 'Give files of Kubernetes objects in YAML or JSON, encoded in UTF-8.')
  );
}

/** Byte for byte, the mark at its start included; undefined for what is no text. */
function decode(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
