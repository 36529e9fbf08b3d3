import { describe, expect, it } from '@jest/globals';
import { failedPlan, failures, fixedPlan, stuckPlan, type CachePlan } from '../../dev/eci/plans.js';
import type { EciServer } from '../../dev/eci/server.js';
import type { RunOptions, RunResult } from '../../dev/runner.js';
import { looksById, quickPlan, scenario, SPEED, until, type Scenario } from './support.js';

const ready = (): CachePlan => quickPlan();
/** Plans for the first cache, the second, and so on; the last one stays. */
const inTurn =
  (...plans: (() => CachePlan)[]) =>
  (_: unknown, number: number): CachePlan =>
    (plans[number - 1] ?? plans.at(-1) ?? ready)();

/** A run that finds the only cache under way; it becomes Ready while the run waits for it. */
async function runUntilBuilt({ start, eci }: Scenario): Promise<RunResult> {
  const before = looksById({ eci });
  const { done } = await start();
  await until(() => looksById({ eci }) >= before + 1, 'the wait');
  finish(eci);
  return done;
}

/** From now on every cache is Ready. */
function finish({ caches }: EciServer): void {
  for (const cache of caches) cache.plan = fixedPlan('Ready');
}

/** Acts on the first line of the log that fits, so that no test depends on how fast the machine is. */
function once(pattern: RegExp, act: () => void): RunOptions {
  let done = false;
  return {
    onLine: ({ text }) => {
      if (done || !pattern.test(text)) return;
      done = true;
      act();
    },
  };
}

describe('a cache', () => {
  // The longest of all: it starts first.
  it.concurrent('that stays at 0 % gets one warning that names NAT gateway and EIP', async () => {
    const { run } = await scenario({ speed: 2 * SPEED, eci: { plan: () => stuckPlan() } });
    const { exitCode, warnings, errors, summary } = await run({ 'wait-timeout-minutes': '11' });
    expect(exitCode).toBe(1);
    expect(warnings).toEqual([
      expect.stringMatching(/still at 0 % after 10 min.*NAT gateway.*eip-instance-id/),
    ]);
    expect(errors).toEqual([expect.stringMatching(/not Ready after 11 min 00 s/)]);
    expect(summary).toMatch('❌');
  });

  it.concurrent('is created, and reused by the next run, which asks for nothing', async () => {
    const { run, eci } = await scenario();
    const first = await run();
    expect(first).toMatchObject({ exitCode: 0, outputs: { result: 'created', status: 'Ready' } });
    const second = await run();
    expect(second).toMatchObject({
      exitCode: 0,
      outputs: {
        result: 'reused',
        status: 'Ready',
        'image-cache-id': first.outputs['image-cache-id'],
        'snapshot-id': first.outputs['snapshot-id'],
        'image-cache-size': '20',
      },
    });
    expect(second.outputs['snapshot-id']).toMatch(/^s-/);
    for (const name of ['container-group-id', 'request-id']) expect(second.outputs[name] ?? '').toBe('');
    expect(second.stdout).toMatch(/Reusing imc-\w+/);
    expect(eci.requestsOf('CreateImageCache')).toHaveLength(1);
  });

  it.concurrent('that another run is making is joined until it is Ready', async () => {
    const servers = await scenario({ eci: { plan: () => fixedPlan('Creating') } });
    const { run, eci } = servers;
    const first = await run({ wait: 'false' });
    const second = await runUntilBuilt(servers);
    expect(second).toMatchObject({
      exitCode: 0,
      outputs: {
        result: 'joined',
        status: 'Ready',
        'image-cache-id': first.outputs['image-cache-id'],
      },
    });
    expect(second.outputs['request-id'] ?? '').toBe('');
    expect(second.groups).toContain('Wait until it is Ready');
    expect(eci.requestsOf('CreateImageCache')).toHaveLength(1);
  });

  it.concurrent('is made once by two runs at the same time, although look-ups lag behind', async () => {
    const { run, eci } = await scenario({ eci: { lagMs: 8_000 } });
    const both = await Promise.all([run(), run()]);
    for (const { exitCode } of both) expect(exitCode).toBe(0);
    const [{ outputs: one }, { outputs: other }] = both;
    expect(eci.caches.map(({ imageCacheId }) => imageCacheId)).toEqual([one['image-cache-id']]);
    expect(other['image-cache-id']).toBe(one['image-cache-id']);
  });

  it.concurrent('of a status that nobody knows is waited for, with one warning', async () => {
    const { run, eci } = await scenario({ eci: { plan: () => fixedPlan('Verifying') } });
    const { exitCode, warnings, outputs } = await run(
      {},
      once(/^::warning::/, () => {
        finish(eci);
      }),
    );
    expect(exitCode).toBe(0);
    expect(outputs['status']).toBe('Ready');
    expect(warnings).toEqual([expect.stringMatching(/status "Verifying".*keeps waiting/)]);
  });

  it.concurrent('that vanishes during the wait is an error that says so', async () => {
    const { run, eci } = await scenario({ eci: { plan: () => fixedPlan('Creating') } });
    const vanish = (): void => {
      for (const cache of eci.caches) cache.plan = { ...cache.plan, vanishesAtMs: 0 };
    };
    const { exitCode, errors, outputs } = await run({}, once(/^::group::Wait/, vanish));
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/Image cache imc-\w+ was deleted while.*\n.*Run this step again/),
    ]);
    expect(outputs).toMatchObject({ 'image-cache-id': eci.caches[0]?.imageCacheId, result: 'created' });
    expect(eci.requestsOf('CreateImageCache')).toHaveLength(1);
  });

  it.concurrent('whose token is remembered although it was deleted is made anew', async () => {
    const { run, eci, tokens } = await scenario({ speed: 2 * SPEED });
    const first = await run();
    const [deleted] = eci.caches;
    if (deleted) deleted.deletedAtMs = eci.clock.now();
    const second = await run();
    expect(second).toMatchObject({ exitCode: 0, outputs: { result: 'created', status: 'Ready' } });
    expect(second.outputs['image-cache-id']).not.toBe(first.outputs['image-cache-id']);
    expect(second.stdout).toMatch('an earlier request made it, and it was deleted');
    expect(eci.existing().map(({ imageCacheId }) => imageCacheId)).toEqual([
      second.outputs['image-cache-id'],
    ]);
    expect(tokens()[1]).toBe(tokens()[0]);
    expect(tokens()[2]).not.toBe(tokens()[0]);
  });

  it.concurrent('that is not Ready in time fails the run, and the next one joins it', async () => {
    const servers = await scenario({ eci: { plan: () => fixedPlan('Creating') } });
    const { run, eci } = servers;
    const first = await run({ 'wait-timeout-minutes': '0.2' });
    const [cache] = eci.caches;
    expect(first).toMatchObject({
      exitCode: 1,
      outputs: { 'image-cache-id': cache?.imageCacheId, status: 'Creating', result: 'created' },
    });
    expect(first.errors).toEqual([
      expect.stringMatching(new RegExp(`${cache?.imageCacheId ?? '?'} is not Ready after 12 s.*\n.*joins`)),
    ]);
    const second = await runUntilBuilt(servers);
    expect(second).toMatchObject({
      exitCode: 0,
      outputs: { 'image-cache-id': cache?.imageCacheId, result: 'joined', status: 'Ready' },
    });
    expect(eci.requestsOf('CreateImageCache')).toHaveLength(1);
  });

  it.concurrent('is made anew by reuse: false, once for each attempt of a run', async () => {
    const { run, eci } = await scenario();
    const idOf = async (inputs: Record<string, string>, attempt: string): Promise<string | undefined> => {
      const { exitCode, outputs } = await run(inputs, { env: { GITHUB_RUN_ATTEMPT: attempt } });
      expect(exitCode).toBe(0);
      return outputs['image-cache-id'];
    };
    const anew = { reuse: 'false' };
    const plain = await idOf({}, '1');
    const first = await idOf(anew, '1');
    expect(first).not.toBe(plain);
    expect(await idOf(anew, '1')).toBe(first);
    const second = await idOf(anew, '2');
    expect([plain, first]).not.toContain(second);
    expect(await idOf({}, '3')).toBe(second);
    expect(eci.caches).toHaveLength(3);
  });
});

/** Late enough that the run's first look sees it being built, on a busy machine too. */
const FAILS_AFTER_MS = 60_000;

describe('a build that fails', () => {
  const CAUSES = {
    pull: /An image could not be pulled/,
    'too small': /The images did not fit/,
    'no stock': /no stock/,
  } as const;

  it.concurrent.each<[keyof typeof CAUSES, Parameters<typeof failedPlan>[0], RegExp]>([
    ['pull', failures.pull('registry.example.com/acme/shop:v1.2.3'), /image-registry-credentials/],
    ['pull', { ...failures.pull('acme/shop'), where: 'instance' }, /image-registry-credentials/],
    ['too small', failures.tooSmall('registry.example.com/acme/shop:v1.2.3'), /image-cache-size/],
    ['no stock', { ...failures.noStock(), where: 'cache' }, /several vSwitches/],
  ])('for the cause "%s" says so in error and summary, with a hint', async (cause, failure, hint) => {
    const { run, eci } = await scenario({
      eci: { plan: () => failedPlan(failure, { preparingMs: FAILS_AFTER_MS }) },
    });
    const { exitCode, errors, summary, outputs, stdout } = await run();
    expect(exitCode).toBe(1);
    expect(errors).toHaveLength(1);
    for (const [name, words] of Object.entries(CAUSES)) {
      expect([name, words.test(errors[0] ?? ''), words.test(summary)]).toEqual([
        name,
        name === cause,
        name === cause,
      ]);
    }
    expect(errors[0]).toMatch(eci.caches[0]?.imageCacheId ?? '?');
    expect(errors[0]?.split('\n')[1]).toMatch(hint);
    expect(summary).toMatch(/Events of the build/);
    expect(stdout).toMatch(failure.message);
    expect(outputs).toMatchObject({
      'image-cache-id': eci.caches[0]?.imageCacheId,
      'container-group-id': eci.caches[0]?.containerGroupId,
      status: 'Failed',
      result: 'created',
      'image-cache-size': '20',
    });
  });

  it.concurrent(
    'is reported by the next run, which makes another cache under another token and name',
    async () => {
      const failed = (): CachePlan => failedPlan(failures.noStock(), { preparingMs: FAILS_AFTER_MS });
      const { run, eci, tokens } = await scenario({ eci: { plan: inTurn(failed, failed, ready) } });
      const results = [await run(), await run(), await run(), await run()];
      expect(results.map(({ exitCode }) => exitCode)).toEqual([1, 1, 0, 0]);
      const ids = eci.caches.map(({ imageCacheId }) => imageCacheId);
      expect(results.map(({ outputs }) => outputs['image-cache-id'])).toEqual([...ids, ids[2]]);
      expect(new Set(tokens()).size).toBe(3);
      expect(new Set(eci.caches.map(({ imageCacheName }) => imageCacheName)).size).toBe(3);
      expect(results[1]?.stdout).toMatch(new RegExp(`${ids[0] ?? '?'} .*it failed`));
      expect(results[2]?.summary).toMatch(new RegExp(`Failed before.*${ids[0] ?? '?'}.*${ids[1] ?? '?'}`));
      expect(results[3]?.outputs['result']).toBe('reused');
    },
  );
});
