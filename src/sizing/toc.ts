const BLOCK = 512;

/** Bytes around a PAX record's key and value: its length, spaces and line end, and the key's prefix. */
const PAX_RECORD_BYTES = 32;

/** What a table of contents says of the tar that it stands for. */
export interface TocSize {
  /** Headers and padded contents of all entries, without the tar's end. */
  readonly sizeBytes: number;
  readonly inodes: number;
  readonly entries: number;
  /** Of `sizeBytes`: the extended headers that names and attributes make necessary. */
  readonly extendedBytes: number;
}

/**
 * Adds up a table of contents as eStargz and zstd:chunked write it (both: `{"version": 1, "entries": […]}`
 * with tar-like entries); undefined if it is none. Extended headers are charged wherever one may have
 * been written.
 */
export function sizeOfToc(json: string): TocSize | undefined {
  const entries = entriesOf(json);
  if (entries === undefined) return undefined;
  const total = { sizeBytes: 0, inodes: 0, entries: 0, extendedBytes: 0 };
  for (const entry of entries) {
    // A chunk is a further piece of the file before it, which has the file's whole size already.
    if (entry['type'] === 'chunk') continue;
    const size = entry['type'] === 'reg' ? entry['size'] : 0;
    if (size !== undefined && !(Number.isSafeInteger(size) && (size as number) >= 0)) return undefined;
    const extended = extendedBytes(entry);
    total.sizeBytes += BLOCK + padded((size as number | undefined) ?? 0) + extended;
    total.extendedBytes += extended;
    total.entries += 1;
    if (entry['type'] !== 'hardlink') total.inodes += 1;
  }
  return Number.isSafeInteger(total.sizeBytes) ? total : undefined;
}

function entriesOf(json: string): Record<string, unknown>[] | undefined {
  const entries = (parsed(json) as { entries?: unknown } | null | undefined)?.entries;
  if (!Array.isArray(entries)) return undefined;
  const all: unknown[] = entries;
  const areObjects = all.every((entry) => typeof entry === 'object' && entry !== null);
  return areObjects ? (all as Record<string, unknown>[]) : undefined;
}

/** A name or link of over 100 bytes, and every extended attribute, needs a PAX or a GNU header. */
function extendedBytes(entry: Record<string, unknown>): number {
  const texts = [entry['name'], entry['linkName']].filter(
    (text) => typeof text === 'string' && Buffer.byteLength(text) > 98,
  ) as string[];
  const attributes = Object.entries(asObject(entry['xattrs'])).flatMap(([key, value]) => [
    key + (typeof value === 'string' ? value : ''),
  ]);
  const records = [...texts, ...attributes];
  if (records.length === 0) return 0;
  const bytes = records.reduce((sum, text) => sum + Buffer.byteLength(text) + PAX_RECORD_BYTES, 0);
  return BLOCK + padded(bytes);
}

/**
 * Adds up tar-split data, which newer versions of containers/image put beside the table of contents: every
 * header byte by byte, and the size of each content. Undefined if it is none.
 */
export function sizeOfTarSplit(lines: string): { sizeBytes: number; inodes: number } | undefined {
  const FILE = 1;
  const SEGMENT = 2;
  let sizeBytes = 0;
  let inodes = 0;
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const { type, size, payload } = asObject(parsed(line));
    if (type === SEGMENT && typeof payload === 'string') sizeBytes += Buffer.from(payload, 'base64').length;
    else if (type === FILE && (size === undefined || (Number.isSafeInteger(size) && Number(size) >= 0))) {
      sizeBytes += Number(size ?? 0);
      inodes += 1;
    } else return undefined;
  }
  return Number.isSafeInteger(sizeBytes) ? { sizeBytes, inodes } : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
