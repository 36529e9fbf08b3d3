import { printable } from '../printable.js';

/** Builds the summary's Markdown from text that may hold anything. */

/**
 * What GitHub interprets in plain text, even if it is escaped: addresses and e-mail addresses become links, `@name` and
 * `@org/team` notify people, `#1` links an issue. In code it leaves them alone.
 */
const ACTIVE = /(?:[a-z][a-z0-9+.-]{0,30}:\/\/|www\.|(?<=^|\W)[@#](?=\w)|[\w.+-]{1,64}@[\w-]+\.)\S*/gi;

/** Text that shows as itself: neither HTML nor Markdown in it takes effect. */
export function plain(text: string): string {
  const line = oneLine(text);
  let markdown = '';
  let done = 0;
  for (const { index, 0: active } of line.matchAll(ACTIVE)) {
    markdown += `${escaped(line.slice(done, index))}${code(active)}`;
    done = index + active.length;
  }
  return markdown + escaped(line.slice(done));
}

/** Text in fixed width, in HTML, since a Markdown code span cannot hold everything. */
export function code(text: string): string {
  const shown = oneLine(text)
    .replace(/[&<>"'`*_|[\]\\~$@#:]/g, (character) => `&#${character.charCodeAt(0)};`)
    // This alone makes a link.
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}&#46;`);
  return `<code>${shown}</code>`;
}

function oneLine(text: string): string {
  return printable(text.replace(/[\r\n]+/g, ' '));
}

function escaped(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|~$@-]/g, '\\$&')
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A table whose cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A fenced block of code. The fence is longer than any run of backticks inside. */
export function fenced(language: string, lines: string): string {
  const text = lines.split('\n').map(printable).join('\n');
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
