import { sizeOfToc, type TocSize } from './toc.js';

/**
 * eStargz's footer (containerd/stargz-snapshotter, docs/estargz.md): an empty gzip member of 51 bytes whose
 * extra field, under the subfield `SG`, holds the table of contents' offset as 16 hexadecimal digits and
 * `STARGZ`. Its forerunner, stargz, has 47 bytes and no subfield.
 */
const FOOTERS = [
  { sizeBytes: 51, extraOffset: 16, start: Buffer.from('1f8b0804', 'hex'), subfield: true },
  { sizeBytes: 47, extraOffset: 12, start: Buffer.from('1f8b0804', 'hex'), subfield: false },
] as const;

/** First and last byte of the gzip member that holds the table of contents. */
export interface TocRange {
  readonly start: number;
  readonly end: number;
}

/** Reads the footer in a layer's last bytes; undefined if there is none or it points outside. */
export function readEstargzFooter(tail: Buffer, compressedSizeBytes: number): TocRange | undefined {
  for (const { sizeBytes, extraOffset, start, subfield } of FOOTERS) {
    const footer = tail.subarray(-sizeBytes);
    if (footer.length < sizeBytes || !footer.subarray(0, 4).equals(start)) continue;
    if (subfield && footer.toString('latin1', 12, 14) !== 'SG') continue;
    const digits = /^([0-9a-f]{16})STARGZ/.exec(
      footer.toString('latin1', extraOffset, extraOffset + 22),
    )?.[1];
    const offset = parseInt(digits ?? '', 16);
    const end = compressedSizeBytes - sizeBytes - 1;
    if (offset >= 0 && offset <= end) return { start: offset, end };
  }
  return undefined;
}

/**
 * The size of the whole tar, from the unpacked member that holds the table of contents: a tar of its own
 * with one file, `stargz.index.json`, and the end of the layer's tar.
 */
export function sizeOfEstargz(tocTar: Buffer): TocSize | undefined {
  const size = parseInt(tocTar.toString('latin1', 124, 135), 8);
  if (!(size >= 0 && size <= tocTar.length - 512)) return undefined;
  const toc = sizeOfToc(tocTar.toString('utf8', 512, 512 + size));
  return toc && { ...toc, sizeBytes: toc.sizeBytes + tocTar.length };
}
