import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunOptions, RunResult } from '../../dev/runner.js';
import { inspect, loginFor, scenario, type Inputs, type Scenario } from './support.js';

// What a job's runner has about it: the Docker config that earlier steps left, and the helper programs in it.

const LOGIN = { username: 'robot$ci', password: 'p@ss w/rd+%&"' };
const IDENTITY_TOKEN = 'identity/token+of==the+registry';
const AUTH = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
const SECRETS = [LOGIN.password, AUTH, IDENTITY_TOKEN];
/** In RUNNER_TEMP, where each run is searched for secrets. */
const NOTES = 'credential-helper.notes';

let folder: string;

/**
 * Answers for whatever server it is asked for with HELPER_ANSWER, and notes how it was called: its arguments, what
 * came in, and every variable that the test itself has not put there.
 */
const HELPER = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const { HELPER_ANSWER: answer, RUNNER_TEMP } = process.env;
const server = readFileSync(0, 'utf8');
const env = Object.entries(process.env).filter(([name]) => !name.startsWith('HELPER_'));
const notes = { words: process.argv.slice(2), server, env: Object.fromEntries(env) };
appendFileSync(RUNNER_TEMP + '/${NOTES}', JSON.stringify(notes) + '\\n');
process.stdout.write(answer);
process.exitCode = answer.startsWith('{') ? 0 : 1;
`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runner-home-'));
  const helper = path.join(folder, 'docker-credential-fake');
  await writeFile(helper, HELPER);
  await chmod(helper, 0o755);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A registry of whose logins there is the one, and the identity token for it. */
function privateRegistry(auth: 'basic' | 'token' = 'token'): Promise<Scenario> {
  const users = { [LOGIN.username]: LOGIN.password };
  return scenario({ registry: { auth, users, identityTokens: { [IDENTITY_TOKEN]: LOGIN.username } } });
}

async function runWith(
  { run }: Scenario,
  config: unknown,
  { inputs = {}, ...options }: RunOptions & { inputs?: Inputs } = {},
): Promise<RunResult> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  const result = await run(inputs, { homeFiles: { '.docker/config.json': text }, ...options });
  inspect(result, SECRETS, { 'home/.docker/config.json': text });
  return result;
}

/** Variables by which the helper is found and gives this answer. */
function helper(answer: object | string): Record<string, string> {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return { HELPER_ANSWER: text, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
}

interface Notes {
  readonly words: readonly string[];
  readonly server: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How the helper was called, time after time. */
function notesOf({ files }: RunResult): Notes[] {
  const lines = (files[`temp/${NOTES}`] ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Notes);
}

describe('the Docker config that earlier steps left', () => {
  const loginAnswer = { ServerURL: '', Username: LOGIN.username, Secret: LOGIN.password };
  const FORMS: readonly (readonly [form: string, config: (host: string) => object, answer?: object])[] = [
    ['auths with auth', (host) => ({ auths: { [host]: { auth: AUTH } } })],
    ['auths with username and password', (host) => ({ auths: { [`https://${host}/v2/`]: LOGIN } })],
    [
      'credHelpers, which go before everything else',
      (host) => ({
        credHelpers: { [host]: 'fake' },
        credsStore: 'missing',
        auths: { [host]: { auth: 'eDp5' } },
      }),
      loginAnswer,
    ],
    ['credsStore', (host) => ({ credsStore: 'fake', auths: { [host]: {} } }), loginAnswer],
  ];
  const tokenForms: typeof FORMS = [
    ['auths with identitytoken', (host) => ({ auths: { [host]: { identitytoken: IDENTITY_TOKEN } } })],
    [
      'credsStore with an identity token',
      () => ({ credsStore: 'fake' }),
      { Username: '<token>', Secret: IDENTITY_TOKEN },
    ],
  ];
  const CASES = [
    // What a config holds does not depend on what the registry does with it.
    ...FORMS.slice(0, 1).map((form) => ['basic', ...form] as const),
    ...[...FORMS, ...tokenForms].map((form) => ['token', ...form] as const),
  ];

  it.concurrent.each(CASES)('opens a private registry with %s authentication: %s', async (...words) => {
    const [auth, , config, answer] = words;
    const servers = await privateRegistry(auth);
    const { host } = servers.registry;
    const result = await runWith(servers, config(host), answer ? { env: helper(answer) } : {});
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    // A look is all that they are for: the service gets none of them, and without them it cannot pull.
    expect(result.warnings).toEqual([
      expect.stringContaining(
        `${host}: the images were looked up with a login from the Docker config, which ECI does not get.`,
      ),
    ]);
    expect(Object.keys(servers.created()).filter((name) => name.includes('Credential'))).toEqual([]);
    const sent = servers.registry.requests.filter(({ headers }) =>
      headers['authorization']?.startsWith('Basic'),
    );
    const placesOfPassword = auth === 'basic' ? ['manifest', 'blob'] : ['token'];
    expect(sent.filter(({ kind }) => !placesOfPassword.includes(kind))).toEqual([]);
    // The helper is asked once, on stdin, and knows nothing of this step's inputs.
    const notes = notesOf(result);
    expect(notes.map(({ words, server }) => ({ words, server }))).toEqual(
      answer ? [{ words: ['get'], server: host }] : [],
    );
    const names = notes.flatMap(({ env }) => Object.keys(env));
    expect(names.filter((name) => name.startsWith('INPUT_'))).toEqual([]);
  });

  it.concurrent('gives way to image-registry-credentials, and ECI gets those', async () => {
    const servers = await privateRegistry();
    const { host } = servers.registry;
    const config = { auths: { [host]: { auth: Buffer.from('x:wrong').toString('base64') } } };
    const result = await runWith(servers, config, { inputs: loginFor(host, LOGIN) });
    expect(result).toMatchObject({ exitCode: 0, warnings: [] });
    expect(servers.created()['ImageRegistryCredential.1.Password']).toBe(LOGIN.password);
  });

  it.concurrent('is found in the folder that DOCKER_CONFIG names', async () => {
    const servers = await privateRegistry();
    const own = path.join(folder, 'own');
    await mkdir(own);
    const config = { auths: { [servers.registry.host]: { auth: AUTH } } };
    await writeFile(path.join(own, 'config.json'), JSON.stringify(config));
    const result = await servers.run({}, { env: { DOCKER_CONFIG: own } });
    inspect(result, SECRETS);
    expect(result.exitCode).toBe(0);
  });

  it.concurrent.each<[string, string, { answer?: string; env?: Record<string, string> }, RegExp]>([
    ['that is no JSON', `{"auths": ${AUTH}`, {}, /^~\/\.docker\/config\.json cannot be read \(not JSON\)/],
    [
      'whose helper is not there',
      '{"credsStore": "missing"}',
      {},
      /names the credential helper docker-credential-missing for .*, but it is not on PATH/,
    ],
    [
      'whose helper fails, saying a secret',
      '{"credsStore": "fake"}',
      { answer: `cannot unlock with ${LOGIN.password}` },
      /docker-credential-fake for .*, but it ended with exit code 1/,
    ],
  ])(
    '%s is one warning, and the look goes on without a login',
    async (_, config, { answer = '' }, warning) => {
      const servers = await scenario({ registry: { auth: 'token' } });
      const result = await runWith(servers, config, { env: helper(answer) });
      expect(result).toMatchObject({ exitCode: 0, warnings: [expect.stringMatching(warning)] });
    },
  );

  /** As for a user ID that is not in the list of users. */
  const NO_HOME = `
    const os = require('node:os');
    os.homedir = () => {
      throw Object.assign(new Error('uv_os_homedir returned ENOENT (no such file or directory)'), { code: 'ENOENT' });
    };
    require('node:module').syncBuiltinESMExports();
  `;

  it.concurrent.each(['needs none', 'gives a login', 'names a Docker config'])(
    'may be missing with the home folder where the job %s',
    async (job) => {
      const servers = await privateRegistry();
      const own = await mkdtemp(path.join(folder, 'config-'));
      const auth = { auths: { [servers.registry.host]: { auth: AUTH } } };
      await writeFile(path.join(own, 'config.json'), JSON.stringify(auth));
      const preload = path.join(own, 'no-home.cjs');
      await writeFile(preload, NO_HOME);
      const inputs = job === 'gives a login' ? loginFor(servers.registry.host, LOGIN) : {};
      const isNamed = job === 'names a Docker config';
      const env = { HOME: undefined, USERPROFILE: undefined, ...(isNamed ? { DOCKER_CONFIG: own } : {}) };
      const result = await servers.run(inputs, { env, nodeOptions: ['--require', preload] });
      inspect(result, SECRETS);
      // A registry that requires a login is no reason to fail over a home folder.
      const isRefused = job === 'needs none';
      expect(result.exitCode).toBe(isRefused ? 1 : 0);
      if (isRefused) for (const error of result.errors) expect(error).toMatch(/HTTP 401/);
      expect(result.errors.join()).not.toMatch(/homedir|defect/);
      const noted = result.debug.filter((line) => line.startsWith('This user has no home folder'));
      expect(noted).toHaveLength(isNamed ? 0 : 1);
    },
  );

  it.concurrent('names no program in another folder', async () => {
    const servers = await scenario({ registry: { auth: 'token' } });
    const result = await runWith(servers, { credsStore: '../fake' }, { env: helper(loginAnswer) });
    expect(result).toMatchObject({
      exitCode: 0,
      warnings: [expect.stringMatching(/has a name that no helper has/)],
    });
    expect(notesOf(result)).toEqual([]);
  });

  it.concurrent('is not read where no registry requires a login', async () => {
    expect(await runWith(await scenario(), 'no JSON')).toMatchObject({ exitCode: 0, warnings: [] });
  });
});
