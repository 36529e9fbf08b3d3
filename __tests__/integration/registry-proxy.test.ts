import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
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

interface Proxy {
  readonly url: string;
  readonly seen: { target: string; authorization: string | undefined }[];
  close(): void;
}

/** A forward proxy that leads every host to the same place, so that no name has to be resolved. */
async function startProxy(target: string, status = 200): Promise<Proxy> {
  const seen: Proxy['seen'] = [];
  const sockets: Socket[] = [];
  const proxy = createServer((_request, response) => response.writeHead(405).end());
  proxy.on('connect', ({ url = '', headers }, client: Socket) => {
    seen.push({ target: url, authorization: headers['proxy-authorization'] });
    const upstream = connect(Number(target.split(':')[1]), '127.0.0.1', () => {
      client.write(`HTTP/1.1 ${status} Whatever\r\n\r\n`);
      if (status !== 200) return void client.end();
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    sockets.push(client, upstream);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, seen, close };
}

beforeEach(() => {
  setEnvironment(NAMES.map((name) => [name, undefined]));
});
afterEach(async () => {
  setEnvironment(before);
  await closeAll();
});

describe('a proxy that the environment names', () => {
  it.each([
    ['HTTPS_PROXY', true],
    ['http_proxy', false],
  ])('is the way out: %s, TLS %s', async (variable, isTls) => {
    const server = await serverWith(isTls ? { tls: createCertificate(['registry.example']) } : {});
    const bytes = layer(100_000);
    server.putImage('app', '1', { layers: [bytes] });
    const proxy = await startProxy(server.host);
    setEnvironment([[variable, `http://us%65r:p%40ss%3Aword@${proxy.url}`]]);
    const hosts = ['registry.example'];
    const client = clientFor([], { [isTls ? 'insecureRegistries' : 'plainHttpRegistries']: hosts });

    const { image, blobs } = successOf(await client.inspect(imageOf('registry.example/app:1'), AMD64));
    const [first] = image.layers;
    const piece = first && (await blobs.range(first, 10, 19));
    proxy.close();

    expect(piece).toEqual(bytes.subarray(10, 20));
    const authorization = `Basic ${Buffer.from('user:p@ss:word').toString('base64')}`;
    const target = `registry.example:${isTls ? 443 : 80}`;
    expect(new Set(proxy.seen.map((request) => JSON.stringify(request)))).toEqual(
      new Set([JSON.stringify({ target, authorization })]),
    );
  });

  it('is not asked for the hosts of NO_PROXY', async () => {
    const server = await serverWith();
    server.putImage('app', '1', { layers: [layer()] });
    const proxy = await startProxy(server.host);
    // Loopback by another name: 127.0.0.1 never goes through a proxy.
    const host = server.host.replace('127.0.0.1', '0.0.0.0');
    const client = clientFor([{ host }]);
    setEnvironment([
      ['HTTP_PROXY', `http://${proxy.url}`],
      ['NO_PROXY', 'example.org,0.0.0.0'],
    ]);

    successOf(await client.inspect(imageOf(`${host}/app:1`), AMD64));
    proxy.close();

    expect(proxy.seen).toEqual([]);
  });

  it('is named in the error where it refuses, and its password is not', async () => {
    const server = await serverWith();
    const proxy = await startProxy(server.host, 407);
    setEnvironment([['HTTPS_PROXY', `http://user:pass-word@${proxy.url}`]]);
    const client = clientFor([]);

    const failure = failureOf(await client.inspect(imageOf('registry.example/app:1'), AMD64));
    proxy.close();

    expect(failure.reason).toBe('unreachable');
    expect(failure.message).toContain('tunneling socket could not be established, statusCode=407');
    expect(failure.hint).toContain('proxy');
    expect(JSON.stringify([failure.message, failure.hint, client.lines])).not.toContain('pass-word');
  });
});
