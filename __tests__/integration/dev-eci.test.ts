import { createHash, createHmac, randomUUID } from 'node:crypto';
import { DeleteImageCacheRequest, ListUsageRequest } from '@alicloud/eci20180808';
import { describe, expect, it } from '@jest/globals';
import { serviceClock } from '../../dev/eci/clock.js';
import { type EciServer, TEST_ACCOUNT } from '../../dev/eci/server.js';
import type { Account } from '../../dev/eci/signature.js';
import { createRequest, listed, regionId, sdkFor, start } from './dev-sdk.js';

/** Written from the vendor's page on signature method V3, for requests that the SDK would not send. */
async function signedCall(
  server: EciServer,
  action: string,
  parameters: Record<string, string>,
  {
    form = false,
    method = 'POST',
    account = TEST_ACCOUNT,
  }: { form?: boolean; method?: string; account?: Account } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = Object.keys(parameters)
    .sort()
    .map((name) => `${encode(name)}=${encode(parameters[name] ?? '')}`)
    .join('&');
  const [query, body] = form ? ['', pairs] : [pairs, ''];
  const headers: Record<string, string> = {
    host: server.host,
    'x-acs-action': action,
    'x-acs-content-sha256': hash(body),
    'x-acs-date': `${new Date().toISOString().slice(0, 19)}Z`,
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': '2018-08-08',
    ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
  };
  const names = Object.keys(headers).sort();
  const canonicalHeaders = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('');
  const canonical = [method, '/', query, canonicalHeaders, names.join(';'), hash(body)].join('\n');
  const signature = createHmac('sha256', account.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${hash(canonical)}`)
    .digest('hex');
  const response = await fetch(`${server.url}/?${query}`, {
    method,
    headers: {
      ...headers,
      authorization: `ACS3-HMAC-SHA256 Credential=${account.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`,
    },
    ...(form ? { body } : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('who may call', () => {
  it("accepts the vendor's SDK, with parameters that need every kind of encoding", async () => {
    const { server, sdk } = await start();
    const password = "p@ss /+=%&'()*!~é\n";
    const { body } = await sdk.createImageCache(
      createRequest({
        imageRegistryCredential: [{ server: 'r.example.com', userName: 'u', password }],
        acrRegistryInfo: [{ instanceId: 'cri-1', domain: ['a.example.com', 'b.example.com'] }],
        tag: [{ key: 'warm:repo', value: 'acme/shop' }],
        autoMatchImageCache: true,
        imageCacheSize: 7,
      }),
    );
    expect(body.imageCacheId).toMatch(/^imc-[a-z0-9]{17}$/);
    expect(body.containerGroupId).toMatch(/^eci-/);
    expect(server.requests[0]).toMatchObject({
      action: 'CreateImageCache',
      status: 200,
      acted: true,
      answered: 'yes',
      parameters: {
        'ImageRegistryCredential.1.Password': password,
        'AcrRegistryInfo.1.Domain.2': 'b.example.com',
        'Tag.1.Key': 'warm:repo',
        AutoMatchImageCache: 'true',
      },
    });
    expect(server.caches[0]).toMatchObject({ sizeGiB: 20, tags: [{ key: 'warm:repo', value: 'acme/shop' }] });
  });

  it.each([
    ['in the query', { form: false }],
    ['in a form', { form: true }],
    ['by GET', { method: 'GET' }],
  ])('accepts a signer of our own, parameters %s', async (_case, how) => {
    const { server } = await start();
    expect(
      await signedCall(server, 'DescribeImageCaches', { RegionId: regionId, 'Tag.1.Key': "a b*'+" }, how),
    ).toMatchObject({
      status: 200,
      body: { ImageCaches: [], TotalCount: 0, NextToken: '' },
    });
  });

  it('refuses another secret with the whole shape of an error', async () => {
    const { server } = await start();
    const account = { ...TEST_ACCOUNT, accessKeySecret: 'another' };
    expect(await signedCall(server, 'ListUsage', {}, { account })).toEqual({
      status: 400,
      body: {
        RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
        HostId: server.host,
        Code: 'SignatureDoesNotMatch',
        Message: expect.any(String),
        Recommend: expect.stringContaining('SignatureDoesNotMatch'),
      },
    });
  });

  it.each<[string, string, Record<string, string>, object, number, string]>([
    [
      'an unknown key',
      'ListUsage',
      {},
      { account: { accessKeyId: 'x', accessKeySecret: 'y' } },
      404,
      'InvalidAccessKeyId.NotFound',
    ],
    ['an unknown action', 'CreateUniverse', {}, {}, 404, 'InvalidApi.NotFound'],
    [
      'a method that the action has not',
      'DescribeContainerGroupEvents',
      { RegionId: regionId },
      { method: 'GET' },
      400,
      'UnsupportedHTTPMethod',
    ],
    ['an unknown parameter', 'ListUsage', { Colour: 'red' }, {}, 400, 'UnsupportedParameter'],
    ['a missing one', 'DescribeImageCaches', {}, {}, 400, 'MissingRegionId'],
    [
      'a deletion of nothing',
      'DeleteImageCache',
      { RegionId: regionId, ImageCacheId: 'imc-0' },
      {},
      404,
      'InvalidImageCacheId.NotFound',
    ],
  ])('refuses %s', async (_case, action, parameters, how, status, Code) => {
    const { server } = await start();
    expect(await signedCall(server, action, parameters, how)).toMatchObject({ status, body: { Code } });
  });

  it("takes STS's keys with their token, until they expire", async () => {
    const clock = serviceClock();
    const account = {
      accessKeyId: 'STS.1',
      accessKeySecret: 's',
      securityToken: 't',
      expiresAtMs: clock.now() + 60_000,
    };
    const { server, sdk } = await start({ clock, accounts: [account] });
    await expect(sdk.listUsage(new ListUsageRequest({ regionId }))).resolves.toMatchObject({
      statusCode: 200,
    });
    expect(await signedCall(server, 'ListUsage', {}, { account })).toMatchObject({
      body: { Code: 'MissingSecurityToken' },
    });
    const other = sdkFor(server, { ...account, securityToken: 'other' });
    await expect(other.listUsage(new ListUsageRequest({}))).rejects.toMatchObject({
      code: 'InvalidSecurityToken.MismatchWithAccessKey',
    });
    clock.advance(60_000);
    await expect(sdk.listUsage(new ListUsageRequest({}))).rejects.toMatchObject({
      code: 'InvalidSecurityToken.Expired',
    });
  });
});

describe('client tokens', () => {
  it('name one cache, also after it is gone; other parameters are refused', async () => {
    const { server, sdk } = await start();
    const first = await sdk.createImageCache(createRequest());
    const again = await sdk.createImageCache(createRequest());
    expect(again.body.imageCacheId).toBe(first.body.imageCacheId);
    expect(again.body.requestId).not.toBe(first.body.requestId);
    await expect(sdk.createImageCache(createRequest({ imageCacheSize: 21 }))).rejects.toMatchObject({
      code: 'IdempotentParameterMismatch',
    });
    await sdk.deleteImageCache(
      new DeleteImageCacheRequest({ regionId, imageCacheId: first.body.imageCacheId }),
    );
    const gone = await sdk.createImageCache(createRequest());
    expect(gone.body.imageCacheId).toBe(first.body.imageCacheId);
    expect(server.existing()).toEqual([]);
    expect(server.caches).toMatchObject([{ deletedBy: 'DeleteImageCache', statusWhenDeleted: 'Preparing' }]);
    await sdk.createImageCache(createRequest({ clientToken: 'token-2' }));
    expect(server.existing()).toHaveLength(1);
  });
});

describe('quotas and permissions', () => {
  it('refuse a create over the quota, unless an LRU cache can go', async () => {
    const { server, sdk } = await start({ maxImageCaches: 2 });
    server.seed([{ createdAtMs: 2 }, { createdAtMs: 1 }]);
    await expect(sdk.createImageCache(createRequest())).rejects.toMatchObject({
      code: 'QuotaExceeded',
      data: expect.objectContaining({ statusCode: 403 }),
    });
    const usage = await sdk.listUsage(new ListUsageRequest({ regionId }));
    expect(usage.body.attributes).toMatchObject({ MaxImageCacheCount: 2, UsedImageCacheCount: 2 });
    server.state.maxImageCaches = 3;
    server.seed([{ eliminationStrategy: 'LRU', imageCacheId: 'imc-lru' }]);
    await sdk.createImageCache(createRequest());
    expect(server.caches.find(({ deletedBy }) => deletedBy === 'LRU')?.imageCacheId).toBe('imc-lru');
  });

  it('refuse what the caller has no permission for', async () => {
    const { sdk } = await start({ denied: ['ListUsage'] });
    await expect(sdk.listUsage(new ListUsageRequest({}))).rejects.toMatchObject({
      code: 'Forbidden.SubUser',
    });
    expect(await listed(sdk)).toEqual([]);
  });
});
