import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { eventOfRunner } from '../../src/event.js';

const folder = mkdtempSync(path.join(tmpdir(), 'event-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(text: string): string {
  const file = path.join(mkdtempSync(path.join(folder, 'f-')), 'event.json');
  writeFileSync(file, text);
  return file;
}

const ENV = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_EVENT_PATH: fileOf('{"ref":"refs/tags/v1"}'),
  GITHUB_REF: 'refs/tags/v1',
  GITHUB_SHA: 'c0ffee',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_REPOSITORY_ID: '23',
  GITHUB_RUN_ID: '17',
  GITHUB_RUN_ATTEMPT: '2',
};

function read(env: NodeJS.ProcessEnv): { event: ReturnType<typeof eventOfRunner>; warnings: string[] } {
  const warnings: string[] = [];
  const before = process.env;
  process.env = { ...ENV, ...env };
  try {
    return { event: eventOfRunner((warning) => void warnings.push(warning)), warnings };
  } finally {
    process.env = before;
  }
}

it('is what the variables and the file say', () => {
  expect(read({})).toEqual({
    event: {
      eventName: 'push',
      payload: { ref: 'refs/tags/v1' },
      ref: 'refs/tags/v1',
      sha: 'c0ffee',
      repository: 'acme/shop',
      repositoryId: '23',
      serverUrl: 'https://github.com',
      runId: '17',
      runAttempt: '2',
    },
    warnings: [],
  });
});

it.each<[string, NodeJS.ProcessEnv, RegExp]>([
  ['no variable', { GITHUB_EVENT_PATH: '' }, /^GITHUB_EVENT_PATH is not set,/],
  [
    'no file',
    { GITHUB_EVENT_PATH: path.join(folder, 'none') },
    /none \(GITHUB_EVENT_PATH\) is missing or empty/,
  ],
  [
    'an empty file',
    { GITHUB_EVENT_PATH: fileOf(' \n') },
    /event\.json \(GITHUB_EVENT_PATH\) is missing or empty/,
  ],
])('with %s has no details, with a warning', (_, env, warning) => {
  const { event, warnings } = read(env);
  expect(event).toMatchObject({ payload: {}, ref: 'refs/tags/v1' });
  expect(warnings).toEqual([expect.stringMatching(warning)]);
});

const huge = fileOf('');
truncateSync(huge, 65 * 2 ** 20);

it.each<[string, NodeJS.ProcessEnv, RegExp]>([
  [
    'a broken file',
    { GITHUB_EVENT_PATH: fileOf('{"secret') },
    /event\.json \(GITHUB_EVENT_PATH\) cannot be read: it is not JSON\.$/,
  ],
  ['a huge file', { GITHUB_EVENT_PATH: huge }, /cannot be read: it has 68157440 bytes/],
  ['a folder', { GITHUB_EVENT_PATH: folder }, /cannot be read: EISDIR/],
  ['no repository', { GITHUB_REPOSITORY: '' }, /GITHUB_REPOSITORY is not set/],
  ['half a repository', { GITHUB_REPOSITORY: 'acme' }, /GITHUB_REPOSITORY is not of the form owner\/name/],
])('with %s is an error that says so', (_, env, message) => {
  expect(() => read(env)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(message),
      hint: expect.stringContaining('Run this action as a step of a workflow.'),
    }),
  );
});

it.each<[string, NodeJS.ProcessEnv]>([
  ['a number of the attempt', { GITHUB_RUN_ATTEMPT: '' }],
  ['a number of the run', { GITHUB_RUN_ID: '' }],
  ['either', { GITHUB_RUN_ID: undefined, GITHUB_RUN_ATTEMPT: undefined }],
])('without %s is an attempt of its own', (_, env) => {
  const [one, two] = [read(env).event, read(env).event];
  expect(one.runAttempt).toMatch(/^[0-9a-f]{8}$/);
  expect(one.runAttempt).not.toBe(two.runAttempt);
});
