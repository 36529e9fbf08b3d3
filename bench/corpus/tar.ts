const BLOCK = 512;

export interface TarEntry {
  readonly name: string;
  /** `0` file, `1` hard link, `2` symbolic link, `5` directory, `x` PAX header. */
  readonly type?: string;
  readonly content?: Buffer;
  readonly linkName?: string;
}

/** A ustar header (POSIX.1-2017, pax). Sizes from 8 GiB on are written in GNU's base 256. */
export function tarHeader({ name, type = '0', linkName = '' }: TarEntry, sizeBytes: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name.slice(0, 100), 0, 'latin1');
  header.write('0000644\0' + '0000000\0' + '0000000\0', 100, 'latin1');
  if (sizeBytes < 8 ** 11) header.write(sizeBytes.toString(8).padStart(11, '0') + '\0', 124, 'latin1');
  else {
    header.writeBigUInt64BE(BigInt(sizeBytes), 128);
    header[124] = 0x80;
  }
  header.write('00000000000\0', 136, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(linkName.slice(0, 100), 157, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 8 * 0x20);
  header.write(sum.toString(8).padStart(6, '0') + '\0 ', 148, 'latin1');
  return header;
}

export function padding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK - (sizeBytes % BLOCK)) % BLOCK);
}

/** One entry with its content, without the tar's end. */
export function tarEntry(entry: TarEntry): Buffer {
  const content = entry.content ?? Buffer.alloc(0);
  return Buffer.concat([tarHeader(entry, content.length), content, padding(content.length)]);
}

export const TAR_END = Buffer.alloc(2 * BLOCK);

export function tar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), TAR_END]);
}

/** One PAX record: its own length in decimal leads it. */
export function paxHeader(records: Readonly<Record<string, string>>): TarEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = rest.length + 1;
    while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
    return `${length}${rest}`;
  });
  return { name: 'PaxHeaders/x', type: 'x', content: Buffer.from(lines.join('')) };
}
