import type { Reading } from './types.js';

const TAG_PREFIX = 'refs/tags/';
const COMMIT = /^[0-9a-f]{40}$/;

/** The text at the end of the path, or '' where there is none: no shape of a payload makes it throw. */
export function readText(value: unknown, ...path: readonly string[]): string {
  const found = read(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** Whatever is at the end of the path; undefined if the path breaks off. */
export function read(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

/** A full SHA-1 commit ID, as a part of a reading; empty if the text is not one. */
export function readCommit(text: string): { sha?: string } {
  return COMMIT.test(text) ? { sha: text } : {};
}

/** The tag that a full ref names, slashes and all; undefined for any other ref. */
export function tagOfRef(ref: string): string | undefined {
  return ref.startsWith(TAG_PREFIX) && ref.length > TAG_PREFIX.length
    ? ref.slice(TAG_PREFIX.length)
    : undefined;
}

export function pushed(name: string): Reading {
  return { tag: { known: true, name }, ref: `${TAG_PREFIX}${name}` };
}

export function notPushed(problem: string, hint: string): Reading {
  return { tag: { known: false, problem, hint } };
}

/** The event says that nothing was released by this repository: the run must not go on. */
export function refused(problem: string, hint: string): Reading {
  return { tag: { known: false, problem, hint, refused: true } };
}
