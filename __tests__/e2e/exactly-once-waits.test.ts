import { describe, expect, it } from '@jest/globals';
import { fault } from '../../dev/eci/faults.js';
import { fixedPlan, readyPlan, stuckPlan } from '../../dev/eci/plans.js';
import { looksById, scenario, SPEED, type Scenario } from './support.js';

/** From the nth request with this action on, so long by the service's clock. */
function throttle({ eci }: Scenario, action: string, forMs: number): void {
  let endMs: number | undefined;
  eci.hooks.onRequest = (request) => {
    if (request.action !== action) return undefined;
    endMs ??= eci.clock.now() + forMs;
    return eci.clock.now() < endMs ? fault.throttled(action) : undefined;
  };
}

describe('throttling is waited out', () => {
  it.concurrent.each(['DescribeImageCaches', 'CreateImageCache'])(
    'of %s, for four minutes',
    async (action) => {
      const servers = await scenario();
      throttle(servers, action, 240_000);
      const { exitCode, outputs } = await servers.run();
      expect(exitCode).toBe(0);
      expect(servers.eci.caches.map(({ imageCacheId }) => imageCacheId)).toEqual([outputs['image-cache-id']]);
    },
  );

  it.concurrent('not for ever: five minutes, then it is an error', async () => {
    const servers = await scenario({ speed: 2 * SPEED });
    throttle(servers, 'CreateImageCache', Infinity);
    const { exitCode, errors } = await servers.run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/Throttling\.User/)]);
    expect(servers.eci.requestsOf('CreateImageCache').length).toBeLessThan(30);
  });
});

describe('a failure for good after the create', () => {
  it.concurrent('(credentials that expire) says that the cache goes on building', async () => {
    const code = 'InvalidSecurityToken.Expired';
    const { run, eci } = await scenario({ eci: { plan: () => fixedPlan('Creating') } });
    eci.hooks.onRequest = ({ action }) =>
      action === 'DescribeImageCaches' && eci.caches.length > 0 ? fault.error(action, code, 400) : undefined;
    const { exitCode, errors, outputs } = await run();
    const id = eci.caches[0]?.imageCacheId ?? '?';
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        new RegExp(`${code}.*${id} was left alone and keeps building.*\\n.*joins the cache`),
      ),
    ]);
    expect(outputs['image-cache-id']).toBe(id);
  });

  it.concurrent('says so in the middle of the wait too', async () => {
    const { run, eci } = await scenario({ eci: { plan: () => fixedPlan('Creating') } });
    eci.hooks.onRequest = ({ action }) =>
      action === 'DescribeImageCaches' && looksById({ eci }) > 2
        ? fault.error(action, 'Forbidden.RAM', 403)
        : undefined;
    const { errors } = await run();
    expect(errors).toEqual([expect.stringMatching(/keeps building.*\n.*joins the cache/)]);
  });
});

describe('a cache that never moves', () => {
  it.concurrent('found by a later run: the message names the way out', async () => {
    const { run, eci } = await scenario({ eci: { plan: () => stuckPlan() } });
    expect(await run({ wait: 'false' })).toMatchObject({ exitCode: 0 });
    const [ghost] = eci.caches;
    if (ghost) Object.assign(ghost, { createdAtMs: ghost.createdAtMs - 120 * 60_000 });
    const { exitCode, errors, warnings, outputs } = await run({ 'wait-timeout-minutes': '0.5' });
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ result: 'joined', 'image-cache-id': ghost?.imageCacheId });
    expect(warnings).toEqual([expect.stringMatching(/reuse: false/)]);
    expect(errors).toEqual([expect.stringMatching(/\n.*delete this one.*reuse: false/)]);
    expect(eci.caches).toHaveLength(1);
  });

  it.concurrent('is passed by where another one of the content is Ready', async () => {
    const { run, eci } = await scenario();
    const first = await run();
    const { tags = [], images = [], imageCacheName = '' } = eci.caches[0] ?? {};
    eci.seed([
      {
        imageCacheId: 'imc-0000ghost',
        ...{ tags, images, imageCacheName },
        plan: stuckPlan(),
        createdAtMs: eci.clock.now() - 120 * 60_000,
      },
    ]);
    const second = await run();
    expect(second.outputs).toMatchObject({
      result: 'reused',
      'image-cache-id': first.outputs['image-cache-id'],
    });
    expect(second.warnings).toEqual([expect.stringMatching(/more than one cache.*Delete imc-0000ghost/)]);
  });
});

describe('the calls of a run', () => {
  const count = ({ eci }: Scenario): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { action } of eci.requests) counts[action] = (counts[action] ?? 0) + 1;
    return counts;
  };

  it.concurrent('that creates and waits for 199 s', async () => {
    const servers = await scenario({ eci: { plan: () => readyPlan() } });
    const { exitCode, stdout } = await servers.run();
    expect(exitCode).toBe(0);
    for (const index of ['ID', 'tag', 'name']) {
      expect(stdout).toMatch(new RegExp(`^::debug::Seen of the service: imc-\\w+ seen by ${index} `, 'm'));
    }
    const { DescribeImageCaches: looks = 0, ...others } = count(servers);
    expect(others).toEqual({ CreateImageCache: 1, ListUsage: 1 });
    // Four at the start, one for sight, then one every 4.2 s; at the end by tag and name, and the two questions again.
    expect(looks).toBeLessThanOrEqual(4 + 1 + Math.ceil(199 / 4.2) + 2 + 2);
  });

  it.concurrent('that reuses are two look-ups and two questions, all at the same time', async () => {
    const servers = await scenario({ eci: { plan: () => fixedPlan('Ready') } });
    await servers.run();
    const before = servers.eci.requests.length;
    expect(await servers.run()).toMatchObject({ outputs: { result: 'reused' } });
    const calls = servers.eci.requests.slice(before).map(({ action, parameters }) => {
      const { 'Tag.1.Key': byTag, ImageCacheName: byName, 'MatchImage.1': byImage } = parameters;
      return [action, byTag ?? (byName && 'name') ?? (byImage && 'image')];
    });
    expect(calls.slice(0, 2).map(String).sort()).toEqual([
      'DescribeImageCaches,name',
      'DescribeImageCaches,warm-image-cache-fingerprint',
    ]);
    expect(calls.slice(2).map(String).sort()).toEqual([
      'DescribeImageCaches,image',
      'DescribeImageCaches,warm-image-cache-repository',
    ]);
  });
});
