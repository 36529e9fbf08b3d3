import { describe, expect, it } from '@jest/globals';
import { FORGOTTEN_MS, fateOf, type ContentState, type Fate } from '../../src/eip/fate.js';
import { buildOf, tagsOfBuild, type Build } from '../../src/eip/identity.js';
import { releaseAddresses, releaseUnused, type Own, type ReleaseDeps } from '../../src/eip/release.js';
import { aRequest, aServiceError } from '../support/caches.js';
import { jumpingClock, type JumpingClock } from '../support/clock.js';
import {
  eipModel,
  naming,
  type EipAction,
  type EipModel,
  type EipModelOptions,
} from '../support/eip-model.js';
import { BUILD, CONTENT, OWNER, wallOf } from '../support/eip-run.js';
import { rememberedLog, type RememberedLog } from '../support/log.js';
import { serviceModel, type ServiceModel } from '../support/service-model.js';

const HOUR_MS = 3_600_000;
const NOTHING: ContentState = { building: false, ready: false, generation: 0 };
const READY: ContentState = { ...NOTHING, ready: true };
const BUILDING: ContentState = { ...NOTHING, building: true };

describe('the fate of an address', () => {
  const now = Date.UTC(2026, 0, 1);
  const at = (ageMs: number): string => new Date(now - ageMs).toISOString();
  it.each<[string, Fate, ContentState, string]>([
    ['its cache is Ready', 'release', READY, at(0)],
    ['a cache is Ready, and another one is being built', 'building', { ...READY, building: true }, at(0)],
    ['its cache failed', 'release', { ...NOTHING, generation: 3 }, at(0)],
    ['caches before its own failed', 'young', { ...NOTHING, generation: 2 }, at(0)],
    ['its cache is being built, however long', 'building', BUILDING, at(100 * HOUR_MS)],
    ['no cache is seen yet', 'young', NOTHING, at(FORGOTTEN_MS - 1)],
    ['no cache was seen for an hour', 'release', NOTHING, at(FORGOTTEN_MS)],
    ['no cache was seen for an hour, in numbers', 'release', NOTHING, String(now - FORGOTTEN_MS)],
    ['its time cannot be read', 'young', NOTHING, 'Thursday'],
  ])('%s: %s', (_case, fate, content, allocationTime) => {
    const build = { ...BUILD, generation: 2 };
    const address = { allocationId: 'eip-1', status: 'Available', allocationTime, tags: tagsOfBuild(build) };
    expect(buildOf(address, OWNER)).toEqual(build);
    expect(fateOf(address, build, content, now)).toBe(fate);
  });
});

interface World {
  readonly clock: JumpingClock;
  readonly caches: ServiceModel;
  readonly eips: EipModel;
  readonly log: RememberedLog;
  readonly told: string[];
  /** By fingerprint. */
  readonly contents: Map<string, ContentState>;
  readonly deps: ReleaseDeps;
  sweep(own?: Own): Promise<void>;
  add(build: Build, fields?: { ageMs?: number; bound?: boolean }): string;
}

function world(options: Partial<EipModelOptions> = {}): World {
  const clock = jumpingClock(10 * HOUR_MS);
  const caches = serviceModel({ clock });
  const eips = eipModel({ clock, caches, ...options });
  const log = rememberedLog();
  const told: string[] = [];
  const contents = new Map<string, ContentState>();
  const deps: ReleaseDeps = {
    service: eips,
    clock,
    wallNow: wallOf(clock),
    log,
    stateOf: ({ fingerprint }) => Promise.resolve(contents.get(fingerprint) ?? NOTHING),
    onReleased: (id) => void told.push(`released ${id}`),
    onLeft: (id, why) => void told.push(`left ${id}: ${why}`),
  };
  return {
    clock,
    caches,
    eips,
    log,
    told,
    contents,
    deps,
    sweep: (own = CONTENT) => releaseAddresses(OWNER, own, deps),
    add: (build, { ageMs = 0, bound = false } = {}) =>
      eips.seed({ tags: tagsOfBuild(build), allocatedAtMs: clock.now() - ageMs, bound }).id,
  };
}

const OTHER = 'e'.repeat(64);

describe('the release', () => {
  it('takes what runs left that never came back, and nothing else', async () => {
    const here = world();
    const add: World['add'] = (build, fields) => here.add(build, fields);
    here.contents
      .set(OTHER, READY)
      .set('b', BUILDING)
      .set('g', { ...NOTHING, generation: 1 });
    const over = [
      add({ ...BUILD, fingerprint: OTHER }),
      add({ ...BUILD, fingerprint: 'g' }),
      add({ ...BUILD, fingerprint: 'gone' }, { ageMs: 2 * HOUR_MS }),
    ];
    add({ ...BUILD, fingerprint: OTHER }, { bound: true });
    add({ ...BUILD, fingerprint: 'b' }, { ageMs: 2 * HOUR_MS });
    add({ ...BUILD, fingerprint: 'about to be created' });
    add({ ...BUILD, fingerprint: OTHER, owner: 'other' }, { ageMs: 2 * HOUR_MS });
    here.eips.seed({ tags: tagsOfBuild(BUILD).slice(1), allocatedAtMs: 0 });
    here.eips.seed({ tags: tagsOfBuild(BUILD).slice(0, 3), allocatedAtMs: 0 });
    await here.sweep();
    expect(here.told).toEqual(over.map((id) => `released ${id}`));
    expect(here.clock.sleeps).toBe(0);
  });

  it("waits until the finished build's instance lets go", async () => {
    const here = world({ heldMs: 120_000 });
    const id = here.add(BUILD);
    await here.caches.create(aRequest({ tags: [naming(id)] }), 'token');
    await here.clock.sleep(60_000);
    here.contents.set(CONTENT.fingerprint, READY);
    await here.sweep();
    expect(here.told).toEqual([`released ${id}`]);
    expect(here.clock.now() - 10 * HOUR_MS).toBeGreaterThanOrEqual(180_000);
  });

  it('does not wait for ever, and says what it left', async () => {
    const here = world();
    here.contents.set(CONTENT.fingerprint, READY);
    const id = here.add(BUILD, { bound: true });
    await here.sweep();
    expect(here.told).toEqual([`left ${id}: held`]);
    expect(here.clock.now() - 10 * HOUR_MS).toBeLessThan(400_000);
  });

  it('looks for a new build before every try', async () => {
    const here = world();
    const id = here.add(BUILD, { bound: true });
    const states = [READY, READY, BUILDING];
    await releaseAddresses(OWNER, CONTENT, {
      ...here.deps,
      stateOf: () => Promise.resolve(states.shift() ?? READY),
    });
    expect(here.told).toEqual([`left ${id}: building`]);
  });

  it('knows of a build that is over before look-ups show it', async () => {
    const here = world();
    const id = here.add(BUILD);
    await here.sweep({ ...CONTENT, allocationId: id, over: BUILD });
    expect(here.told).toEqual([`released ${id}`]);
  });

  it('takes the address of this run although look-ups do not show it yet', async () => {
    const here = world({ lagMs: () => 100_000 });
    const allocationId = await here.eips.allocate({ name: '', tags: tagsOfBuild(BUILD) }, 'a token');
    await here.sweep({ ...CONTENT, allocationId, build: BUILD });
    expect(here.told).toEqual([]);
    await here.sweep({ ...CONTENT, allocationId, build: BUILD, over: BUILD });
    expect(here.told).toEqual([`released ${allocationId}`]);
  });

  it('leaves the address of a create that was refused to another run that was luckier', async () => {
    const here = world();
    const [refused, lucky] = [here.add(BUILD), here.add({ ...BUILD, fingerprint: OTHER })];
    here.contents.set(OTHER, BUILDING);
    await releaseUnused({ ...CONTENT, allocationId: refused, over: BUILD }, here.deps);
    const other = { ...BUILD, fingerprint: OTHER };
    await releaseUnused({ ...CONTENT, fingerprint: OTHER, allocationId: lucky, over: other }, here.deps);
    expect(here.told).toEqual([`released ${refused}`, `left ${lucky}: building`]);
  });

  it('is a warning where it fails', async () => {
    const here = world({
      fault: (action) => {
        if (action === 'release') throw aServiceError('permanent', 'Forbidden.RAM');
      },
    });
    const id = here.add(BUILD);
    here.contents.set(CONTENT.fingerprint, READY);
    await here.sweep({ ...CONTENT, allocationId: id });
    expect(here.log.warnings).toEqual([
      `EIPs could not be released (${id}): Call failed: Forbidden.RAM. Mend Forbidden.RAM.`,
    ]);
    expect(here.told).toEqual([`left ${id}: failed`]);
  });

  it('goes on with the others where one fails, and tries that one only once', async () => {
    const here = world();
    const [bad, held, good] = [here.add(BUILD), here.add(BUILD, { bound: true }), here.add(BUILD)];
    here.contents.set(CONTENT.fingerprint, READY);
    let tries = 0;
    const release: EipModel['release'] = (id) => {
      if (id !== bad) return here.eips.release(id);
      tries += 1;
      return Promise.reject(aServiceError('permanent', 'OperationDenied'));
    };
    await releaseAddresses(OWNER, CONTENT, { ...here.deps, service: { ...here.eips, release } });
    expect(here.told).toEqual([`released ${good}`, `left ${bad}: failed`, `left ${held}: held`]);
    expect(tries).toBe(1);
    expect(here.log.warnings).toHaveLength(1);
  });

  it.each<EipAction>(['findByTags', 'release'])('tries again where %s may heal', async (broken) => {
    let failures = 0;
    const here = world({
      fault: (action) => {
        if (action === broken && (failures += 1) <= 3) throw aServiceError('transient', 'ConnectionLost');
      },
    });
    const id = here.add(BUILD);
    here.contents.set(CONTENT.fingerprint, READY);
    await here.sweep({ ...CONTENT, allocationId: id });
    expect(here.told).toEqual([`released ${id}`]);
    expect(here.log.warnings).toEqual([]);
  });

  it('does not wait for a service that it cannot reach, where no address of its own is at stake', async () => {
    const here = world({
      fault: () => {
        throw aServiceError('transient', 'ConnectionLost');
      },
    });
    await here.sweep();
    expect(here.log.warnings).toHaveLength(1);
    expect(here.clock.sleeps).toBe(0);
  });

  it('takes the address that this run allocated although the service shows no tags', async () => {
    const here = world();
    const { id } = here.eips.seed({ tags: [] });
    here.contents.set(CONTENT.fingerprint, READY);
    await here.sweep({ ...CONTENT, build: BUILD });
    expect(here.told).toEqual([]);
    await here.sweep({ ...CONTENT, allocationId: id, build: BUILD });
    expect(here.told).toEqual([`released ${id}`]);
  });

  it('trusts the newest time that the service showed over a slow clock of the runner', async () => {
    const here = world();
    const old = here.add({ ...BUILD, fingerprint: OTHER }, { ageMs: 2 * HOUR_MS });
    here.add(BUILD);
    await releaseAddresses(OWNER, CONTENT, { ...here.deps, wallNow: () => 0 });
    expect(here.told).toEqual([`released ${old}`, 'left eip-2: young']);
  });
});
