import { describe, expect, it } from '@jest/globals';
import { ensureCache, type Ensured, type Wanted } from '../../src/cache/ensure.js';
import { sortOut } from '../../src/cache/find.js';
import { clientToken, clientTokenFrom } from '../../src/cache/identity.js';
import type { FailureKind, ImageCacheService } from '../../src/cache/service.js';
import { aQuery, aRequest, aServiceError, FINGERPRINT, FINGERPRINT_TAG } from '../support/caches.js';
import { jumpingClock, type JumpingClock } from '../support/clock.js';
import { rememberedLog } from '../support/log.js';
import { serviceModel, type ModelOptions, type ServiceModel } from '../support/service-model.js';

// Which token a request has, and when: what the histories of cache-ensure.test.ts come to does not tell.

const token = (generation: number): string => clientToken(FINGERPRINT, generation);
const request = (generation: number): ReturnType<Wanted['request']> =>
  aRequest({
    imageCacheName: aQuery().nameOf(generation),
    tags: [FINGERPRINT_TAG],
  });

interface Asked {
  readonly clock: JumpingClock;
  readonly model: ServiceModel;
  readonly tokens: string[];
  madeRoom: number;
  run(chosenToken?: string): Promise<Ensured>;
}

/** A run whose first look-up shows nothing, and whose first creates fail as the list has it. */
function asking(failures: readonly FailureKind[], options: Omit<ModelOptions, 'clock'> = {}): Asked {
  const clock = jumpingClock();
  const model = serviceModel({ clock, ...options });
  const tokens: string[] = [];
  const left = [...failures];
  const service: ImageCacheService = {
    ...model,
    create: (asked, sent) => {
      tokens.push(sent);
      const failure = left.shift();
      return failure === undefined
        ? model.create(asked, sent)
        : Promise.reject(aServiceError(failure, failure, { quota: 'image-cache' }));
    },
  };
  const self: Asked = {
    clock,
    model,
    tokens,
    madeRoom: 0,
    run: (chosenToken) =>
      ensureCache(
        { ...aQuery(), chosenToken, request },
        { matches: sortOut([], aQuery()), seenAtMs: clock.now() },
        {
          service,
          clock,
          log: rememberedLog(),
          onCreated: () => undefined,
          onGone: () => undefined,
          makeRoom: () => Promise.resolve((self.madeRoom += 1) > 0),
          showsAll: () => Promise.resolve(false),
        },
      ),
  };
  return self;
}

describe('the same token is sent again', () => {
  it.each<FailureKind>(['quota', 'conflict', 'transient'])('after the remedy for %s', async (kind) => {
    const asked = asking([kind]);
    await asked.run();
    expect(asked.tokens).toEqual([token(0), token(0)]);
  });
});

describe('room is made', () => {
  it.each<[FailureKind, FailureKind[]]>([
    ['permanent', ['permanent']],
    ['transient', Array.from({ length: 5 }, () => 'transient')],
    ['conflict', Array.from({ length: 4 }, () => 'conflict')],
    ['quota', ['quota', 'quota']],
  ])('only for a quota, not for %s', async (kind, failures) => {
    const asked = asking(failures);
    await expect(asked.run()).rejects.toMatchObject({ kind });
    expect(asked.madeRoom).toBe(kind === 'quota' ? 1 : 0);
  });
});

describe('a token that was used with other parameters', () => {
  it('is the error itself where the user chose it and no cache shows', async () => {
    const asked = asking(['token-mismatch']);
    await expect(asked.run('mine')).rejects.toMatchObject({ kind: 'token-mismatch' });
    expect(asked.tokens).toEqual(['mine']);
    expect(asked.clock.now()).toBeGreaterThanOrEqual(120_000);
  });

  it.each([undefined, 'mine'])('is used up as soon as its cache shows as failed (%s)', async (chosen) => {
    const asked = asking(['token-mismatch'], {
      buildMs: 1_000,
      fateOf: (index) => (index === 0 ? 'failed' : 'ready'),
    });
    await asked.model.create(request(0), 'of another run');
    await asked.clock.sleep(2_000);
    expect(await asked.run(chosen)).toMatchObject({ result: 'created', cache: { imageCacheId: 'imc-2' } });
    expect(asked.tokens).toEqual(
      chosen === undefined ? [token(0), token(1)] : [chosen, clientTokenFrom(chosen, 1)],
    );
    expect(asked.clock.now()).toBe(2_000);
  });
});

it('a new cache is looked for often at first, and then every ten seconds', async () => {
  const asked = asking([], { lagMs: () => 40_000 });
  await asked.run();
  const looks = asked.model.calls
    .filter(({ action }) => action === 'findById')
    .map(({ atMs }) => atMs / 1_000);
  expect(looks).toEqual([0, 1, 3, 6, 11, 21, 31, 41]);
});
