/** Lines up columns; numbers to the right, by their first row. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const isNumber = heads.map((_, i) => /^[\d.]/.test(rows[0]?.[i] ?? '') && i > 0);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isNumber[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(heads), ...rows.map(line)].map((text) => `  ${text}\n`).join('');
}
