import valid from 'semver/functions/valid.js';

/** How many tags an error names at most. */
const MOST_TAGS = 5;

/**
 * The tags that a person may have meant, nearest first, at most five: the same version written differently
 * (`v1.2.3` and `1.2.3`), then tags that begin alike, then those that differ by a typo.
 */
export function nearTags(asked: string, present: readonly string[]): string[] {
  const wanted = bare(asked);
  const effort = { cells: MOST_CELLS };
  const nearest: Near[] = [];
  for (const tag of new Set(present)) {
    const near = { tag, distance: distance(wanted, bare(tag), effort) };
    const last = nearest.at(-1);
    if (near.distance === Infinity || (nearest.length === MOST_TAGS && last && !isNearer(near, last)))
      continue;
    nearest.push(near);
    nearest.sort((a, b) => (isNearer(a, b) ? -1 : 1)).splice(MOST_TAGS);
  }
  return nearest.map(({ tag }) => tag);
}

interface Near {
  readonly tag: string;
  readonly distance: number;
}

const byVersion = new Intl.Collator('en', { numeric: true });

/** Of equally near ones, the newest comes first. */
function isNearer(a: Near, b: Near): boolean {
  return a.distance < b.distance || (a.distance === b.distance && byVersion.compare(a.tag, b.tag) > 0);
}

/**
 * Which template would have named a tag that is there: `{{version}}` where the pushed tag has a "v" that
 * the image's tag lacks, `{{tag}}` the other way round. Undefined if neither is the case.
 */
export function templateHint(asked: string, present: readonly string[]): string | undefined {
  if (valid(asked) === null) return undefined;
  if (asked.startsWith('v') && present.includes(asked.slice(1))) return "set image-tag: '{{version}}'";
  if (!asked.startsWith('v') && present.includes(`v${asked}`)) return "set image-tag: '{{tag}}'";
  return undefined;
}

/** How many cells of the tables for edit distances are filled for one error: some hundredths of a second. */
const MOST_CELLS = 1_000_000;

function distance(a: string, b: string, effort: { cells: number }): number {
  if (a === b) return 0;
  if (b.startsWith(a) || a.startsWith(b)) return 1;
  // Beyond a third of the letters, two tags have nothing to do with each other.
  const most = Math.max(1, Math.floor(a.length / 3));
  const cells = a.length * b.length;
  if (Math.abs(a.length - b.length) > most || cells > effort.cells) return Infinity;
  effort.cells -= cells;
  const edits = editDistance(a, b, most);
  return edits <= most ? 1 + edits : Infinity;
}

/** Lower case without a leading "v" before a digit. */
function bare(tag: string): string {
  return tag.toLowerCase().replace(/^v(?=\d)/, '');
}

/** Levenshtein's distance: letters to add, drop or change; Infinity if it is more than `most`. */
function editDistance(a: string, b: string, most: number): number {
  let previous = Uint8Array.from({ length: b.length + 1 }, (_, column) => column);
  let current = new Uint8Array(b.length + 1);
  for (let row = 1; row <= a.length; row++) {
    const letter = a.charCodeAt(row - 1);
    let least = (current[0] = row);
    for (let column = 1; column <= b.length; column++) {
      const changed = (previous[column - 1] ?? 0) + (letter === b.charCodeAt(column - 1) ? 0 : 1);
      const dropped = (previous[column] ?? 0) + 1;
      const added = (current[column - 1] ?? 0) + 1;
      let cell = changed < dropped ? changed : dropped;
      if (added < cell) cell = added;
      current[column] = cell;
      if (cell < least) least = cell;
    }
    if (least > most) return Infinity;
    [previous, current] = [current, previous];
  }
  return previous[b.length] ?? 0;
}
