import { tocEntries } from './estargz.js';
import { TAR_END, tarEntry, type TarEntry } from '../../dev/tar.js';
import { skippableFrame } from './zstd-stored.js';

export interface ChunkedLayer {
  readonly blob: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

type Pack = (content: Buffer) => Buffer;

/**
 * Writes a layer as containers/storage's pkg/chunked does: frames for each entry, then tar-split data where
 * asked for, the table of contents and the footer, in skippable frames. `pack` is any zstd encoder.
 */
export function zstdChunked(entries: readonly TarEntry[], pack: Pack, withTarSplit = false): ChunkedLayer {
  const annotations: Record<string, string> = {};
  const parts = [...entries.map((entry) => pack(tarEntry(entry))), pack(TAR_END)];
  const add = (name: string, content: Buffer, kind: string): void => {
    const packed = pack(content);
    const offset = parts.reduce((sum, { length }) => sum + length, 0) + 8;
    annotations[`io.github.containers.zstd-chunked.${name}`] =
      `${offset}:${packed.length}:${content.length}${kind}`;
    parts.push(skippableFrame(packed));
  };
  if (withTarSplit) add('tarsplit-position', tarSplit(entries), '');
  const toc = JSON.stringify({ version: 1, entries: tocEntries(entries) });
  add('manifest-position', Buffer.from(toc), ':1');
  parts.push(skippableFrame(Buffer.alloc(56)));
  return { blob: Buffer.concat(parts), annotations };
}

/** Headers and padding as they are, contents by their size alone. */
function tarSplit(entries: readonly TarEntry[]): Buffer {
  const segment = (bytes: Buffer): string => JSON.stringify({ type: 2, payload: bytes.toString('base64') });
  const lines = entries.flatMap((entry) => {
    const bytes = tarEntry(entry);
    const size = entry.content?.length ?? 0;
    const file = JSON.stringify({ type: 1, name: entry.name, ...(size > 0 ? { size } : {}) });
    return [segment(bytes.subarray(0, 512)), file, segment(bytes.subarray(512 + size))];
  });
  return Buffer.from([...lines, segment(TAR_END)].join('\n') + '\n');
}
