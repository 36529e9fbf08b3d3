import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fixedPlan, readyPlan } from '../../dev/eci/plans.js';
import type { RunResult } from '../../dev/runner.js';
import { temporaryFile } from './office.js';
import { looksById, scenario, until, type Scenario } from './support.js';

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
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
    hasBegun: (servers) => looksById(servers) > 1,
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

describe.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  // One after the other: what is measured is time.
  // They all take the same way.
  it.each(signal === 'SIGTERM' ? PHASES : PHASES.slice(-1))(
    'during $during ends the run at once, and the next one finishes the job',
    async (phase) => {
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
    },
  );
});

describe('a signal before anything is loaded', () => {
  // Sent as soon as the process could catch it: the entry does that first.
  const SIGNAL_AT_ONCE = `
    const { on } = process;
    process.on = function (name, listener) {
      const result = on.call(this, name, listener);
      if (name === process.env.SIGNAL_AT_ONCE) process.kill(process.pid, name);
      return result;
    };
  `;

  it.each(Object.entries(EXIT_CODES))(
    '%s ends the run with %d, and nothing was asked',
    async (name, exitCode) => {
      const { run, eci, registry } = await scenario();
      const preload = await temporaryFile('signal.cjs', SIGNAL_AT_ONCE);
      const result = await run({}, { env: { SIGNAL_AT_ONCE: name }, nodeOptions: ['--require', preload] });
      expect(result).toMatchObject({ exitCode, signal: null });
      expect(result.errors).toEqual([
        expect.stringMatching(`Cancelled \\(${name}\\). No cache was being made`),
      ]);
      expect(result.summary).toMatch('❌');
      expect([...eci.requests, ...registry.requests]).toEqual([]);
    },
  );

  it('finds the handlers there: the entry has next to nothing to load before', () => {
    const entry = readFileSync(process.env['ACTION_DIST'] ?? 'dist/index.js', 'utf8');
    expect(entry).toContain('SIGHUP');
    expect(entry.length).toBeLessThan(64 * 2 ** 10);
    // What an old Node cannot read would keep it from saying which Node it takes.
    expect(entry).not.toMatch(/\?\?=|\|\|=|^await |\bstatic \{/m);
    expect(entry.match(/^import .*/gm)).toEqual([expect.stringMatching(/ from "module";$/)]);
  });
});

describe('a hang-up', () => {
  it('of whoever read the log does not keep the run from ending in order', async () => {
    const servers = await scenario();
    servers.eci.state.plan = () => fixedPlan('Creating');
    const preload = await temporaryFile(
      'broken-log.cjs',
      `process.on('SIGHUP', () => process.stdout.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' })));`,
    );
    const handle = await servers.start({}, { nodeOptions: ['--require', preload] });
    await until(() => looksById(servers) > 1, 'the wait');
    handle.kill('SIGHUP');
    expect(await handle.done).toMatchObject({ exitCode: 129, stderr: '' });
  });
});

describe('a second signal', () => {
  it('changes nothing: the run ends all the same', async () => {
    const servers = await scenario();
    servers.eci.state.plan = () => fixedPlan('Creating');
    const handle = await servers.start();
    await until(() => looksById(servers) > 1, 'the wait');
    handle.kill('SIGINT');
    handle.kill('SIGTERM');
    const { exitCode, errors } = await handle.done;
    expect(Object.values(EXIT_CODES)).toContain(exitCode);
    expect(errors).toHaveLength(1);
  });
});
