import { describe, expect, it } from '@jest/globals';
import { fault } from '../../dev/eci/faults.js';
import { fixedPlan, readyPlan } from '../../dev/eci/plans.js';
import { statusAt } from '../../dev/eci/caches.js';
import { quickPlan, scenario, SPEED, until, type Scenario } from './support.js';

/** IDs of the caches that are paid for and not failed. */
function living({ eci }: Scenario): string[] {
  return eci
    .existing()
    .filter((cache) => statusAt(cache, eci.clock.now()) !== 'Failed')
    .map(({ imageCacheId }) => imageCacheId);
}

const lookUps = ({ eci }: Scenario) => eci.requestsOf('DescribeImageCaches');

describe('a look-up that cannot see', () => {
  it.concurrent(
    'the resource group that was given finds its caches, and every look-up names it',
    async () => {
      const servers = await scenario({ eci: { groupScoped: true } });
      const inputs = { 'resource-group-id': 'rg-x' };
      const first = await servers.run(inputs);
      expect(first).toMatchObject({ exitCode: 0, outputs: { result: 'created', status: 'Ready' } });
      expect(await servers.run(inputs)).toMatchObject({ exitCode: 0, outputs: { result: 'reused' } });
      expect(servers.eci.caches).toHaveLength(1);
      expect(lookUps(servers).map(({ parameters }) => parameters['ResourceGroupId'])).not.toContain(
        undefined,
      );
    },
  );

  it.concurrent.each([
    ['ListUsage counts them', undefined],
    ['ListUsage counts them late', { MaxImageCacheCount: 50, UsedImageCacheCount: 0 }],
  ])('what was created ends the run after the second cache, with both IDs: %s', async (_, Attributes) => {
    const plan = () => ({ ...fixedPlan('Creating'), lagMs: Infinity });
    const reshape = (action: string, answer: object): object =>
      Attributes && action === 'ListUsage' ? { Attributes } : answer;
    // These credentials see no instance either.
    const denied = ['DescribeContainerGroupEvents'];
    const servers = await scenario({ speed: 2 * SPEED, eci: { plan, reshape, denied } });
    const { exitCode, errors, outputs } = await servers.run();
    expect(exitCode).toBe(1);
    const ids = servers.eci.caches.map(({ imageCacheId }) => imageCacheId);
    expect(ids).toHaveLength(2);
    expect(errors).toEqual([
      expect.stringMatching(new RegExp(`${ids.join(' and ')}.*\\n.*resource-group-id`)),
    ]);
    expect(errors[0]).toMatch('eci:DescribeImageCaches');
    expect(outputs['image-cache-id']).toBe(ids[1]);
    // The same tokens again: the service names the same two, and no third one is made.
    expect((await servers.run()).errors).toEqual(errors);
    expect(servers.eci.caches).toHaveLength(2);
  });

  it.concurrent.each([
    ['says what it does', {}],
    ['has no events yet', { containerGroupEvents: [] }],
  ])('what is being built asks for no second one: its instance %s', async (_, events) => {
    const times = { preparingMs: 10_000, creatingMs: 900_000 };
    const plan = () => ({ ...readyPlan(times), ...events, lagMs: 200_000 });
    const servers = await scenario({ speed: 2 * SPEED, eci: { plan } });
    const { exitCode, outputs } = await servers.run({ wait: 'false' });
    expect(exitCode).toBe(0);
    expect(servers.eci.caches.map(({ imageCacheId }) => imageCacheId)).toEqual([outputs['image-cache-id']]);
  });
});

describe('of the ways to find a cache', () => {
  it.concurrent.each<[string, { id?: number; tag?: number; name?: number }]>([
    ['by tag', { tag: 600_000 }],
    ['by name', { name: 600_000 }],
  ])('one may lag: %s', async (_, indexLags) => {
    const servers = await scenario({ eci: { indexLags, tokens: { keptMs: 0 } } });
    const first = await servers.run({ wait: 'false' });
    expect(await servers.run()).toMatchObject({
      exitCode: 0,
      outputs: { 'image-cache-id': first.outputs['image-cache-id'], status: 'Ready' },
    });
    expect(servers.eci.caches).toHaveLength(1);
  });

  it.concurrent('by ID may lag behind the others: the cache is not taken for deleted', async () => {
    const servers = await scenario({
      eci: { indexLags: { id: 90_000 }, plan: () => readyPlan({ preparingMs: 30_000, creatingMs: 90_000 }) },
    });
    const first = await servers.start();
    await until(() => servers.eci.caches.length > 0, 'the first create');
    const second = await servers.run();
    for (const run of [await first.done, second])
      expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'Ready' } });
    expect(servers.eci.caches).toHaveLength(1);
  });
});

describe('a create whose answer was lost', () => {
  it.concurrent.each([
    ['connection', fault.actThenDrop('CreateImageCache')],
    ["gateway's page", { ...fault.gatewayPage('CreateImageCache'), acts: true }],
  ])('(%s) is not sent again by a service that forgets tokens at once', async (_, lost) => {
    const servers = await scenario({ eci: { tokens: { keptMs: 0 } } });
    servers.eci.faults.push({ ...lost, times: 4 });
    const { exitCode, outputs } = await servers.run();
    expect(exitCode).toBe(0);
    expect(servers.eci.caches.map(({ imageCacheId }) => imageCacheId)).toEqual([outputs['image-cache-id']]);
  });
});

describe('a refusal with HTTP 200', () => {
  it.concurrent('on a look-up is no answer: no second cache is made', async () => {
    const servers = await scenario();
    const first = await servers.run();
    servers.eci.faults.push(fault.refusedWith200('DescribeImageCaches', 'ServiceUnavailable', 2));
    const second = await servers.run({ 'client-token': 'another-one' });
    expect(second).toMatchObject({
      exitCode: 0,
      outputs: { result: 'reused', 'image-cache-id': first.outputs['image-cache-id'] },
    });
    expect(servers.eci.caches).toHaveLength(1);
  });

  it.concurrent('of the permission to look ends the run before anything is made', async () => {
    const servers = await scenario();
    servers.eci.faults.push(fault.refusedWith200('DescribeImageCaches', 'Forbidden.RAM', Infinity));
    const { exitCode, errors } = await servers.run();
    expect(exitCode).toBe(1);
    expect(errors[0]).toMatch(/Forbidden\.RAM/);
    expect(servers.eci.caches).toEqual([]);
  });

  it.concurrent.each([
    ['an object with the code', { Error: { Code: 'Forbidden.RAM', Message: 'Not for you.' } }],
    ['words', { Message: 'Not for you.' }],
    ['another field', { Data: { ImageCaches: [] }, TotalCount: 0 }],
  ])('that has %s in place of the list is no "none"', async (_, answer) => {
    const reshape = (action: string, own: object): object =>
      action === 'DescribeImageCaches' ? { RequestId: 'R', ...answer } : own;
    const servers = await scenario({ eci: { reshape } });
    const { exitCode, errors } = await servers.run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/DescribeImageCaches failed/)]);
    expect(servers.eci.caches).toEqual([]);
  });
});

describe('several caches of one content', () => {
  it.concurrent('are told by every run, and all runs use the same one', async () => {
    const servers = await scenario({
      eci: { tokens: { keptMs: 0 }, plan: () => readyPlan({ preparingMs: 10_000, creatingMs: 30_000 }) },
    });
    const { eci } = servers;
    // Both creates come before either cache can be seen.
    let waiting: (() => void)[] = [];
    eci.hooks.onRequest = async ({ action }) => {
      if (action !== 'CreateImageCache' || waiting.length >= 2) return undefined;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) for (const go of waiting) go();
      });
      return undefined;
    };
    const both = await Promise.all([servers.run(), servers.run()]);
    const third = await servers.run();
    const ids = living(servers);
    expect(ids).toHaveLength(2);
    const used = new Set([...both, third].map(({ outputs }) => outputs['image-cache-id']));
    expect(used.size).toBe(1);
    const [surplus] = ids.filter((id) => !used.has(id));
    for (const { exitCode, warnings, summary } of [...both, third]) {
      expect(exitCode).toBe(0);
      // Of two caches of one second the service may match either: then a warning says so, too.
      const ofSurplus = warnings.filter((warning) => !warning.startsWith('The service would match'));
      expect(ofSurplus).toEqual([
        expect.stringMatching(new RegExp(`more than one cache.*Delete ${surplus ?? '?'} \\(20 GiB.*costs`)),
      ]);
      expect(summary).toMatch(new RegExp(`May be deleted.*${surplus ?? '?'}`));
    }
    waiting = [];
  });

  it.concurrent('with our tag and other images: not reused, and a warning', async () => {
    const servers = await scenario();
    const first = await servers.run();
    const [made] = servers.eci.caches;
    const [stranger] = servers.eci.seed([
      { tags: made?.tags ?? [], images: ['registry.example.com/acme/other:v9'], createdAtMs: 1 },
    ]);
    if (made) made.deletedAtMs = servers.eci.clock.now();
    const second = await servers.run({ 'client-token': 'never-used-before' });
    expect(second).toMatchObject({ exitCode: 0, outputs: { result: 'created', status: 'Ready' } });
    expect([first.outputs['image-cache-id'], stranger?.imageCacheId]).not.toContain(
      second.outputs['image-cache-id'],
    );
    expect(second.warnings).toEqual([
      expect.stringMatching(
        `${stranger?.imageCacheId ?? '?'} has the tag of this content, but holds other images`,
      ),
    ]);
  });
});

describe('statuses', () => {
  it.concurrent('are compared without regard to case', async () => {
    const reshape = (_: string, answer: object): object =>
      JSON.parse(
        JSON.stringify(answer).replace(/"Status":"(\w+)"/g, (all) =>
          all.toUpperCase().replace('STATUS', 'Status'),
        ),
      ) as object;
    const servers = await scenario({ eci: { reshape, plan: () => quickPlan() } });
    const first = await servers.run();
    expect(first).toMatchObject({ exitCode: 0, outputs: { status: 'Ready' }, warnings: [] });
    expect(await servers.run()).toMatchObject({ exitCode: 0, outputs: { result: 'reused' } });
  });

  it.concurrent('an end in other words than Failed is one: the next run makes a new cache', async () => {
    const failed = {
      timeline: [
        { atMs: 0, status: 'Preparing' },
        { atMs: 15_000, status: 'CREATE_FAILED' },
      ],
    };
    const servers = await scenario({ eci: { plan: (_, number) => (number === 1 ? failed : quickPlan()) } });
    const first = await servers.run();
    expect(first).toMatchObject({ exitCode: 1, warnings: [] });
    expect(first.errors).toEqual([expect.stringMatching(/ended in status CREATE_FAILED/)]);
    expect(await servers.run()).toMatchObject({
      exitCode: 0,
      outputs: { result: 'created', status: 'Ready' },
    });
  });

  it.concurrent.each(['Deleting', 'PendingDelete', 'Recycled'])(
    'a cache that is listed as %s is not there',
    async (deletedAs) => {
      const servers = await scenario({ eci: { deletedAs } });
      const { run, eci } = servers;
      const first = await run();
      const [deleted] = eci.caches;
      if (deleted) deleted.deletedAtMs = eci.clock.now();
      const second = await run({ 'wait-timeout-minutes': '3' });
      expect(second).toMatchObject({ exitCode: 0, outputs: { result: 'created', status: 'Ready' } });
      expect(second.outputs['image-cache-id']).not.toBe(first.outputs['image-cache-id']);
      expect(living(servers)).toHaveLength(1);
    },
  );
});
