import { cutTo } from './format.js';
import { code, plain, table } from './markdown.js';
import type { RunRecord } from './record.js';

const MOST_PODS = 50;
const MOST_NOTES = 30;
const LONGEST_TEXT = 1_000;

/** The pods of the manifests, what would keep each from using the cache, and the messages about the files. */
export function manifests({ pods, manifestNotes }: RunRecord): string {
  if (pods.length + manifestNotes.length === 0) return '';
  // Those with something to do come first.
  const sorted = [...pods].sort((a, b) => Number(b.doubts.length > 0) - Number(a.doubts.length > 0));
  const rows = sorted
    .slice(0, MOST_PODS)
    .map(({ label, file, isAnnotated, doubts }) => [
      code(label),
      code(file),
      isAnnotated ? 'yes' : 'no',
      doubts.map(short).join('; ') || 'nothing',
    ]);
  const more = pods.length > MOST_PODS ? [`And ${pods.length - MOST_PODS} more: see the log.`] : [];
  const notes = manifestNotes.slice(0, MOST_NOTES).map((note) => `- ${short(note)}`);
  return [
    ...(rows.length > 0
      ? [table(['Pod', 'File', 'Annotated', 'What would keep it from using the cache'], rows)]
      : []),
    ...more,
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ].join('\n\n');
}

function short(text: string): string {
  return plain(cutTo(LONGEST_TEXT, text));
}
