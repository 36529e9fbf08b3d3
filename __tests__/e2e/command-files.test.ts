import { rm, symlink } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readyPlan } from '../../dev/eci/plans.js';
import { temporaryFile } from './office.js';
import { looksById, scenario, until, type Scenario } from './support.js';

// The files by which the runner takes outputs and the summary, on a full disk or removed.

/** A file that takes nothing: /dev/full has no space left. */
async function fill(file: string): Promise<void> {
  await rm(file);
  await symlink('/dev/full', file);
}

/** A run whose file is spoiled while the answer of its create is on the way. */
async function spoiledAtCreate(
  servers: Scenario,
  variable: string,
  spoil: (file: string) => Promise<void>,
): Promise<Awaited<ReturnType<Scenario['run']>>> {
  const { eci, start } = servers;
  const file = await temporaryFile('command-file', '');
  eci.faults.push({ kind: 'none', action: 'CreateImageCache', delayAfterMs: 500 });
  const { done } = await start({}, { env: { [variable]: file } });
  await until(() => eci.requestsOf('CreateImageCache').length > 0, 'the create');
  await spoil(file);
  return done;
}

const SPOILED = [
  ['full', fill, /no space is left on its disk/],
  ['gone', rm, /it is gone/],
] as const;

describe('the file of the outputs', () => {
  it.concurrent.each(SPOILED)(
    '%s from the create on: the error names file, reason and cache',
    async (_, spoil, why) => {
      const servers = await scenario();
      const { exitCode, errors, summary } = await spoiledAtCreate(servers, 'GITHUB_OUTPUT', spoil);
      const [cache] = servers.eci.caches;
      expect(exitCode).toBe(1);
      expect(errors).toEqual([
        expect.stringMatching(/^\/.*\/command-file \(GITHUB_OUTPUT\) cannot be written: /),
      ]);
      expect(errors[0]).toMatch(why);
      expect(errors[0]).toMatch(
        `Image cache ${cache?.imageCacheId ?? '?'} (${cache?.imageCacheName ?? '?'}, 20 GiB) is Ready.`,
      );
      expect(errors[0]).toMatch(/then run this step again|Then run this step again/i);
      expect(errors[0]).not.toMatch(/defect/);
      expect(summary).toContain('❌');
      // The next run finds it.
      expect(await servers.run()).toMatchObject({ exitCode: 0, outputs: { result: 'reused' } });
      expect(servers.eci.caches).toHaveLength(1);
    },
  );

  it.concurrent.each<[string, (file: string) => Promise<string>, RegExp]>([
    [
      'full',
      () => Promise.resolve('/dev/full'),
      /^\/dev\/full \(GITHUB_OUTPUT\) cannot be written: no space/,
    ],
    ['gone', (file) => rm(file).then(() => file), /\/output \(GITHUB_OUTPUT\) cannot be written: it is gone/],
    ['a folder', () => Promise.resolve('/tmp'), /^\/tmp \(GITHUB_OUTPUT\) cannot be written: it is a folder/],
  ])('%s from the start: no cache is created that nobody would learn of', async (_, spoiled, message) => {
    const { run, eci } = await scenario();
    const file = await spoiled(await temporaryFile('output', ''));
    const { exitCode, errors } = await run({}, { env: { GITHUB_OUTPUT: file } });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(message)]);
    expect(errors[0]).toMatch('No cache was created.');
    expect(eci.requestsOf('CreateImageCache')).toEqual([]);
  });

  it.concurrent('that has room again in time gets everything', async () => {
    const { run, eci, start } = await scenario();
    eci.state.plan = () => readyPlan({ preparingMs: 30_000, creatingMs: 5_000 });
    const file = await temporaryFile('output', '');
    eci.faults.push({ kind: 'none', action: 'CreateImageCache', delayAfterMs: 300 });
    const { done } = await start({}, { env: { GITHUB_OUTPUT: file } });
    await until(() => eci.requestsOf('CreateImageCache').length > 0, 'the create');
    await fill(file);
    await until(() => looksById({ eci }) > 2, 'the wait');
    await rm(file);
    await symlink(await temporaryFile('other', ''), file);
    expect(await done).toMatchObject({ exitCode: 0, errors: [] });
    expect((await run()).outputs['result']).toBe('reused');
  });
});

describe('the file of the summary', () => {
  it.concurrent.each(SPOILED)('%s is a warning that names it', async (_, spoil, why) => {
    const servers = await scenario();
    const { exitCode, warnings } = await spoiledAtCreate(servers, 'GITHUB_STEP_SUMMARY', spoil);
    expect(exitCode).toBe(0);
    expect(warnings).toEqual([
      expect.stringMatching(/^The job summary cannot be written\. \/.*\(GITHUB_STEP_SUMMARY\)/),
    ]);
    expect(warnings[0]).toMatch(why);
  });
});

describe('the file of the event', () => {
  it.concurrent.each<[string, string | undefined, number, RegExp]>([
    ['that is missing', undefined, 0, /\(GITHUB_EVENT_PATH\) is missing or empty, so the event's details/],
    ['that is empty', '', 0, /\(GITHUB_EVENT_PATH\) is missing or empty, so the event's details/],
    ['that is broken', '{"ref": "pass word', 1, /\(GITHUB_EVENT_PATH\) cannot be read: it is not JSON\./],
  ])('%s is named plainly', async (_, text, exitCode, message) => {
    const { run } = await scenario();
    const file = await temporaryFile('event.json', text ?? '');
    if (text === undefined) await rm(file);
    const result = await run({}, { env: { GITHUB_EVENT_PATH: file } });
    expect(result.exitCode).toBe(exitCode);
    expect([...result.errors, ...result.warnings]).toEqual([expect.stringMatching(message)]);
    expect(result.stdout).not.toMatch(/pass word|defect/);
  });
});
