import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProxy, type Proxy } from '../../dev/proxy.js';
import { createAuthority, createCertificate } from '../../dev/registry/certificate.js';
import type { RunOptions, RunResult } from '../../dev/runner.js';
import { startIdentity } from '../../dev/sts/identity.js';
import { TEST_AUDIENCE, TEST_PROVIDER_ARN, TEST_ROLE_ARN } from '../../dev/sts/server.js';
import {
  inputsFor,
  inspect,
  loginFor,
  scenario,
  SPEED,
  startDist,
  type Inputs,
  type Scenario,
} from './support.js';

// What a job's runner has about it: the Docker config that earlier steps left, and the proxies of the network.

const LOGIN = { username: 'robot$ci', password: 'p@ss w/rd+%&"' };
const IDENTITY_TOKEN = 'identity/token+of==the+registry';
const PROXY_LOGIN = { username: 'corp\\runner', password: 'pr@xy p/ss:w%rd+ü' };
const AUTH = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
const SECRETS = [LOGIN.password, AUTH, IDENTITY_TOKEN];

let folder: string;
const closers: (() => Promise<void>)[] = [];

/** Answers for whatever server it is asked for with HELPER_ANSWER, and notes how it was called. */
const HELPER = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const server = readFileSync(0, 'utf8');
const inputs = Object.keys(process.env).filter((name) => name.startsWith('INPUT_'));
appendFileSync(process.env.HELPER_NOTES, JSON.stringify({ words: process.argv.slice(2), server, inputs }) + '\\n');
process.stdout.write(process.env.HELPER_ANSWER);
process.exitCode = process.env.HELPER_ANSWER.startsWith('{') ? 0 : 1;
`;

/** Loaded before the action: no name leads anywhere but through a proxy. */
const NO_NAME_SERVER = `
const dns = require('node:dns');
const { lookup } = dns;
dns.lookup = (host, options, callback) => {
  if (host === 'localhost') return lookup(host, options, callback);
  process.nextTick(callback, Object.assign(new Error('no name server'), { code: 'ENOTFOUND' }));
};
`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runner-home-'));
  const helper = path.join(folder, 'docker-credential-fake');
  await writeFile(helper, HELPER);
  await chmod(helper, 0o755);
  await writeFile(path.join(folder, 'no-name-server.cjs'), NO_NAME_SERVER);
});

const offline = (): string[] => ['--require', path.join(folder, 'no-name-server.cjs')];

afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  await rm(folder, { recursive: true, force: true });
});

function withoutSecrets(result: RunResult, secrets: readonly string[]): RunResult {
  inspect(result, secrets, new Set(['home/.docker/config.json', 'home/docker/config.json']));
  return result;
}

describe('the Docker config that earlier steps left', () => {
  const privateRegistry = (): Promise<Scenario> =>
    scenario({
      registry: {
        auth: 'token',
        users: { [LOGIN.username]: LOGIN.password },
        identityTokens: { [IDENTITY_TOKEN]: LOGIN.username },
      },
    });
  const helped = async (
    answer: string,
  ): Promise<{ env: Record<string, string>; notes: () => Promise<unknown[]> }> => {
    const file = path.join(await mkdtemp(path.join(folder, 'notes-')), 'notes');
    return {
      env: { HELPER_ANSWER: answer, HELPER_NOTES: file, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      notes: async () =>
        (await readFile(file, 'utf8'))
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
    };
  };
  const runWith = async (
    { run }: Scenario,
    config: unknown,
    { inputs = {}, ...options }: RunOptions & { inputs?: Inputs } = {},
  ): Promise<RunResult> => {
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    const homeFiles = { '.docker/config.json': text };
    return withoutSecrets(await run(inputs, { homeFiles, debug: true, ...options }), SECRETS);
  };
  const notGiven = (host: string): string =>
    `${host}: the images were looked up with a login from the Docker config, which ECI does not get.`;

  it.concurrent.each<[string, (host: string) => object]>([
    ['auth', (host) => ({ auths: { [host]: { auth: AUTH } } })],
    ['username and password', (host) => ({ auths: { [`https://${host}/v2/`]: LOGIN } })],
    ['an identity token', (host) => ({ auths: { [host]: { identitytoken: IDENTITY_TOKEN } } })],
  ])('opens a private registry: auths with %s', async (_, config) => {
    const servers = await privateRegistry();
    const { exitCode, warnings } = await runWith(servers, config(servers.registry.host));
    expect(exitCode).toBe(0);
    expect(warnings).toEqual([expect.stringContaining(notGiven(servers.registry.host))]);
    expect(Object.keys(servers.created()).filter((name) => name.includes('Credential'))).toEqual([]);
  });

  it.concurrent.each<[string, (host: string) => object, object]>([
    [
      'credHelpers, which go before everything else',
      (host) => ({
        credHelpers: { [host]: 'fake' },
        credsStore: 'missing',
        auths: { [host]: { auth: 'eDp5' } },
      }),
      { Username: LOGIN.username, Secret: LOGIN.password },
    ],
    ['credsStore', () => ({ credsStore: 'fake' }), { Username: '<token>', Secret: IDENTITY_TOKEN }],
  ])('opens a private registry: %s', async (_, config, answer) => {
    const servers = await privateRegistry();
    const { host } = servers.registry;
    const { env, notes } = await helped(JSON.stringify({ ServerURL: host, ...answer }));
    const { exitCode } = await runWith(servers, config(host), { env });
    expect(exitCode).toBe(0);
    // Nothing but the server's name goes to it, and that on stdin.
    expect(await notes()).toEqual([{ words: ['get'], server: host, inputs: [] }]);
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
    const file = path.join(await mkdtemp(path.join(folder, 'docker-')), 'config.json');
    await writeFile(file, JSON.stringify({ auths: { [servers.registry.host]: { auth: AUTH } } }));
    const result = await servers.run({}, { env: { DOCKER_CONFIG: path.dirname(file) } });
    expect(withoutSecrets(result, SECRETS).exitCode).toBe(0);
  });

  it.concurrent.each<[string, string, object, RegExp]>([
    ['that is no JSON', `{"auths": ${AUTH}`, {}, /^~\/\.docker\/config\.json cannot be read \(not JSON\)/],
    [
      'whose helper is not there',
      '{"credsStore": "missing"}',
      {},
      /names the credential helper docker-credential-missing for .*, and it is not on PATH/,
    ],
    [
      'whose helper fails, saying a secret',
      '{"credsStore": "fake"}',
      { answer: `cannot unlock with ${LOGIN.password}` },
      /docker-credential-fake for .*, and it ended with exit code 1/,
    ],
  ])(
    '%s is one warning, and the look goes on without a login',
    async (_, config, { answer = '' }: { answer?: string }, warning) => {
      const servers = await scenario({ registry: { auth: 'token' } });
      const { env } = await helped(answer);
      const result = await runWith(servers, config, { env });
      expect(result).toMatchObject({ exitCode: 0, warnings: [expect.stringMatching(warning)] });
    },
  );

  it.concurrent('is not read where no registry wants a login', async () => {
    expect(await runWith(await scenario(), 'no JSON')).toMatchObject({ exitCode: 0, warnings: [] });
  });
});

describe('a proxy with a password that is the only way out', () => {
  const NAMES = ['registry.test', 'eci.test', 'sts.test', 'actions.test'];

  interface Office {
    readonly proxy: Proxy;
    readonly servers: Scenario;
    readonly run: (env: Readonly<Record<string, string>>, inputs?: Inputs) => Promise<RunResult>;
  }

  /** Servers over TLS under names that nobody but the proxy knows. */
  const office = async (login: typeof PROXY_LOGIN | null = PROXY_LOGIN): Promise<Office> => {
    const authority = createAuthority();
    const caFile = path.join(await mkdtemp(path.join(folder, 'ca-')), 'ca.pem');
    await writeFile(caFile, authority.cert);
    const tls = createCertificate(NAMES, authority);
    const users = { [LOGIN.username]: LOGIN.password };
    const realm = 'https://registry.test/token';
    const servers = await scenario({
      eci: { tls, accounts: [] },
      registry: { tls, auth: 'token', users, realm },
    });
    const { oidc, sts, ...identity } = await startIdentity(servers.eci, { tls });
    const hosts = [servers.registry, servers.eci, sts, oidc].map(({ host }) => host);
    const routes = Object.fromEntries(NAMES.map((name, at) => [name, hosts[at] ?? '']));
    const proxy = await startProxy({ routes, ...(login ? { login } : {}) });
    closers.push(
      () => proxy.close(),
      () => identity.close(),
    );
    const ownInputs = {
      ...inputsFor(servers.eci, { host: 'registry.test' }),
      'plain-http-registry': '',
      ...loginFor('registry.test', LOGIN),
      'access-key-id': '',
      'access-key-secret': '',
      'role-to-assume': TEST_ROLE_ARN,
      'oidc-provider-arn': TEST_PROVIDER_ARN,
      audience: TEST_AUDIENCE,
      endpoint: 'https://eci.test',
      'sts-endpoint': 'sts.test',
    };
    const ownEnv = {
      ...oidc.env,
      ACTIONS_ID_TOKEN_REQUEST_URL: oidc.requestUrl.replace(oidc.host, 'actions.test'),
      NODE_EXTRA_CA_CERTS: caFile,
      ECI_CACHE_CLOCK_SPEED: String(SPEED),
    };
    const run: Office['run'] = async (env, inputs = {}) => {
      const given = { inputs: { ...ownInputs, ...inputs }, env: { ...ownEnv, ...env } };
      const result = await (await startDist({ ...given, nodeOptions: offline(), debug: true })).done;
      const issued = sts.issued.flatMap((keys) => [keys.accessKeySecret, keys.securityToken ?? '']);
      const login = `${PROXY_LOGIN.username}:${PROXY_LOGIN.password}`;
      const secrets = [...SECRETS, PROXY_LOGIN.password, login, oidc.requestToken, ...oidc.issued, ...issued];
      return withoutSecrets(result, secrets);
    };
    return { proxy, servers, run };
  };

  it.concurrent.each(['HTTPS_PROXY', 'https_proxy'])(
    '%s leads ECI, STS, the ID token and the registry out',
    async (variable) => {
      const { proxy, run } = await office();
      const result = await run({ [variable]: proxy.url });
      expect(result).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
      expect(proxy.targets()).toEqual(NAMES.map((name) => `${name}:443`).sort());
      expect(proxy.requests.every(({ passed }) => passed)).toBe(true);
      const told = `Proxy: https:// through ${proxy.host} (${variable}), http:// directly.`;
      expect(result.stdout.split('\n').filter((line) => line.startsWith('Proxy'))).toEqual([told]);
    },
  );

  it.concurrent('its address may lack the scheme, as for the runner itself', async () => {
    const { proxy, run } = await office(null);
    const { exitCode } = await run({ HTTPS_PROXY: proxy.host.replace('127.0.0.1', 'localhost') });
    expect(exitCode).toBe(0);
    expect(proxy.targets()).toHaveLength(NAMES.length);
  });

  it.concurrent.each([
    ['NO_PROXY', 'eci.test,registry.test', ['actions.test:443', 'sts.test:443']],
    ['no_proxy', '.test', []],
  ])('is not asked for the hosts of %s: %s', async (name, noProxy, targets) => {
    const { proxy, run } = await office();
    const result = await run({ HTTPS_PROXY: proxy.url, [name]: noProxy }, { 'image-cache-size': '20' });
    // Without the proxy, the names lead nowhere.
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain(`but for the hosts that ${name} lists`);
    expect(proxy.targets()).toEqual(targets);
  });

  it.concurrent('that refuses the password is told of, without the password', async () => {
    const { proxy, run } = await office();
    const result = await run({ HTTPS_PROXY: proxy.url.replace(/:[^:@]*@/, ':wrong-p%61ss@') });
    expect(withoutSecrets(result, ['wrong-pass', 'wrong-p%61ss']).exitCode).toBe(1);
    expect(result.errors.join('\n')).toMatch(/proxy/i);
    expect(proxy.targets()).toEqual([]);
  });

  it.concurrent('whose address is malformed is one error before the first request', async () => {
    const { servers, run } = await office();
    const result = await run({ HTTPS_PROXY: 'http://corp:very#secret@proxy.corp:8080' });
    expect(withoutSecrets(result, ['very#secret', 'secret@proxy'])).toMatchObject({
      exitCode: 1,
      errors: [expect.stringContaining('The environment variable HTTPS_PROXY names no proxy')],
    });
    expect([...servers.registry.requests, ...servers.eci.requests]).toEqual([]);
  });
});

it('over plain HTTP too, HTTP_PROXY is the only way out', async () => {
  const { eci, registry, run } = await scenario({
    registry: { auth: 'basic', users: { [LOGIN.username]: LOGIN.password } },
  });
  const proxy = await startProxy({
    routes: { 'registry.test': registry.host, 'eci.test:8080': eci.host },
    login: PROXY_LOGIN,
  });
  closers.push(() => proxy.close());
  const inputs = {
    images: 'registry.test/acme/shop',
    'plain-http-registry': 'registry.test',
    endpoint: 'http://eci.test:8080',
    ...loginFor('registry.test', LOGIN),
  };
  const result = await run(inputs, { env: { http_proxy: proxy.url }, nodeOptions: offline(), debug: true });
  expect(withoutSecrets(result, [PROXY_LOGIN.password])).toMatchObject({ exitCode: 0, errors: [] });
  expect(proxy.targets()).toEqual(['eci.test:8080', 'registry.test:80']);
});
