import { describe, expect, it } from '@jest/globals';
import { fault } from '../../dev/eci/faults.js';
import { failedPlan, failures, type CachePlan } from '../../dev/eci/plans.js';
import { RpcError } from '../../dev/eci/rpc.js';
import { pushOf, quickPlan, scenario, SPEED } from './support.js';

const CREATE = 'CreateImageCache';

describe('codes for tokens', () => {
  // Their other spellings are in __tests__/unit/eci-codes.test.ts.
  it.concurrent('IdempotentProcessing: the other call is waited for, and its cache joined', async () => {
    const { run, eci } = await scenario();
    eci.faults.push({ ...fault.error(CREATE, 'IdempotentProcessing', 403), acts: true });
    const { exitCode, outputs } = await run();
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ result: 'joined', 'image-cache-id': eci.caches[0]?.imageCacheId });
    expect(eci.requestsOf(CREATE)).toHaveLength(1);
  });

  it.concurrent(
    'IdempotenceParamNotMatch: another run with other inputs, whose cache is joined',
    async () => {
      const mismatch = [400, 'IdempotenceParamNotMatch'] as const;
      const { run, eci } = await scenario({ eci: { lagMs: 8_000, tokens: { mismatch } } });
      const runs = [run(), run({ 'image-cache-size': '30' })];
      const ids = (await Promise.all(runs)).map(({ exitCode, outputs }) => [
        exitCode,
        outputs['image-cache-id'],
      ]);
      expect(ids[0]).toEqual([0, eci.caches[0]?.imageCacheId]);
      expect(ids[1]).toEqual(ids[0]);
      expect(eci.caches).toHaveLength(1);
    },
  );

  it.concurrent('IdempotentFailed: the next token is taken', async () => {
    let creates = 0;
    const plan = (): CachePlan => {
      creates += 1;
      if (creates === 1) throw new RpcError(403, 'OperationDenied.NoStock', 'Out of stock.');
      return quickPlan();
    };
    const { run, eci, tokens } = await scenario({
      eci: { plan, tokens: { failed: [403, 'IdempotentFailed'] } },
    });
    expect(await run()).toMatchObject({ exitCode: 1 });
    const second = await run();
    expect(second).toMatchObject({ exitCode: 0, outputs: { result: 'created', status: 'Ready' } });
    expect(tokens()[1]).toBe(tokens()[0]);
    expect(tokens()[2]).not.toBe(tokens()[0]);
    expect(eci.caches).toHaveLength(1);
    expect(await run()).toMatchObject({ exitCode: 0, outputs: { result: 'reused' } });
  });
});

describe('where names have to be unique', () => {
  it.concurrent('the cache of a lost answer is joined, although its token is forgotten', async () => {
    const { run, eci } = await scenario({
      eci: { uniqueNames: true, lagMs: 5_000, tokens: { keptMs: 0 } },
    });
    eci.faults.push(fault.actThenDrop(CREATE));
    const { exitCode, outputs } = await run();
    expect(exitCode).toBe(0);
    expect(eci.caches.map(({ imageCacheId }) => imageCacheId)).toEqual([outputs['image-cache-id']]);
  });

  it.concurrent('the number goes on from the names that are there', async () => {
    const failed = (): CachePlan => failedPlan(failures.noStock(), { preparingMs: 15_000 });
    const plan = (_: unknown, number: number): CachePlan => (number < 3 ? failed() : quickPlan());
    const { run, eci } = await scenario({ eci: { uniqueNames: true, plan, tokens: { keptMs: 0 } } });
    expect(await run()).toMatchObject({ exitCode: 1 });
    expect(await run()).toMatchObject({ exitCode: 1 });
    // The first one goes after a day; the second is there still.
    const [first, second] = eci.caches;
    if (first) first.deletedAtMs = eci.clock.now();
    const third = await run();
    expect(third).toMatchObject({ exitCode: 0, outputs: { result: 'created' } });
    expect(second?.imageCacheName).toMatch(/-2$/);
    expect(third.outputs['image-cache-name']).toMatch(/-3$/);
  });

  it.concurrent('a chosen name that another content has is an error with its cache', async () => {
    const servers = await scenario({ eci: { uniqueNames: true } });
    const [holder] = servers.eci.seed([{ imageCacheName: 'shop', images: ['registry.example.com/else:v1'] }]);
    const { exitCode, errors } = await servers.run({ 'image-cache-name': 'shop' });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        new RegExp(
          `image-cache-name: the name shop is taken by ${holder?.imageCacheId ?? '?'}.*else:v1.*\\n.*Choose`,
        ),
      ),
    ]);
    expect(servers.eci.caches).toHaveLength(1);
  });

  it.concurrent('a chosen name that our own failed cache has gets a number', async () => {
    const plan = (_: unknown, number: number): CachePlan =>
      number === 1 ? failedPlan(failures.noStock(), { preparingMs: 15_000 }) : quickPlan();
    const { run } = await scenario({ eci: { uniqueNames: true, plan } });
    expect(await run({ 'image-cache-name': 'shop' })).toMatchObject({ exitCode: 1 });
    const second = await run({ 'image-cache-name': 'shop' });
    expect(second).toMatchObject({
      exitCode: 0,
      outputs: { 'image-cache-name': 'shop-2', result: 'created' },
    });
  });
});

describe('a remembered token', () => {
  it.concurrent(
    'of a failed cache that look-ups by tag and name do not show is followed by the next one, once',
    async () => {
      const plan = (_: unknown, number: number): CachePlan =>
        number === 1 ? failedPlan(failures.noStock(), { preparingMs: 15_000 }) : quickPlan();
      const { run, eci } = await scenario({ eci: { plan, indexLags: { tag: 1e9, name: 1e9 } } });
      expect(await run()).toMatchObject({ exitCode: 1 });
      const { exitCode, outputs, stdout } = await run();
      expect(exitCode).toBe(0);
      expect(outputs).toMatchObject({ result: 'created', status: 'Ready' });
      expect(stdout).toMatch(
        `${eci.caches[0]?.imageCacheId ?? '?'}, which an earlier request made and which failed`,
      );
      expect(eci.caches).toHaveLength(2);
    },
  );

  it.concurrent('that the user chose never makes a release succeed with the cache of another', async () => {
    const servers = await scenario({ eci: { tokens: { compares: false } } });
    const token = { 'client-token': 'chosen-by-the-user' };
    const first = await servers.run(token);
    expect(first).toMatchObject({ exitCode: 0 });
    servers.pushImages('v2.0.0');
    const second = await servers.run(token, { event: pushOf('v2.0.0') });
    expect(second.exitCode).toBe(1);
    expect(second.errors).toEqual([
      expect.stringMatching(
        new RegExp(
          `client-token: the token was used before.*${first.outputs['image-cache-id'] ?? '?'}.*v1.2.3.*\\n.*Leave client-token out`,
        ),
      ),
    ]);
    expect(second.outputs['image-cache-id'] ?? '').toBe('');
  });

  // Where no cache at all is shown, a count of none proves nothing: both may be blind or late.
  it.concurrent.each<[string, number, string[], number]>([
    ['is known to make nothing, and a third cache is made', 1, [], 0],
    ['may have made something, as nothing is counted, and the run ends with a way out', 1, ['ListUsage'], 1],
    ['may have made something, as nothing is shown, and the run ends with a way out', 0, [], 1],
  ])('of two deleted caches %s', async (_, others, denied, exitCode) => {
    const { run, eci } = await scenario({ speed: 2 * SPEED, eci: { denied } });
    const ofOthers = eci.seed(Array.from({ length: others }, () => ({})));
    const made = () => eci.caches.filter((cache) => !ofOthers.includes(cache));
    const remove = (): void => {
      for (const cache of made()) cache.deletedAtMs ??= eci.clock.now();
    };
    await run();
    remove();
    expect(await run()).toMatchObject({ exitCode: 0 });
    remove();
    const third = await run();
    expect(third.exitCode).toBe(exitCode);
    expect(eci.existing()).toHaveLength(others + 1 - exitCode);
    if (exitCode === 0) return;
    expect(third.errors).toEqual([expect.stringMatching(/\n.*reuse: false/)]);
    for (const { imageCacheId } of made()) expect(third.errors[0]).toMatch(imageCacheId);
    expect(await run({ reuse: 'false' })).toMatchObject({ exitCode: 0, outputs: { result: 'created' } });
  });
});
