import { afterEach, describe, expect, it } from '@jest/globals';
import { startHttpServer } from '../../dev/http.js';
import {
  AMD64,
  clientFor,
  closeAll,
  failureOf,
  imageOf,
  layer,
  scene,
  serverWith,
  successOf,
} from './registry-harness.js';

// A registry that is out for the login, the network of the runner, or its memory.

afterEach(closeAll);

describe('a registry that is out for more than it should get', () => {
  it('cannot send us to a host without TLS that is not listed, not even from one that is', async () => {
    const seen: string[] = [];
    const metadata = await startHttpServer(({ path }, response) => {
      seen.push(path);
      response.writeHead(403).end('internal secret');
    });
    const { failure } = await scene({
      faults: [{ kind: 'redirect', to: `${metadata.url}/latest/meta-data`, on: 'manifest' }],
    });
    const { message } = await failure();
    await metadata.close();
    expect(message).toMatch(/redirects to http:\/\/127\.0\.0\.1:\d+, which is not HTTPS$/);
    expect(seen).toEqual([]);
  });

  it('does not see what another host says', async () => {
    const other = await serverWith({
      faults: [{ kind: 'status', status: 403, body: '{"errors":[{"message":"internal secret"}]}' }],
    });
    const server = await serverWith({ faults: [{ kind: 'redirect', to: `${other.url}/x`, on: 'manifest' }] });
    const client = clientFor([server, other]);
    const { message } = failureOf(await client.inspect(imageOf(`${server.host}/app:1`), AMD64));
    expect(message).toMatch(/redirects to http:\/\/127\.0\.0\.1:\d+, which answers HTTP 403$/);
    expect(client.lines.join()).not.toContain('internal secret');
  });

  it.each([403, 404, 503])(
    'does not see what another host says that it calls its token service: %d',
    async (status) => {
      const body = '{"errors":[{"message":"internal secret"}]}';
      const other = await serverWith({ faults: [{ kind: 'status', status, body }] });
      const server = await serverWith({ auth: 'token', realm: `${other.url}/token` });
      const client = clientFor([server, other]);
      const failure = failureOf(await client.inspect(imageOf(`${server.host}/app:1`), AMD64));
      expect(failure.message).toContain(`HTTP ${status}`);
      expect(`${failure.message}${client.lines.join()}`).not.toContain('internal secret');
    },
  );

  it('cannot have a token fetched from another origin by a redirect', async () => {
    const other = await serverWith({ auth: 'token' });
    const server = await serverWith({
      auth: 'token',
      faults: [{ kind: 'redirect', to: `${other.url}/token`, on: 'token' }],
    });
    const result = await clientFor([server, other]).inspect(imageOf(`${server.host}/app:1`), AMD64);
    expect(failureOf(result).message).toMatch(/redirects a request for a token to .*; it is not sent on$/);
    expect(other.requests).toEqual([]);
  });

  it.each(['imc', 'x'.repeat(7), 'x'.repeat(20_000)])(
    'has no token masked that is too short or too long',
    async (badToken) => {
      const { failure, client } = await scene({ auth: 'token', badToken });
      expect((await failure()).message).toContain('answers without a usable token');
      expect(client.secrets).toEqual([]);
    },
  );

  it('may list more tags than anybody could read', async () => {
    const tags = Array.from({ length: 125_000 }, (_, at) => `1.${at}.3-${'x'.repeat(4)}`);
    const body = JSON.stringify({ name: 'app', tags }).slice(0, 2_000_000);
    const whole = `${body.slice(0, body.lastIndexOf(','))}]}`;
    const { failure } = await scene({
      put: (server) => server.putImage('app', '2', { layers: [] }),
      faults: [{ kind: 'status', status: 200, body: whole, on: 'tags' }],
    });
    const { reason, message } = await failure();
    expect(reason).toBe('not-found');
    expect(message).toMatch(/there is no tag 1 in .*; similar tags are /);
  });

  it('has us knock at a few hosts of foreign layers only', async () => {
    const hosts = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const seen: string[] = [];
        const server = await startHttpServer(({ headers }, response) => {
          seen.push(headers['connection'] ?? '');
          response.writeHead(404).end();
        });
        return { ...server, seen };
      }),
    );
    const server = await serverWith();
    server.putImage('app', '1', {
      layers: hosts.map(({ url }) => ({ bytes: layer(), urls: [`${url}/a`] })),
    });
    const client = clientFor([server, ...hosts]);
    const { image, blobs } = successOf(await client.inspect(imageOf(`${server.host}/app:1`), AMD64));
    for (const foreign of image.layers) expect(await blobs.range(foreign, 0, 3)).toHaveLength(4);
    await Promise.all(hosts.map((host) => host.close()));
    expect(hosts.flatMap(({ seen }) => seen)).toEqual(['close', 'close', 'close', 'close']);
  });
});
