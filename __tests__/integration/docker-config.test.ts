import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dockerLogins } from '../../src/registry/docker-config.js';
import type { Login } from '../../src/registry/types.js';
import { Secrets } from '../../src/report/secrets.js';
import { rememberedLog } from '../support/log.js';

// Real helper programs, as small scripts on PATH.
let folder: string;
let notes: string;

async function program(name: string, script: string): Promise<void> {
  const file = path.join(folder, `docker-credential-${name}`);
  await writeFile(file, `#!${process.execPath}\n${script}`);
  await chmod(file, 0o755);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'helpers-'));
  notes = path.join(folder, 'notes');
  const prologue = `const fs = require('node:fs');
    const server = fs.readFileSync(0, 'utf8');
    fs.appendFileSync(${JSON.stringify(notes)}, JSON.stringify([...process.argv.slice(2), server]) + '\\n');`;
  const answering = (name: string, answer: unknown): Promise<void> =>
    program(name, `${prologue} process.stdout.write(${JSON.stringify(answer)})`);
  await Promise.all([
    answering('login', JSON.stringify({ ServerURL: 'x', Username: 'jo', Secret: 'from-helper' })),
    answering('token', JSON.stringify({ ServerURL: 'x', Username: '<token>', Secret: 'identity' })),
    program('where', "process.stdout.write(JSON.stringify({ Username: process.cwd(), Secret: 'there' }))"),
    answering('empty', JSON.stringify({ ServerURL: '', Username: '', Secret: '' })),
    answering('null', 'null'),
    answering('words', 'my password is from-helper'),
    answering('odd-name', JSON.stringify({ Username: 1, Secret: 'from-helper' })),
    answering('odd-secret', JSON.stringify({ Username: 'jo', Secret: ['from-helper'] })),
    program('none', "console.log('credentials not found in native keychain'); process.exit(1)"),
    program('failing', "console.log('locked: from-helper'); console.error('from-helper'); process.exit(3)"),
    program('endless', "for (;;) require('node:fs').writeSync(1, 'x'.repeat(65536))"),
    program('chatty', "process.stdout.write('x'.repeat(70_000))"),
    program('silent', 'setInterval(() => undefined, 1000)'),
    program('deaf', 'process.stdin.destroy(); process.stdout.write(\'{"Username":"jo","Secret":"deaf"}\')'),
  ]);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Looked {
  readonly logins: readonly (Login | undefined)[];
  readonly warnings: readonly string[];
  readonly masked: readonly string[];
}

async function lookUp(config: object, hosts = ['ghcr.io'], helperTimeLimitMs = 5_000): Promise<Looked> {
  const file = path.join(await mkdtemp(path.join(folder, 'case-')), 'config.json');
  await writeFile(file, JSON.stringify(config));
  const [masked, log] = [[] as string[], rememberedLog()];
  const loginFor = dockerLogins({
    file: { path: file, shownAs: '~/.docker/config.json', helperEnvironment: { PATH: folder } },
    secrets: new Secrets((form) => void masked.push(form)),
    log,
    helperTimeLimitMs,
  });
  const logins: (Login | undefined)[] = [];
  for (const host of hosts) logins.push(await loginFor(host));
  return { logins, warnings: log.warnings, masked };
}

describe('a credential helper', () => {
  it.each<[string, Login | undefined]>([
    ['login', { username: 'jo', password: 'from-helper' }],
    ['token', { identityToken: 'identity' }],
    ['deaf', { username: 'jo', password: 'deaf' }],
    ['empty', undefined],
    ['none', undefined],
  ])('that answers: %s', async (name, login) => {
    expect(await lookUp({ credsStore: name })).toMatchObject({ logins: [login], warnings: [] });
  });

  it('is asked by the names that Docker uses, on stdin alone', async () => {
    await rm(notes, { force: true });
    await lookUp({ credsStore: 'login' }, ['ghcr.io', 'registry.example:5000', 'registry-1.docker.io']);
    const asked = (await readFile(notes, 'utf8')).trim().split('\n');
    expect(asked.map((line) => JSON.parse(line) as unknown)).toEqual([
      ['get', 'ghcr.io'],
      ['get', 'registry.example:5000'],
      ['get', 'https://index.docker.io/v1/'],
    ]);
  });

  it('is not looked for in what the job checked out, as Windows would', async () => {
    const { logins } = await lookUp({ credsStore: 'where' });
    expect(logins).toEqual([{ username: path.dirname(process.execPath), password: 'there' }]);
  });

  it('has what it tells masked, in every form', async () => {
    const login = Buffer.from('jo:from-helper').toString('base64');
    expect((await lookUp({ credsStore: 'login' })).masked).toEqual(
      expect.arrayContaining(['from-helper', login]),
    );
    expect((await lookUp({ credsStore: 'token' })).masked).toContain('identity');
  });

  it.each<[string, object, string | undefined]>([
    ['its own before the one of all', { credHelpers: { 'ghcr.io': 'login' }, credsStore: 'token' }, 'jo'],
    [
      'the one of all where its own is for another',
      { credHelpers: { 'a.example': 'token' }, credsStore: 'login' },
      'jo',
    ],
    ['any before the file', { credsStore: 'login', auths: { 'ghcr.io': { auth: 'YTpi' } } }, 'jo'],
    [
      'one that has none before the file, too',
      { credsStore: 'none', auths: { 'ghcr.io': { auth: 'YTpi' } } },
      undefined,
    ],
    [
      'the file where there is no helper',
      { credHelpers: { 'a.example': 'login' }, auths: { 'ghcr.io': { auth: 'YTpi' } } },
      'a',
    ],
    [
      'an unset one is none',
      { credsStore: '', credHelpers: { 'ghcr.io': '' }, auths: { 'ghcr.io': { auth: 'YTpi' } } },
      'a',
    ],
  ])('goes by the order of Docker: %s', async (_, config, username) => {
    const { logins } = await lookUp(config);
    expect(logins.map((login) => login && 'username' in login && login.username)).toEqual([username]);
  });

  it.each([
    ['missing', 'is not on PATH'],
    ['failing', 'ended with exit code 3'],
    ['words', 'gave an answer that is not JSON'],
    ['null', 'gave an answer without Username and Secret'],
    ['odd-name', 'gave an answer without Username and Secret'],
    ['odd-secret', 'gave an answer without Username and Secret'],
    ['endless', 'printed more than a login'],
    ['chatty', 'printed more than a login'],
    ['../login', 'has a name that no helper has'],
    ['login; rm', 'has a name that no helper has'],
    ['', undefined],
  ])('named %j that fails is one warning: it %s', async (name, fault) => {
    const { logins, warnings } = await lookUp({ credsStore: name }, ['ghcr.io', 'a.example']);
    expect(logins).toEqual([undefined, undefined]);
    expect(warnings).toHaveLength(fault === undefined ? 0 : 1);
    if (fault !== undefined) expect(warnings[0]).toContain(`for ghcr.io, but it ${fault}. Going on without`);
    expect(warnings.join()).not.toContain('from-helper');
  });

  it('that does not end is ended', async () => {
    const { logins, warnings } = await lookUp({ credsStore: 'silent' }, ['ghcr.io'], 300);
    expect(logins).toEqual([undefined]);
    expect(warnings).toEqual([expect.stringContaining('did not end within 0.3 s')]);
  });
});
