/** Binary units, smallest first, each with its bytes and the decimals that are worth showing. */
const UNITS = [
  ['KiB', 2 ** 10, 1],
  ['MiB', 2 ** 20, 1],
  ['GiB', 2 ** 30, 2],
] as const;

/** `1 h 02 min`, `3 min 19 s`, `12 s`, `0.4 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
}

/** Bytes as a person reads them, in the binary unit of fit: `1.23 GiB`, `45.6 MiB`, `9.5 KiB`, `789 B`. */
export function formatBytes(sizeBytes: number): string {
  if (Math.round(sizeBytes) < 2 ** 10) return `${Math.round(sizeBytes)} B`;
  // By what would be shown, so that nothing reads 1024.0 KiB.
  const [unit, factor, decimals] =
    UNITS.find(([, bytes, places]) => Number((sizeBytes / bytes).toFixed(places)) < 1024) ?? UNITS[2];
  return `${(sizeBytes / factor).toFixed(decimals)} ${unit}`;
}

/** The text with a full stop, so that another sentence may follow. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The text, or as much of it as fits, with an ellipsis where it was cut. */
export function cutTo(longest: number, text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** The start of a digest, long enough to be unique: `sha256:0123456789ab`. */
export function shortDigest(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':', 2);
  return `${algorithm}:${hex.slice(0, 12)}`;
}

/** Lines of a table with its columns aligned, the first row being the heads. */
export function alignedTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, (row[column] ?? '').length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
