import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startHttpServer, type Received } from '../../dev/http.js';
import { Observations } from '../../src/cache/observations.js';
import { findById, ServiceError, type ImageCacheService } from '../../src/cache/service.js';
import { callGeneric } from '../../src/eci/call.js';
import { createEciService, type EciOptions } from '../../src/eci/client.js';
import { oidcProvider } from '../../src/eci/credentials.js';
import { aRequest } from '../support/caches.js';
import { connectionTo } from '../support/vendor.js';

// Answers that the documents do not have, and that this vendor's other products give.

const TAG = { key: 'k', value: 'v' };
const OURS = { ImageCacheId: 'imc-1', ImageCacheName: 'shop', Tags: [{ Key: 'k', Value: 'v' }] };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Answering {
  readonly service: ImageCacheService;
  readonly host: string;
  readonly requests: Received[];
}

/** A service whose answer to the how-manieth request is this; a string or buffer as it is. */
async function answering(
  answerTo: (number: number, query: URLSearchParams) => unknown,
  { headers = {}, ...options }: Partial<EciOptions> & { headers?: Record<string, string> } = {},
): Promise<Answering> {
  const requests: Received[] = [];
  const server = await startHttpServer((request, response) => {
    requests.push(request);
    const answer = answerTo(requests.length, new URLSearchParams(request.query));
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(typeof answer === 'string' || Buffer.isBuffer(answer) ? answer : JSON.stringify(answer));
  });
  closing.push(() => server.close());
  const { host } = server;
  return { service: createEciService(connectionTo(host, options)), host, requests };
}

const idsOf = async ({ service }: Answering): Promise<string[]> =>
  (await service.find({ tag: TAG })).map(({ imageCacheId }) => imageCacheId);

describe('a record is read', () => {
  it.each<[string, object]>([
    ['as documented', { ImageCaches: [OURS] }],
    ['with TagKey and TagValue', { ImageCaches: [{ ...OURS, Tags: [{ TagKey: 'k', TagValue: 'v' }] }] }],
    ['in a wrapped list', { ImageCaches: { ImageCache: [OURS] } }],
    ['with wrapped tags', { ImageCaches: [{ ...OURS, Tags: { Tag: [{ TagKey: 'k', TagValue: 'v' }] } }] }],
    ['without a list around the one entry', { ImageCaches: { ImageCache: OURS } }],
    ['with tags by their keys', { ImageCaches: [{ ...OURS, Tags: { k: 'v', other: 'w' } }] }],
    [
      'with names in small letters',
      { imageCaches: [{ imageCacheId: 'imc-1', tags: [{ tagKey: 'k', tagValue: 'v' }] }] },
    ],
    ['beside a code of success', { ImageCaches: [OURS], Code: '200', Success: true }],
  ])('%s', async (_form, answer) => {
    expect(await idsOf(await answering(() => ({ RequestId: 'R', ...answer })))).toEqual(['imc-1']);
  });

  it.each(['gzip', 'deflate', 'br', 'none', 'GZIP'])('that nobody asked to compress: %s', async (coding) => {
    const { brotliCompressSync, deflateSync } = await import('node:zlib');
    const body = JSON.stringify({ ImageCaches: [OURS] });
    const coded = { deflate: deflateSync(body), br: brotliCompressSync(body), none: body }[coding];
    const headers = coding === 'none' ? {} : { 'content-encoding': coding };
    expect(await idsOf(await answering(() => coded ?? gzipSync(body), { headers }))).toEqual(['imc-1']);
  });

  it.each(['zstd', 'gzip'])('unless its coding cannot be undone: %s', async (coding) => {
    const broken = await answering(() => 'not compressed', { headers: { 'content-encoding': coding } });
    await expect(idsOf(broken)).rejects.toMatchObject({ kind: 'transient', code: 'UnreadableAnswer' });
  });

  it('with its ID in other letters, which is the same cache', async () => {
    const upper = { ...OURS, ImageCacheId: 'IMC-1' };
    const world = await answering((number) =>
      number === 1 ? { RequestId: 'R', ImageCacheId: 'imc-1' } : { ImageCaches: [upper, OURS] },
    );
    const { imageCacheId } = await world.service.create(aRequest(), 't');
    expect(imageCacheId).toBe('imc-1');
    expect((await findById(world.service, 'imc-1'))?.imageCacheId).toBe('imc-1');
    expect(await idsOf(world)).toEqual(['imc-1']);
  });

  it('with the times as they are written', async () => {
    const times = { CreationTime: 'Wed, 25 Nov 2026 21:42:00 GMT', LastMatchedTime: '1795643000' };
    const { service } = await answering(() => ({ ImageCaches: [{ ...OURS, ...times }] }));
    expect((await service.find({ tag: TAG }))[0]).toMatchObject({
      creationTime: 'Wed, 25 Nov 2026 21:42:00 GMT',
      lastMatchedTime: '1795643000',
    });
  });
});

describe('an answer that shows no cache where one may stand is not "none"', () => {
  it.each<[string, object, string]>([
    ['in another field', { Data: { ImageCaches: [OURS] } }, 'no list ImageCaches'],
    ['in a list of another name', { Items: [OURS] }, 'no list ImageCaches'],
    ['in a record without its ID', { ImageCaches: [{ Id: 'imc-1' }] }, 'records without an ImageCacheId'],
  ])('%s', async (_where, answer, lack) => {
    const world = await answering(() => ({ RequestId: 'R', ...answer }));
    await expect(idsOf(world)).rejects.toMatchObject({
      code: 'UnusableAnswer',
      message: `DescribeImageCaches failed: the answer holds ${lack}.`,
    });
  });
});

describe('look-ups', () => {
  it('name the resource group, and each key in its own parameter', async () => {
    const world = await answering(() => ({ ImageCaches: [OURS] }), { resourceGroupId: 'rg-1' });
    await world.service.find({ tag: TAG });
    await world.service.find({ imageCacheName: 'shop' });
    await world.service.find({ imageCacheId: 'imc-1' });
    await world.service.findMatching({ images: ['a', 'b'], fullMatch: true });
    const common = { RegionId: 'cn-hangzhou', ResourceGroupId: 'rg-1' };
    expect(world.requests.map(({ query }) => Object.fromEntries(new URLSearchParams(query)))).toEqual([
      { ...common, 'Tag.1.Key': 'k', 'Tag.1.Value': 'v' },
      { ...common, ImageCacheName: 'shop' },
      { ...common, ImageCacheId: 'imc-1' },
      { ...common, 'MatchImage.1': 'a', 'MatchImage.2': 'b', ImageFullMatch: 'true' },
    ]);
  });

  it('do not take another cache where the service ignores the filter', async () => {
    const other = { ...OURS, ImageCacheId: 'imc-2', ImageCacheName: 'other', Tags: [] };
    const { service } = await answering(() => ({ ImageCaches: [other, OURS] }));
    for (const filter of [{ tag: TAG }, { imageCacheName: 'shop' }, { imageCacheId: 'imc-1' }]) {
      expect((await service.find(filter)).map(({ imageCacheId }) => imageCacheId)).toEqual(['imc-1']);
    }
  });

  it.each(['InvalidImageCacheName.NotFound', 'ImageCacheNotExist', 'ResourceNotFound', 'EntityNotExist'])(
    'find nothing where the service refuses a look-up that finds nothing: %s',
    async (Code) => {
      const { service } = await answering(() => ({ Code, Message: 'nothing there', RequestId: 'R' }));
      expect(await service.find({ tag: TAG })).toEqual([]);
      await expect(service.delete('imc-1')).rejects.toMatchObject({ kind: 'not-found' });
    },
  );

  it('ask no further once the one ID has been found', async () => {
    const world = await answering(() => ({ ImageCaches: [OURS], NextToken: 'more' }));
    await findById(world.service, 'imc-1');
    expect(world.requests).toHaveLength(1);
  });
});

describe('pages', () => {
  const page = (id: string, next?: unknown): object => ({
    ImageCaches: [{ ...OURS, ImageCacheId: id }],
    ...(next === undefined ? {} : { NextToken: next }),
  });

  it.each([undefined, null, '', ' ', 0, '0', 'null'])('end with NextToken %j', async (next) => {
    const world = await answering(() => page('imc-1', next));
    expect(await idsOf(world)).toEqual(['imc-1']);
    expect(world.requests).toHaveLength(1);
  });

  it('go on with a number', async () => {
    const world = await answering((_, query) =>
      query.get('NextToken') === '20' ? page('imc-2') : page('imc-1', 20),
    );
    expect(await idsOf(world)).toEqual(['imc-1', 'imc-2']);
  });

  it('end where the same token leads to nothing new', async () => {
    const world = await answering((_, query) => page(query.has('NextToken') ? 'imc-2' : 'imc-1', 'same'));
    expect(await idsOf(world)).toEqual(['imc-1', 'imc-2']);
    expect(world.requests).toHaveLength(3);
  });

  it('go on under the same token for as long as there is something new', async () => {
    const world = await answering((number) => page(`imc-${number}`, number < 5 ? 'same' : ''));
    expect(await idsOf(world)).toHaveLength(5);
  });

  it('that lead round in a circle are one clear error', async () => {
    const world = await answering((number) => page('imc-1', `page-${number % 3}`));
    await expect(idsOf(world)).rejects.toMatchObject({
      ...{ kind: 'permanent', code: 'EndlessPages' },
      message: 'DescribeImageCaches failed: the list of image caches leads back to a page that was read.',
    });
    expect(world.requests).toHaveLength(4);
  });

  it.each([
    ['the same page', page('imc-1'), ['imc-1']],
    ['empty pages', { ImageCaches: [] }, []],
  ])('end where ever new tokens lead to %s', async (_, same, ids) => {
    const world = await answering((number) => ({ ...same, NextToken: `page-${number}` }));
    expect(await idsOf(world)).toEqual(ids);
    expect(world.requests.length).toBeLessThan(30);
  });

  it('may be empty for a while', async () => {
    const world = await answering((number) =>
      number <= 15 ? { ImageCaches: [], NextToken: `page-${number}` } : page('imc-1'),
    );
    expect(await idsOf(world)).toEqual(['imc-1']);
  });

  it('that never end are given up within the budget', async () => {
    const padding = 'x'.repeat(12 * 2 ** 20);
    const foreign = JSON.stringify({ ImageCaches: [{ ImageCacheId: 'imc-', Images: [padding] }] });
    const world = await answering((number) =>
      foreign.replace('imc-', `imc-${number}`).replace(/}$/, `,"NextToken":"${number}"}`),
    );
    const error = await idsOf(world).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'permanent', code: 'EndlessPages' });
    expect((error as Error).message).toMatch(/does not end within \d+ pages and \d+ MiB/);
    expect(world.requests.length).toBeLessThan(30);
  });
});

describe('a refusal with HTTP 200', () => {
  const REFUSED = { Code: 'Forbidden.RAM', Message: 'not for you', RequestId: 'R' };
  const calls: readonly [string, (world: Answering) => Promise<unknown>][] = [
    ['CreateImageCache', ({ service }) => service.create(aRequest(), 't')],
    ['DescribeImageCaches', ({ service }) => service.find({ tag: TAG })],
    ['DescribeImageCaches', ({ service }) => service.findMatching({ images: ['a'], fullMatch: false })],
    ['DeleteImageCache', ({ service }) => service.delete('imc-1')],
    ['DescribeContainerGroupEvents', ({ service }) => service.containerGroupEvents('eci-1')],
    ['ListUsage', ({ service }) => service.usage()],
    ['AssumeRoleWithOIDC', ({ host }) => assumeRole(host)],
    ['AllocateEipAddress', ({ host }) => allocate(host)],
  ];

  it.each(calls)('%s is classed like any other', async (action, call) => {
    const observations = new Observations();
    const world = await answering(() => REFUSED, { observations });
    const error = await call(world).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      ...{ kind: 'permanent', code: 'Forbidden.RAM', statusCode: 200, requestId: 'R' },
      message: `${action} failed: Forbidden.RAM (HTTP 200): not for you. Request ID: R.`,
    });
  });

  it.each(calls)('%s is one, too, where an object holds code and message', async (action, call) => {
    const { RequestId, ...Error } = REFUSED;
    const world = await answering(() => ({ RequestId, Error }));
    await expect(call(world)).rejects.toMatchObject({
      code: 'Forbidden.RAM',
      message: `${action} failed: Forbidden.RAM (HTTP 200): not for you. Request ID: R.`,
    });
  });

  it('a look-up is one, too, where there are words in place of the list', async () => {
    const world = await answering(() => ({ RequestId: 'R', Message: 'not for you' }));
    await expect(idsOf(world)).rejects.toMatchObject({
      kind: 'permanent',
      message: 'DescribeImageCaches failed: HTTP 200: not for you. Request ID: R.',
    });
    for (const well of [{ Message: 'success' }, { Message: 'All is well.', ImageCaches: [] }]) {
      expect(await idsOf(await answering(() => ({ RequestId: 'R', ...well })))).toEqual([]);
    }
  });

  it.each(calls)('%s heals where the code says so', async (_action, call) => {
    const world = await answering(() => ({ ...REFUSED, Code: 'Throttling.User' }));
    await expect(call(world)).rejects.toMatchObject({ kind: 'transient', isThrottled: true });
  });

  function assumeRole(host: string): Promise<unknown> {
    const credentials = {
      ...{ kind: 'oidc' as const, roleToAssume: 'r', oidcProviderArn: 'p', audience: 'a' },
      ...{ roleSessionName: 's', roleSessionExpirationSeconds: 900 },
    };
    return oidcProvider({ ...connectionTo(host), credentials, getIdToken: () => Promise.resolve('token') })();
  }

  function allocate(host: string): Promise<unknown> {
    const operation = { action: 'AllocateEipAddress', version: '2016-04-28', answerField: 'AllocationId' };
    return callGeneric(connectionTo(host), { ...operation, query: { RegionId: 'cn-hangzhou' } });
  }
});

it('what the service showed is told at the end of a run', async () => {
  const observations = new Observations();
  const record = { ...OURS, Events: [{ Message: 'y'.repeat(100) }] };
  const world = await answering(
    (number) => {
      if (number <= 2) return { RequestId: 'R', ImageCacheId: 'imc-1' };
      if (number === 3) return { ImageCaches: [record], NextToken: 'next' };
      return number === 4 ? { ImageCaches: [] } : { Code: 'Throttling' };
    },
    { observations },
  );
  for (let times = 0; times < 2; times += 1) await world.service.create(aRequest(), 'token');
  await world.service.find({ tag: TAG });
  await expect(world.service.usage()).rejects.toThrow();
  observations.note('first seen by tag after 3 s');
  expect(observations.lines()).toEqual([
    'Seen of the service: codes: Throttling (1×)',
    'Seen of the service: further pages: 1',
    'Seen of the service: client token answered with the same ID again: yes',
    `Seen of the service: first record: ImageCacheId="imc-1" ImageCacheName="shop" Tags=[{"Key":"k","Value":"v"}] Events=[{"Message":"${'y'.repeat(40 - 13)}…`,
    'Seen of the service: first seen by tag after 3 s',
  ]);
});
