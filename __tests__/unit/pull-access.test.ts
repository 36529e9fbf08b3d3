import { describe, expect, it } from '@jest/globals';
import { parseReference } from '../../src/images/reference.js';
import { pullAccessWarnings } from '../../src/steps/pull-access.js';

type AccessInputs = Parameters<typeof pullAccessWarnings>[1];

const NOTHING: AccessInputs = { registryCredentials: [], acrRegistryInfos: [] };
const credentialsFor = (server: string): AccessInputs => ({
  ...NOTHING,
  registryCredentials: [{ server, username: 'u', password: 'p' }],
});
const instanceWith = (...domains: string[]): AccessInputs => ({
  ...NOTHING,
  acrRegistryInfos: [{ instanceId: 'cri-1', domains }],
});
/** Hosts that are warned of, for images `cached` or `cached=inspected`. */
const warnedOf = (images: readonly string[], inputs: AccessInputs, hosts: readonly string[]): string[] =>
  pullAccessWarnings(
    images.map((text) => {
      const [cachedReference = '', inspected = cachedReference] = text.split('=');
      return { cachedReference, inspect: parseReference(inspected) };
    }),
    inputs,
    new Set(hosts),
  ).map((warning) => warning.split(': ')[0] ?? '');

const GHCR = ['ghcr.io/acme/shop:1'];
const VPC = 'registry-vpc.cn-hangzhou.aliyuncs.com/acme/shop:1';

describe('a warning that ECI cannot pull', () => {
  it.each<[string, readonly string[], AccessInputs, readonly string[], readonly string[]]>([
    ['nothing is given', GHCR, NOTHING, ['ghcr.io'], ['ghcr.io']],
    ['once for a host', [...GHCR, 'ghcr.io/acme/b:1'], NOTHING, ['ghcr.io'], ['ghcr.io']],
    [
      'for each host',
      [...GHCR, 'a.example/b:1'],
      NOTHING,
      ['ghcr.io', 'a.example'],
      ['ghcr.io', 'a.example'],
    ],
    ['for Docker Hub', ['acme/shop:1'], NOTHING, ['registry-1.docker.io'], ['docker.io']],
    ['no login was needed', GHCR, NOTHING, [], []],
    ['another host was logged in to', GHCR, NOTHING, ['a.example'], []],
    ['a credential is given', GHCR, credentialsFor('https://GHCR.io'), ['ghcr.io'], []],
    ['a credential for another is given', GHCR, credentialsFor('a.example'), ['ghcr.io'], ['ghcr.io']],
    ['it is an ACR host', [VPC], NOTHING, ['registry-vpc.cn-hangzhou.aliyuncs.com'], []],
    ['it is cached under an ACR host', [`${VPC}=ghcr.io/acme/shop:1`], NOTHING, ['ghcr.io'], []],
    [
      'it is cached under another host',
      [`b.example/s:1=${VPC}`],
      NOTHING,
      ['registry-vpc.cn-hangzhou.aliyuncs.com'],
      ['b.example'],
    ],
    [
      'the instance has the domain',
      ['images.acme.cn/s:1'],
      instanceWith('images.acme.cn'),
      ['images.acme.cn'],
      [],
    ],
    ['the instance has another domain', GHCR, instanceWith('images.acme.cn'), ['ghcr.io'], ['ghcr.io']],
    [
      'the instance stands for all its domains',
      ['images.acme.cn/s:1'],
      instanceWith(),
      ['images.acme.cn'],
      [],
    ],
  ])('%s', (_, images, inputs, hosts, expected) => {
    expect(warnedOf(images, inputs, hosts)).toEqual(expected);
  });

  it('says what and what to set', () => {
    const [warning] = pullAccessWarnings(
      [{ cachedReference: 'ghcr.io/acme/shop:1', inspect: parseReference('ghcr.io/acme/shop:1') }],
      NOTHING,
      new Set(['ghcr.io']),
    );
    expect(warning).toMatch(/a login from the Docker config, which ECI does not get/);
    expect(warning).toMatch(/Set image-registry-credentials for ghcr\.io, or acr-registry-info/);
  });
});
