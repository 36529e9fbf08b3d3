import { describe, expect, it } from '@jest/globals';
import type { CacheRecord } from '../../dev/eci/caches.js';
import { fixedPlan } from '../../dev/eci/plans.js';
import type { EciServer } from '../../dev/eci/server.js';
import { openOffice } from './office.js';
import { layer, scenario, TAG, until, type Scenario } from './support.js';

/** More than the ID token and STS take by far, and each image takes three of them. */
const REGISTRY_LATENCY_MS = 300;

describe('while the registry is asked', () => {
  it.concurrent('credentials are had', async () => {
    const { servers, identity, run } = await openOffice({
      plain: true,
      registry: { latencyMs: REGISTRY_LATENCY_MS },
    });
    let read = NaN;
    identity.sts.hooks.onRequest = (): undefined => {
      read = servers.registry.requestsOf('manifest').filter(({ status }) => status === 200).length;
      return undefined;
    };
    expect(await run({ wait: 'false' })).toMatchObject({ exitCode: 0 });
    expect(read).toBe(0);
  });

  it.concurrent('credentials that are refused are told of beside an image that is missing', async () => {
    const { servers, run } = await openOffice({ plain: true, provider: { clientIds: ['another'] } });
    const { exitCode, errors, stderr } = await run({ images: `${servers.registry.host}/acme/shop:v9` });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/^Image .*acme\/shop:v9/),
      expect.stringMatching(/^AssumeRoleWithOIDC failed: .*AudienceNotMatch/),
    ]);
    expect(stderr).toBe('');
    expect(servers.eci.requests).toEqual([]);
  });

  it.concurrent('credentials that are refused for good are asked for once', async () => {
    const registry = { latencyMs: REGISTRY_LATENCY_MS };
    const { identity, run } = await openOffice({
      plain: true,
      registry,
      provider: { clientIds: ['another'] },
    });
    const { exitCode, errors } = await run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/^AssumeRoleWithOIDC failed: .*AudienceNotMatch/)]);
    expect(identity.sts.requests).toHaveLength(1);
    expect(identity.oidc.issued).toHaveLength(1);
  });

  it.concurrent('an image that is missing is told of alone where the credentials are good', async () => {
    const { servers, run } = await openOffice({ plain: true });
    const { exitCode, errors, stderr } = await run({ images: `${servers.registry.host}/acme/shop:v9` });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/^Image .*acme\/shop:v9/)]);
    expect(stderr).toBe('');
    expect(servers.eci.requests).toEqual([]);
  });
});

/** An answer is used for ten seconds of this clock. */
const SLOW = 5;

const PLATFORM = { os: 'linux', architecture: 'amd64' };

/** Pushes both images anew, below so many indexes, one upon the other. */
function putIndexes({ registry }: Scenario, depth: number): void {
  for (const name of ['acme/shop', 'acme/worker']) {
    let below = registry.putImage(name, undefined, { layers: [layer(name)] });
    for (let level = 1; level <= depth; level++) {
      below = registry.putIndex(name, TAG, { manifests: [{ ...below, platform: PLATFORM }] });
    }
  }
}

/** What was looked for since then: each look goes by the content's tag and by the cache's name at the same time. */
function looksSince(count: number, { requests }: EciServer): string[] {
  return requests
    .slice(count)
    .map(({ action, parameters }) => {
      if ('MatchImage.1' in parameters) return 'question of matching';
      if (parameters['Tag.1.Key'] === 'warm-image-cache-repository') return 'other content';
      if (action !== 'DescribeImageCaches') return action;
      return parameters['ImageCacheName'] === undefined ? 'by tag' : 'by name';
    })
    .sort();
}

/** A run that finds a Ready cache uses the answers to the other two, which are asked at the same time. */
const LOOKS = ['by name', 'by tag', 'other content', 'question of matching'];

describe('while manifests are read', () => {
  it.concurrent('a cache is looked for that holds what their indexes name', async () => {
    const servers = await scenario({ speed: SLOW, registry: { latencyMs: REGISTRY_LATENCY_MS } });
    putIndexes(servers, 1);
    const { eci, registry, run } = servers;
    expect(await run()).toMatchObject({ exitCode: 0, outputs: { result: 'created' } });

    const [manifestsBefore, looksBefore] = [registry.requests.length, eci.requests.length];
    let read = NaN;
    eci.hooks.onRequest = (): undefined => {
      // At the first look.
      if (!Number.isNaN(read)) return undefined;
      read = registry.requests.slice(manifestsBefore).filter(({ status }) => status === 200).length;
      return undefined;
    };
    expect(await run()).toMatchObject({ exitCode: 0, outputs: { result: 'reused' } });
    // Two indexes and two manifests are read in all; the last manifest is 300 ms away.
    expect(read).toBeLessThan(4);
    expect(looksSince(looksBefore, eci)).toEqual(LOOKS);
  });

  it.concurrent('what an index leads to by another one is looked for once', async () => {
    const servers = await scenario();
    putIndexes(servers, 2);
    const { eci, run } = servers;
    expect(await run()).toMatchObject({ exitCode: 0, outputs: { result: 'created' } });
    const looksBefore = eci.requests.length;
    expect(await run()).toMatchObject({ exitCode: 0, outputs: { result: 'reused' } });
    expect(looksSince(looksBefore, eci)).toEqual(LOOKS);
  });

  it.concurrent('a look-up that fails is not told of where an image cannot be cached', async () => {
    const servers = await scenario({ speed: SLOW, registry: { latencyMs: REGISTRY_LATENCY_MS } });
    putIndexes(servers, 1);
    const { eci, registry, run } = servers;
    // What the index names.
    registry.faults.push({ kind: 'status', status: 404, on: 'manifest', nth: 2 });
    eci.faults.push({ kind: 'error', status: 403, code: 'NoPermission', times: Infinity });
    const { exitCode, errors, stderr } = await run({ images: `${registry.host}/acme/shop` });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/^Image .*acme\/shop/)]);
    expect(looksSince(0, eci)).toEqual(LOOKS);
    expect(stderr).toBe('');
  });
});

describe('where the registry is slow between the look-up and its use', () => {
  it.concurrent.each<[string, (cache: CacheRecord, eci: EciServer) => void]>([
    ['is deleted', (cache, { clock }) => void (cache.deletedAtMs = clock.now())],
    ['fails', (cache) => void (cache.plan = fixedPlan('Failed'))],
  ])('a cache that %s meanwhile is not used', async (_, spoil) => {
    const servers = await scenario();
    putIndexes(servers, 1);
    const { eci, registry, run } = servers;
    const first = await run();
    const [cache] = eci.caches;
    if (cache === undefined) throw new Error('no cache was made');
    // Both indexes and one manifest are there when the last manifest is asked for again and again.
    registry.faults.push({ kind: 'status', status: 503, retryAfter: '29', on: 'manifest', nth: 4, times: 2 });
    const looksBefore = eci.requests.length;
    const second = run();
    await until(() => eci.requests[looksBefore]?.answered === 'yes', 'the look-up');
    spoil(cache, eci);
    const { exitCode, outputs } = await second;
    expect({ exitCode, result: outputs['result'] }).toEqual({ exitCode: 0, result: 'created' });
    expect(outputs['image-cache-id']).not.toBe(first.outputs['image-cache-id']);
  });
});
