import { describe, expect, it } from '@jest/globals';
import { fault } from '../../dev/eci/faults.js';
import { pushOf, scenario, type Inputs, type Scenario } from './support.js';

/** Pushes the tags one after the other and runs the action on each. IDs of the caches, in this order. */
async function release(
  { run, pushImages }: Scenario,
  tags: readonly string[],
  inputs: Inputs = {},
): Promise<string[]> {
  const ids: string[] = [];
  for (const tag of tags) {
    pushImages(tag);
    const { exitCode, outputs } = await run(inputs, { event: pushOf(tag) });
    expect(exitCode).toBe(0);
    ids.push(outputs['image-cache-id'] ?? '');
  }
  return ids;
}

function idsIn({ eci }: Scenario): string[] {
  return eci.existing().map(({ imageCacheId }) => imageCacheId);
}

describe('keep-latest', () => {
  it.concurrent(
    'deletes the older caches of this repository and these images, and no others; a dry run tells which',
    async () => {
      const servers = await scenario();
      const { eci, run } = servers;
      const [first = '', second = ''] = await release(servers, ['v1.0.0', 'v1.1.0']);
      const ours = eci.caches[0]?.tags ?? [];
      const others = eci.seed([
        {
          tags: ours.map((tag) => (tag.key.endsWith('repository') ? { ...tag, value: 'else/where' } : tag)),
          createdAtMs: 1,
        },
        {
          tags: ours.map((tag) => (tag.key.endsWith('group') ? { ...tag, value: '0'.repeat(32) } : tag)),
          createdAtMs: 1,
        },
        { tags: [], createdAtMs: 1 },
        { tags: ours.filter(({ key }) => !key.endsWith('fingerprint')), status: 'Creating', createdAtMs: 1 },
      ]);
      const [failed] = eci.seed([{ tags: ours, status: 'Failed' }]);

      const before = idsIn(servers);
      const dryRun = await run({ 'keep-latest': '2', 'dry-run': 'true' });
      expect(dryRun).toMatchObject({ exitCode: 0, outputs: { 'deleted-image-cache-ids': '[]' } });
      const would = /Would delete: (.*)\./.exec(dryRun.stdout)?.[1]?.split(', ');
      expect(would?.sort()).toEqual([failed?.imageCacheId ?? '', first].sort());
      expect(idsIn(servers)).toEqual(before);

      const result = await run({ 'keep-latest': '2' });
      const third = result.outputs['image-cache-id'] ?? '';
      expect(result).toMatchObject({ exitCode: 0, warnings: [] });
      expect(JSON.parse(result.outputs['deleted-image-cache-ids'] ?? '')).toEqual(
        expect.arrayContaining([failed?.imageCacheId, first]),
      );
      expect(idsIn(servers).sort()).toEqual(
        [second, third, ...others.map((cache) => cache.imageCacheId)].sort(),
      );
      expect(result.summary).toMatch(new RegExp(`Deleted.*${first}`));
    },
  );

  it.concurrent('that cannot delete is a warning, and the release succeeds', async () => {
    const servers = await scenario();
    await release(servers, ['v1.0.0']);
    servers.eci.faults.push(
      fault.error('DeleteImageCache', 'Forbidden.SubUser', 403, 'Not available for you.'),
    );
    const { exitCode, warnings, outputs } = await servers.run({ 'keep-latest': '1' });
    expect(exitCode).toBe(0);
    expect(warnings).toEqual([
      expect.stringMatching(/^keep-latest: 1 takes the cache from the release that is running/),
      expect.stringMatching(/could not be deleted.*Forbidden\.SubUser.*eci:DeleteImageCache/),
    ]);
    expect(outputs).toMatchObject({ status: 'Ready', 'deleted-image-cache-ids': '[]' });
  });
});

/** Days before now, by the service's clock. */
const daysAgo = ({ eci }: Scenario, days: number): number => eci.clock.now() - days * 86_400_000;

describe('keep-latest and times', () => {
  // Other forms are in __tests__/unit/cache-times.test.ts.
  it.concurrent('in the form of RFC 1123: the oldest goes', async () => {
    const servers = await scenario({ eci: { timeForm: 'rfc1123' } });
    await release(servers, ['v1.0.0']);
    const tags = servers.eci.caches[0]?.tags ?? [];
    // In RFC 1123 these sort by the names of their weekdays.
    const old = servers.eci.seed(
      [1, 2, 3, 4, 5, 6, 7].map((days) => ({ tags, createdAtMs: daysAgo(servers, days) })),
    );
    const { outputs, warnings } = await servers.run({ 'keep-latest': '4' });
    expect(warnings).toEqual([]);
    const deleted = JSON.parse(outputs['deleted-image-cache-ids'] ?? '') as string[];
    expect(deleted.sort()).toEqual(
      old
        .slice(2)
        .map(({ imageCacheId }) => imageCacheId)
        .sort(),
    );
  });

  it.concurrent('that cannot be read: nothing is deleted, with a warning', async () => {
    const reshape = (_: string, answer: object): object =>
      JSON.parse(JSON.stringify(answer).replace(/("CreationTime":)"[^"]+"/g, '$1"last week"')) as object;
    const servers = await scenario({ eci: { reshape } });
    const ids = await release(servers, ['v1.0.0', 'v1.1.0']);
    const { exitCode, warnings, outputs } = await servers.run({ 'keep-latest': '2' });
    expect(exitCode).toBe(0);
    expect(warnings).toEqual([
      expect.stringMatching(/No old cache was removed.*"last week".*cannot be read/),
    ]);
    expect(outputs['deleted-image-cache-ids']).toBe('[]');
    expect(idsIn(servers)).toEqual([...ids, outputs['image-cache-id']]);
  });
});

describe('a cache that an instance was matched with', () => {
  it.concurrent('within 24 hours stays, and log and summary name it', async () => {
    const servers = await scenario();
    const [running = '', unused = ''] = await release(servers, ['v1.0.0', 'v1.1.0']);
    const [first, second] = servers.eci.caches;
    if (first) first.lastMatchedAtMs = daysAgo(servers, 0.9);
    if (second) second.lastMatchedAtMs = daysAgo(servers, 1.1);
    const { exitCode, stdout, summary, outputs } = await servers.run({ 'keep-latest': '1' });
    expect(exitCode).toBe(0);
    expect(outputs['deleted-image-cache-ids']).toBe(JSON.stringify([unused]));
    expect(idsIn(servers)).toEqual([running, outputs['image-cache-id']]);
    expect(stdout).toMatch(new RegExp(`${running} .*stays: an instance started from it`));
    expect(summary).toMatch(new RegExp(`Kept, in use.*${running}`));
  });
});

describe('an owner', () => {
  /** They all push the same images under the same name. */
  const OWNERS: readonly Record<string, string>[] = [
    { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY_ID: '1' },
    // On another server.
    { GITHUB_SERVER_URL: 'https://github.example.com', GITHUB_REPOSITORY_ID: '1' },
    // On servers that tell no ID.
    { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY_ID: '' },
    { GITHUB_SERVER_URL: 'https://gitea.example.com', GITHUB_REPOSITORY_ID: '' },
    // That took the name over.
    { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY_ID: '2' },
  ];

  it.concurrent('keeps caches of its own, also when it was renamed', async () => {
    const { run, eci } = await scenario();
    for (const env of OWNERS) {
      expect(await run({ 'keep-latest': '1' }, { env })).toMatchObject({
        exitCode: 0,
        outputs: { result: 'created', 'deleted-image-cache-ids': '[]' },
      });
    }
    const ids = eci.existing().map(({ imageCacheId }) => imageCacheId);
    expect(ids).toHaveLength(OWNERS.length);
    const renamed = { ...OWNERS[0], GITHUB_REPOSITORY: 'acme/renamed' };
    for (const [at, env] of [renamed, ...OWNERS.slice(1)].entries()) {
      expect((await run({}, { env })).outputs).toMatchObject({ result: 'reused', 'image-cache-id': ids[at] });
    }
  });
});

describe('an exhausted quota', () => {
  it.concurrent('of something else costs no cache', async () => {
    const servers = await scenario();
    const ids = await release(servers, ['v1.0.0', 'v1.1.0', 'v1.1.1']);
    servers.eci.faults.push({
      ...fault.error('CreateImageCache', 'QuotaExceeded', 403, 'The vCPU quota of the account is exceeded.'),
      times: Infinity,
    });
    expect(await servers.run({ 'keep-latest': '2' })).toMatchObject({ exitCode: 1 });
    expect(idsIn(servers)).toEqual(ids);
  });

  it.concurrent(
    'costs only what keep-latest lets go and no instance uses; then it is asked once more',
    async () => {
      const servers = await scenario({ eci: { maxImageCaches: 2 } });
      const ids = await release(servers, ['v1.0.0', 'v1.1.0']);
      const unset = await servers.run();
      expect(unset.exitCode).toBe(1);
      expect(unset.errors).toEqual([expect.stringMatching(/QuotaExceeded.*\n.*keep-latest/)]);
      expect(idsIn(servers)).toEqual(ids);

      for (const cache of servers.eci.caches) cache.lastMatchedAtMs = daysAgo(servers, 0.1);
      const inUse = await servers.run({ 'keep-latest': '1' });
      expect(inUse.exitCode).toBe(1);
      expect(inUse.errors).toEqual([expect.stringMatching(/QuotaExceeded/)]);
      expect(idsIn(servers)).toEqual(ids);

      for (const cache of servers.eci.caches) cache.lastMatchedAtMs = daysAgo(servers, 2);
      const { exitCode, outputs, warnings } = await servers.run({ 'keep-latest': '2' });
      expect(exitCode).toBe(0);
      expect(outputs['deleted-image-cache-ids']).toBe(JSON.stringify([ids[0]]));
      expect(idsIn(servers)).toEqual([ids[1], outputs['image-cache-id']]);
      expect(warnings).toEqual([expect.stringMatching(/2 of 2 image caches .* are in use/)]);
    },
  );

  it.concurrent('never costs the newest cache, which the running deployment may need', async () => {
    const servers = await scenario({ eci: { maxImageCaches: 1 } });
    const ids = await release(servers, ['v1.0.0']);
    const { exitCode, errors } = await servers.run({ 'keep-latest': '1' });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/QuotaExceeded/)]);
    expect(idsIn(servers)).toEqual(ids);
  });

  it.concurrent('that may not be looked at costs nothing, not even a warning', async () => {
    const { run } = await scenario({ eci: { denied: ['ListUsage'] } });
    expect(await run()).toMatchObject({ exitCode: 0, warnings: [] });
  });
});
