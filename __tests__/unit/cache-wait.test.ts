import { describe, expect, it } from '@jest/globals';
import {
  ServiceError,
  type ImageCache,
  type ImageCacheService,
  type ServiceEvent,
} from '../../src/cache/service.js';
import {
  CacheFailedError,
  describeEvent,
  waitUntilReady,
  WaitTimeoutError,
  type WaitDeps,
} from '../../src/cache/wait.js';
import { aCache, anEvent, aQuery, aServiceError } from '../support/caches.js';
import { jumpingClock, type JumpingClock } from '../support/clock.js';
import { rememberedLog, type RememberedLog } from '../support/log.js';
import { serviceModel } from '../support/service-model.js';

const HOUR_MS = 3_600_000;

interface Waiting {
  readonly clock: JumpingClock;
  readonly log: RememberedLog;
  readonly statuses: string[];
  looks: number;
  readonly done: Promise<ImageCache>;
}

/** Waits for a cache whose looks are as `at` has them: undefined where the look-up misses it. */
function waiting(
  at: (elapsedMs: number, look: number) => Partial<ImageCache> | Error | undefined,
  {
    timeoutMs = HOUR_MS,
    first = {},
    elsewhere = () => [],
    wayMs = 0,
    ...fields
  }: Partial<WaitDeps> & {
    timeoutMs?: number;
    first?: Partial<ImageCache>;
    /** What look-ups by tag and name show. */
    elsewhere?: (elapsedMs: number) => ImageCache[];
    /** How long a question is on its way, and an answer, too. */
    wayMs?: number;
  } = {},
): Waiting {
  const clock = jumpingClock(1_000_000);
  const log = rememberedLog();
  const statuses: string[] = [];
  const startMs = clock.now();
  const service: ImageCacheService = {
    ...serviceModel({ clock }),
    find: async (filter) => {
      if (filter.imageCacheId === undefined) return elsewhere(clock.now() - startMs);
      self.looks += 1;
      if (wayMs > 0) await clock.sleep(wayMs);
      const seen = at(clock.now() - startMs, self.looks);
      if (wayMs > 0) await clock.sleep(wayMs);
      if (seen instanceof Error) throw seen;
      return seen ? [aCache(seen)] : [];
    },
  };
  const onStatus = (status: string): void => void statuses.push(status);
  const self: Omit<Waiting, 'done'> = { clock, log, statuses, looks: 0 };
  const deps = { service, clock, log, onStatus, query: aQuery(), ...fields };
  const done = waitUntilReady(aCache(first), timeoutMs, deps);
  return Object.assign(self, { done });
}

/** Preparing for a part of the time, then Creating with even progress, then Ready. */
const building =
  (durationMs: number, prepare = 0.4) =>
  (elapsedMs: number): Partial<ImageCache> => {
    const part = elapsedMs / durationMs;
    if (part >= 1) return { status: 'Ready', progress: '100%', snapshotId: 's-1' };
    if (part < prepare) return { status: 'Preparing', progress: '0%' };
    return { status: 'Creating', progress: `${Math.floor(((part - prepare) / (1 - prepare)) * 100)}%` };
  };

const count = (lines: readonly string[], pattern: RegExp): number =>
  lines.filter((line) => pattern.test(line)).length;

describe('a cache that is being built', () => {
  it.each([60, 200, 900, 3_600])('and takes %d s is noticed within 5 s', async (seconds) => {
    const { clock, done, statuses, ...rest } = waiting(building(seconds * 1_000));
    expect(await done).toMatchObject({ status: 'Ready', snapshotId: 's-1' });
    const lateMs = clock.now() - 1_000_000 - seconds * 1_000;
    expect(lateMs).toBeLessThanOrEqual(5_000);
    expect(rest.looks).toBeLessThanOrEqual(seconds / 4 + 1);
    expect([...new Set(statuses)]).toEqual(['Preparing', 'Creating', 'Ready']);
  });

  it.each([60, 61, 62, 63, 64, 900])('and takes %d s is, where answers are slow', async (seconds) => {
    const waited = waiting(building(seconds * 1_000), { wayMs: 700 });
    await waited.done;
    expect(waited.clock.now() - 1_000_000 - seconds * 1_000).toBeLessThanOrEqual(5_000);
    expect(waited.looks).toBeLessThanOrEqual(seconds / 4 + 1);
  });

  it('that is Ready already is not looked at again', async () => {
    const log = rememberedLog();
    const clock = jumpingClock();
    const ready = aCache({ status: 'Ready', progress: '100%' });
    const deps = { service: serviceModel({ clock }), clock, log, query: aQuery(), onStatus: () => undefined };
    expect(await waitUntilReady(ready, HOUR_MS, deps)).toBe(ready);
    expect(deps.service.calls).toEqual([]);
  });

  it('is Ready below 100 % where the service says so', async () => {
    const { done } = waiting(() => ({ status: 'Ready', progress: '30%' }));
    expect(await done).toMatchObject({ progress: '30%' });
  });

  it.each(['Failed', 'UpdateFailed'])('and comes to %s is an error that holds the cache', async (status) => {
    const { done } = waiting(() => ({ status }));
    const error: unknown = await done.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CacheFailedError);
    expect(error).toMatchObject({ cache: { imageCacheId: 'imc-1' } });
    expect((error as Error).message).toContain(`imc-1 ended in status ${status}`);
  });
});

describe('the log', () => {
  it('has a line for each change, with the time that has passed', async () => {
    const { log, done } = waiting(building(200_000));
    await done;
    expect(log.infos[0]).toBe('0.0 s        Preparing 0%');
    expect(log.infos.at(-1)).toMatch(/^3 min \d\d s {3}Ready 100%$/);
    const states = log.infos.map((line) => line.slice(13));
    expect(new Set(states).size).toBe(states.length);
  });

  it('has a sparse heartbeat where nothing changes', async () => {
    const { log, done } = waiting(() => ({ progress: '40%' }), { timeoutMs: HOUR_MS });
    await expect(done).rejects.toThrow(WaitTimeoutError);
    const beats = count(log.infos, / {2}still Preparing 40%$/);
    expect(beats).toBeGreaterThanOrEqual(14);
    expect(beats).toBeLessThanOrEqual(20);
    expect(log.infos.length).toBe(beats + 2);
  });

  it('has each event once, whenever it came', async () => {
    const pulling = anEvent({
      type: 'Normal',
      reason: 'Pulling',
      message: 'start to pull images',
      name: 'e1',
    });
    const retry = anEvent({ reason: 'Failed', message: 'i/o timeout', name: 'e2' });
    const events = (elapsedMs: number): ServiceEvent[] => (elapsedMs < 60_000 ? [pulling] : [pulling, retry]);
    const { log, done } = waiting((elapsedMs) => ({
      ...building(200_000)(elapsedMs),
      // A repeated event only counts up.
      events: events(elapsedMs).map((event) => ({ ...event, count: 1 + Math.floor(elapsedMs / 10_000) })),
    }));
    await done;
    expect(count(log.infos, /Normal Pulling: start to pull images/)).toBe(1);
    expect(count(log.infos, /Warning Failed: i\/o timeout/)).toBe(1);
  });
});

describe('a cache that stays at 0 %', () => {
  const stuck = (): Partial<ImageCache> => ({ status: 'Preparing', progress: '0%' });

  it('gets one warning, which names egress, after ten minutes', async () => {
    const { log, done } = waiting(stuck, { timeoutMs: HOUR_MS });
    await expect(done).rejects.toThrow(WaitTimeoutError);
    expect(log.warnings).toHaveLength(1);
    expect(log.warnings[0]).toMatch(/imc-1.*0 %.*10 min.*EIP.*NAT gateway.*eip-instance-id/);
  });

  it.each([
    ['before ten minutes', stuck, 599_000],
    ['once it moves', (ms: number) => ({ ...stuck(), progress: ms > 500_000 ? '1%' : '0%' }), HOUR_MS],
  ])('gets none %s', async (_, at, timeoutMs) => {
    const { log, done } = waiting(at, { timeoutMs });
    await expect(done).rejects.toThrow(WaitTimeoutError);
    expect(log.warnings).toEqual([]);
  });

  it('gets none where it is Ready at last', async () => {
    const { log, done } = waiting((ms) => (ms < 599_999 ? stuck() : { status: 'Ready', progress: '' }));
    await done;
    expect(log.warnings).toEqual([]);
    expect(log.infos.at(-1)).toMatch(/ Ready$/);
  });
});

describe('an unknown status', () => {
  it('is waited on, with one warning', async () => {
    const { log, done, statuses } = waiting((ms) =>
      ms < 300_000 ? { status: 'Hibernating', progress: '10%' } : { status: 'Ready' },
    );
    await done;
    expect(log.warnings).toEqual([expect.stringMatching(/"Hibernating".*does not know/)]);
    expect(statuses).toContain('Hibernating');
  });

  it('is no reason to say that the build goes on', async () => {
    const { done } = waiting(() => ({ status: 'Hibernating', progress: '100%' }), { timeoutMs: 60_000 });
    await expect(done).rejects.toMatchObject({
      hint: expect.stringMatching(/^It was left alone\. This version does not know its status.*reuse: false/),
    });
  });
});

describe('looks that fail', () => {
  it('for a reason that may heal do not end the wait', async () => {
    const { log, done } = waiting((ms, look) =>
      look % 2 === 1 ? aServiceError('transient') : building(200_000)(ms),
    );
    expect(await done).toMatchObject({ status: 'Ready' });
    expect(count(log.infos, /Still waiting/)).toBeGreaterThan(0);
    expect(log.warnings).toEqual([]);
  });

  it('for such a reason until the end are a time-out', async () => {
    const { done } = waiting(() => aServiceError('transient'), { timeoutMs: 600_000 });
    await expect(done).rejects.toThrow(WaitTimeoutError);
  });

  it.each([aServiceError('permanent', 'Forbidden.SubUser'), new TypeError('a defect')])(
    'for good end it: %s',
    async (failure) => {
      const { done, ...rest } = waiting(() => failure);
      await expect(done).rejects.toBe(failure);
      expect(rest.log.warnings).toEqual([]);
    },
  );

  it('to find it now and then do not end the wait', async () => {
    const { done } = waiting((ms, look) => (look % 4 === 0 ? building(200_000)(ms) : undefined));
    expect(await done).toMatchObject({ status: 'Ready' });
  });

  it('to find it for two minutes, by ID, tag and name, mean that it was deleted', async () => {
    const { clock, done } = waiting((ms) => (ms < 60_000 ? building(200_000)(ms) : undefined));
    await expect(done).rejects.toMatchObject({
      message: expect.stringContaining('imc-1 was deleted'),
      hint: expect.stringContaining('Run this step again'),
    });
    const waitedMs = clock.now() - 1_000_000;
    expect(waitedMs).toBeGreaterThanOrEqual(180_000);
    expect(waitedMs).toBeLessThan(190_000);
  });

  it('by ID do not count where tag or name shows it, nor do they make further calls', async () => {
    let calls = 0;
    const { done, ...rest } = waiting(() => undefined, {
      elsewhere: (ms) => {
        calls += 1;
        return [aCache({ status: ms < 400_000 ? 'Creating' : 'Ready' })];
      },
    });
    expect(await done).toMatchObject({ status: 'Ready' });
    expect(rest.looks + calls).toBeLessThanOrEqual(400 / 4 + 3);
  });

  it('by tag do not count either, once the ID shows it again', async () => {
    const ready = building(400_000);
    const { done } = waiting((ms) => (ms < 100_000 ? undefined : ready(ms)), {
      elsewhere: (ms) => (ms < 200_000 ? [aCache({ status: 'Creating' })] : []),
    });
    expect(await done).toMatchObject({ status: 'Ready' });
  });

  it('are not needed where it is listed as deleted', async () => {
    const { clock, done } = waiting((ms) => ({ status: ms < 60_000 ? 'Creating' : 'Deleting' }));
    await expect(done).rejects.toThrow('imc-1 was deleted');
    expect(clock.now() - 1_000_000).toBeLessThan(70_000);
  });

  it('for being throttled come less often for a while', async () => {
    const throttled = new ServiceError('Throttled.', { code: 'T', kind: 'transient', isThrottled: true });
    const once = waiting((_, look) => (look === 1 ? throttled : {}), { timeoutMs: 120_000 });
    await expect(once.done).rejects.toThrow(WaitTimeoutError);
    expect(once.looks).toBeLessThanOrEqual(10);
  });
});

describe('a wait that takes too long', () => {
  it.each([1, 10, 60])('ends after %d min, and names the cache and its state', async (minutes) => {
    const { clock, done } = waiting(() => ({ status: 'Creating', progress: '12%' }), {
      timeoutMs: minutes * 60_000,
    });
    const error: unknown = await done.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect((error as Error).message).toMatch(/imc-1 is not Ready after .*\(Creating 12%\)/);
    expect(clock.now() - 1_000_000).toBe(minutes * 60_000);
  });

  it.each<[string, string, number, RegExp]>([
    ['goes on building', '12%', 60, /keeps building.*raise wait-timeout-minutes/],
    ['has had little time', '0%', 9, /keeps building.*stays at 0 %.*reuse: false/],
    ['has not moved', '0%', 10, /cannot reach the registry.*NAT gateway.*joins the cache.*reuse: false/],
  ])('says what to do about a cache that %s', async (_, progress, minutes, hint) => {
    const { done } = waiting(() => ({ progress }), { timeoutMs: minutes * 60_000 });
    await expect(done).rejects.toMatchObject({ hint: expect.stringMatching(hint) });
  });

  it('says of one that another run left at 0 % for half an hour how to get rid of it', async () => {
    const creationTime = new Date(Date.now() - 31 * 60_000).toISOString();
    const { log, done } = waiting(() => ({ creationTime }), { timeoutMs: 60_000, first: { creationTime } });
    await expect(done).rejects.toMatchObject({
      hint: expect.stringMatching(/cannot reach the registry.*delete this one.*reuse: false/),
    });
    expect(log.warnings).toEqual([expect.stringMatching(/after half an hour.*delete it.*reuse: false/)]);
  });

  it('names the state alone where no progress is told', async () => {
    const { done } = waiting(() => ({ progress: '' }), { timeoutMs: 60_000 });
    await expect(done).rejects.toThrow('(Preparing)');
  });

  it('looks once more at its end', async () => {
    const { done } = waiting((ms) => (ms >= 600_000 ? { status: 'Ready' } : {}), { timeoutMs: 600_000 });
    expect(await done).toMatchObject({ status: 'Ready' });
  });

  it('of six hours costs a bounded number of looks', async () => {
    const waited = waiting(() => ({}), { timeoutMs: 6 * HOUR_MS });
    await expect(waited.done).rejects.toThrow(WaitTimeoutError);
    expect(waited.looks).toBeLessThanOrEqual(15 * 60 + 5 * 300);
  });

  it('ends at once when the run is cancelled', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const { done } = waiting(
      (_, look) => {
        if (look === 3) controller.abort(reason);
        return {};
      },
      { signal: controller.signal },
    );
    await expect(done).rejects.toBe(reason);
  });
});

it.each([
  [{ type: 'Warning', reason: 'Failed', message: 'no space' }, 'Warning Failed: no space'],
  [{ type: '', reason: 'Failed', message: 'no space' }, 'Failed: no space'],
  [{ type: 'Normal', reason: 'Pulled', message: '' }, 'Normal Pulled'],
  [{ type: '', reason: '', message: 'only words' }, 'only words'],
  [{ type: '', reason: '', message: '' }, ''],
])('%j is told as "%s"', (fields, line) => {
  expect(describeEvent(anEvent(fields))).toBe(line);
});
