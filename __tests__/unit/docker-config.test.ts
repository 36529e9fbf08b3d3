import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRunner, type DockerConfigFile } from '../../src/inputs/runner.js';
import { dockerLogins } from '../../src/registry/docker-config.js';
import type { Login } from '../../src/registry/types.js';
import { Secrets } from '../../src/report/secrets.js';
import { rememberedLog } from '../support/log.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'docker-config-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Looked {
  readonly login: Login | undefined;
  readonly warnings: readonly string[];
  readonly masked: readonly string[];
}

/** What one registry's login is by a config of this text. */
async function lookUp(config: unknown, host = 'ghcr.io'): Promise<Looked> {
  const file = path.join(await mkdtemp(path.join(folder, 'case-')), 'config.json');
  await writeFile(file, typeof config === 'string' ? config : JSON.stringify(config));
  return lookIn({ path: file, shownAs: '~/.docker/config.json', helperEnvironment: {} }, host);
}

async function lookIn(file: DockerConfigFile, host: string): Promise<Looked> {
  const [masked, log] = [[] as string[], rememberedLog()];
  const secrets = new Secrets((form) => void masked.push(form));
  const login = await dockerLogins({ file, secrets, log })(host);
  return { login, warnings: log.warnings, masked };
}

describe('a login in auths', () => {
  const login = { username: 'jo', password: 'pa:ss w/rd' };
  const auth = base64('jo:pa:ss w/rd');

  it.each<[string, object, Login | undefined]>([
    ['auth', { auth }, login],
    ['auth, padded with NUL as by old clients', { auth: base64('jo:pa:ss w/rd\0\0') }, login],
    ['username and password', login, login],
    ['auth, which goes before username and password', { auth, username: 'x', password: 'y' }, login],
    ['identitytoken', { auth: base64('<token>:'), identitytoken: 'idt' }, { identityToken: 'idt' }],
    ['nothing, as where a helper keeps it', {}, undefined],
    ['an e-mail only', { email: 'jo@example.org' }, undefined],
    ['a username only', { username: 'jo' }, undefined],
    ['a password only', { password: 'y' }, undefined],
    ['an empty password', { auth: base64('jo:') }, undefined],
    ['fields of other types', { auth: 1, username: [], password: {}, identitytoken: null }, undefined],
  ])('is %s', async (_, entry, expected) => {
    const found = await lookUp({ auths: { 'ghcr.io': entry } });
    expect(found).toMatchObject({ login: expected, warnings: [] });
  });

  it.each([
    ['ghcr.io', 'ghcr.io'],
    ['https://ghcr.io', 'ghcr.io'],
    ['https://GHCR.io/v2/', 'ghcr.io'],
    ['registry.example:5000', 'registry.example:5000'],
    ['https://index.docker.io/v1/', 'registry-1.docker.io'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['docker.io', 'docker.io'],
  ])('under the name %s is for %s', async (name, host) => {
    expect((await lookUp({ auths: { [name]: { auth } } }, host)).login).toEqual(login);
  });

  it.each([
    ['ghcr.io', 'ghcr.io.evil.example'],
    ['ghcr.io', 'evil-ghcr.io'],
    ['registry.example:5000', 'registry.example'],
    ['https://index.docker.io/v1/', 'index.docker.io.evil.example'],
  ])('under the name %s is not for %s', async (name, host) => {
    expect((await lookUp({ auths: { [name]: { auth } } }, host)).login).toBeUndefined();
  });

  it.each([
    ['ghcr.io', 'https://ghcr.io/v2/', 'ghcr.io'],
    ['docker.io', 'https://index.docker.io/v1/access-token', 'https://index.docker.io/v1/'],
  ])('of several for %s, one of them %s, is the one under %s', async (host, other, exact) => {
    const auths = { [other]: { auth: base64('no:no') }, [exact]: { auth } };
    expect((await lookUp({ auths }, host)).login).toEqual(login);
  });

  it('may be an empty entry beside one that holds it', async () => {
    const auths = { 'ghcr.io': {}, 'https://ghcr.io': { auth } };
    expect((await lookUp({ auths })).login).toEqual(login);
  });

  it('is masked before it is used, in every form, and so are those of other registries', async () => {
    const auths = {
      'ghcr.io': { auth },
      'a.example': { identitytoken: 'the-id-token' },
      'b.example': { username: 'jo', password: 'another' },
      'c.example': { registrytoken: 'the-registry-token', auth: base64('<token>:x'), identitytoken: 'id-2' },
    };
    const { masked } = await lookUp({ auths });
    const forms = [
      ...[login.password, auth, 'pa%3Ass%20w%2Frd', 'the-id-token', 'another', base64('jo:another')],
      ...['the-registry-token', base64('<token>:x'), 'id-2'],
    ];
    expect(masked).toEqual(expect.arrayContaining(forms));
  });
});

describe('a config', () => {
  const secret = base64('jo:hidden');

  it.each([
    [`{"auths": {"ghcr.io": {"auth": "${secret}"`, 'cannot be read (not JSON)'],
    ['', 'cannot be read (not JSON)'],
    [`["${secret}"]`, 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    [`{"auths": "${secret}"}`, 'has auths that are not an object'],
    ['{"credHelpers": []}', 'has credHelpers that are not an object'],
    ['{"credsStore": {}}', 'has a credsStore that is not a text'],
  ])('of the text %s is one warning, without the text', async (text, fault) => {
    const { login, warnings } = await lookUp(text);
    expect(login).toBeUndefined();
    expect(warnings).toEqual([
      `~/.docker/config.json ${fault}. Going on without its logins; if a registry needs one, log in again in an earlier step.`,
    ]);
    expect(warnings.join()).not.toMatch(/hidden|aGlkZGVu|am86/);
  });

  it.each<[unknown, string]>([
    [secret, 'that is not an object'],
    [{ auth: base64('hidden') }, 'whose auth is not the base64 of user:password'],
    [{ auth: base64(':hidden') }, 'whose auth is not the base64 of user:password'],
    [{ auth: base64(':jo:hidden') }, 'whose auth is not the base64 of user:password'],
    [{ auth: 'Og==' }, 'whose auth is not the base64 of user:password'],
  ])('with the bad entry %j has a warning, and its other logins', async (entry, fault) => {
    const auths = { 'https://jo:hidden@bad.example/v2/': entry, 'ghcr.io': { auth: base64('jo:good') } };
    const { login, warnings } = await lookUp({ auths, credHelpers: { 'other.example': 1 } });
    expect(login).toEqual({ username: 'jo', password: 'good' });
    const ending = 'Going on without this login; if a registry needs one, log in again in an earlier step.';
    expect(warnings).toEqual([
      `~/.docker/config.json has an entry in credHelpers for other.example that is not a text. ${ending}`,
      `~/.docker/config.json has an entry in auths for bad.example ${fault}. ${ending}`,
    ]);
    expect(warnings.join()).not.toMatch(/hidden|aGlkZGVu|am86/);
  });

  it('is asked before those of Podman and Buildah, and they are asked in their order', async () => {
    const files = await Promise.all(
      [
        { 'a.example': { auth: base64('jo:docker') } },
        { 'a.example': { auth: base64('jo:b') }, 'b.example': { auth: base64('jo:b') } },
        { 'b.example/team': { auth: base64('jo:c') }, 'c.example/team': { auth: base64('jo:c') } },
      ].map(async (auths) => {
        const file = path.join(await mkdtemp(path.join(folder, 'other-')), 'auth.json');
        await writeFile(file, JSON.stringify({ auths }));
        return file;
      }),
    );
    const [docker = '', second = '', third = ''] = files;
    const loginFor = dockerLogins({
      file: { path: docker, shownAs: 'docker', helperEnvironment: {} },
      otherFiles: [
        { path: path.join(folder, 'none'), shownAs: 'none' },
        { path: second, shownAs: 'second' },
        { path: third, shownAs: 'third' },
      ],
      secrets: new Secrets(() => undefined),
      log: rememberedLog(),
    });
    for (const [host, password] of [
      ['a.example', 'docker'],
      ['b.example', 'b'],
      ['c.example', 'c'],
    ] as const) {
      expect(await loginFor(host)).toEqual({ username: 'jo', password });
    }
    expect(await loginFor('d.example')).toBeUndefined();
  });

  it.each(['{}', '{"auths": null, "credHelpers": null, "credsStore": ""}', '\uFEFF{"auths": {}}'])(
    'without a login is nothing to warn of: %s',
    async (text) => {
      expect(await lookUp(text)).toEqual({ login: undefined, warnings: [], masked: [] });
    },
  );

  it('that is not there is nothing to warn of; one that cannot be read is', async () => {
    const file = { shownAs: '$DOCKER_CONFIG/config.json', helperEnvironment: {} };
    const absent = await lookIn({ ...file, path: path.join(folder, 'none', 'config.json') }, 'ghcr.io');
    expect(absent.warnings).toEqual([]);
    const inFile = path.join(await mkdtemp(path.join(folder, 'file-')), 'file');
    await writeFile(inFile, '');
    const noFolder = await lookIn({ ...file, path: path.join(inFile, 'config.json') }, 'ghcr.io');
    expect(noFolder.warnings).toEqual([]);
    const unreadable = await lookIn({ ...file, path: folder }, 'ghcr.io');
    expect(unreadable.warnings).toEqual([
      expect.stringContaining('$DOCKER_CONFIG/config.json cannot be read (EISDIR)'),
    ]);
  });

  it('is read once, when the first registry asks', async () => {
    const file = path.join(await mkdtemp(path.join(folder, 'lazy-')), 'config.json');
    const log = rememberedLog();
    const secrets = new Secrets(() => undefined);
    const loginFor = dockerLogins({
      file: { path: file, shownAs: '~/.docker/config.json', helperEnvironment: {} },
      secrets,
      log,
    });
    await writeFile(file, JSON.stringify({ auths: { 'ghcr.io': { auth: base64('jo:first') } } }));
    await Promise.all([loginFor('ghcr.io'), loginFor('other.example')]);
    await writeFile(file, 'no JSON');
    expect(await loginFor('ghcr.io')).toEqual({ username: 'jo', password: 'first' });
    expect(log.warnings).toEqual([]);
  });
});

describe('a helper', () => {
  it.each([
    ['a b/../c\n', 'a?b?..?c?'],
    ['x'.repeat(100) + '/', 'x'.repeat(64)],
  ])('of the name %j is named, and not run', async (credsStore, shown) => {
    const { login, warnings } = await lookUp({ credsStore });
    expect(login).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringContaining(
        `docker-credential-${shown} for ghcr.io, but it has a name that no helper has.`,
      ),
    ]);
  });
});

describe('the file', () => {
  const configOf = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux'): [string, string] => {
    const file = readRunner({ env }, platform).dockerConfig;
    return [file?.path ?? '', file?.shownAs ?? ''];
  };
  const inHome = (home: string): [string, string] => [
    path.join(home, '.docker', 'config.json'),
    '~/.docker/config.json',
  ];

  it.each<[NodeJS.ProcessEnv, NodeJS.Platform, [string, string]]>([
    [{ HOME: '/home/jo' }, 'linux', inHome('/home/jo')],
    [{ HOME: '/Users/jo', USERPROFILE: '/x' }, 'darwin', inHome('/Users/jo')],
    [{ HOME: '/x', USERPROFILE: '/profiles/jo' }, 'win32', inHome('/profiles/jo')],
    [{ HOME: '/home/jo', DOCKER_CONFIG: '' }, 'linux', inHome('/home/jo')],
    [{ HOME: '' }, 'linux', inHome(homedir())],
    [
      { HOME: '/home/jo', DOCKER_CONFIG: '/d' },
      'linux',
      [path.join('/d', 'config.json'), '$DOCKER_CONFIG/config.json'],
    ],
  ])('for %j on %s', (env, platform, expected) => {
    expect(configOf(env, platform)).toEqual(expected);
  });

  it('of Podman and Buildah stands where their variables say', () => {
    const env = { HOME: '/h', XDG_RUNTIME_DIR: '/run/user/1000', REGISTRY_AUTH_FILE: '/a/auth.json' };
    expect(readRunner({ env }).containersAuth).toEqual([
      { path: '/a/auth.json', shownAs: '$REGISTRY_AUTH_FILE' },
      { path: '/run/user/1000/containers/auth.json', shownAs: '$XDG_RUNTIME_DIR/containers/auth.json' },
    ]);
    expect(readRunner({ env: { HOME: '/h' } }).containersAuth).toEqual([]);
  });

  it("keeps the step's inputs from helpers, and nothing else", () => {
    const env = { HOME: '/h', PATH: '/bin', AWS_REGION: 'r', 'INPUT_ACCESS-KEY-SECRET': 's' };
    expect(readRunner({ env }).dockerConfig?.helperEnvironment).toEqual({
      HOME: '/h',
      PATH: '/bin',
      AWS_REGION: 'r',
    });
  });
});
