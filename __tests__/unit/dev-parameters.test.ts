import { describe, expect, it } from '@jest/globals';
import { checkClientToken, checkCreateLimits, grantedSizeGiB } from '../../dev/eci/limits.js';
import { actions, checkParameters, type Flat, listOf, recordsOf } from '../../dev/eci/parameters.js';
import { RpcError } from '../../dev/eci/rpc.js';

const minimal: Flat = {
  RegionId: 'cn-hangzhou',
  SecurityGroupId: 'sg-1',
  VSwitchId: 'vsw-1',
  ImageCacheName: 'shop-v1',
  'Image.1': 'registry.example.com/shop:v1',
};

function codeOf(extra: Record<string, string>, without: string[] = []): string {
  const flat = Object.fromEntries(
    Object.entries({ ...minimal, ...extra }).filter(([name]) => !without.includes(name)),
  );
  try {
    checkParameters(actions['CreateImageCache']?.parameters ?? {}, flat);
    checkClientToken(flat);
    checkCreateLimits(flat);
    return 'accepted';
  } catch (error) {
    if (error instanceof RpcError) return error.code;
    throw error;
  }
}

function many(count: number, member: (number: number) => Record<string, string>): Record<string, string> {
  return Object.assign({}, ...Array.from({ length: count }, (_, index) => member(index + 1))) as Record<
    string,
    string
  >;
}

describe('parameters of CreateImageCache', () => {
  it.each<[string, Record<string, string>]>([
    ['nothing but what is required', {}],
    [
      'every scalar',
      { ZoneId: 'z', EipInstanceId: 'e', ResourceGroupId: 'r', Annotations: 'a', OsType: 'Linux' },
    ],
    ['booleans', { AutoMatchImageCache: 'true', Flash: 'false' }],
    ['integers', { ImageCacheSize: '20', RetentionDays: '7', StandardCopyCount: '1', FlashCopyCount: '1' }],
    ['the largest size', { ImageCacheSize: '32768' }],
    ['a size that will be raised', { ImageCacheSize: '1' }],
    ['20 images', many(20, (n) => ({ [`Image.${n}`]: `i:${n}` }))],
    ['20 tags', many(20, (n) => ({ [`Tag.${n}.Key`]: `k${n}`, [`Tag.${n}.Value`]: '' }))],
    ['10 vSwitches', { VSwitchId: 'a,b,c,d,e,f,g,h,i,j' }],
    ['10 logins', many(10, (n) => ({ [`ImageRegistryCredential.${n}.Server`]: 'r.example.com' }))],
    [
      'nested lists',
      {
        'AcrRegistryInfo.1.InstanceId': 'cri-1',
        'AcrRegistryInfo.1.Domain.1': 'd',
        'AcrRegistryInfo.1.Domain.2': 'e',
      },
    ],
    ['LRU', { EliminationStrategy: 'LRU' }],
    ['a token of 64 characters', { ClientToken: 'a'.repeat(64) }],
  ])('accepts %s', (_case, extra) => {
    expect(codeOf(extra)).toBe('accepted');
  });

  it.each<[string, Record<string, string>, string]>([
    ['an unknown parameter', { Colour: 'red' }, 'UnsupportedParameter'],
    ['an unknown nested one', { 'Tag.1.Colour': 'red' }, 'UnsupportedParameter'],
    ['a name of every object', { constructor: 'x' }, 'UnsupportedParameter'],
    ['kebab-case', { 'zone-id': 'z' }, 'UnsupportedParameter'],
    ['a scalar as a list', { 'ZoneId.1': 'z' }, 'InvalidZoneId'],
    ['a list as a scalar', { Image: 'i' }, 'InvalidImage'],
    ['a list of objects as a list of texts', { 'Tag.1': 'k=v' }, 'InvalidTag'],
    ['a list that starts at 0', { 'Image.0': 'i' }, 'InvalidImage'],
    ['a list with a gap', { 'Image.3': 'i' }, 'InvalidImage'],
    [
      'a nested list with a gap',
      { 'AcrRegistryInfo.1.InstanceId': 'c', 'AcrRegistryInfo.1.Domain.2': 'd' },
      'InvalidAcrRegistryInfo',
    ],
    ['an integer in words', { ImageCacheSize: 'auto' }, 'InvalidImageCacheSize'],
    ['an integer with a fraction', { ImageCacheSize: '20.5' }, 'InvalidImageCacheSize'],
    ['an empty integer', { RetentionDays: '' }, 'InvalidRetentionDays'],
    ['a boolean of another kind', { Flash: 'yes' }, 'InvalidFlash'],
    ['a size of 0', { ImageCacheSize: '0' }, 'InvalidImageCacheSize'],
    ['a size over the limit', { ImageCacheSize: '32769' }, 'InvalidImageCacheSize'],
    ['no retention', { RetentionDays: '0' }, 'InvalidRetentionDays'],
    ['too long a retention', { RetentionDays: '65537' }, 'InvalidRetentionDays'],
    ['another strategy', { EliminationStrategy: 'FIFO' }, 'InvalidEliminationStrategy'],
    ['21 images', many(21, (n) => ({ [`Image.${n}`]: `i:${n}` })), 'InvalidImage'],
    ['21 tags', many(21, (n) => ({ [`Tag.${n}.Key`]: `k${n}` })), 'InvalidTag'],
    ['11 vSwitches', { VSwitchId: 'a,b,c,d,e,f,g,h,i,j,k' }, 'InvalidVSwitchId'],
    ['an empty vSwitch', { VSwitchId: 'a,,b' }, 'InvalidVSwitchId'],
    [
      '11 logins',
      many(11, (n) => ({ [`ImageRegistryCredential.${n}.Server`]: 'r' })),
      'InvalidImageRegistryCredential',
    ],
    [
      'a login with a scheme',
      { 'ImageRegistryCredential.1.Server': 'https://r' },
      'InvalidImageRegistryCredential',
    ],
    [
      'a registry info without its instance',
      { 'AcrRegistryInfo.1.RegionId': 'cn-beijing' },
      'InvalidAcrRegistryInfo',
    ],
    ['a tag key of the vendor', { 'Tag.1.Key': 'aliyunX' }, 'InvalidTag'],
    ['a tag key with acs:', { 'Tag.1.Key': 'acs:x' }, 'InvalidTag'],
    ['a tag key with a URL', { 'Tag.1.Key': 'x-https://y' }, 'InvalidTag'],
    ['a tag key of 129 characters', { 'Tag.1.Key': 'k'.repeat(129) }, 'InvalidTag'],
    ['a tag without a key', { 'Tag.1.Value': 'v' }, 'InvalidTag'],
    ['a tag key twice', { 'Tag.1.Key': 'k', 'Tag.2.Key': 'k' }, 'InvalidTag'],
    ['a token of 65 characters', { ClientToken: 'a'.repeat(65) }, 'InvalidClientToken'],
    ['a token that is not ASCII', { ClientToken: 'é' }, 'InvalidClientToken'],
    ['a name of one character', { ImageCacheName: 'a' }, 'InvalidImageCacheName'],
  ])('refuses %s', (_case, extra, code) => {
    expect(codeOf(extra)).toBe(code);
  });

  it.each(['RegionId', 'SecurityGroupId', 'VSwitchId', 'ImageCacheName', 'Image.1'])('demands %s', (name) => {
    expect(codeOf({}, [name])).toBe(`Missing${name.replace('.1', '')}`);
    if (name !== 'Image.1') expect(codeOf({ [name]: '' })).toBe(`Missing${name}`);
  });

  it.each([
    [undefined, 20],
    ['5', 20],
    ['21', 21],
  ])('makes of the size %s: %i GiB', (size, granted) => {
    expect(grantedSizeGiB(size === undefined ? {} : { ImageCacheSize: size })).toBe(granted);
  });
});

describe('reading lists', () => {
  const flat = {
    'Image.2': 'b',
    'Image.1': 'a',
    'Tag.1.Value': 'v',
    'Tag.1.Key': 'k',
    'Acr.1.Domain.1': 'd',
  };

  it('keeps the order of the numbers', () => {
    expect(listOf(flat, 'Image')).toEqual(['a', 'b']);
    expect(recordsOf(flat, 'Tag')).toEqual([{ Key: 'k', Value: 'v' }]);
    expect(recordsOf(flat, 'Acr')).toEqual([{ 'Domain.1': 'd' }]);
    expect(listOf(flat, 'None')).toEqual([]);
  });
});
