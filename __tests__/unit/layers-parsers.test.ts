import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { estargzFooter } from '../../bench/corpus/estargz.js';
import { tar } from '../../dev/tar.js';
import { noise } from '../../bench/corpus/words.js';
import { readEstargzFooter, sizeOfEstargz } from '../../src/sizing/estargz.js';
import { readGzipClaim, sizeAtLeast, sizeNear, tailSizeBytes } from '../../src/sizing/gzip.js';
import { claimedCompression, isEncrypted, isForeign } from '../../src/sizing/media.js';
import { sizeOfTarSplit, sizeOfToc } from '../../src/sizing/toc.js';
import { readZstdClaim, readZstdHeader } from '../../src/sizing/zstd.js';
import type { LayerDescriptor } from '../../src/registry/types.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const descriptor = (mediaType: string, urls: string[] = []): LayerDescriptor => ({
  digest: 'sha256:0',
  mediaType,
  sizeBytes: 1,
  annotations: {},
  urls,
});

describe('media types', () => {
  it.each([
    ['application/vnd.oci.image.layer.v1.tar', 'none', false],
    ['application/vnd.oci.image.layer.v1.tar+gzip', 'gzip', false],
    ['application/vnd.oci.image.layer.v1.tar+zstd', 'zstd', false],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar', 'none', true],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'gzip', true],
    ['application/vnd.docker.image.rootfs.diff.tar', 'none', false],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'gzip', false],
    ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'zstd', false],
    ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'gzip', true],
    ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted', 'gzip', false],
    ['application/vnd.oci.image.layer.v1.tar+encrypted', 'none', false],
    ['application/octet-stream', 'unknown', false],
    ['', 'unknown', false],
  ])('%s', (mediaType, compression, foreign) => {
    expect(claimedCompression(descriptor(mediaType))).toBe(compression);
    expect(isForeign(descriptor(mediaType))).toBe(foreign);
    expect(isEncrypted(descriptor(mediaType))).toBe(mediaType.includes('encrypted'));
  });

  it('takes a layer with places of its own for a foreign one', () => {
    expect(isForeign(descriptor('application/vnd.oci.image.layer.v1.tar+gzip', ['https://a']))).toBe(true);
  });
});

describe('gzip trailers', () => {
  const tailOf = (isize: number, body = 'random'): Buffer => {
    const tail = Buffer.from(body.padEnd(64, 'abcdefghijklmnopqrstuvwxyz0123456789')).subarray(0, 64);
    tail.writeUInt32LE(isize, 60);
    return tail;
  };

  it.each<[string, number, number, number, string[]]>([
    ['ordinary', 300e6 - (300e6 % 512), 100e6, 300e6 - (300e6 % 512), []],
    ['hardly smaller', 100 * MIB + 512, 100 * MIB + 30_000, 100 * MIB + 512, []],
    ['stored, with what gzip puts around it', 1024, 2000, 1024, []],
    ['not a multiple of 512', 300e6 + 1, 100e6, 300e6 + 1, ['members']],
    ['cut at whole MiB', 300 * MIB, 100 * MIB, 300 * MIB, ['members']],
    ['empty last member', 0, 3e6, 2 ** 32, ['members']],
    ['smaller than the layer', 512, 500e6, 2 ** 32 + 512, ['members', 'wrap', 'ratio']],
    ['twice smaller', 512, 5e9, 2 * 2 ** 32 + 512, ['members', 'wrap']],
    ['over 400 MB', 1200e6 - (1200e6 % 512), 401e6, 1200e6 - (1200e6 % 512), ['wrap']],
    ['ratio over 8', 512 * 100_001, 6e6, 512 * 100_001, ['ratio']],
    ['ratio over 8, too small to matter', 512 * 1999, 1e5, 512 * 1999, []],
    ['more than DEFLATE can pack', 512 * 6_780_001, 1_350_000, 512 * 6_780_001, ['members']],
  ])('%s', (_, isize, compressed, sizeBytes, doubts) => {
    expect(readGzipClaim(tailOf(isize), compressed)).toMatchObject({ isize, sizeBytes, doubts });
  });

  // 100 KB that do not shrink, so that only what follows can be the run; 20 MB stand for a layer.
  const endOf = (zeros: number, level: number): Buffer =>
    gzipSync(Buffer.concat([noise(100_000), Buffer.alloc(zeros)]), { level }).subarray(-1024);

  it.each([1, 2, 6, 9])('see the run that zeros leave at level %d', (level) => {
    expect(readGzipClaim(endOf(400_000, level), 20e6).doubts).toContain('run');
  });

  it.each([1, 2, 6, 9])("take a tar's padding of 10 KiB for no run at level %d", (level) => {
    expect(readGzipClaim(endOf(10_240, level), 20e6).doubts).not.toContain('run');
  });

  it.each([1, 6, 9])(
    'take the padding of a real layer for no run, which repeats after 9 bytes at level %d',
    (level) => {
      // 9,114 zeros were coded in 18 bits a copy: 64 equal bytes at a distance of 9.
      const padding = Buffer.concat(
        Array.from({ length: 8 }, () => Buffer.from('0123456789abcdef01', 'hex')),
      );
      const tail = Buffer.concat([noise(1016 - padding.length - 20), padding, noise(20, 3), Buffer.alloc(8)]);
      tail.writeUInt32LE(60e6 - (60e6 % 512), tail.length - 4);
      expect(readGzipClaim(tail, 20e6).doubts).toEqual([]);
      expect(readGzipClaim(endOf(10_751, level), 20e6).doubts).not.toContain('run');
    },
  );

  it('see a run before a last block that is short, as pigz leaves it', () => {
    const last = gzipSync(Buffer.alloc(2048)).subarray(10);
    const tail = Buffer.concat([endOf(400_000, 1).subarray(0, -8), last]).subarray(-1024);
    expect(readGzipClaim(tail, 20e6).doubts).toContain('run');
  });

  it.each([
    [4_000_000, 64],
    [5_000_000, 1024],
  ])('are looked for in as many bytes as it takes: %d', (compressed, bytes) => {
    expect(tailSizeBytes(compressed)).toBe(bytes);
  });
});

describe('sizes that ISIZE allows', () => {
  const claim = { isize: 512, aligned: true, sizeBytes: 512, doubts: [] };

  it.each([
    ['one fits', 4.3e9, 0, 2 ** 32 + 512],
    ['none fits', 6e9, 0, undefined],
    ['one fits, but what was seen is more', 4.3e9, 5e9, undefined],
    ['two fit', 60e9, 0, undefined],
  ])('%s', (_, estimate, lowest, size) => {
    expect(sizeNear(claim, estimate, lowest, [0.88, 1.15])).toBe(size);
  });
});

it.each([
  [0, 512],
  [512, 512],
  [513, 2 ** 32 + 512],
  [2 ** 32 + 513, 2 * 2 ** 32 + 512],
])('the least size that ISIZE allows from %d on', (lowest, size) => {
  expect(sizeAtLeast({ isize: 512, aligned: true, sizeBytes: 512, doubts: [] }, lowest)).toBe(size);
});

describe('eStargz tables', () => {
  const toc = JSON.stringify({ version: 1, entries: [{ name: 'd/', type: 'dir' }] });
  const whole = tar([{ name: 'stargz.index.json', content: Buffer.from(toc) }]);

  it('stand for the tar with themselves at its end', () => {
    expect(sizeOfEstargz(whole)).toMatchObject({ sizeBytes: 512 + whole.length, inodes: 1 });
  });

  it.each([
    ['cut short', whole.subarray(0, 512 + toc.length - 1)],
    ['of another content', tar([{ name: 'a', content: Buffer.from('{}') }])],
    ['no tar', Buffer.alloc(2048, 'x')],
    ['empty', Buffer.alloc(0)],
  ])('are none: %s', (_, bytes) => {
    expect(sizeOfEstargz(bytes)).toBeUndefined();
  });
});

describe('eStargz footers', () => {
  const stargz = (digits: string): Buffer =>
    Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 22, 0]),
      Buffer.from(`${digits}STARGZ`),
      Buffer.from([1, 0, 0, 0xff, 0xff]),
      Buffer.alloc(8),
    ]);

  it.each([
    ['eStargz', estargzFooter(0x1234), { start: 0x1234, end: 10_000 - 52 }],
    ['stargz', stargz('0000000000001234'), { start: 0x1234, end: 10_000 - 48 }],
    ['pointing to the start', estargzFooter(0), { start: 0, end: 10_000 - 52 }],
    ['pointing to the last byte', estargzFooter(10_000 - 52), { start: 10_000 - 52, end: 10_000 - 52 }],
    [
      'of another subfield',
      Buffer.from(estargzFooter(1).toString('latin1').replace('SG', 'XY'), 'latin1'),
      undefined,
    ],
    ['pointing outside', estargzFooter(10_000), undefined],
    ['without digits', stargz('000000000000123g'), undefined],
    ['cut short', estargzFooter(1).subarray(1), undefined],
    ['none', gzipSync('no footer here, and none to be found'), undefined],
  ])('%s', (_, footer, range) => {
    const tail = Buffer.concat([Buffer.alloc(13), footer]).subarray(-64);
    expect(readEstargzFooter(tail, 10_000)).toEqual(range);
  });
});

describe('zstd headers', () => {
  const header = (hex: string): unknown => readZstdHeader(Buffer.from(hex, 'hex'));

  it.each([
    // As zstd 1.5.4 writes them: of a file, of a pipe, of 5 bytes, with --long=31 and of a file over 4 GiB.
    [
      '64 KiB of a file',
      '28b52ffd6400ff00000000',
      { headerBytes: 7, windowBytes: 65_536, contentBytes: 65_536 },
    ],
    ['of a pipe', '28b52ffd0458', { headerBytes: 6, windowBytes: 2 * MIB, contentBytes: undefined }],
    ['of 5 bytes', '28b52ffd2405', { headerBytes: 6, windowBytes: 5, contentBytes: 5 }],
    ['4 bytes of size', '28b52ffda400001000', { headerBytes: 9, windowBytes: MIB, contentBytes: MIB }],
    [
      '8 bytes of size',
      '28b52ffdc45800000000020000 00'.replace(' ', ''),
      { headerBytes: 14, contentBytes: 2 ** 33 },
    ],
    ['with a dictionary', '28b52ffd035801020304', { headerBytes: 10, contentBytes: undefined }],
    ['window of 2 GiB', '28b52ffd04a8', { windowBytes: 2 * GIB, hasChecksum: true }],
    ['window of 2.25 MiB', '28b52ffd0059', { windowBytes: 2.25 * MIB, hasChecksum: false }],
    ['skippable', '502a4d1804000000', { kind: 'skippable', headerBytes: 8, contentBytes: 4 }],
    ['skippable, the last kind', '5f2a4d1804000000', { kind: 'skippable' }],
  ])('%s', (_, hex, fields) => {
    expect(header(hex)).toMatchObject(fields);
  });

  it.each([
    ['nothing', ''],
    ['only magic', '28b52ffd'],
    ['cut in its size', '28b52ffdc458000000'],
    ['cut in a skippable one', '502a4d180400'],
  ])('says that it needs more: %s', (_, hex) => {
    expect(header(hex)).toBeUndefined();
  });

  it('says that there is none', () => {
    expect(header('1f8b080000000000')).toBe(false);
  });

  it.each([
    ['a single frame', Buffer.from('28b52ffda400021000', 'hex'), 600_000, MIB + 512, false],
    ['less than the layer has', Buffer.from('28b52ffda400021000', 'hex'), 2e6, undefined, true],
    ['no multiple of 512', Buffer.from('28b52ffda401021000', 'hex'), 600_000, undefined, true],
    ['whole MiB', Buffer.from('28b52ffda400001000', 'hex'), 600_000, undefined, true],
    ['beyond 2^53', Buffer.from('28b52ffdc45800ffffffffffffff', 'hex'), 600_000, undefined, true],
    ['hardly less than the layer has', Buffer.from('28b52ffda400021000', 'hex'), 1_050_000, MIB + 512, false],
    ['none', Buffer.from('28b52ffd0458', 'hex'), 600_000, undefined, false],
    ['no header', Buffer.from('28b52f', 'hex'), 600_000, undefined, false],
    ['no zstd', Buffer.from('1f8b0800000000', 'hex'), 600_000, undefined, false],
    ['what is passed over', Buffer.from('502a4d1800060000', 'hex'), 1000, undefined, true],
    ['pzstd', Buffer.from('502a4d1804000000', 'hex'), 600_000, undefined, true],
  ])('claims a size only for all of the layer: %s', (_, head, compressed, sizeBytes, severalFrames) => {
    expect(readZstdClaim(head, compressed)).toEqual({ sizeBytes, severalFrames });
  });
});

describe('tables of contents', () => {
  it('adds entries up as a tar has them', () => {
    const entries = [
      { name: 'd/', type: 'dir' },
      { name: 'd/a', type: 'reg', size: 513 },
      { name: 'd/a', type: 'chunk', size: 100 },
      { name: 'd/h', type: 'hardlink', linkName: 'd/a', size: 513 },
      { name: 'n'.repeat(150), type: 'reg' },
      { name: 'd/x', type: 'reg', size: 1, xattrs: { 'user.a': 'YWJj' } },
    ];
    expect(sizeOfToc(JSON.stringify({ version: 1, entries }))).toEqual({
      // Headers of five entries, contents of 1024 and 512, two PAX headers of 512 + 512.
      sizeBytes: 5 * 512 + 1536 + 2048,
      inodes: 4,
      entries: 5,
      extendedBytes: 2048,
    });
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"entries":7}',
    '{"entries":[null]}',
    '{"entries":[{"type":"dir"},null]}',
    '{"entries":[5]}',
    '{"entries":[{"type":"reg","size":-1}]}',
  ])('is none: %s', (text) => {
    expect(sizeOfToc(text)).toBeUndefined();
  });

  it.each([
    [{ 'user.a': 'x'.repeat(600) }, 512 + 1024],
    [{ 'user.a': 5 }, 512 + 512],
    [{}, 0],
  ])('charge the attributes %j', (xattrs, extendedBytes) => {
    const entries = [{ name: 'a', type: 'reg', xattrs }];
    expect(sizeOfToc(JSON.stringify({ entries }))).toMatchObject({ extendedBytes });
  });

  it.each(['null', '5', '{"type":2,"payload":5}', '{"type":1,"size":"5"}', 'x'])(
    'are no tar-split data: %s',
    (line) => {
      expect(sizeOfTarSplit(line)).toBeUndefined();
    },
  );

  it('takes empty files for files', () => {
    expect(sizeOfTarSplit('{"type":1,"size":0}\n\n{"type":1}')).toEqual({ sizeBytes: 0, inodes: 2 });
  });

  it('adds tar-split data up', () => {
    const lines = [
      { type: 2, payload: Buffer.alloc(512).toString('base64') },
      { type: 1, name: 'a', size: 700, payload: 'crc' },
      { type: 2, payload: Buffer.alloc(324 + 1024).toString('base64') },
    ].map((line) => JSON.stringify(line));
    expect(sizeOfTarSplit(lines.join('\n'))).toEqual({ sizeBytes: 512 + 700 + 324 + 1024, inodes: 1 });
    expect(sizeOfTarSplit('{"type":3}')).toBeUndefined();
    expect(sizeOfTarSplit('{"type":1,"size":-5}')).toBeUndefined();
  });
});
