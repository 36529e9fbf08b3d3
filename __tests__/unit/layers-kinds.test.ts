import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { GZIP_LAYER, layerOf, memoryReader, ZSTD_LAYER } from '../../bench/corpus/memory-reader.js';
import { mixture, noise } from '../../bench/corpus/words.js';
import { zstdFrame } from '../../bench/corpus/zstd-stored.js';
import { tar } from '../../dev/tar.js';
import { clockWithSpeed, type Clock } from '../../src/clock.js';
import { computeCacheSize } from '../../src/sizing/cache-size.js';
import { measureImages } from '../../src/sizing/images.js';
import type { BudgetLimits } from '../../src/sizing/budget.js';
import type { BlobReader, LayerDescriptor } from '../../src/registry/types.js';
import { file, measured, MIB, ordinary } from './support/measured.js';

const PLAIN = [
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.docker.image.rootfs.diff.tar',
];
const small = tar([file('a', 20_000, 3)]);
const large = tar([file('a', 30 * MIB, 3)]);
const gzippedLarge = gzipSync(large, { level: 1 });

describe('what the media type says is not believed', () => {
  const packed: [string, Buffer, Buffer][] = [
    ['a small gzip', gzipSync(small), small],
    ['a gzip', gzipSync(ordinary), ordinary],
    ['a large gzip', gzippedLarge, large],
    ['a small zstd', zstdFrame(small), small],
    ['a zstd', zstdFrame(ordinary, { windowLog: 27 }), ordinary],
    ['a zstd with its size', zstdFrame(ordinary, { withSize: true }), ordinary],
  ];

  describe.each(packed)('of %s', (_, blob, truth) => {
    it.each([...PLAIN, GZIP_LAYER, ZSTD_LAYER, 'application/octet-stream', ''])(
      'as %j',
      async (mediaType) => {
        const measure = await measured(blob, { mediaType });
        expect(measure.unpackedSizeBytes).toBe(truth.length);
        expect(measure.warning).toBeUndefined();
      },
    );
  });

  it.each([GZIP_LAYER, ZSTD_LAYER, ...PLAIN])('of a tar as %s', async (mediaType) => {
    for (const blob of [small, ordinary, large]) {
      const measure = await measured(blob, { mediaType });
      expect(measure).toMatchObject({ unpackedSizeBytes: blob.length, source: 'uncompressed' });
      expect(measure.requests).not.toContain('stream');
    }
  });

  it.each([
    ['of a tar without ustar', (header: Buffer) => header.fill(0, 257, 265)],
    ['of an empty tar', (header: Buffer) => header.fill(0)],
  ])('%s', async (_, change) => {
    const blob = Buffer.from(ordinary);
    change(blob.subarray(0, 512));
    blob.fill(' ', 148, 156);
    const sum = blob.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    blob.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    if (_.includes('empty')) blob.fill(0, 0, 512);
    expect(await measured(blob, { mediaType: GZIP_LAYER })).toMatchObject({ source: 'uncompressed' });
  });

  it.each([
    ['xz', Buffer.concat([Buffer.from('fd377a585a00', 'hex'), noise(MIB)]), 'it is packed with xz'],
    ['bzip2', Buffer.concat([Buffer.from('BZh9'), noise(MIB)]), 'it is packed with bzip2'],
  ])('of %s, of which nothing tells the size', async (_, blob, reason) => {
    for (const mediaType of [...PLAIN, GZIP_LAYER]) {
      const measure = await measured(blob, { mediaType });
      expect(measure).toMatchObject({ source: 'bound', unpackedSizeBytes: Infinity });
      expect(measure.warning).toContain(`not known, and has no bound, since ${reason}`);
    }
  });

  it.each([
    ['+gzip+encrypted', 1032],
    ['+zstd+encrypted', 32_768],
    ['+encrypted', 1],
  ])('of an encrypted layer: %s', async (suffix, most) => {
    const mediaType = `application/vnd.oci.image.layer.v1.tar${suffix}`;
    const measure = await measured(noise(50_000), { mediaType });
    expect(measure).toMatchObject({ source: 'bound', unpackedSizeBytes: 50_000 * most, requests: [] });
  });

  it('of no bytes at all', async () => {
    expect(await measured(Buffer.alloc(0))).toMatchObject({
      unpackedSizeBytes: 0,
      source: 'empty',
      requests: [],
    });
  });
});

describe('what was counted is kept', () => {
  // 135 to 1, and no run of zeros: 97 % too small, were it four times the compressed size.
  const repeated = tar([{ name: 'log', content: Buffer.alloc(40 * MIB, mixture(4096, 1, 5)) }]);
  const layers = [
    ...[small, ordinary, repeated].map((content) => ({ content, blob: gzipSync(content) })),
    { content: large, blob: gzippedLarge },
  ];

  it.each([
    ['with a byte behind it', (blob: Buffer) => Buffer.concat([blob, Buffer.from('x')])],
    ['cut five bytes short', (blob: Buffer) => blob.subarray(0, -5)],
    ['cut in its trailer', (blob: Buffer) => blob.subarray(0, -8)],
    [
      'with a foreign archive behind it',
      (blob: Buffer) => Buffer.concat([blob, Buffer.from('PK\x03\x04'), noise(5000)]),
    ],
    ['filled up with zeros', (blob: Buffer) => Buffer.concat([blob, Buffer.alloc(512)])],
  ])('of a gzip layer %s', async (_, change) => {
    for (const { content, blob } of layers) {
      const measure = await measured(change(blob));
      expect(measure.unpackedSizeBytes).toBe(content.length);
    }
  });
});

describe('gzip of several members, the last cut at a multiple of 512', () => {
  const members = (content: Buffer, ...cuts: number[]): Buffer =>
    Buffer.concat(
      [0, ...cuts].map((cut, i, all) =>
        gzipSync(content.subarray(cut, all[i + 1] ?? content.length), { level: 1 }),
      ),
    );

  it.each([
    ['small', small, [512]],
    ['of 1 MiB', ordinary, [512 * 3000]],
    ['large, in two', large, [15 * MIB + 512]],
    ['large, one an entry', large, [1024]],
    ['large, in three', large, [5 * MIB + 512, 9 * MIB + 1024]],
  ])('is not taken for one: %s', async (_, content, cuts) => {
    const blob = members(content, ...cuts);
    // What the trailer says is possible for the whole of it.
    const isize = blob.readUInt32LE(blob.length - 4);
    expect([isize % 512, isize > blob.length]).toEqual([0, true]);
    expect(await measured(blob)).toMatchObject({ unpackedSizeBytes: content.length, source: 'streamed' });
    const unread = await measured(blob, { budgetBytes: 0 });
    expect(unread.unpackedSizeBytes / content.length).toBeGreaterThanOrEqual(1);
    expect(unread.unpackedSizeBytes / content.length).toBeLessThanOrEqual(1.3);
  });

  it('costs one request for a layer of over half a MiB, and none for a smaller one', async () => {
    expect((await measured(gzippedLarge)).requests).toHaveLength(2);
    expect((await measured(gzipSync(small))).requests).toHaveLength(1);
  });
});

const hasZstd = spawnSync('zstd', ['--version']).error === undefined;
(hasZstd ? describe : describe.skip)('blocks as the zstd tool writes them', () => {
  const zstd = (content: Buffer, ...options: string[]): Buffer =>
    spawnSync('zstd', ['-q', '-c', ...options], { input: content, maxBuffer: 2 ** 30 }).stdout;
  const words = tar([
    {
      name: 'a',
      content: Buffer.from(Array.from({ length: 100_000 }, (_, i) => `${(i * 7919) % 1009} `).join('')),
    },
    file('b', MIB, 2),
    { name: 'c', content: Buffer.alloc(MIB, 'abcdefg') },
  ]);

  it.each([
    ['-1'],
    ['-3'],
    ['-7'],
    ['-12'],
    ['-19', '--long=27'],
    ['--fast=3'],
    ['--no-check'],
    ['-5', '--long=31'],
  ])('are counted to the last byte: %s', async (...options) => {
    for (const content of [small, words]) {
      const measure = await measured(zstd(content, ...options), { mediaType: ZSTD_LAYER });
      expect(measure).toMatchObject({ unpackedSizeBytes: content.length, source: 'streamed' });
      expect(measure.warning).toBeUndefined();
    }
  });
});

/** Measures layers as those of one image. */
async function together(
  layers: readonly (readonly [LayerDescriptor, Buffer])[],
  limits: Partial<BudgetLimits>,
  { clock = clockWithSpeed(1), reader }: { clock?: Clock; reader?: Partial<BlobReader> } = {},
): Promise<{ warnings: string[]; sources: object; report: Awaited<ReturnType<typeof measureImages>> }> {
  const blobs = { ...memoryReader(new Map(layers.map(([layer, blob]) => [layer.digest, blob]))), ...reader };
  const warnings: string[] = [];
  const image = {
    image: { cachedReference: 'app:1', inspect: {} as never },
    digest: 'sha256:1',
    configDigest: 'sha256:2',
    configSizeBytes: 0,
    platform: undefined,
    layers: layers.map(([layer]) => layer),
  };
  const report = await measureImages([{ image, blobs }], {
    clock,
    limits,
    log: {
      info: () => undefined,
      debug: () => undefined,
      warning: (line) => void warnings.push(line),
      group: (_, work) => work(),
    },
  });
  return { warnings, sources: report.images[0]?.sources ?? {}, report };
}

const of = (blob: Buffer, mediaType = GZIP_LAYER): [LayerDescriptor, Buffer] => [
  layerOf(blob, mediaType),
  blob,
];

describe('the budget', () => {
  it('goes first to where 4 GiB are at stake, whichever layer comes first', async () => {
    const unsized = of(zstdFrame(noise(9 * MIB)), ZSTD_LAYER);
    // Noise, and then a run of zeros: gigabytes of them would look alike.
    const run = of(
      gzipSync(Buffer.concat([tar([file('a', 9 * MIB, 1, 7)]).subarray(0, -1024), Buffer.alloc(90 * MIB)]), {
        level: 1,
      }),
    );
    const { sources, warnings } = await together([unsized, run], { streamBytes: 12 * MIB });
    expect(sources).toEqual({ prefix: 1, streamed: 1 });
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`${unsized[0].digest} is estimated from its first bytes`)),
    ]);
  });

  const layers = [of(zstdFrame(noise(9 * MIB)), ZSTD_LAYER), of(gzipSync(small)), of(gzippedLarge)];

  it.each<[string, Partial<BudgetLimits>, RegExp]>([
    ['bytes', { streamBytes: 9.05 * MIB, otherBytes: 0 }, /has read as many bytes of layers as it may/],
    ['processor time', { cpuMs: 0 }, /has spent 0 s of processor time on layers/],
    ['time', { wallMs: 0 }, /has been reading layers for 0 min/],
  ])('of %s is for all layers: beyond it they are estimated, with a warning', async (_, limits, reason) => {
    const { warnings } = await together(layers, limits);
    expect(warnings.length).toBeGreaterThan(0);
    for (const warning of warnings) {
      expect(warning).toMatch(reason);
      expect(warning).toMatch(/a guess and not a limit|estimated from its first bytes/);
    }
  });

  it('of time ends by the clock, also where the registry has fallen silent', async () => {
    const silent: Partial<BlobReader> = { range: () => new Promise<never>(() => undefined) };
    const { sources } = await together(layers, {}, { clock: clockWithSpeed(10_000), reader: silent });
    expect(sources).toEqual({ factor: 3 });
  });
});

describe('layers of which nothing tells the size', () => {
  /** Its bytes are never read. */
  const encrypted = (sizeBytes: number): [LayerDescriptor, Buffer] => {
    const [layer, blob] = of(noise(1000), 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted');
    return [{ ...layer, sizeBytes }, blob];
  };

  it('ask for all that they may hold, where that is a few GiB', async () => {
    const { report } = await together([of(gzipSync(ordinary)), encrypted(5 * MIB)], {});
    const size = computeCacheSize({ ...report.totals, inodes: 0 }, 0, report.unknown);
    expect(size.sizeGiB).toBe(20);
    expect(report.unknown).toEqual([
      expect.stringMatching(/is not known, and may be up to 5\.04 GiB, since it is encrypted/),
    ]);
    expect(report.totals.unpackedSizeBytes).toBe(ordinary.length + 1032 * 5 * MIB);
  });

  it('fail where it is more, and say what to set', async () => {
    const { report } = await together([of(gzipSync(ordinary)), encrypted(40 * MIB)], {});
    const compute = (): unknown => computeCacheSize(report.totals, 10, report.unknown);
    expect(compute).toThrow(
      /^The size of the cache cannot be computed\. app:1: the unpacked size of layer sha256:\w+ is not known, and may be up to 40\.\d+ GiB, since it is encrypted\.$/,
    );
    expect(compute).toThrow(
      expect.objectContaining({
        hint: 'Set image-cache-size to 20 or more, or to the size that you know the images need.',
      }),
    );
  });
});
