/** Builds the summary's Markdown from text that may hold anything. */

/** Text that shows as itself: neither HTML nor Markdown in it takes effect. */
export function plain(text: string): string {
  return (
    text
      .replace(/[\r\n]+/g, ' ')
      .replace(/[\\`*_{}[\]()#+!|~$@-]/g, '\\$&')
      .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
      // GitHub makes links of these without any brackets.
      .replace(/:\/\//g, ':&#47;&#47;')
      .replace(/(www)\./gi, '$1&#46;')
  );
}

/** Text in fixed width, in HTML, since a Markdown code span cannot hold everything. */
export function code(text: string): string {
  const shown = text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[&<>"'`*_|[\]\\~$@:]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<code>${shown}</code>`;
}

/** A table whose cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A fenced block of code. The fence is longer than any run of backticks inside. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
