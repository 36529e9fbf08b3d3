import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { count, eventOf, imageCacheOf, isPresent, records, text, usageOf } from '../../src/eci/answers.js';

const EVENT = {
  Count: 2,
  FirstTimestamp: '2024-01-01T00:00:00Z',
  LastTimestamp: '2024-01-01T00:01:00Z',
  Message: 'failed to pull images',
  Name: 'imc.1',
  Reason: 'Failed',
  Type: 'Warning',
};

describe('imageCacheOf', () => {
  it('reads a whole record', () => {
    const record = {
      ImageCacheId: 'imc-1',
      ImageCacheName: 'name',
      ImageCacheSize: 25,
      ContainerGroupId: 'eci-1',
      SnapshotId: 's-1',
      FlashSnapshotId: 's-2',
      Status: 'Creating',
      Progress: '37%',
      CreationTime: '2024-01-01T00:00:00Z',
      LastMatchedTime: '2024-01-02T00:00:00Z',
      ResourceGroupId: 'rg-1',
      Images: ['nginx:1', 'busybox:2'],
      Tags: [{ Key: 'k', Value: 'v' }],
      Events: [EVENT],
    };
    expect(imageCacheOf(record)).toEqual({
      imageCacheId: 'imc-1',
      imageCacheName: 'name',
      imageCacheSizeGiB: 25,
      containerGroupId: 'eci-1',
      snapshotId: 's-1',
      flashSnapshotId: 's-2',
      status: 'Creating',
      progress: '37%',
      creationTime: '2024-01-01T00:00:00Z',
      lastMatchedTime: '2024-01-02T00:00:00Z',
      images: ['nginx:1', 'busybox:2'],
      tags: [{ key: 'k', value: 'v' }],
      events: [
        {
          type: 'Warning',
          reason: 'Failed',
          message: 'failed to pull images',
          name: 'imc.1',
          lastTimestamp: '2024-01-01T00:01:00Z',
        },
      ],
    });
  });

  it.each([
    [{ Tags: [{ TagKey: 'k', TagValue: 'v' }] }],
    [{ Tags: { Tag: [{ TagKey: 'k', TagValue: 'v' }] } }],
    [{ Tags: [{ key: 'k', value: 'v' }], Images: { Image: ['nginx:1'] } }],
  ])('reads the spellings of other products: %j', (fields) => {
    const cache = imageCacheOf({ ImageCacheId: 'imc-1', ...fields });
    expect(cache?.tags).toEqual([{ key: 'k', value: 'v' }]);
    expect(cache?.images).toEqual('Images' in fields ? ['nginx:1'] : []);
  });

  it('takes what is missing for empty', () => {
    expect(imageCacheOf({ ImageCacheId: 'imc-1' })).toMatchObject({
      imageCacheSizeGiB: undefined,
      status: '',
      progress: '',
      images: [],
      tags: [],
      events: [],
    });
  });

  it.each([{}, { ImageCacheId: '' }, { ImageCacheId: null }, { ImageCacheId: {} }])(
    'has no use for %j',
    (record) => {
      expect(imageCacheOf(record)).toBeUndefined();
    },
  );

  it('takes any JSON without a throw', () => {
    const field = fc.constantFrom('ImageCacheSize', 'Images', 'Tags', 'Events', 'Status', '__proto__');
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), (record) => {
        const cache = imageCacheOf({ ...record, ImageCacheId: 'imc-1' });
        expect(cache?.imageCacheId).toBe('imc-1');
        expect(typeof cache?.status).toBe('string');
      }),
    );
  });
});

describe('eventOf', () => {
  it('reads small letters, with the name in the metadata, as the vendor’s sample has them', () => {
    const sample = {
      involvedObject: { kind: 'Pod' },
      lastTimestamp: '2025-01-01T07:51:06Z',
      message: 'Out of memory',
      metadata: { name: 'group.1', namespace: 'default' },
      reason: 'OOMKilled',
      type: 'Warning',
    };
    expect(eventOf(sample)).toEqual({
      type: 'Warning',
      reason: 'OOMKilled',
      message: 'Out of memory',
      name: 'group.1',
      lastTimestamp: '2025-01-01T07:51:06Z',
    });
  });

  it('bounds the message', () => {
    expect(eventOf({ Message: 'x'.repeat(1_000_000) }).message).toHaveLength(4_000);
  });
});

describe('usageOf', () => {
  it.each([
    [{ MaxImageCacheCount: '50', UsedImageCacheCount: '12' }],
    [{ MaxImageCacheCount: 50, UsedImageCacheCount: 12 }],
    [{ MaxImageCacheCount: 50, UsedImageCacheCount: '12.0' }],
  ])('reads %j', (attributes) => {
    expect(usageOf({ Attributes: attributes })).toEqual({ maxImageCaches: 50, usedImageCaches: 12 });
  });

  it.each([{}, { Attributes: null }, { Attributes: [] }, { Attributes: { MaxImageCacheCount: 50 } }])(
    'cannot tell from %j',
    (answer) => {
      expect(usageOf(answer)).toBeUndefined();
    },
  );
});

describe('the small readers', () => {
  it.each([
    ['7', 7],
    [' 7 ', 7],
    [0, 0],
    ['-1', undefined],
    [-1, undefined],
    ['', undefined],
    ['0x10', undefined],
    [null, undefined],
    [NaN, undefined],
    [true, undefined],
  ])('count(%p) is %p', (value, expected) => {
    expect(count(value)).toBe(expected);
  });

  it('text and records take anything', () => {
    expect([text('a'), text(1), text(true), text(null), text({})]).toEqual(['a', '1', '', '', '']);
    expect(records([{}, null, 1, [], { a: 1 }])).toEqual([{}, { a: 1 }]);
    expect(records({ 0: {} })).toEqual([]);
    expect(records({ Tag: [{ a: 1 }] })).toEqual([{ a: 1 }]);
    expect(records({ Tag: [{ a: 1 }], More: [] })).toEqual([]);
  });

  it.each<[unknown, boolean]>([
    ['a', true],
    [0, true],
    [[1], true],
    [{ Item: ['a'] }, true],
    ['', false],
    [null, false],
    [undefined, false],
    [[], false],
    [{}, false],
    [{ Item: [] }, false],
  ])('isPresent(%j) is %s', (value, expected) => {
    expect(isPresent(value)).toBe(expected);
  });
});
