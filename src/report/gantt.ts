import { formatDuration } from './format.js';
import { fenced } from './markdown.js';
import type { Phase } from './record.js';

/** What is right for the axis goes by how long the whole took, in milliseconds. The formats are d3's. */
const AXES = [
  [10_000, '%-S.%L s'],
  [3_600_000, '%-M:%S'],
  [Infinity, '%-H:%M:%S'],
] as const;

/** A day without a change of the clocks anywhere: Mermaid reads and writes times in the reader's own time zone. */
const DAY_ZERO = Date.UTC(2000, 0, 1);

/** The phases as a Gantt chart of Mermaid, each with the time that it took; empty if there are none. */
export function gantt(phases: readonly Phase[]): string {
  const end = phases.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
  if (!(end > 0)) return '';
  const axis = AXES.find(([upTo]) => end < upTo) ?? AXES[2];
  return fenced(
    'mermaid',
    [
      'gantt',
      '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
      `  axisFormat ${axis[1]}`,
      ...phases.map(
        ({ title, startMs, endMs }) =>
          `  ${taskName(title)} (${took(endMs - startMs)}) :${moment(startMs)}, ${moment(endMs)}`,
      ),
    ].join('\n'),
  );
}

/** Of a task's name, a colon ends it and `#` and `;` have meanings of their own: letters and digits are enough. */
function taskName(title: string): string {
  return title
    .replace(/[^\p{L}\p{N} -]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Milliseconds for less than a second, which would otherwise all read 0.0 s. */
function took(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : formatDuration(milliseconds);
}

/** `2000-01-01 00:03:19.000` */
function moment(milliseconds: number): string {
  return new Date(DAY_ZERO + Math.round(milliseconds)).toISOString().replace('T', ' ').slice(0, 23);
}
