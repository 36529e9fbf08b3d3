import { afterEach, describe, expect, it } from '@jest/globals';
import { AMD64, clientFor, closeAll, imageOf, layer, serverWith, successOf } from './registry-harness.js';

afterEach(closeAll);

/** The lines about requests, without the time that each took. */
const requestsIn = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith('GET ')).map((line) => line.replace(/ after \d+ ms$/, ''));

describe('the debug log of a look-up', () => {
  it('has method, address, status and bytes of each request', async () => {
    const server = await serverWith();
    const { digest } = server.putImage('app', '1', { layers: [{ bytes: layer() }] });
    const client = clientFor([server]);
    successOf(await client.inspect(imageOf(`${server.host}/app:1`), AMD64));
    await client.inspect(imageOf(`${server.host}/app:2`), AMD64);
    const [found, missing] = requestsIn(client.lines);
    expect(digest).toMatch(/^sha256:/);
    expect(found).toMatch(
      new RegExp(`^GET http://${server.host}/v2/app/manifests/1: HTTP 200, \\d{3} bytes$`),
    );
    expect(missing).toMatch(
      new RegExp(`^GET http://${server.host}/v2/app/manifests/2: HTTP 404, \\d+ bytes$`),
    );
  });

  it('counts what was read of a body that was given up', async () => {
    const server = await serverWith();
    server.putImage('app', '1', { layers: [{ bytes: layer(5_000_000) }] });
    const client = clientFor([server]);
    const { image, blobs } = successOf(await client.inspect(imageOf(`${server.host}/app:1`), AMD64));
    const [wanted] = image.layers;
    if (wanted === undefined) throw new Error('no layer');
    for await (const chunk of blobs.stream(wanted)) {
      expect(chunk.length).toBeLessThan(5_000_000);
      break;
    }
    const line = requestsIn(client.lines).at(-1) ?? '';
    const bytes = Number(/HTTP 200, (\d+) bytes$/.exec(line)?.[1]);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(5_000_000);
  });

  it('tells only the host of where a redirect leads: a signed URL is a secret while it lasts', async () => {
    const server = await serverWith({ blobsElsewhere: true });
    server.putImage('app', '1', { layers: [{ bytes: layer() }] });
    const client = clientFor([server]);
    const { image, blobs } = successOf(await client.inspect(imageOf(`${server.host}/app:1`), AMD64));
    const [wanted] = image.layers;
    if (wanted === undefined) throw new Error('no layer');
    await blobs.range(wanted, 0, 9);
    const [, redirect, target] = requestsIn(client.lines);
    expect(redirect).toMatch(/\/v2\/app\/blobs\/sha256:[0-9a-f]{64}: HTTP 307, \d+ bytes$/);
    expect(target).toBe(`GET http://${server.blobHost ?? '?'}/… (redirected): HTTP 206, 10 bytes`);
  });

  it('tells of a request without an answer, too', async () => {
    // A port that needs rights which nobody here has: nothing listens there.
    const host = '127.0.0.1:1';
    const client = clientFor([{ host }]);
    await client.inspect(imageOf(`${host}/app:1`), AMD64);
    expect(requestsIn(client.lines)[0]).toMatch(/\/v2\/app\/manifests\/1: .*ECONNREFUSED/);
  });
});
