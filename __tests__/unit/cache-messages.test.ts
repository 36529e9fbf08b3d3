import { describe, expect, it } from '@jest/globals';
import { diagnose, type Cause } from '../../src/cache/diagnose.js';
import { ensureCache } from '../../src/cache/ensure.js';
import { sortOut } from '../../src/cache/find.js';
import type { ImageCache } from '../../src/cache/service.js';
import { waitUntilReady } from '../../src/cache/wait.js';
import { aCache, anEvent, aQuery, aRequest, aServiceError } from '../support/caches.js';
import { jumpingClock } from '../support/clock.js';
import { rememberedLog } from '../support/log.js';
import { serviceModel } from '../support/service-model.js';

// The texts as the troubleshooting page has them; what leads to each is the matter of cache-*.test.ts.

it.each<[Cause, string]>([
  ['too-small', 'The images did not fit: the cache was too small.'],
  ['not-pulled', 'An image could not be pulled.'],
  ['no-stock', 'The zone had no stock for the instance that builds the cache.'],
  ['quota', 'A quota of the account is exhausted.'],
  ['balance', 'The account has no balance left.'],
])('a build that failed for %s says so', async (kind, text) => {
  const service = {
    ...serviceModel({ clock: jumpingClock() }),
    containerGroupEvents: () => Promise.resolve([]),
  };
  const cache = aCache({ status: 'Failed', events: [anEvent({ reason: 'Any' })] });
  const { cause } = await diagnose(cache, service, () => ({ kind, hint: 'Mend it.' }), rememberedLog());
  expect(cause).toBe(text);
});

it('warns where the events of the build cannot be read', async () => {
  const log = rememberedLog();
  const service = {
    ...serviceModel({ clock: jumpingClock() }),
    containerGroupEvents: () => Promise.reject(aServiceError('permanent', 'NoPermission')),
  };
  await diagnose(aCache({ status: 'Failed' }), service, () => undefined, log);
  expect(log.warnings).toEqual([
    'The events of the intermediate instance eci-1 cannot be read. This requires the permission eci:DescribeContainerGroupEvents. Call failed: NoPermission.',
  ]);
});

it('gives up where every request is answered as one that was made before', async () => {
  const clock = jumpingClock();
  const refusal = aServiceError('token-failed');
  const service = { ...serviceModel({ clock }), create: () => Promise.reject(refusal) };
  const wanted = { ...aQuery(), chosenToken: undefined, request: () => aRequest() };
  const deps = {
    ...{ service, clock, log: rememberedLog(), makeRoom: () => Promise.resolve(false) },
    showsAll: () => Promise.resolve(false),
    ...{ onCreated: () => undefined, onGone: () => undefined },
  };
  const seen = { matches: sortOut([], wanted), seenAtMs: 0 };
  await expect(ensureCache(wanted, seen, deps)).rejects.toThrow(
    'The service treats every request for this cache as a repetition of an earlier one.',
  );
});

describe('a wait warns', () => {
  async function warningsOf(seen: Partial<ImageCache>): Promise<readonly string[]> {
    const [clock, log] = [jumpingClock(), rememberedLog()];
    const ready = aCache({ status: 'Ready', progress: '100%' });
    const service = {
      ...serviceModel({ clock }),
      find: () => Promise.resolve([clock.now() < 700_000 ? aCache(seen) : ready]),
    };
    await waitUntilReady(aCache(seen), 3_600_000, {
      service,
      clock,
      log,
      query: aQuery(),
      onStatus: () => undefined,
    });
    return log.warnings;
  }

  it.each([
    ['is still at 0 %', { progress: '0%' }],
    ['shows no progress', { progress: '' }],
  ])('where a cache %s', async (state, seen) => {
    const [warning, ...others] = await warningsOf(seen);
    expect(warning).toMatch(new RegExp(`^Image cache imc-1 ${state} after 10 min`));
    expect(warning).toContain(
      "Most likely the instance that builds it cannot reach the registry: it does not use the EIPs of your other instances. Give the vSwitch a NAT gateway, set eip-instance-id, or name the images by the registry's VPC host.",
    );
    expect(others).toEqual([]);
  });

  it('of a status that is new to it', async () => {
    expect(await warningsOf({ status: 'Polishing', progress: '5%' })).toEqual([
      'Image cache imc-1 has the status "Polishing", which this version does not know. This step keeps waiting.',
    ]);
  });
});
