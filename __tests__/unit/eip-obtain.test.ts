import { describe, expect, it } from '@jest/globals';
import { allocationToken, tagsOfBuild, type Build } from '../../src/eip/identity.js';
import { obtainAddress, type Mine, type Obtained } from '../../src/eip/obtain.js';
import type { EipAddress } from '../../src/eip/service.js';
import { aServiceError } from '../support/caches.js';
import { jumpingClock, type JumpingClock } from '../support/clock.js';
import { eipModel, type EipModel, type EipModelOptions } from '../support/eip-model.js';
import { BUILD, wallOf } from '../support/eip-run.js';
import { rememberedLog } from '../support/log.js';
import { serviceModel, type ServiceModel } from '../support/service-model.js';

const MINUTE_MS = 60_000;
const START_MS = 600 * MINUTE_MS;

interface World {
  readonly clock: JumpingClock;
  readonly caches: ServiceModel;
  readonly eips: EipModel;
  readonly known: string[];
  obtain(
    build?: Build,
    lookForCache?: () => Promise<string | undefined>,
    allocate?: EipModel['allocate'],
    mine?: Mine,
  ): Promise<Obtained<string>>;
  /** An address of the build, as if it had been allocated so long ago. */
  leftBehind(ageMs: number, fields?: { build?: Build; bound?: boolean }): string;
}

interface WorldOptions extends Partial<EipModelOptions> {
  /** By how much the clock of the runner is ahead of the service's. */
  readonly aheadMs?: number;
  /** How the service shows an address. */
  readonly shown?: (address: EipAddress) => EipAddress;
}

function world({ aheadMs = 0, shown = (address) => address, ...options }: WorldOptions = {}): World {
  const clock = jumpingClock(START_MS);
  const caches = serviceModel({ clock });
  const eips = eipModel({ clock, caches, ...options });
  const known: string[] = [];
  return {
    clock,
    caches,
    eips,
    known,
    obtain: (build = BUILD, lookForCache = () => Promise.resolve(undefined), allocate, mine) =>
      obtainAddress(build, {
        service: {
          ...eips,
          findByTags: async (tags) =>
            (await eips.findByTags(tags)).map(shown).filter(({ tags }) => tags.length > 0),
          findById: async (id) => {
            const found = await eips.findById(id);
            return found && shown(found);
          },
          ...(allocate && { allocate }),
        },
        clock,
        wallNow: () => wallOf(clock)() + aheadMs,
        log: rememberedLog(),
        mine,
        lookForCache,
        onAddress: (id, origin) => void known.push(`${origin} ${id}`),
      }),
    leftBehind: (ageMs, { build = BUILD, bound = false } = {}) =>
      eips.seed({ tags: tagsOfBuild(build), allocatedAtMs: clock.now() - ageMs, bound }).id,
  };
}

const allocations = ({ eips }: World): number => eips.calls.filter((action) => action === 'allocate').length;

describe('the address for a build', () => {
  it('is allocated with all of our tags, and told of at once', async () => {
    const here = world();
    expect(await here.obtain()).toEqual({ allocationId: 'eip-1' });
    expect(here.eips.addresses[0]?.tags).toEqual(tagsOfBuild(BUILD));
    expect(here.known).toEqual(['allocated eip-1']);
  });

  it('is found by its tags where a killed run left it', async () => {
    const here = world();
    const left = here.leftBehind(9 * MINUTE_MS);
    expect(await here.obtain()).toEqual({ allocationId: left });
    expect(allocations(here)).toBe(0);
    expect(here.known).toEqual([`found ${left}`]);
  });

  it.each<[string, number, Build]>([
    ['so old that a sweep may be about to release it', 10 * MINUTE_MS, BUILD],
    ['of an earlier generation', 0, { ...BUILD, generation: 1 }],
    ['of another attempt', 0, { ...BUILD, attempt: 'r1-1' }],
    ['of another content', 0, { ...BUILD, fingerprint: 'e'.repeat(64) }],
    ['of another owner', 0, { ...BUILD, owner: 'other' }],
  ])('is never one %s', async (_case, ageMs, build) => {
    const here = world();
    const left = here.leftBehind(ageMs, { build });
    expect(await here.obtain()).not.toEqual({ allocationId: left });
  });

  it('is the oldest of several, for every run', async () => {
    const here = world();
    here.leftBehind(MINUTE_MS);
    const oldest = here.leftBehind(2 * MINUTE_MS);
    expect(await here.obtain()).toEqual({ allocationId: oldest });
  });

  it('is one for runs at once, also where the service forgets tokens', async () => {
    const here = world({ tokenKeptMs: 0, latencyMs: () => 100 });
    const both = await Promise.all([here.obtain(), here.obtain()]);
    expect(here.eips.present()).toHaveLength(2);
    expect(both).toEqual([{ allocationId: 'eip-1' }, { allocationId: 'eip-1' }]);
  });

  it('is looked for before a failed allocation is repeated', async () => {
    let isFirst = true;
    const here = world({
      tokenKeptMs: 0,
      fault: (action, when) => {
        if (action !== 'allocate' || when !== 'after' || !isFirst) return;
        isFirst = false;
        throw aServiceError('transient', 'ConnectionLost');
      },
    });
    expect(await here.obtain()).toEqual({ allocationId: 'eip-1' });
    expect(here.eips.addresses).toHaveLength(1);
  });

  it('is not one that a remembered token names, but that is gone', async () => {
    const here = world();
    const first = await here.eips.allocate({ name: '', tags: tagsOfBuild(BUILD) }, allocationToken(BUILD, 0));
    await here.eips.release(first);
    expect(await here.obtain()).toEqual({ allocationId: 'eip-2' });
  });

  it('is waited for while look-ups do not show it', async () => {
    const here = world({ lagMs: () => 100_000 });
    expect(await here.obtain()).toEqual({ allocationId: 'eip-1' });
    expect(allocations(here)).toBe(1);
  });

  it('is not needed where another run holds it for a cache that shows itself', async () => {
    const here = world();
    here.leftBehind(0, { bound: true });
    let looks = 0;
    const look = (): Promise<string | undefined> => Promise.resolve((looks += 1) > 3 ? 'imc-1' : undefined);
    expect(await here.obtain(BUILD, look)).toEqual({ cache: 'imc-1' });
    expect(allocations(here)).toBe(0);
  });

  it.each<[string, WorldOptions]>([
    ['the clock of the runner is ahead', { aheadMs: 14 * MINUTE_MS }],
    ['its time cannot be read', { shown: (address) => ({ ...address, allocationTime: '' }) }],
    ['the service shows no tags', { shown: (address) => ({ ...address, tags: [] }) }],
  ])('is the one that was just allocated, also where %s', async (_case, options) => {
    const here = world(options);
    expect(await here.obtain()).toEqual({ allocationId: 'eip-1' });
    expect(here.eips.addresses).toHaveLength(1);
  });

  it('is the one that an earlier call of this run has allocated, without another word', async () => {
    const here = world({ tokenKeptMs: 0, lagMs: () => 100_000 });
    const allocationId = await here.eips.allocate({ name: '', tags: tagsOfBuild(BUILD) }, 'a token');
    const mine = { allocationId, sinceMs: here.clock.now() };
    expect(await here.obtain(BUILD, undefined, undefined, mine)).toEqual({ allocationId });
    expect(here.eips.addresses).toHaveLength(1);
    expect(here.known).toEqual([]);
  });

  it('is the one that an earlier call has allocated only while it is young', async () => {
    const here = world({ aheadMs: 14 * MINUTE_MS });
    const allocationId = await here.eips.allocate({ name: '', tags: tagsOfBuild(BUILD) }, 'a token');
    const mine = { allocationId, sinceMs: here.clock.now() - 10 * MINUTE_MS };
    expect(await here.obtain(BUILD, undefined, undefined, mine)).not.toEqual({ allocationId });
  });

  it('is looked for again where the look took so long that a cache may have come meanwhile', async () => {
    const here = world();
    here.leftBehind(0);
    let looks = 0;
    const look = async (): Promise<string | undefined> => {
      looks += 1;
      if (looks === 1) await here.clock.sleep(10_000);
      return looks === 1 ? undefined : 'imc-1';
    };
    expect(await here.obtain(BUILD, look)).toEqual({ cache: 'imc-1' });
  });

  it('is another one where something that builds no cache holds it', async () => {
    const here = world();
    const held = here.leftBehind(0, { bound: true });
    const obtained = await here.obtain();
    expect(obtained).toEqual({ allocationId: 'eip-2' });
    expect(held).toBe('eip-1');
  });
});

describe('what keeps an address from being had', () => {
  it.each<[string, 'checkMayRelease' | 'findByTags']>([
    ['release', 'checkMayRelease'],
    ['look for', 'findByTags'],
  ])('a missing permission to %s one is found before anything is made', async (_case, denied) => {
    const here = world({
      fault: (action) => {
        if (action === denied) throw aServiceError('permanent', 'Forbidden.RAM');
      },
    });
    await expect(here.obtain()).rejects.toMatchObject({ code: 'Forbidden.RAM' });
    expect(allocations(here)).toBe(0);
  });

  it('an exhausted quota is told as it is', async () => {
    await expect(world({ quota: 0 }).obtain()).rejects.toMatchObject({ kind: 'quota' });
  });

  it('a service that stays away ends the run in time', async () => {
    const here = world({
      fault: (action) => {
        if (action === 'allocate') throw aServiceError('transient');
      },
    });
    await expect(here.obtain()).rejects.toMatchObject({ kind: 'transient' });
  });

  it('one that never becomes free ends the run, and leads to no further ones', async () => {
    const here = world();
    const allocate: EipModel['allocate'] = async (...asked) => {
      const id = await here.eips.allocate(...asked);
      for (const address of here.eips.addresses) address.bound = true;
      return id;
    };
    await expect(here.obtain(BUILD, undefined, allocate)).rejects.toThrow(
      'The EIP eip-1, which this run allocated, is not Available after 5 minutes',
    );
    expect(here.eips.addresses).toHaveLength(1);
  });

  it('a service that only ever names addresses that are gone ends it, too', async () => {
    const here = world();
    await expect(here.obtain(BUILD, undefined, () => Promise.resolve('eip-gone'))).rejects.toThrow(
      'The service answers every allocation with an EIP that is gone.',
    );
    // It is announced and waited for once, not once for each token.
    expect(here.known).toEqual(['allocated eip-gone']);
    expect(here.clock.now() - START_MS).toBeLessThan(3 * MINUTE_MS);
  });
});
