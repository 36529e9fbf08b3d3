import valid from 'semver/functions/valid.js';

/** How many tags an error names at most. */
const MOST_TAGS = 5;

/**
 * The tags that a person may have meant, nearest first, at most five: the same version written otherwise
 * (`v1.2.3` and `1.2.3`), then tags that begin alike, then those that differ by a slip of the finger.
 */
export function nearTags(asked: string, present: readonly string[]): string[] {
  return [...new Set(present)]
    .map((tag) => ({ tag, distance: distance(asked, tag) }))
    .filter(({ distance }) => distance < Infinity)
    .sort((a, b) => a.distance - b.distance || newestFirst(a.tag, b.tag))
    .slice(0, MOST_TAGS)
    .map(({ tag }) => tag);
}

/**
 * Which template would have named a tag that is there: `{{version}}` where the pushed tag has a "v" that
 * the image's tag lacks, `{{tag}}` the other way round. Undefined where neither is the case.
 */
export function templateHint(asked: string, present: readonly string[]): string | undefined {
  if (valid(asked) === null) return undefined;
  if (asked.startsWith('v') && present.includes(asked.slice(1))) return "set image-tag: '{{version}}'";
  if (!asked.startsWith('v') && present.includes(`v${asked}`)) return "set image-tag: '{{tag}}'";
  return undefined;
}

function distance(asked: string, tag: string): number {
  const [a, b] = [bare(asked), bare(tag)];
  if (a === b) return 0;
  if (b.startsWith(a) || a.startsWith(b)) return 1;
  const edits = editDistance(a, b);
  // Beyond a third of the letters, two tags have nothing to do with each other.
  return edits <= Math.max(1, Math.floor(a.length / 3)) ? 1 + edits : Infinity;
}

/** Lower case without a leading "v" before a digit. */
function bare(tag: string): string {
  return tag.toLowerCase().replace(/^v(?=\d)/, '');
}

function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}

/** Levenshtein's distance: letters to add, drop or change. Tags have at most 128 characters. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, change));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
