import { describe, expect, it } from '@jest/globals';
import { ensureCache } from '../../src/cache/ensure.js';
import { sortOut } from '../../src/cache/find.js';
import { anEvent, aServiceError } from '../support/caches.js';
import { firstToken, wanted, world } from '../support/ensure-world.js';

describe('look-ups that lag by more than two minutes', () => {
  const lagging = { lagMs: () => 300_000 };

  it('make no second cache where another run has asked with other parameters', async () => {
    const here = world(lagging);
    const runs = [here.run(wanted({ password: 'one' })), here.run(wanted({ password: 'two' }))];
    const lastTimestamp = new Date().toISOString();
    here.service.containerGroupEvents = () => Promise.resolve([anEvent({ lastTimestamp })]);
    const ids = (await Promise.all(runs)).map(({ cache }) => cache.imageCacheId);
    expect(ids).toEqual(['imc-1', 'imc-1']);
    expect(here.service.caches).toHaveLength(1);
  });

  it('make none where a run that was killed has asked, and the instance has been silent since', async () => {
    const here = world(lagging);
    const service = {
      ...here.service,
      containerGroupEvents: () => Promise.resolve([anEvent({ lastTimestamp: '2024-01-01T00:00:00Z' })]),
    };
    await here.service.create(wanted().request(0), await firstToken());
    expect((await here.run(wanted(), { service })).cache.imageCacheId).toBe('imc-1');
    expect(here.service.caches).toHaveLength(1);
  });

  it('make no error of a name that is taken by the cache of a lost answer', async () => {
    let isLost = true;
    const here = world({
      ...{ ...lagging, uniqueNames: true, tokenKeptMs: 0 },
      fault: (action, when) => {
        if (action !== 'create' || when === 'before' || !isLost) return;
        isLost = false;
        throw aServiceError('transient');
      },
    });
    expect((await here.run()).cache.imageCacheId).toBe('imc-1');
    expect(here.service.caches).toHaveLength(1);
  });

  it('and that fail after a create are made again; where they only fail, that is the error', async () => {
    const until = { endMs: 200_000 };
    const here = world({
      fault: (action) => {
        const isLook = action.startsWith('find') && here.service.caches.length > 0;
        if (isLook && here.clock.now() < until.endMs) throw aServiceError('transient');
      },
    });
    expect((await here.run()).cache.imageCacheId).toBe('imc-1');
    await here.service.delete('imc-1');
    until.endMs = Infinity;
    const matches = sortOut([], wanted());
    const again = ensureCache(wanted(), { matches, seenAtMs: here.clock.now() }, here.deps());
    await expect(again).rejects.toMatchObject({ kind: 'transient' });
    expect(here.service.caches).toHaveLength(1);
  });
});
