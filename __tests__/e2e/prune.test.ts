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
  it.concurrent('deletes the older caches of this repository and these images, and no others', async () => {
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
  });

  it.concurrent('in a dry run tells what it would delete', async () => {
    const servers = await scenario();
    const [first = '', second = ''] = await release(servers, ['v1.0.0', 'v1.1.0']);
    const { exitCode, stdout, outputs } = await servers.run({ 'keep-latest': '2', 'dry-run': 'true' });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(`Would delete: ${first}.`);
    expect(outputs['deleted-image-cache-ids']).toBe('[]');
    expect(idsIn(servers)).toEqual([first, second]);
  });

  it.concurrent('that cannot delete is a warning, and the release succeeds', async () => {
    const servers = await scenario();
    await release(servers, ['v1.0.0']);
    servers.eci.faults.push(
      fault.error('DeleteImageCache', 'Forbidden.SubUser', 403, 'Not available for you.'),
    );
    const { exitCode, warnings, outputs } = await servers.run({ 'keep-latest': '1' });
    expect(exitCode).toBe(0);
    expect(warnings).toEqual([
      expect.stringMatching(/could not be deleted.*Forbidden\.SubUser.*eci:DeleteImageCache/),
    ]);
    expect(outputs).toMatchObject({ status: 'Ready', 'deleted-image-cache-ids': '[]' });
  });
});

describe('an exhausted quota', () => {
  it.concurrent('makes room where keep-latest says what may go, and asks once more', async () => {
    const servers = await scenario({ eci: { maxImageCaches: 2 } });
    const [first = '', second = ''] = await release(servers, ['v1.0.0', 'v1.1.0']);
    const { exitCode, outputs, warnings } = await servers.run({ 'keep-latest': '2' });
    expect(exitCode).toBe(0);
    expect(outputs['deleted-image-cache-ids']).toBe(JSON.stringify([first]));
    expect(idsIn(servers)).toEqual([second, outputs['image-cache-id']]);
    expect(warnings).toEqual([expect.stringMatching(/2 of 2 image caches .* are in use/)]);
  });

  it.concurrent('is an error where keep-latest is unset, and nothing is deleted', async () => {
    const servers = await scenario({ eci: { maxImageCaches: 2 } });
    const ids = await release(servers, ['v1.0.0', 'v1.1.0']);
    const { exitCode, errors } = await servers.run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/QuotaExceeded.*\n.*keep-latest/)]);
    expect(idsIn(servers)).toEqual(ids);
  });

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
