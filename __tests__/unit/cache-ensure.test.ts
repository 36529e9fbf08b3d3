import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resultFor, type Ensured, type Wanted } from '../../src/cache/ensure.js';
import { ServiceError } from '../../src/cache/service.js';
import { aCache, anEvent, aRequest, aServiceError, FINGERPRINT_TAG } from '../support/caches.js';
import { creates, firstToken, wanted, world } from '../support/ensure-world.js';
import { randomFrom } from '../support/random.js';
import type { ModelOptions } from '../support/service-model.js';

describe('a cache that is not there', () => {
  it('is created, and told of at once', async () => {
    const here = world();
    const { result, cache } = await here.run();
    expect(result).toBe('created');
    expect(cache.imageCacheId).toBe('imc-1');
    expect(here.created).toEqual([expect.objectContaining({ imageCacheId: 'imc-1' })]);
  });

  it('is asked for once, though look-ups show it only 100 seconds later', async () => {
    const here = world({ lagMs: () => 100_000 });
    expect((await here.run()).cache.imageCacheId).toBe('imc-1');
    expect(creates(here)).toBe(1);
    expect(here.clock.now()).toBeGreaterThanOrEqual(100_000);
  });

  it('is told of before look-ups show it', async () => {
    const here = world({ lagMs: () => 100_000 });
    let toldAtMs = NaN;
    await here.run(wanted(), { onCreated: () => (toldAtMs = here.clock.now()) });
    expect(toldAtMs).toBe(0);
  });

  it('is not waited for once the run is cancelled', async () => {
    const here = world({ lagMs: () => Infinity });
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const run = here.run(wanted(), {
      signal: controller.signal,
      onCreated: () => {
        controller.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
  });
});

describe('after a failed cache', () => {
  it.each([true, false])('another has its own token and name; found by tag: %s', async (findsByTag) => {
    const fateOf = (index: number) => (index < 2 ? 'failed' : 'ready');
    const here = world({ tokenKeptMs: 0, findsByTag, fateOf });
    for (let runs = 0; runs < 4; runs += 1) {
      await here.run();
      await here.clock.sleep(100_000);
    }
    expect(here.service.caches.map(({ name }) => name)).toEqual(['shop-v1', 'shop-v1-2', 'shop-v1-3']);
    expect(new Set(here.service.caches.map(({ token }) => token)).size).toBe(3);
  });
});

describe('a token that is remembered for a deleted cache', () => {
  it('is followed by a new cache after two minutes', async () => {
    const here = world();
    await here.run();
    await here.service.delete('imc-1');
    const { result, cache } = await here.run();
    expect(result).toBe('created');
    expect(cache.imageCacheId).toBe('imc-2');
    expect(here.clock.now()).toBeGreaterThanOrEqual(120_000);
    expect(here.clock.now()).toBeLessThan(140_000);
    expect(here.log.infos.join('\n')).toContain('imc-1 cannot be found');
  });

  it.each([1, 2, 3])('is followed by one cache for %d runs at once', async (runs) => {
    const here = world({ lagMs: () => 5_000 });
    await here.run();
    await here.service.delete('imc-1');
    const ids = (await Promise.all(Array.from({ length: runs }, () => here.run()))).map(
      ({ cache }) => cache.imageCacheId,
    );
    expect(new Set(ids)).toEqual(new Set(['imc-2']));
    expect(here.service.living()).toHaveLength(1);
  });

  it('is followed by one cache for two runs whose parameters differ', async () => {
    const here = world({ lagMs: () => 5_000 });
    await here.run();
    await here.service.delete('imc-1');
    // The first gets the remembered answer, the second a mismatch: both have to come to the same next token.
    const runs = [here.run(wanted()), here.run(wanted({ password: 'fetched anew' }))];
    const ids = (await Promise.all(runs)).map(({ cache }) => cache.imageCacheId);
    expect(here.service.living().map(({ id }) => id)).toEqual(['imc-2']);
    expect(ids).toEqual(['imc-2', 'imc-2']);
  });

  it('is not followed by a new one where another run has made it meanwhile', async () => {
    const here = world();
    await here.run();
    await here.service.delete('imc-1');
    const run = here.run();
    await here.clock.sleep(60_000);
    await here.service.create(wanted().request(0), 'a token from another history');
    expect((await run).cache.imageCacheId).toBe('imc-2');
    expect(here.service.living()).toHaveLength(1);
  });

  it('is followed by no third cache: the error names both', async () => {
    const here = world({ lagMs: () => Infinity });
    await expect(here.run()).rejects.toMatchObject({
      message: expect.stringMatching(/imc-1 and imc-2/),
      hint: expect.stringContaining('resource-group-id'),
    });
    expect(creates(here)).toBe(2);
  });

  it('is followed by none, where the events of its instance are new', async () => {
    const here = world({ lagMs: () => Infinity });
    const lastTimestamp = new Date().toISOString();
    const service = {
      ...here.service,
      containerGroupEvents: () => Promise.resolve([anEvent({ lastTimestamp })]),
    };
    await expect(here.run(wanted(), { service })).rejects.toThrow(/imc-1 was requested.*is being built/);
    expect(creates(here)).toBe(1);
    expect(here.clock.now()).toBeGreaterThanOrEqual(600_000);
  });
});

describe('a token that was used with other parameters', () => {
  it('means another run: its cache is joined', async () => {
    const here = world({ lagMs: () => 8_000 });
    await here.service.create(wanted({ password: 'of the other run' }).request(0), await firstToken());
    const { result, cache } = await here.run();
    expect(result).toBe('joined');
    expect(cache.imageCacheId).toBe('imc-1');
    expect(here.created).toEqual([]);
  });

  it('means a deleted cache where none is found within two minutes', async () => {
    const here = world();
    await here.run(wanted({ password: 'old' }));
    await here.service.delete('imc-1');
    const { result, cache } = await here.run(wanted({ password: 'new' }));
    expect(result).toBe('created');
    expect(cache.imageCacheId).toBe('imc-2');
    expect(here.clock.now()).toBeGreaterThanOrEqual(120_000);
  });

  it('is no reason for a second cache where the other one failed and a third run has replaced it', async () => {
    const here = world({
      lagMs: () => 5_000,
      buildMs: 10_000,
      fateOf: (n) => (n === 0 ? 'failed' : 'ready'),
    });
    const first = here.run(wanted({ password: 'one' }));
    const second = here.run(wanted({ password: 'two' }));
    await here.clock.sleep(128_000);
    const third = here.run(wanted({ password: 'three' }));
    await Promise.all([first, second, third]);
    expect(here.service.living()).toHaveLength(1);
  });
});

describe('a token that the user chose', () => {
  it('is sent as it is', async () => {
    const here = world();
    await here.run(wanted({ chosenToken: 'mine' }));
    expect(here.service.caches[0]?.token).toBe('mine');
  });

  it('that served another content never makes two contents share a cache', async () => {
    const here = world();
    const other = wanted({
      chosenToken: 'mine',
      fingerprint: 'e'.repeat(64),
      images: ['ghcr.io/acme/other:v1'],
      request: () =>
        aRequest({
          images: ['ghcr.io/acme/other:v1'],
          tags: [{ ...FINGERPRINT_TAG, value: 'e'.repeat(64) }],
        }),
    });
    await here.run(other);
    const outcome = await here.run(wanted({ chosenToken: 'mine' })).catch((error: unknown) => error);
    // Either it is refused with the service's hint, or a cache of its own is made.
    if (outcome instanceof ServiceError) expect(outcome.kind).toBe('token-mismatch');
    else expect((outcome as Ensured).cache.images).toEqual(['ghcr.io/acme/shop:v1']);
  });
});

describe('OperationConflict', () => {
  const conflicting = (times: number): Omit<ModelOptions, 'clock'> => {
    let left = times;
    return {
      fault: (action, when) => {
        if (action === 'create' && when === 'before' && left-- > 0) throw aServiceError('conflict');
      },
    };
  };

  it('is answered by looking for the other run’s cache', async () => {
    const here = world(conflicting(1));
    const run = here.run();
    await here.clock.sleep(3_000);
    await here.service.create(wanted().request(0), 'of the other run');
    expect(await run).toMatchObject({ result: 'joined', cache: { imageCacheId: 'imc-1' } });
  });

  it('is followed by one more try where none is found', async () => {
    const here = world(conflicting(1));
    expect(await here.run()).toMatchObject({ result: 'created', cache: { imageCacheId: 'imc-1' } });
    expect(here.clock.now()).toBeGreaterThanOrEqual(30_000);
  });

  it('ends the run after two minutes', async () => {
    const here = world(conflicting(Infinity));
    await expect(here.run()).rejects.toMatchObject({ kind: 'conflict' });
    expect(here.clock.now()).toBeGreaterThanOrEqual(120_000);
    expect(creates(here)).toBe(4);
    expect(here.service.caches).toEqual([]);
  });
});

describe('an exhausted quota', () => {
  it.each([
    ['nothing can be removed', false, 1],
    ['what was removed was not enough', true, 2],
  ])('ends the run where %s', async (_, removed, asked) => {
    const here = world({ quota: 0 });
    let made = 0;
    const makeRoom = (): Promise<boolean> => Promise.resolve((made += 1) > 0 && removed);
    await expect(here.run(wanted(), { makeRoom })).rejects.toMatchObject({ kind: 'quota' });
    expect(made).toBe(1);
    expect(creates(here)).toBe(asked);
  });

  it('is met by making room once', async () => {
    const here = world({ quota: 1 });
    await here.service.create(aRequest({ tags: [] }), 'an older release');
    const makeRoom = async (): Promise<boolean> => {
      await here.service.delete('imc-1');
      return true;
    };
    expect((await here.run(wanted(), { makeRoom })).cache.imageCacheId).toBe('imc-2');
  });
});

it.each(['permanent', 'not-found'] as const)('a failure of kind %s is thrown as it is', async (kind) => {
  const failure = aServiceError(kind);
  const here = world({
    fault: (action) => {
      if (action === 'create') throw failure;
    },
  });
  await expect(here.run()).rejects.toBe(failure);
  expect(creates(here)).toBe(1);
});

it.each([
  ['Ready', 'reused'],
  ['Preparing', 'joined'],
  ['Updating', 'joined'],
  ['Hibernating', 'joined'],
])('a cache that was found %s is called %s', (status, result) => {
  expect(resultFor(aCache({ status }))).toBe(result);
});

describe('any number of runs, faults and kills', () => {
  const schedules = fc.record({
    seed: fc.integer(),
    runs: fc.integer({ min: 1, max: 4 }),
    maxLagMs: fc.constantFrom(0, 5_000, 60_000),
    lagOf: fc.constantFrom<'lagMs' | 'lookLagMs'>('lagMs', 'lookLagMs'),
    faults: fc.double({ min: 0, max: 0.6, noNaN: true }),
    // Registry passwords that are fetched anew make the requests of two runs differ.
    passwords: fc.constantFrom(1, 2, 100),
    failures: fc.integer({ min: 0, max: 2 }),
    gone: fc.boolean(),
    // Failed caches go by themselves after a day, or with another release's keep-latest.
    failedGo: fc.boolean(),
  });

  it('leave exactly one cache that has not failed, and the last run names it', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (plan) => {
        const random = randomFrom(plan.seed);
        let healed = false;
        const here = world({
          [plan.lagOf]: () => Math.floor(random() * plan.maxLagMs),
          latencyMs: () => Math.floor(random() * 3_000),
          fateOf: (index) => (index < plan.failures ? 'failed' : 'ready'),
          fault: () => {
            // The answer is lost, or the run is killed while it waits for it: to the service it is the same.
            if (!healed && random() < plan.faults) throw aServiceError('transient');
          },
        });
        let asked = 0;
        const want = (): Wanted => wanted({ password: `password ${(asked += 1) % plan.passwords}` });
        if (plan.gone) {
          healed = true;
          const { cache } = await here.run(want());
          await here.service.delete(cache.imageCacheId);
          healed = false;
        }

        for (let wave = 0; wave < 3; wave += 1) {
          const runs = Array.from({ length: plan.runs }, async () => {
            await here.clock.sleep(random() * 20_000);
            return here.run(want());
          });
          const removal = async (): Promise<void> => {
            await here.clock.sleep(random() * 150_000);
            const living = here.service.living();
            for (const cache of here.service.caches) cache.deleted ||= !living.includes(cache);
          };
          await Promise.allSettled(plan.failedGo ? [...runs, removal()] : runs);
        }
        healed = true;
        // Until success: a cache takes 60 seconds, Ready or Failed.
        let lastId: string;
        do {
          lastId = (await here.run(want())).cache.imageCacheId;
          await here.clock.sleep(200_000);
        } while (!here.service.living().some(({ id }) => id === lastId));

        expect(here.service.living().map(({ id }) => id)).toEqual([lastId]);
      }),
      { numRuns: 150 },
    );
  });
});
