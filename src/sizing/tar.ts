import { hasTarChecksum } from './format.js';

const BLOCK = 512;

/** A tar ends in two zero blocks. */
export const TAR_END_BYTES = 2 * BLOCK;

/** A longer PAX header is skipped unread; no writer puts a size into one. */
const MAX_PAX_BYTES = 64 * 1024;

/** Type flags of POSIX.1-2017 (pax, ustar) and GNU tar that make no file of their own. */
const NO_INODE = new Set(['1', 'x', 'g', 'L', 'K']);
const EXTENDED_HEADERS = new Set(['x', 'g', 'L', 'K']);

/** What has been seen of a tar so far. */
export interface TarTally {
  /** Files, directories and links that take an inode; hard links take none. */
  readonly inodes: number;
  /** Entries of every kind but extended headers. */
  readonly entries: number;
  /** Bytes of extended headers (PAX, GNU long names). */
  readonly extendedBytes: number;
  /** Where the last entry ends whose header was seen: the tar is no shorter, however much was seen. */
  readonly endBytes: number;
  /** The zero block was seen that ends a tar. */
  readonly ended: boolean;
}

/**
 * Counts the entries of a tar that comes in pieces of any size; keeps no more than one header. Bytes that
 * are no tar end the count, and are no error.
 */
export class TarWalker implements TarTally {
  inodes = 0;
  entries = 0;
  extendedBytes = 0;
  endBytes = 0;
  ended = false;
  private position = 0;
  private wanted = BLOCK;
  private skip = 0;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private reading: 'header' | 'pax' | 'nothing' = 'header';
  private nextSizeBytes: number | undefined;

  push(chunk: Buffer): void {
    let offset = 0;
    while (this.reading !== 'nothing' && offset < chunk.length) {
      if (this.skip > 0) {
        const skipped = Math.min(this.skip, chunk.length - offset);
        this.skip -= skipped;
        offset += skipped;
        continue;
      }
      const piece = chunk.subarray(offset, offset + this.wanted - this.heldBytes);
      offset += piece.length;
      this.held.push(piece);
      this.heldBytes += piece.length;
      if (this.heldBytes === this.wanted) this.take();
    }
  }

  private take(): void {
    const [first, ...others] = this.held;
    const bytes = first !== undefined && others.length === 0 ? first : Buffer.concat(this.held);
    this.held = [];
    this.heldBytes = 0;
    this.position += bytes.length;
    if (this.reading === 'pax') {
      this.nextSizeBytes = paxSizeBytes(bytes);
      this.expectHeader();
    } else {
      this.takeHeader(bytes);
    }
  }

  private takeHeader(header: Buffer): void {
    const type = String.fromCharCode(header[156] ?? 0);
    const stated = numberAt(header, 124, 12);
    // A zero block ends the tar; a wrong checksum says that this is none.
    if (stated === undefined || !hasTarChecksum(header)) {
      this.reading = 'nothing';
      this.ended = header.every((byte) => byte === 0);
      return;
    }
    const extended = EXTENDED_HEADERS.has(type);
    const size = extended ? stated : (this.nextSizeBytes ?? stated);
    const padded = Math.ceil((hasContent(type) ? size : 0) / BLOCK) * BLOCK;
    this.endBytes = this.position + padded;
    if (extended) this.extendedBytes += BLOCK + padded;
    else {
      this.entries += 1;
      this.nextSizeBytes = undefined;
    }
    if (!NO_INODE.has(type)) this.inodes += 1;
    if (type === 'x' && padded > 0 && padded <= MAX_PAX_BYTES) {
      this.reading = 'pax';
      this.wanted = padded;
    } else {
      this.skip = padded;
      this.position += padded;
      this.expectHeader();
    }
  }

  private expectHeader(): void {
    this.reading = 'header';
    this.wanted = BLOCK;
  }
}

/** Links, devices, directories and pipes carry no content, whatever their size field says. */
function hasContent(type: string): boolean {
  return !'123456'.includes(type);
}

/** A number of a tar header: octal digits, or GNU's base 256 where the first bit is set. */
function numberAt(header: Buffer, offset: number, length: number): number | undefined {
  const field = header.subarray(offset, offset + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    // The sign bit and the flag share the first byte; sizes are not negative.
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] ?? 0) & 0x3f);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = /^[ ]*([0-7]*)[ \0]*$/.exec(field.toString('latin1'))?.[1];
  return digits === undefined ? undefined : parseInt(digits || '0', 8);
}

/** The `size` record of a PAX header, which stands for sizes from 8 GiB on. */
function paxSizeBytes(payload: Buffer): number | undefined {
  const digits = /(?:^|\n)\d+ size=(\d{1,16})\n/.exec(payload.toString('latin1'))?.[1];
  const size = digits === undefined ? undefined : Number(digits);
  return Number.isSafeInteger(size) ? size : undefined;
}
