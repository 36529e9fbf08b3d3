import { describe, expect, it } from '@jest/globals';
import { actions, type ParameterMetadata } from '../../dev/eci/parameters.js';
import { TEST_REGION } from '../../dev/eci/server.js';
import { LOGIN, scenario, type Inputs } from './support.js';

/** Not for users to set: one system, and a token that is worked out unless it is given. */
const LEFT_OUT = ['OsType', 'ClientToken'];

/** Parameters of CreateImageCache as the metadata has them: `Tag.N.Key` for a member of a list's record. */
function pathsOf(parameters: Readonly<Record<string, ParameterMetadata>>, prefix = ''): [string, string][] {
  return Object.entries(parameters).flatMap(([name, { type, sub }]) => {
    const path = `${prefix}${name}`;
    if (type !== 'RepeatList') return [[path, type]];
    const member = `${path}.${path.includes('.N') ? 'M' : 'N'}`;
    return sub ? pathsOf(sub, `${member}.`) : [[member, 'String']];
  });
}

const PATHS = pathsOf(actions['CreateImageCache']?.parameters ?? {}).filter(
  ([path]) => !LEFT_OUT.includes(path),
);

const PATTERNS: Readonly<Record<string, RegExp>> = {
  String: /./,
  Integer: /^\d+$/,
  Boolean: /^(true|false)$/,
};

/** The input for each parameter; the registry's host stands in for HOST. */
const ACR = `- instance-id: cri-nwj395hgf6f3
  instance-name: acr-main
  region-id: cn-beijing
  domains: [acr.example.com, acr-vpc.example.com]
  arn-service: acs:ram::1609982529010000:role/role-service
  arn-user: acs:ram::1298452580930000:role/role-user`;

const INPUTS: Readonly<Record<string, { input: string; value: string; sent: Record<string, string> }>> = {
  AcrRegistryInfo: {
    input: 'acr-registry-info',
    value: ACR,
    sent: {
      'AcrRegistryInfo.1.InstanceId': 'cri-nwj395hgf6f3',
      'AcrRegistryInfo.1.InstanceName': 'acr-main',
      'AcrRegistryInfo.1.RegionId': 'cn-beijing',
      'AcrRegistryInfo.1.Domain.1': 'acr.example.com',
      'AcrRegistryInfo.1.Domain.2': 'acr-vpc.example.com',
      'AcrRegistryInfo.1.ArnService': 'acs:ram::1609982529010000:role/role-service',
      'AcrRegistryInfo.1.ArnUser': 'acs:ram::1298452580930000:role/role-user',
    },
  },
  Annotations: { input: 'annotations', value: '{"team": "shop"}', sent: { Annotations: '{"team": "shop"}' } },
  AutoMatchImageCache: {
    input: 'auto-match-image-cache',
    value: 'false',
    sent: { AutoMatchImageCache: 'false' },
  },
  EipInstanceId: { input: 'eip-instance-id', value: 'eip-uf66', sent: { EipInstanceId: 'eip-uf66' } },
  EliminationStrategy: { input: 'elimination-strategy', value: 'LRU', sent: { EliminationStrategy: 'LRU' } },
  Flash: { input: 'flash', value: 'true', sent: { Flash: 'true' } },
  FlashCopyCount: { input: 'flash-copy-count', value: '3', sent: { FlashCopyCount: '3' } },
  Image: {
    input: 'images',
    value: 'HOST/acme/shop:v1.2.3\nHOST/acme/worker:v1.2.3',
    sent: { 'Image.1': 'HOST/acme/shop:v1.2.3', 'Image.2': 'HOST/acme/worker:v1.2.3' },
  },
  ImageCacheName: {
    input: 'image-cache-name',
    value: 'named-cache',
    sent: { ImageCacheName: 'named-cache' },
  },
  ImageCacheSize: { input: 'image-cache-size', value: '77', sent: { ImageCacheSize: '77' } },
  ImageRegistryCredential: {
    input: 'image-registry-credentials',
    value: JSON.stringify([
      { server: 'HOST', ...LOGIN },
      { server: 'other.example.com', username: 'bob', password: 'another/password' },
    ]),
    sent: {
      'ImageRegistryCredential.1.Server': 'HOST',
      'ImageRegistryCredential.1.UserName': LOGIN.username,
      'ImageRegistryCredential.1.Password': LOGIN.password,
      'ImageRegistryCredential.2.Server': 'other.example.com',
      'ImageRegistryCredential.2.UserName': 'bob',
      'ImageRegistryCredential.2.Password': 'another/password',
    },
  },
  InsecureRegistry: {
    input: 'insecure-registry',
    value: 'own.example.com:5000, b.example.com',
    sent: { InsecureRegistry: 'own.example.com:5000,b.example.com' },
  },
  PlainHttpRegistry: {
    input: 'plain-http-registry',
    value: 'HOST\nplain.example.com',
    sent: { PlainHttpRegistry: 'HOST,plain.example.com' },
  },
  RegionId: { input: 'region-id', value: TEST_REGION, sent: { RegionId: TEST_REGION } },
  ResourceGroupId: { input: 'resource-group-id', value: 'rg-aekz', sent: { ResourceGroupId: 'rg-aekz' } },
  RetentionDays: { input: 'retention-days', value: '30', sent: { RetentionDays: '30' } },
  SecurityGroupId: {
    input: 'security-group-id',
    value: 'sg-another',
    sent: { SecurityGroupId: 'sg-another' },
  },
  StandardCopyCount: { input: 'standard-copy-count', value: '2', sent: { StandardCopyCount: '2' } },
  Tag: {
    input: 'tags',
    value: 'team=shop\ncost-centre=4711',
    sent: {
      'Tag.6.Key': 'team',
      'Tag.6.Value': 'shop',
      'Tag.7.Key': 'cost-centre',
      'Tag.7.Value': '4711',
    },
  },
  VSwitchId: { input: 'vswitch-id', value: 'vsw-1\nvsw-2', sent: { VSwitchId: 'vsw-1,vsw-2' } },
  ZoneId: { input: 'zone-id', value: 'cn-hangzhou-g', sent: { ZoneId: 'cn-hangzhou-g' } },
};

type Sent = Readonly<Record<string, string>>;

/** One run with every input, and one with those only that have to be: shared by all tests. */
let runs: Promise<{ host: string; full: Sent; least: Sent }> | undefined;
async function sentParameters(): Promise<{ host: string; full: Sent; least: Sent }> {
  const { run, created, registry } = await scenario({
    registry: { auth: 'token', users: { [LOGIN.username]: LOGIN.password }, anonymous: true },
  });
  const { host } = registry;
  const inputs: Inputs = Object.fromEntries(
    Object.values(INPUTS).map(({ input, value }) => [input, value.replaceAll('HOST', host)]),
  );
  const [shop = ''] = (inputs['images'] ?? '').split('\n');
  expect(await run({ ...inputs, wait: 'false' })).toMatchObject({ exitCode: 0, warnings: [] });
  const full = created();
  expect(await run({ images: shop, wait: 'false' })).toMatchObject({ exitCode: 0 });
  return { host, full, least: created() };
}

/** `Tag.N.Key` fits `Tag.6.Key`. */
function fits(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\\\.[NM](?=\\|$)/g, '\\.\\d+')}$`);
}

describe('the contract with CreateImageCache', () => {
  it.each(PATHS)('%s (%s) has an input, and reaches the wire under its name and type', async (path, type) => {
    const { host, full, least } = await (runs ??= sentParameters());
    const { input, sent } = INPUTS[path.split('.')[0] ?? ''] ?? {};
    expect(input).toBeDefined();
    const expected = Object.entries(sent ?? {}).filter(([name]) => fits(path).test(name));
    expect(expected).not.toEqual([]);
    for (const [name, value] of expected) {
      expect([name, full[name]]).toEqual([name, value.replaceAll('HOST', host)]);
      expect(full[name]).toMatch(PATTERNS[type] ?? /never/);
      // Without the input the value is another, or there is none: so the input is what sets it.
      if (path !== 'RegionId' && name !== 'Image.1') expect(least[name]).not.toBe(full[name]);
    }
  });

  it('sends nothing that no input stands for, but the client token and tags of its own', async () => {
    const { full } = await (runs ??= sentParameters());
    const known = Object.values(INPUTS).flatMap(({ sent }) => Object.keys(sent));
    const others = Object.keys(full).filter((name) => !known.includes(name));
    expect(others.filter((name) => !/^Tag\.[1-5]\.(Key|Value)$/.test(name))).toEqual(['ClientToken']);
  });
});
