import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { layerOf } from '../../bench/corpus/memory-reader.js';
import { tar } from '../../dev/tar.js';
import { noise } from '../../bench/corpus/words.js';
import { zstdFrame } from '../../bench/corpus/zstd-stored.js';
import { RegistryError } from '../../src/registry/types.js';
import { file, measured, measureOne, MIB, ordinary } from './support/measured.js';

const TAR_GZIP = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
const large = tar([file('a', 30 * MIB, 2)]);
const gzippedLarge = gzipSync(large, { level: 1 });
/** Cut where only whole files end, as tools that write several members do. */
const inMembers = (bytes: Buffer, at: number): Buffer =>
  Buffer.concat([gzipSync(bytes.subarray(0, at), { level: 1 }), gzipSync(bytes.subarray(at), { level: 1 })]);
const largeInMembers = inMembers(large, 12_345_678);
const gzippedOrdinary = gzipSync(ordinary);

describe('what tells at once', () => {
  it.each([
    ['OCI, uncompressed', 'application/vnd.oci.image.layer.v1.tar'],
    ['OCI, nondistributable', 'application/vnd.oci.image.layer.nondistributable.v1.tar'],
    ['Docker, uncompressed', 'application/vnd.docker.image.rootfs.diff.tar'],
  ])('takes a tar for what it is: %s', async (_, mediaType) => {
    expect(await measured(ordinary, { mediaType })).toEqual({
      unpackedSizeBytes: ordinary.length,
      source: 'uncompressed',
      fetchedBytes: 1024,
      requests: ['range 0-1023'],
    });
  });

  it.each(['ci.umo.uncompressed_blob_size', 'io.containers.estargz.uncompressed-size'])(
    'believes %s inside its bounds',
    async (name) => {
      const hinted = await measured(gzippedOrdinary, { annotations: { [name]: String(ordinary.length) } });
      expect(hinted).toMatchObject({
        unpackedSizeBytes: ordinary.length,
        source: 'annotation',
        requests: [],
      });
    },
  );

  it.each([
    ['too small', String(512)],
    ['no multiple of 512', String(ordinary.length + 1)],
    ['too large', '999999999999'],
    ['no number', '4e6'],
    ['negative', '-512'],
    ['empty', ''],
  ])('does not believe an annotation that is %s', async (_, text) => {
    const annotations = { 'ci.umo.uncompressed_blob_size': text };
    const doubted = await measured(gzippedOrdinary, { annotations });
    expect(doubted).toMatchObject({ unpackedSizeBytes: ordinary.length, source: 'gzip-trailer' });
  });

  it("knows Docker's empty layer", async () => {
    const digest = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4';
    // Of its 32 bytes, known by heart.
    const blob = Buffer.from('1f8b080000096e8800ff621805a360148c5800080000ffff2eafb5ef00040000', 'hex');
    expect(`sha256:${createHash('sha256').update(blob).digest('hex')}`).toBe(digest);
    expect(await measured(blob)).toMatchObject({ unpackedSizeBytes: 1024, source: 'empty', requests: [] });
  });
});

describe('gzip', () => {
  it('reads the first 64 KiB and the last 64 bytes of an ordinary layer, and nothing else', async () => {
    const blob = gzippedOrdinary;
    expect(await measured(blob, { mediaType: TAR_GZIP })).toMatchObject({
      unpackedSizeBytes: ordinary.length,
      source: 'gzip-trailer',
      fetchedBytes: 65_600,
      requests: ['range 0-65535', `range ${blob.length - 64}-${blob.length - 1}`],
    });
  });

  it('reads a layer of up to half a MiB whole', async () => {
    const small = tar([file('a', 10_000, 2)]);
    const inTwo = inMembers(small, 4096);
    expect(await measured(inTwo)).toMatchObject({
      unpackedSizeBytes: small.length,
      source: 'streamed',
      requests: [`range 0-${inTwo.length - 1}`],
    });
  });

  it.each([
    ['the last one smaller than the layer', Math.floor(ordinary.length / 512) * 512 - 4096],
    ['cut at no multiple of 512', 1_000_001],
  ])('streams several members: %s', async (_, at) => {
    const several = await measured(inMembers(ordinary, at));
    expect(several).toMatchObject({ unpackedSizeBytes: ordinary.length, source: 'streamed' });
  });

  it('streams several members of a large layer within the budget, with no further look at its start', async () => {
    expect(largeInMembers.length).toBeGreaterThan(8 * MIB);
    const several = await measured(largeInMembers);
    expect(several).toMatchObject({ unpackedSizeBytes: large.length, source: 'streamed' });
    expect(several.requests.map((request) => request.split(' ')[0])).toEqual(['range', 'range', 'stream']);
  });

  it('estimates several members of a large layer from the start where the budget is spent', async () => {
    const several = await measured(largeInMembers, { budgetBytes: 0 });
    expect(several).toMatchObject({ source: 'prefix' });
    expect(several.unpackedSizeBytes / large.length).toBeGreaterThanOrEqual(1);
    expect(several.unpackedSizeBytes / large.length).toBeLessThanOrEqual(1.3);
    expect(several.warning).toBe(
      'estimated from its first bytes, since its gzip trailer may hide several members or more than 4 GiB, and it is too large to be read whole',
    );
  });

  it('reads another compression than the media type names', async () => {
    expect(await measured(ordinary)).toMatchObject({
      unpackedSizeBytes: ordinary.length,
      source: 'uncompressed',
    });
    const zstd = zstdFrame(ordinary);
    expect(await measured(zstd)).toMatchObject({ unpackedSizeBytes: ordinary.length, source: 'streamed' });
  });

  it('takes a damaged layer for the most that gzip allows behind what could be unpacked, and says why', async () => {
    const blob = Buffer.from(gzippedOrdinary);
    blob.fill(0xff, 500_000, 501_000);
    blob.writeUInt32LE(12_345, blob.length - 4);
    const measure = await measured(blob);
    expect(measure.source).toBe('bound');
    expect(measure.warning).toMatch(
      /^not known, and may be up to 8\d\d\.\d MiB, since its gzip stream is damaged \(.+\)$/,
    );
    expect(measure.unpackedSizeBytes).toBeGreaterThan((blob.length - 600_000) * 1032);
    expect(measure.likelySizeBytes).toBeGreaterThan(ordinary.length / 2);
    expect(measure.likelySizeBytes).toBeLessThan(ordinary.length * 2);
  });
});

describe('registries and layers that tell less', () => {
  it('streams where the registry serves no ranges', async () => {
    const measure = await measured(gzippedLarge, { ranges: false });
    expect(measure).toMatchObject({ unpackedSizeBytes: large.length, source: 'streamed' });
  });

  it('reads the start of what is too large to stream', async () => {
    const measure = await measured(gzippedLarge, { ranges: false, budgetBytes: 0 });
    expect(measure).toMatchObject({ source: 'prefix' });
    expect(measure.fetchedBytes).toBeLessThanOrEqual(8 * MIB + 65_536);
    expect(measure.unpackedSizeBytes).toBeGreaterThanOrEqual(large.length);
    expect(measure.warning).toContain('does not serve parts');
  });

  it.each([
    ['gzip', gzippedOrdinary, 'gzip-trailer'],
    ['zstd', zstdFrame(ordinary, { withSize: true }), 'zstd-header'],
    ['unknown', noise(200_000), 'uncompressed'],
  ])('looks at the first bytes where the media type is strange: %s', async (_, blob, source) => {
    expect(await measured(blob, { mediaType: 'application/octet-stream' })).toMatchObject({ source });
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(1024)), 1024],
    ['zstd', zstdFrame(Buffer.alloc(1024)), 1024],
  ])('reads a tiny one whole, whatever its media type: %s', async (_, blob, unpackedSizeBytes) => {
    const measure = await measured(blob, { mediaType: 'application/octet-stream' });
    expect(measure).toMatchObject({ unpackedSizeBytes, source: 'streamed' });
    expect(measure.requests).toEqual([`range 0-${blob.length - 1}`]);
  });

  it.each([1, 2, 3])('guesses one that ends within the first bytes of gzip: %d bytes', async (length) => {
    const blob = Buffer.from('1f8b08', 'hex').subarray(0, length);
    const measure = await measured(blob, { mediaType: 'application/octet-stream' });
    expect(measure.unpackedSizeBytes).toBeLessThanOrEqual(1032 * length);
    expect(measure.warning).toBeDefined();
  });

  it('guesses a foreign layer that cannot be read, and fails on another', async () => {
    const layer = { ...layerOf(gzippedOrdinary), urls: ['https://example.com/layer'] };
    const fail = (): never => {
      throw new RegistryError('not-found', 'no such blob');
    };
    const reader = { range: () => Promise.resolve().then(fail), stream: fail };
    await expect(measureOne(layer, reader)).resolves.toMatchObject({
      source: 'bound',
      unpackedSizeBytes: layer.sizeBytes * 1032,
      warning: expect.stringMatching(/foreign layer that cannot be read: no such blob/),
    });
    await expect(measureOne({ ...layer, urls: [] }, reader)).rejects.toThrow('no such blob');
  });
});
