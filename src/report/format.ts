const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** `1 h 02 min`, `3 min 19 s`, `12 s`, `0.4 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
}

/** Bytes as a person reads them, in binary units: `1.23 GiB`, `45.6 MiB`, `789 B`. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes >= GIB) return `${(sizeBytes / GIB).toFixed(2)} GiB`;
  if (sizeBytes >= MIB / 10) return `${(sizeBytes / MIB).toFixed(1)} MiB`;
  return `${sizeBytes} B`;
}

/** The start of a digest, long enough to be told apart: `sha256:0123456789ab`. */
export function shortDigest(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':', 2);
  return `${algorithm}:${hex.slice(0, 12)}`;
}

/** Lines of a table with its columns aligned, the first row being the heads. */
export function alignedTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
