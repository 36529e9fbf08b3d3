import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startProxy, type Proxy, type ProxyOptions } from '../../dev/proxy.js';
import { createCertificate } from '../../dev/registry/certificate.js';
import {
  AMD64,
  clientFor,
  closeAll,
  failureOf,
  imageOf,
  layer,
  serverWith,
  successOf,
} from './registry-harness.js';

const NAMES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'];
const before = NAMES.map((name) => [name, process.env[name]] as const);
const setEnvironment = (values: readonly (readonly [string, string | undefined])[]): void => {
  for (const [name, value] of values) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
};

const LOGIN = { username: 'user', password: 'p@ss:word' };
const proxies: Proxy[] = [];

/** A forward proxy that alone knows where registry.example is. */
async function proxyTo(target: string, options: Partial<ProxyOptions> = {}): Promise<Proxy> {
  const proxy = await startProxy({ routes: { 'registry.example': target }, ...options });
  proxies.push(proxy);
  return proxy;
}

beforeEach(() => {
  setEnvironment(NAMES.map((name) => [name, undefined]));
});
afterEach(async () => {
  setEnvironment(before);
  await Promise.all([...proxies.splice(0).map((proxy) => proxy.close()), closeAll()]);
});

describe('a proxy that the environment names', () => {
  it.each([
    ['HTTPS_PROXY', true, 'CONNECT'],
    // Without TLS, the proxy is asked for the URL: few make tunnels to port 80.
    ['http_proxy', false, 'GET'],
  ])('is the way out: %s, TLS %s, by %s', async (variable, isTls, method) => {
    const server = await serverWith({
      ...(isTls ? { tls: createCertificate(['registry.example']) } : {}),
      auth: 'basic',
      users: { robot: 'of-the-registry' },
    });
    const bytes = layer(100_000);
    server.putImage('app', '1', { layers: [bytes] });
    const proxy = await proxyTo(server.host, { login: LOGIN });
    setEnvironment([[variable, proxy.url]]);
    const hosts = ['registry.example'];
    const client = clientFor([], {
      [isTls ? 'insecureRegistries' : 'plainHttpRegistries']: hosts,
      credentialsFor: () => Promise.resolve({ username: 'robot', password: 'of-the-registry' }),
    });

    const { image, blobs } = successOf(await client.inspect(imageOf('registry.example/app:1'), AMD64));
    const [first] = image.layers;
    const piece = first && (await blobs.range(first, 10, 19));

    expect(piece).toEqual(bytes.subarray(10, 20));
    const target = `registry.example:${isTls ? 443 : 80}`;
    expect(proxy.requests).toContainEqual({ method, target, passed: true });
    expect(proxy.requests.filter((request) => request.method !== method || !request.passed)).toEqual([]);
    // What is for the proxy stays with it, and the registry sees itself by its name.
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({ host: 'registry.example' });
      expect(headers).not.toHaveProperty('proxy-authorization');
    }
  });

  it('is spoken to by TLS where its address says so', async () => {
    const server = await serverWith();
    server.putImage('app', '1', { layers: [layer()] });
    const proxy = await proxyTo(server.host, { tls: createCertificate(['registry.example']) });
    setEnvironment([['http_proxy', proxy.url]]);

    const failure = failureOf(
      await clientFor([{ host: 'registry.example' }]).inspect(imageOf('registry.example/app:1'), AMD64),
    );

    // It has no certificate for itself, and that is looked at.
    expect(failure.message).toContain('certificate');
    expect([...proxy.requests, ...server.requests]).toEqual([]);
  });

  it('is not asked for the hosts of NO_PROXY', async () => {
    const server = await serverWith();
    server.putImage('app', '1', { layers: [layer()] });
    const proxy = await proxyTo(server.host);
    // Loopback by another name: 127.0.0.1 never goes through a proxy.
    const host = server.host.replace('127.0.0.1', '0.0.0.0');
    const client = clientFor([{ host }]);
    setEnvironment([
      ['HTTP_PROXY', proxy.url],
      ['NO_PROXY', 'example.org,0.0.0.0'],
    ]);

    successOf(await client.inspect(imageOf(`${host}/app:1`), AMD64));

    expect(proxy.requests).toEqual([]);
  });

  it.each([
    [407, 1, 'check user and password in HTTPS_PROXY'],
    [403, 1, 'name the host in NO_PROXY'],
    [429, 4, 'may reach it (DNS, firewall, proxy)'],
    [503, 4, 'may reach it (DNS, firewall, proxy)'],
  ])(
    'is named in the error where it refuses a tunnel by %d, and its password is not',
    async (status, tries, hint) => {
      const server = await serverWith();
      const proxy = await proxyTo(server.host, { login: LOGIN, refuseWith: status });
      setEnvironment([['HTTPS_PROXY', proxy.url]]);
      const client = clientFor([]);

      const failure = failureOf(await client.inspect(imageOf('registry.example/app:1'), AMD64));

      expect(failure.reason).toBe('unreachable');
      expect(failure.message).toContain(`tunneling socket could not be established, statusCode=${status}`);
      expect(failure.hint).toContain(hint);
      expect(proxy.requests).toHaveLength(tries);
      const told = JSON.stringify([failure.message, failure.hint, client.lines]);
      for (const form of [LOGIN.password, encodeURIComponent(LOGIN.password)])
        expect(told).not.toContain(form);
    },
  );

  it('is named where it wants another login for a URL, and asked once', async () => {
    const server = await serverWith();
    const proxy = await proxyTo(server.host, { login: LOGIN });
    setEnvironment([['http_proxy', `http://${proxy.host}`]]);

    const failure = failureOf(
      await clientFor([{ host: 'registry.example' }]).inspect(imageOf('registry.example/app:1'), AMD64),
    );

    expect(failure.message).toContain('cannot be reached: the proxy answers HTTP 407');
    expect(failure.hint).toContain('check user and password in HTTPS_PROXY (HTTP_PROXY for http://)');
    expect(proxy.requests).toHaveLength(1);
  });
});
