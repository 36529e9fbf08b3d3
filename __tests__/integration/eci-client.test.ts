import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failedPlan, failures, fixedPlan } from '../../dev/eci/plans.js';
import { actions, type ParameterMetadata } from '../../dev/eci/parameters.js';
import { startEciServer, TEST_ACCOUNT, TEST_REGION, type EciServer } from '../../dev/eci/server.js';
import type { CreateRequest, ImageCacheService } from '../../src/cache/service.js';
import { findById } from '../../src/cache/service.js';
import { createEciService, type EciOptions } from '../../src/eci/client.js';
import { aRequest } from '../support/caches.js';
import { rememberedLog, type RememberedLog } from '../support/log.js';
import { connectionTo } from '../support/vendor.js';

const SMALL = aRequest({
  imageCacheName: 'shop-v1',
  images: ['registry.example.com/acme/shop:v1.2.3'],
});

const FULL: CreateRequest = {
  ...SMALL,
  zoneId: 'cn-hangzhou-g',
  vSwitchIds: ['vsw-1', 'vsw-2'],
  images: ['registry.example.com/acme/shop:v1.2.3', 'nginx:1.27'],
  imageCacheSizeGiB: 33,
  eipInstanceId: 'eip-1',
  resourceGroupId: 'rg-1',
  annotations: '{"note":"ü & = +"}',
  retentionDays: 7,
  eliminationStrategy: 'LRU',
  autoMatchImageCache: false,
  flash: true,
  standardCopyCount: 2,
  flashCopyCount: 3,
  registryCredentials: [
    { server: 'registry.example.com', username: 'robot$a', password: 'p@ /+=%ü"' },
    { server: 'other.example.com:5000', username: 'u', password: "!'()*~" },
  ],
  acrRegistryInfos: [
    {
      instanceId: 'cri-1',
      instanceName: 'acme',
      regionId: 'cn-beijing',
      domains: ['a.example.com', 'b.example.com'],
      arnService: 'acs:ram::1:role/a',
      arnUser: 'acs:ram::2:role/b',
    },
    { instanceId: 'cri-2', domains: [] },
  ],
  plainHttpRegistries: ['plain.example.com:80', '192.168.0.1:5000'],
  insecureRegistries: ['self.example.com'],
  tags: [
    { key: 'team', value: 'shop' },
    { key: 'ref', value: 'refs/tags/v1.2.3' },
  ],
};

let eci: EciServer;
let log: RememberedLog;

function service(options: Partial<EciOptions> = {}): ImageCacheService {
  return createEciService(connectionTo(eci.host, { log, ...options }));
}

beforeEach(async () => {
  log = rememberedLog();
  eci = await startEciServer();
});
afterEach(() => eci.close());

describe('create', () => {
  it('sends every parameter under its name, in its form', async () => {
    await service().create(FULL, 'token-1');
    expect(eci.requests[0]?.parameters).toEqual({
      RegionId: TEST_REGION,
      ZoneId: 'cn-hangzhou-g',
      SecurityGroupId: 'sg-1',
      VSwitchId: 'vsw-1,vsw-2',
      ImageCacheName: 'shop-v1',
      'Image.1': 'registry.example.com/acme/shop:v1.2.3',
      'Image.2': 'nginx:1.27',
      ImageCacheSize: '33',
      EipInstanceId: 'eip-1',
      ResourceGroupId: 'rg-1',
      Annotations: '{"note":"ü & = +"}',
      RetentionDays: '7',
      EliminationStrategy: 'LRU',
      AutoMatchImageCache: 'false',
      Flash: 'true',
      StandardCopyCount: '2',
      FlashCopyCount: '3',
      'ImageRegistryCredential.1.Server': 'registry.example.com',
      'ImageRegistryCredential.1.UserName': 'robot$a',
      'ImageRegistryCredential.1.Password': 'p@ /+=%ü"',
      'ImageRegistryCredential.2.Server': 'other.example.com:5000',
      'ImageRegistryCredential.2.UserName': 'u',
      'ImageRegistryCredential.2.Password': "!'()*~",
      'AcrRegistryInfo.1.InstanceId': 'cri-1',
      'AcrRegistryInfo.1.InstanceName': 'acme',
      'AcrRegistryInfo.1.RegionId': 'cn-beijing',
      'AcrRegistryInfo.1.Domain.1': 'a.example.com',
      'AcrRegistryInfo.1.Domain.2': 'b.example.com',
      'AcrRegistryInfo.1.ArnService': 'acs:ram::1:role/a',
      'AcrRegistryInfo.1.ArnUser': 'acs:ram::2:role/b',
      'AcrRegistryInfo.2.InstanceId': 'cri-2',
      PlainHttpRegistry: 'plain.example.com:80,192.168.0.1:5000',
      InsecureRegistry: 'self.example.com',
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'shop',
      'Tag.2.Key': 'ref',
      'Tag.2.Value': 'refs/tags/v1.2.3',
      ClientToken: 'token-1',
    });
    expect(eci.requests[0]).toMatchObject({
      method: 'POST',
      action: 'CreateImageCache',
      version: '2018-08-08',
      status: 200,
    });
  });

  it('leaves nothing out that the published metadata names, but OsType', async () => {
    await service().create(FULL, 'token-1');
    const sent = Object.keys(eci.requests[0]?.parameters ?? {}).map((name) => name.replaceAll(/\.\d+/g, ''));
    const published = namesIn(actions['CreateImageCache']?.parameters ?? {});
    expect([...new Set(sent), 'OsType'].sort()).toEqual(published.sort());
  });

  it('leaves out what is unset or empty', async () => {
    const created = await service().create(SMALL, 'token-1');
    expect(eci.requests[0]?.parameters).toEqual({
      RegionId: TEST_REGION,
      SecurityGroupId: 'sg-1',
      VSwitchId: 'vsw-1',
      ImageCacheName: 'shop-v1',
      'Image.1': 'registry.example.com/acme/shop:v1.2.3',
      ImageCacheSize: '20',
      AutoMatchImageCache: 'true',
      ClientToken: 'token-1',
    });
    expect(created).toEqual({
      imageCacheId: eci.caches[0]?.imageCacheId,
      containerGroupId: eci.caches[0]?.containerGroupId,
      requestId: eci.requests[0]?.requestId,
    });
    expect(created.imageCacheId).toMatch(/^imc-/);
  });

  it('names us, signs with a token where there is one, and asks for credentials each time', async () => {
    eci.keys.set('STS.1', { accessKeyId: 'STS.1', accessKeySecret: 's', securityToken: 'tok/en+=' });
    const keys = [TEST_ACCOUNT, { accessKeyId: 'STS.1', accessKeySecret: 's', securityToken: 'tok/en+=' }];
    const asked = service({ credentials: () => Promise.resolve(keys.shift() ?? TEST_ACCOUNT) });
    await asked.usage();
    await asked.usage();
    const [first, second] = eci.requests;
    expect(first?.headers['user-agent']).toContain('warm-eci-image-cache/0.0.0-test');
    expect(first?.headers['authorization']).toMatch(/^ACS3-HMAC-SHA256 Credential=LTAI/);
    expect(first?.headers['x-acs-security-token']).toBeUndefined();
    expect(second?.headers['x-acs-security-token']).toBe('tok/en+=');
    expect([first?.status, second?.status]).toEqual([200, 200]);
  });
});

describe('the look-ups', () => {
  it.each([false, true])('find reads every page (an empty last one: %s)', async (emptyLastPage) => {
    eci.state.pageSize = 3;
    eci.state.emptyLastPage = emptyLastPage;
    const tags = [{ key: 'mine', value: 'a' }];
    eci.seed(Array.from({ length: 9 }, () => ({ tags })));
    eci.seed([{ tags: [{ key: 'mine', value: 'b' }] }, {}]);
    const found = await service().find({ tag: { key: 'mine', value: 'a' } });
    expect(found).toHaveLength(9);
    expect(new Set(found.map(({ imageCacheId }) => imageCacheId)).size).toBe(9);
    expect(eci.requests).toHaveLength(emptyLastPage ? 4 : 3);
    expect(eci.requests[0]?.parameters).toEqual({
      RegionId: TEST_REGION,
      'Tag.1.Key': 'mine',
      'Tag.1.Value': 'a',
    });
  });

  it('by ID reads a whole record', async () => {
    eci.seed([
      { imageCacheId: 'imc-0' },
      { imageCacheId: 'imc-1', tags: [{ key: 'k', value: 'v' }], sizeGiB: 25 },
    ]);
    expect(await findById(service(), 'imc-1')).toMatchObject({
      imageCacheId: 'imc-1',
      imageCacheSizeGiB: 25,
      status: 'Ready',
      progress: '100%',
      images: ['registry.example.com/acme/shop:v1.0.0'],
      tags: [{ key: 'k', value: 'v' }],
    });
    expect(await findById(service(), 'imc-2')).toBeUndefined();
  });

  it('containerGroupEvents reads the events of the intermediate instance', async () => {
    const plan = failedPlan({ ...failures.pull('nginx:1'), where: 'instance' }, { preparingMs: 0 });
    eci.seed([{ containerGroupId: 'eci-1', plan, createdAtMs: Date.now() - 1_000 }]);
    const events = (await service().containerGroupEvents('eci-1')) ?? [];
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'Warning', reason: 'Failed' });
    expect(events[0]?.message).toContain('Failed to pull image "nginx:1"');
    expect(events[0]?.name).not.toBe('');
    expect(eci.requests[0]?.parameters['ContainerGroupIds']).toBe('["eci-1"]');
  });

  it('delete removes one, and tells a cache that is gone', async () => {
    eci.seed([{ imageCacheId: 'imc-1' }, { imageCacheId: 'imc-2', plan: fixedPlan('Ready') }]);
    await service().delete('imc-1');
    expect(eci.existing().map(({ imageCacheId }) => imageCacheId)).toEqual(['imc-2']);
    await expect(service().delete('imc-1')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('usage reads the quota', async () => {
    eci.state.maxImageCaches = 12;
    eci.seed([{}, {}]);
    expect(await service().usage()).toEqual({ maxImageCaches: 12, usedImageCaches: 2 });
  });

  it('works many at a time over kept connections', async () => {
    eci.seed(Array.from({ length: 30 }, (_, index) => ({ imageCacheId: `imc-${String(index)}` })));
    const all = service();
    const found = await Promise.all(
      Array.from({ length: 30 }, (_, index) => findById(all, `imc-${String(index)}`)),
    );
    expect(found.map((cache) => cache?.imageCacheId)).toEqual(
      found.map((_, index) => `imc-${String(index)}`),
    );
    expect(log.debugs).toHaveLength(30);
    expect(log.debugs[0]).toMatch(
      /^DescribeImageCaches: HTTP 200 after \d+ ms, request ID \S+; ImageCacheId=imc-\d+ RegionId=cn-hangzhou$/,
    );
  });
});

/** The parameters' names, with those of their parts, without numbers. */
function namesIn(parameters: Readonly<Record<string, ParameterMetadata>>, prefix = ''): string[] {
  return Object.entries(parameters).flatMap(([name, { sub }]) =>
    sub ? namesIn(sub, `${prefix}${name}.`) : [`${prefix}${name}`],
  );
}
