import { describe, expect, it } from '@jest/globals';
import { fixedPlan, readyPlan } from '../../dev/eci/plans.js';
import type { RunResult } from '../../dev/runner.js';
import { scenario, until, type Scenario } from './support.js';

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
const ENDS_WITHIN_MS = 2_000;

interface Phase {
  readonly during: string;
  /** Makes the phase last. */
  prepare(servers: Scenario): void;
  hasBegun(servers: Scenario): boolean;
  /** Whether the run knows the ID of a cache when it is told to stop. */
  readonly knowsId: boolean;
  readonly says: RegExp;
}

const requested =
  (action: string) =>
  ({ eci }: Scenario): boolean =>
    eci.requestsOf(action).length > 0;

const PHASES: readonly Phase[] = [
  {
    during: 'the look-up of the images, while their registry is silent',
    prepare: ({ registry }) => void registry.faults.push({ kind: 'silence', on: 'manifest' }),
    hasBegun: ({ registry }) => registry.requestsOf('manifest').length > 0,
    knowsId: false,
    says: /No cache was being made/,
  },
  {
    during: 'the reading of a layer that stalls',
    prepare: ({ registry }) => void registry.faults.push({ kind: 'silence', on: 'blob' }),
    hasBegun: ({ registry }) => registry.requestsOf('blob').length > 0,
    knowsId: false,
    says: /No cache was being made/,
  },
  {
    during: 'the look-up of a cache, while the service is silent',
    prepare: ({ eci }) =>
      void eci.faults.push({ kind: 'hang', action: 'DescribeImageCaches', times: Infinity }),
    hasBegun: requested('DescribeImageCaches'),
    knowsId: false,
    says: /No cache was being made/,
  },
  {
    during: 'a create whose answer takes a moment',
    prepare: ({ eci }) =>
      void eci.faults.push({ kind: 'none', action: 'CreateImageCache', delayAfterMs: 400 }),
    hasBegun: ({ eci }) => eci.caches.length > 0,
    knowsId: true,
    says: /was left alone/,
  },
  {
    during: 'a create that is not answered, although the service acts',
    prepare: ({ eci }) => void eci.faults.push({ kind: 'hang', action: 'CreateImageCache', acts: true }),
    hasBegun: ({ eci }) => eci.caches.length > 0,
    knowsId: false,
    says: /its ID is not known yet.*\n.*Run this step again/,
  },
  {
    during: 'the wait',
    prepare: ({ eci }) => (eci.state.plan = () => fixedPlan('Creating')),
    hasBegun: ({ eci }) => eci.requestsOf('DescribeImageCaches').length > 3,
    knowsId: true,
    says: /was left alone.*\n.*joins/,
  },
];

/** Everything as it should be, so that the next run can end. */
function heal({ eci, registry }: Scenario): void {
  registry.faults.splice(0);
  eci.faults.splice(0);
  eci.state.plan = () => readyPlan({ preparingMs: 0, creatingMs: 0 });
  for (const cache of eci.caches) cache.plan = readyPlan({ preparingMs: 0, creatingMs: 0 });
}

async function cancel(
  servers: Scenario,
  phase: Phase,
  signal: keyof typeof EXIT_CODES,
): Promise<{ result: RunResult; tookMs: number }> {
  phase.prepare(servers);
  const handle = await servers.start({ 'wait-timeout-minutes': '1440' });
  await until(() => phase.hasBegun(servers), phase.during);
  const sentAt = performance.now();
  handle.kill(signal);
  const result = await handle.done;
  return { result, tookMs: performance.now() - sentAt };
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  // One after the other: what is measured is time.
  it.each(PHASES)('during $during ends the run at once, and the next one finishes the job', async (phase) => {
    // A slow clock keeps the registry's time limits out of it.
    const servers = await scenario({ speed: 10 });
    const { result, tookMs } = await cancel(servers, phase, signal);
    expect(tookMs).toBeLessThan(ENDS_WITHIN_MS);
    expect(result).toMatchObject({ exitCode: EXIT_CODES[signal], signal: null });
    expect(result.errors).toEqual([expect.stringMatching(`Cancelled \\(${signal}\\)`)]);
    expect(result.errors[0]).toMatch(phase.says);
    expect(result.summary).toMatch('❌');
    const id = servers.eci.caches[0]?.imageCacheId;
    if (phase.knowsId) {
      expect(result.errors[0]).toMatch(id ?? 'no cache');
      expect(result.outputs['image-cache-id']).toBe(id);
    }

    heal(servers);
    const next = await servers.run();
    expect(next).toMatchObject({ exitCode: 0, errors: [] });
    expect(servers.eci.caches.map(({ imageCacheId }) => imageCacheId)).toEqual([
      next.outputs['image-cache-id'],
    ]);
  });
});

describe('a second signal', () => {
  it('changes nothing: the run ends all the same', async () => {
    const servers = await scenario();
    servers.eci.state.plan = () => fixedPlan('Creating');
    const handle = await servers.start();
    await until(() => servers.eci.requestsOf('DescribeImageCaches').length > 3, 'the wait');
    handle.kill('SIGINT');
    handle.kill('SIGTERM');
    const { exitCode, errors } = await handle.done;
    expect(Object.values(EXIT_CODES)).toContain(exitCode);
    expect(errors).toHaveLength(1);
  });
});
