import { describe, expect, it } from '@jest/globals';
import { diagnose, type Cause, type Diagnosis, type EventExplainer } from '../../src/cache/diagnose.js';
import type { ImageCacheService, ServiceEvent } from '../../src/cache/service.js';
import { aCache, anEvent, aServiceError } from '../support/caches.js';
import { jumpingClock } from '../support/clock.js';
import { rememberedLog, type RememberedLog } from '../support/log.js';
import { serviceModel } from '../support/service-model.js';

/** What the vendor's room would know, in a table of the tests' own. */
const KNOWN: Readonly<Record<string, { readonly kind: Cause; readonly hint: string }>> = {
  DiskFull: { kind: 'too-small', hint: 'Raise the size.' },
  PullFailed: { kind: 'not-pulled', hint: 'Open a way to the registry.' },
  NoStock: { kind: 'no-stock', hint: 'Name more zones.' },
  QuotaFull: { kind: 'quota', hint: 'Raise the quota.' },
  Arrears: { kind: 'balance', hint: 'Top up.' },
};
const explain: EventExplainer = ({ reason }) => KNOWN[reason];

const event = (reason: string, fields: Partial<ServiceEvent> = {}): ServiceEvent =>
  anEvent({ reason, message: `text of ${reason}`, ...fields });

interface Case {
  readonly own?: readonly ServiceEvent[];
  readonly instance?: readonly ServiceEvent[] | Error;
  readonly containerGroupId?: string;
}

async function diagnosed({
  own = [],
  instance = [],
  containerGroupId = 'eci-1',
}: Case): Promise<Diagnosis & { readonly log: RememberedLog; readonly asked: string[] }> {
  const log = rememberedLog();
  const asked: string[] = [];
  const service: ImageCacheService = {
    ...serviceModel({ clock: jumpingClock() }),
    containerGroupEvents: (id) => {
      asked.push(id);
      return instance instanceof Error ? Promise.reject(instance) : Promise.resolve(instance);
    },
  };
  const cache = aCache({ status: 'Failed', events: own, containerGroupId });
  return { ...(await diagnose(cache, service, explain, log)), log, asked };
}

describe('the cause', () => {
  it.each<[string, string[], RegExp, string]>([
    ['too small', ['DiskFull'], /too small/, 'Raise the size.'],
    ['not pulled', ['PullFailed'], /could not be pulled/, 'Open a way to the registry.'],
    ['no stock', ['NoStock'], /no stock/, 'Name more zones.'],
    ['quota', ['QuotaFull'], /quota/, 'Raise the quota.'],
    ['balance', ['Arrears'], /balance/, 'Top up.'],
    ['too small, though a pull failed for it', ['PullFailed', 'DiskFull'], /too small/, 'Raise the size.'],
    ['no stock, though nothing was pulled for it', ['PullFailed', 'NoStock'], /no stock/, 'Name more zones.'],
    ['quota, though nothing was pulled for it', ['PullFailed', 'QuotaFull'], /quota/, 'Raise the quota.'],
    [
      'not pulled, beside what nothing is known of',
      ['Strange', 'PullFailed'],
      /pulled/,
      'Open a way to the registry.',
    ],
  ])('is %s', async (_, reasons, cause, hint) => {
    for (const where of ['own', 'instance'] as const) {
      const diagnosis = await diagnosed({ [where]: reasons.map((reason) => event(reason)) });
      expect(diagnosis.cause).toMatch(cause);
      expect(diagnosis.hints[0]).toBe(hint);
      expect(diagnosis.events).toHaveLength(reasons.length);
    }
  });

  it('is found in the instance’s events where the cache’s own tell less', async () => {
    const diagnosis = await diagnosed({ own: [event('PullFailed')], instance: [event('DiskFull')] });
    expect(diagnosis.cause).toMatch(/too small/);
    expect(diagnosis.asked).toEqual(['eci-1']);
  });

  it.each<[string, Case]>([
    ['there is no event', {}],
    ['no event is known', { own: [event('Strange')] }],
  ])('is not made up where %s', async (_, events) => {
    const diagnosis = await diagnosed(events);
    expect(diagnosis.cause).toBeUndefined();
    expect(diagnosis.hints).toEqual([expect.stringContaining('No event names the cause')]);
  });
});

it('each hint and each event is told once', async () => {
  const twice = [
    event('PullFailed'),
    event('PullFailed', { lastTimestamp: '2026-01-01T00:07:00Z' }),
    event('PullFailed', { message: 'other' }),
  ];
  const { hints, events } = await diagnosed({ own: twice, instance: twice });
  expect(hints).toEqual(['Open a way to the registry.']);
  expect(events).toEqual(['Warning PullFailed: text of PullFailed', 'Warning PullFailed: other']);
});

it('events of every day are left out, unless something is known of them', async () => {
  const { events } = await diagnosed({
    own: [event('Pulling', { type: 'Normal' }), event('Strange'), event('NoStock', { type: 'Normal' })],
  });
  expect(events).toHaveLength(2);
  expect(events.join('\n')).not.toContain('Pulling');
});

it('a pull that failed for lack of room asks for no way to the registry', async () => {
  const { hints } = await diagnosed({ own: [event('PullFailed'), event('NoStock'), event('DiskFull')] });
  expect(hints).toEqual(['Raise the size.', 'Name more zones.']);
});

describe('the intermediate instance', () => {
  it('is not asked about where it is not known', async () => {
    expect(await diagnosed({ containerGroupId: '' })).toMatchObject({ asked: [], events: [] });
  });

  it.each([aServiceError('permanent', 'Forbidden.SubUser'), aServiceError('transient'), new Error('odd')])(
    'whose events cannot be read (%s) is a warning, and there is a diagnosis all the same',
    async (failure) => {
      const { cause, events, log } = await diagnosed({ own: [event('DiskFull')], instance: failure });
      expect(events).toHaveLength(1);
      expect(cause).toMatch(/too small/);
      expect(log.warnings).toEqual([expect.stringMatching(/eci-1.*eci:DescribeContainerGroupEvents/)]);
      expect(log.warnings).toEqual([expect.stringContaining(failure.message)]);
    },
  );
});
