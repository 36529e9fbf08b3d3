import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diagnose } from '../../src/cache/diagnose.js';
import { percentOf } from '../../src/cache/pace.js';
import { ServiceError, type ImageCacheService } from '../../src/cache/service.js';
import { describeEvent } from '../../src/cache/wait.js';
import { imageCacheOf, records, usageOf, eventOf } from '../../src/eci/answers.js';
import { createEciService } from '../../src/eci/client.js';
import { staticProvider, oidcProvider } from '../../src/eci/credentials.js';
import { networkFailure, refusal } from '../../src/eci/errors.js';
import { diagnoseEvent } from '../../src/eci/events.js';
import { Secrets } from '../../src/report/secrets.js';
import { aCache, aRequest } from '../support/caches.js';
import { rememberedLog } from '../support/log.js';
import { connectionTo } from '../support/vendor.js';
import { anyText, mutatedJson, mutatedJsonText } from './support/mutate.js';
import { outcomeOf, outcomeOfAsync } from './support/outcome.js';
import { scriptedServer, type Reply } from './support/server.js';
import { anyReference } from './support/valid.js';

const REGION = 'cn-hangzhou';
const KEY = {
  kind: 'static',
  accessKeyId: 'LTAI-fuzz',
  accessKeySecret: 'gEheim+Schluessel/9',
  securityToken: undefined,
  origin: 'inputs',
} as const;
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

const event = fc.record({
  Count: fc.oneof(fc.nat(), fc.nat().map(String)),
  FirstTimestamp: fc.constant('2026-01-01T00:00:00Z'),
  LastTimestamp: fc.constant('2026-01-01T00:00:00Z'),
  Message: fc.oneof(
    fc.constantFrom('no space left on device', 'Successfully pull images', 'HTTP 401 Unauthorized'),
    anyText,
  ),
  Name: fc.constant('imc.1'),
  Reason: fc.constantFrom('Failed', 'NoStock', 'QuotaExceeded', 'Pulled'),
  Type: fc.constantFrom('Warning', 'Normal'),
});
const cache = fc.record({
  ImageCacheId: fc.stringMatching(/^imc-[a-z0-9]{4,12}$/),
  ImageCacheName: fc.constant('shop-v1'),
  ImageCacheSize: fc.oneof(fc.nat(), fc.nat().map(String)),
  ContainerGroupId: fc.constant('eci-1'),
  SnapshotId: fc.constantFrom('', 's-1'),
  Status: fc.constantFrom('Preparing', 'Creating', 'Ready', 'Failed', 'UpdateFailed'),
  Progress: fc.nat(100).map((percent) => `${percent}%`),
  CreationTime: fc.constant('2026-01-01T00:00:00Z'),
  Images: fc.array(anyReference, { maxLength: 3 }),
  Tags: fc.array(
    fc.record({ Key: fc.constantFrom('team', 'warm-image-cache-id'), Value: fc.string({ maxLength: 8 }) }),
    { maxLength: 3 },
  ),
  Events: fc.array(event, { maxLength: 3 }),
});
const caches = fc.record({
  RequestId: fc.uuid(),
  NextToken: fc.constantFrom('', 'next'),
  TotalCount: fc.nat(),
  ImageCaches: fc.array(cache, { maxLength: 4 }),
});
const usage = fc.record({
  RequestId: fc.uuid(),
  Attributes: fc.record({ MaxImageCacheCount: fc.nat().map(String), UsedImageCacheCount: fc.nat() }),
});
const refusalOfService = fc.record({
  RequestId: fc.uuid(),
  HostId: fc.constant('eci.aliyuncs.com'),
  Code: fc.constantFrom(
    'Throttling.User',
    'InvalidParameter',
    'QuotaExceeded',
    'SignatureDoesNotMatch',
    'OperationConflict',
  ),
  Message: fc.oneof(fc.constant('server string to sign is:POST&x'), anyText),
  Recommend: fc.constantFrom('https://next.api.aliyun.com/troubleshoot', 'javascript:alert(1)', ''),
});

describe('answers that are read', () => {
  it('hold what was written', () => {
    fc.assert(
      fc.property(cache, (record) => {
        const read = imageCacheOf(record);
        expect(read).toMatchObject({
          imageCacheId: record.ImageCacheId,
          imageCacheSizeGiB: Number(record.ImageCacheSize),
          status: record.Status,
          images: record.Images,
          tags: record.Tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
        });
        expect(percentOf(read?.progress ?? '')).toBe(parseInt(record.Progress, 10));
      }),
    );
  });

  it('of any kind have fields of the right types, or none', () => {
    fc.assert(
      fc.property(mutatedJson(cache), mutatedJson(usage), (document, numbers) => {
        for (const record of records([document])) {
          const read = outcomeOf(() => imageCacheOf(record)).value;
          if (read === undefined) continue;
          const { imageCacheSizeGiB, images, tags, events, ...texts } = read;
          expect(imageCacheSizeGiB === undefined || imageCacheSizeGiB >= 0).toBe(true);
          for (const text of [
            ...Object.values(texts),
            ...images,
            ...tags.flatMap(({ key, value }) => [key, value]),
          ])
            expect(typeof text).toBe('string');
          for (const one of events) expect(describeEvent(one).length).toBeLessThan(20_000);
        }
        for (const record of records([numbers])) outcomeOf(() => usageOf(record));
      }),
    );
  });

  it('events of any kind are explained or not, in bounded time', () => {
    fc.assert(
      fc.property(mutatedJson(event), fc.nat(3), (document, times) => {
        for (const record of records([document])) {
          const read = eventOf(record);
          outcomeOf(() =>
            diagnoseEvent({ ...read, type: 'Warning', message: read.message.repeat(10 ** times) }),
          );
        }
      }),
    );
  });
});

describe('diagnosis of a failed build', () => {
  it('is made of events of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mutatedJson(event), { maxLength: 4 }), async (list) => {
        const events = records(list).map(eventOf);
        const service = {
          containerGroupEvents: () => Promise.resolve(events),
        } as unknown as ImageCacheService;
        const { value } = await outcomeOfAsync(() =>
          diagnose(aCache({ status: 'Failed', events }), service, diagnoseEvent, rememberedLog()),
        );
        expect(value?.hints.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('whatever a call throws, or is refused with', () => {
  const call = () => {
    const secrets = new Secrets(() => undefined);
    secrets.add(KEY.accessKeySecret);
    return { action: 'CreateImageCache', host: 'eci.example.com', secrets, credentialsOrigin: 'inputs' };
  };
  const isSafe = (made: ServiceError | undefined): void => {
    expect(made).toBeInstanceOf(ServiceError);
    expect(made?.message).not.toMatch(UNSAFE);
    expect(`${made?.message ?? ''} ${made?.hint ?? ''}`).not.toContain(KEY.accessKeySecret);
  };

  it('becomes an error of ours, without control characters and without the key', () => {
    const thrown = fc.record({ name: anyText, message: anyText, code: anyText });
    fc.assert(
      fc.property(mutatedJson(thrown), (error) => {
        isSafe(outcomeOf(() => networkFailure(error, call())).value);
      }),
    );
    const status = fc.constantFrom(400, 403, 404, 429, 500, 503);
    fc.assert(
      fc.property(status, mutatedJson(refusalOfService), (code, answer) => {
        const fields = { ...(answer as Record<string, unknown>) };
        isSafe(outcomeOf(() => refusal(code, fields, { answerField: 'ImageCacheId' }, call())).value);
      }),
    );
  });
});

describe('a service that answers anything', () => {
  const reply: fc.Arbitrary<Reply> = fc.record({
    status: fc.oneof(
      { weight: 3, arbitrary: fc.constant(200) },
      fc.constantFrom(201, 204, 302, 400, 403, 404, 407, 429, 500, 503),
    ),
    headers: fc.constantFrom(
      { 'content-type': 'application/json;charset=utf-8' },
      { 'content-type': 'text/html' },
      { 'content-type': 'text/xml', location: '/elsewhere' },
      {},
    ),
    body: fc.oneof(
      mutatedJsonText(caches),
      mutatedJsonText(usage),
      mutatedJsonText(refusalOfService),
      anyText,
    ),
  });
  const calls: readonly ((service: ImageCacheService) => Promise<unknown>)[] = [
    (service) => service.find({ tag: { key: 'team', value: '' } }),
    (service) => service.find({ imageCacheId: 'imc-1' }),
    (service) => service.create(aRequest(), 'token'),
    (service) => service.containerGroupEvents('eci-1'),
    (service) => service.delete('imc-1'),
    (service) => service.usage(),
  ];

  it('is refused in our words, or taken at its word', async () => {
    const server = await scriptedServer();
    const secrets = new Secrets(() => undefined);
    secrets.add(KEY.accessKeySecret);
    const service = createEciService(
      connectionTo(server.host, { regionId: REGION, credentials: staticProvider(KEY), secrets }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...calls),
        fc.array(reply, { minLength: 1, maxLength: 3 }),
        async (call, replies) => {
          let requests = 0;
          server.answer = () =>
            replies[requests++ % replies.length] ?? { status: 500, headers: {}, body: '' };
          const { error } = await outcomeOfAsync(() => call(service));
          if (!error) return;
          expect(error).toBeInstanceOf(ServiceError);
          expect(error.message).not.toMatch(UNSAFE);
          expect(requests).toBeLessThan(10);
        },
      ),
    );
  });

  it('gives no half credentials', async () => {
    const server = await scriptedServer();
    const session = fc.record({
      RequestId: fc.uuid(),
      Credentials: fc.record({
        AccessKeyId: fc.constant('STS.id'),
        AccessKeySecret: fc.constant('gEheimes/Wort'),
        SecurityToken: fc.constant('gEheimes+Zeichen'),
        Expiration: fc.oneof(fc.constantFrom('2099-01-01T00:00:00Z', '', 'soon'), anyText),
      }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(mutatedJsonText(session), mutatedJsonText(refusalOfService)),
        fc.constantFrom(200, 200, 400, 503),
        async (body, status) => {
          server.answer = () => ({ status, headers: { 'content-type': 'application/json' }, body });
          const provider = oidcProvider({
            ...connectionTo(server.host),
            credentials: {
              kind: 'oidc',
              roleToAssume: 'acs:ram::1:role/a',
              oidcProviderArn: 'acs:ram::1:oidc-provider/b',
              audience: 'sts.aliyuncs.com',
              roleSessionName: 'fuzz',
              roleSessionExpirationSeconds: 900,
            },
            getIdToken: () => Promise.resolve('token'),
          });
          const { value, error } = await outcomeOfAsync(provider);
          if (error) expect(error).toBeInstanceOf(ServiceError);
          else
            for (const part of [value.accessKeyId, value.accessKeySecret, value.securityToken])
              expect(part).not.toBe('');
        },
      ),
    );
  });
});
