import { describe, expect, it } from '@jest/globals';
import { startProxy, type Proxy, type ProxyOptions } from '../../dev/proxy.js';
import { createAuthority, createCertificate } from '../../dev/registry/certificate.js';
import type { RegistryServerOptions } from '../../dev/registry/server.js';
import type { RunResult } from '../../dev/runner.js';
import {
  HIDDEN,
  openOffice,
  proxyTo,
  ROBOT,
  temporaryFile,
  withoutNameServer,
  type Office,
} from './office.js';
import { closeAtEnd, inspect, loginFor, scenario, type Inputs } from './support.js';

// The network of a self-hosted runner: nothing leads out of it but a forward proxy with a password.

const LOGIN = { username: 'corp\\runner', password: 'pr@xy p/ss:w%rd+ü' };
const NAMES = Object.values(HIDDEN);

interface Network extends Omit<Office, 'run'> {
  readonly proxy: Proxy;
  readonly run: (env: Readonly<Record<string, string>>, inputs?: Inputs) => Promise<RunResult>;
}

async function network(
  options: Omit<ProxyOptions, 'routes'> = { login: LOGIN },
  registry: RegistryServerOptions = {},
): Promise<Network> {
  const office = await openOffice({ names: HIDDEN, registry });
  const proxy = await proxyTo(office, options);
  const nodeOptions = await withoutNameServer();
  return { ...office, proxy, run: (env, inputs) => office.run(inputs, { env, nodeOptions, debug: true }) };
}

describe('a proxy with a password that is the only way out', () => {
  it.concurrent('https_proxy leads ECI, STS, the ID token and the registry out', async () => {
    const { proxy, run } = await network();
    const result = await run({ https_proxy: proxy.url });
    expect(result).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
    expect(proxy.targets()).toEqual(NAMES.map((name) => `${name}:443`).sort());
    expect(proxy.requests.every(({ passed }) => passed)).toBe(true);
    const told = `Proxy: https:// through ${proxy.host} (https_proxy), http:// directly.`;
    expect(result.stdout.split('\n').filter((line) => line.startsWith('Proxy'))).toEqual([told]);
  });

  it.concurrent.each<[string, string, boolean]>([
    ['HTTP_PROXY', 'http://', false],
    ['http_proxy', 'https://', true],
  ])('%s, %s, does the same for what is spoken to without TLS', async (variable, scheme, isTls) => {
    const { eci, registry, run } = await scenario({
      registry: { auth: 'basic', users: { [ROBOT.username]: ROBOT.password } },
    });
    const routes = { 'registry.test': registry.host, 'eci.test:8080': eci.host };
    const authority = createAuthority();
    const tls = isTls ? { tls: createCertificate(['127.0.0.1'], authority) } : {};
    const proxy = closeAtEnd(await startProxy({ routes, login: LOGIN, ...tls }));
    expect(proxy.url).toMatch(scheme);
    const inputs = {
      images: 'registry.test/acme/shop',
      'plain-http-registry': 'registry.test',
      endpoint: 'http://eci.test:8080',
      ...loginFor('registry.test', ROBOT),
    };
    const trust = { NODE_EXTRA_CA_CERTS: await temporaryFile('ca.pem', authority.cert) };
    const env = { ...trust, [variable]: proxy.url };
    const result = await run(inputs, { env, nodeOptions: await withoutNameServer() });
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(proxy.targets()).toEqual(['eci.test:8080', 'registry.test:80']);
    // Few proxies make tunnels to port 80.
    const ofRegistry = proxy.requests.filter(({ target }) => target === 'registry.test:80');
    expect(new Set(ofRegistry.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it.concurrent('is not found without the variable: no name leads anywhere then', async () => {
    const { proxy, run, servers } = await network();
    const { exitCode, errors } = await run({});
    expect(exitCode).toBe(1);
    expect(errors[0]).toMatch(/registry registry\.test cannot be reached/);
    expect([...proxy.requests, ...servers.registry.requests, ...servers.eci.requests]).toEqual([]);
  });

  it.concurrent('its address may lack the scheme, as for the runner itself', async () => {
    const { proxy, run } = await network({});
    const { exitCode } = await run({ HTTPS_PROXY: proxy.host.replace('127.0.0.1', 'localhost') });
    expect(exitCode).toBe(0);
    expect(proxy.targets()).toHaveLength(NAMES.length);
  });

  it.concurrent('may be spoken to by TLS itself', async () => {
    const office = await openOffice({ names: HIDDEN });
    const tls = createCertificate(['127.0.0.1'], office.authority);
    const proxy = await proxyTo(office, { login: LOGIN, tls });
    const options = { env: { HTTPS_PROXY: proxy.url }, nodeOptions: await withoutNameServer() };
    expect(await office.run({}, options)).toMatchObject({ exitCode: 0, errors: [] });
    expect(proxy.targets()).toHaveLength(NAMES.length);
  });
});

describe('NO_PROXY', () => {
  it.concurrent.each([
    ['NO_PROXY', 'eci.test,registry.test', ['actions.test:443', 'sts.test:443']],
    ['no_proxy', '.test', []],
  ])('%s: %s keeps these hosts from it', async (name, noProxy, targets) => {
    const { proxy, run } = await network();
    const result = await run({ HTTPS_PROXY: proxy.url, [name]: noProxy }, { 'image-cache-size': '20' });
    // Without the proxy, the names lead nowhere.
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain(`except for the hosts that ${name} lists`);
    expect(proxy.targets()).toEqual(targets);
  });

  it.concurrent('spares a proxy that leads nowhere what is near', async () => {
    const { run } = await scenario();
    const proxy = closeAtEnd(await startProxy({ routes: {} }));
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    expect(await run({}, { env })).toMatchObject({ exitCode: 0 });
    expect(proxy.requests).toEqual([]);
  });
});

describe('a proxy that refuses', () => {
  const WRONG = /:[^:@]*@/;

  /** How often each host was asked for. */
  const asked = ({ requests }: Proxy): Record<string, number> =>
    Object.fromEntries(
      requests.map(({ target }) => [target, requests.filter((other) => other.target === target).length]),
    );
  /** The registry's errors, beside which there may be one about credentials, which are had at the same time. */
  const ofRegistry = ({ errors }: RunResult): string[] =>
    errors.filter((error) => error.startsWith('Images '));

  it.concurrent('the password is told of at once, with what to mend', async () => {
    const { proxy, run } = await network();
    const result = await run({ HTTPS_PROXY: proxy.url.replace(WRONG, ':wrong-p%61ss@') });
    inspect(result, ['wrong-pass', 'wrong-p%61ss']);
    expect(result.exitCode).toBe(1);
    expect(ofRegistry(result)).toHaveLength(1);
    for (const error of ofRegistry(result)) {
      expect(error).toMatch(
        /registry registry\.test cannot be reached: the proxy on the way .* requires a login.* \(EPROXY407\)\n/,
      );
    }
    for (const error of result.errors) expect(error).toMatch(/\n.*user and password in HTTPS_PROXY/);
    expect(asked(proxy)).toMatchObject({ 'registry.test:443': 1 });
    expect(Math.max(...Object.values(asked(proxy)))).toBe(1);
    expect(proxy.targets()).toEqual([]);
  });

  it.concurrent.each<[string, number, Inputs, RegExp]>([
    [
      'ECI: the two look-ups and the two questions about the cache, at the same time',
      4,
      {
        'role-to-assume': '',
        'oidc-provider-arn': '',
        'access-key-id': 'a',
        'access-key-secret': 'some-secret',
      },
      /DescribeImageCaches failed: the proxy on the way to eci\.test requires a login.*\n.*user and password in HTTPS_PROXY/,
    ],
    [
      'the ID token',
      1,
      {},
      /OIDC token for role-to-assume: the proxy on the way to actions\.test requires a login.*\n.*user and password in HTTPS_PROXY/,
    ],
  ])('is asked once, not again and again: %s', async (_, requests, inputs, error) => {
    const { proxy, run, servers } = await network({ login: LOGIN }, { auth: 'none' });
    // The registry is near, so that the proxy is first asked for something else.
    const { host } = servers.registry;
    const near = { images: `${host}/acme/shop`, 'image-cache-size': '20', ...inputs };
    const result = await run({ HTTPS_PROXY: proxy.url.replace(WRONG, ':wrong@') }, near);
    expect(result).toMatchObject({ exitCode: 1, errors: [expect.stringMatching(error)] });
    expect(proxy.requests).toHaveLength(requests);
  });

  it.concurrent('a host is told of at once, too', async () => {
    const { proxy, run } = await network({ refuseWith: 403 });
    const result = await run({ HTTPS_PROXY: proxy.url });
    expect(result.exitCode).toBe(1);
    expect(ofRegistry(result)).toHaveLength(1);
    for (const error of ofRegistry(result))
      expect(error).toMatch(
        /the proxy does not let the runner through to registry\.test \(EPROXY403\)\nHave the proxy allow/,
      );
    for (const error of result.errors) expect(error).toMatch(/\n.*NO_PROXY/);
    expect(Math.max(...Object.values(asked(proxy)))).toBe(1);
  });

  it.concurrent('as its address is malformed is one error before the first request', async () => {
    const { servers, run } = await network();
    const result = await run({ HTTPS_PROXY: 'http://corp:very#secret@proxy.corp:8080' });
    inspect(result, ['very#secret', 'secret@proxy']);
    expect(result).toMatchObject({
      exitCode: 1,
      errors: [expect.stringContaining('The environment variable HTTPS_PROXY is not a proxy address')],
    });
    expect([...servers.registry.requests, ...servers.eci.requests]).toEqual([]);
  });
});

it.concurrent('the password of a proxy is masked in every form, used or not', async () => {
  const { proxy, run } = await network();
  const unused = 'http://other:un%2Fused%20p%40ss@127.0.0.1:9';
  const { masks } = await run({ HTTPS_PROXY: proxy.url, HTTP_PROXY: unused, http_proxy: '' });
  const basic = (text: string): string => Buffer.from(text).toString('base64');
  expect(masks).toEqual(
    expect.arrayContaining([
      LOGIN.password,
      encodeURIComponent(LOGIN.password),
      basic(`${LOGIN.username}:${LOGIN.password}`),
      'un/used p@ss',
      'un%2Fused%20p%40ss',
      basic('other:un/used p@ss'),
    ]),
  );
});
