/** Zstandard frames as RFC 8878, section 3.1, lays them out. */

export const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
/** The longest header of a frame. */
export const MAX_HEADER_BYTES = 18;

export type ZstdHeader =
  | { readonly kind: 'skippable'; readonly headerBytes: 8; readonly contentBytes: number }
  | {
      readonly kind: 'frame';
      readonly headerBytes: number;
      /** Memory that a decoder needs. */
      readonly windowBytes: number;
      /** Unpacked size of this frame; written only if the compressor knew it beforehand. */
      readonly contentBytes: number | undefined;
      readonly hasChecksum: boolean;
    };

/** Reads the header at the start of `bytes`: undefined if it is cut short, false if there is none. */
export function readZstdHeader(bytes: Buffer): ZstdHeader | undefined | false {
  if (bytes.length < 4) return undefined;
  const magic = bytes.readUInt32LE(0);
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
    if (bytes.length < 8) return undefined;
    return { kind: 'skippable', headerBytes: 8, contentBytes: bytes.readUInt32LE(4) };
  }
  if (magic !== FRAME_MAGIC) return false;
  const descriptor = bytes[4];
  if (descriptor === undefined) return undefined;
  const singleSegment = (descriptor & 0x20) !== 0;
  const windowField = singleSegment ? 0 : 1;
  const dictionaryField = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeFlag = descriptor >> 6;
  const sizeField = sizeFlag === 0 ? Number(singleSegment) : 2 ** sizeFlag;
  const sizeOffset = 5 + windowField + dictionaryField;
  if (bytes.length < sizeOffset + sizeField) return undefined;
  const contentBytes = readContentSize(bytes, sizeOffset, sizeField);
  return {
    kind: 'frame',
    headerBytes: sizeOffset + sizeField,
    windowBytes: singleSegment ? (contentBytes ?? 0) : windowSize(bytes[5] ?? 0),
    contentBytes,
    hasChecksum: (descriptor & 4) !== 0,
  };
}

/** Content size fields have 0, 1, 2, 4 or 8 bytes; the one of 2 bytes counts from 256. */
function readContentSize(bytes: Buffer, offset: number, length: number): number | undefined {
  if (length === 0) return undefined;
  if (length === 8) return Number(bytes.readBigUInt64LE(offset));
  return bytes.readUIntLE(offset, length) + (length === 2 ? 256 : 0);
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** What a zstd layer's first bytes say of its size. */
export interface ZstdClaim {
  /** Content size of the first frame, where it is plausible for the whole layer. */
  readonly sizeBytes: number | undefined;
  /** True if the layer is likely to go on with further frames. */
  readonly severalFrames: boolean;
}

/**
 * Reads the claim in the first bytes of a zstd layer. A skippable frame at the start is how pzstd announces
 * frames of a few MiB each; a first frame smaller than the layer itself cannot be all of it either.
 */
export function readZstdClaim(head: Buffer, compressedSizeBytes: number): ZstdClaim {
  const header = readZstdHeader(head);
  if (header === undefined || header === false) return { sizeBytes: undefined, severalFrames: false };
  if (header.kind === 'skippable') return { sizeBytes: undefined, severalFrames: true };
  const size = header.contentBytes;
  if (size === undefined) return { sizeBytes: undefined, severalFrames: false };
  const whole =
    Number.isSafeInteger(size) &&
    size % 512 === 0 &&
    size % 2 ** 20 !== 0 &&
    size >= compressedSizeBytes * 0.999 - 1024;
  return { sizeBytes: whole ? size : undefined, severalFrames: !whole };
}
