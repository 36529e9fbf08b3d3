const LARGEST_BLOCK = 128 * 1024;

/**
 * A zstd frame whose blocks are stored, not packed (RFC 8878, 3.1.1): Node 20 has no encoder, and these
 * bytes are known to the last one. A block of equal bytes becomes a run.
 */
export function zstdFrame(content: Buffer, options: { withSize?: boolean; windowLog?: number } = {}): Buffer {
  const header = Buffer.alloc(options.withSize === true ? 14 : 6);
  header.writeUInt32LE(0xfd2fb528, 0);
  header[4] = options.withSize === true ? 0xc0 : 0;
  header[5] = ((options.windowLog ?? 20) - 10) << 3;
  if (options.withSize === true) header.writeBigUInt64LE(BigInt(content.length), 6);
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < content.length; at += LARGEST_BLOCK) {
    const piece = content.subarray(at, at + LARGEST_BLOCK);
    const isLast = at + LARGEST_BLOCK >= content.length;
    const isRun = piece.length > 1 && piece.every((byte) => byte === piece[0]);
    const head = Buffer.alloc(3);
    head.writeUIntLE((piece.length << 3) | (isRun ? 2 : 0) | (isLast ? 1 : 0), 0, 3);
    blocks.push(head, isRun ? piece.subarray(0, 1) : piece);
  }
  return Buffer.concat([header, ...blocks]);
}

/** A frame that decoders pass over. */
export function skippableFrame(content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50, 0);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}
