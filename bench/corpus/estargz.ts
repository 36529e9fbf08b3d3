import { gzipSync } from 'node:zlib';

import { tar, tarEntry, type TarEntry } from '../../dev/tar.js';

const TYPES: Readonly<Record<string, string>> = { '0': 'reg', '1': 'hardlink', '2': 'symlink', '5': 'dir' };

/** Entries as eStargz and zstd:chunked list them; extended headers are not listed. */
export function tocEntries(entries: readonly TarEntry[]): Record<string, unknown>[] {
  return entries
    .filter(({ type = '0' }) => type in TYPES)
    .map(({ name, type = '0', content, linkName }) => ({
      name,
      type: TYPES[type],
      ...(content && content.length > 0 ? { size: content.length } : {}),
      ...(linkName === undefined ? {} : { linkName }),
      modtime: '2024-01-01T00:00:00Z',
      mode: 420,
    }));
}

/**
 * Writes a layer as stargz-snapshotter's docs/estargz.md lays it out: a gzip member for each entry, one for
 * the table of contents and the footer. Debian has no tool for it.
 */
export function estargz(entries: readonly TarEntry[]): Buffer {
  const members = entries.map((entry) => gzipSync(tarEntry(entry)));
  const json = Buffer.from(JSON.stringify({ version: 1, entries: tocEntries(entries) }));
  const toc = gzipSync(tar([{ name: 'stargz.index.json', content: json }]));
  const offset = members.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([...members, toc, estargzFooter(offset)]);
}

/** 51 bytes: an empty gzip member with the offset in its extra field, and one empty stored block. */
export function estargzFooter(tocOffset: number): Buffer {
  const subfield = Buffer.from(`SG\x16\0${tocOffset.toString(16).padStart(16, '0')}STARGZ`, 'latin1');
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, subfield.length, 0]),
    subfield,
    Buffer.from([1, 0, 0, 0xff, 0xff]),
    Buffer.alloc(8),
  ]);
}
