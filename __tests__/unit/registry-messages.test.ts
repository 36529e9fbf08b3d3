import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startHttpServer, type LocalServer } from '../../dev/http.js';
import { AMD64, clientFor, closeAll, failureOf, layer, serverWith } from '../integration/registry-harness.js';
import { parseReference } from '../../src/images/reference.js';
import { askHelper } from '../../src/registry/credential-helper.js';
import { exchange, type Answer } from '../../src/registry/exchange.js';
import { trustRules } from '../../src/registry/hosts.js';
import { parseManifest, verifiedDigest } from '../../src/registry/manifest.js';
import { followRedirects } from '../../src/registry/redirects.js';
import { requestToken } from '../../src/registry/tokens.js';
import type { Transport } from '../../src/registry/transport.js';

// The texts as the troubleshooting page has them; what leads to each is the matter of the registry-*.test.ts.

const trust = trustRules({ plainHttpRegistries: [], insecureRegistries: [] });
const manifest = (document: unknown) => () => parseManifest(Buffer.from(JSON.stringify(document)), '');

describe('a manifest', () => {
  it.each<[string, () => unknown]>([
    ['the manifest is not a JSON object', manifest('text')],
    ['an entry of the index has no valid digest', manifest({ manifests: [{}] })],
    ['the digest md5:1 is neither sha256 nor sha512', () => verifiedDigest(Buffer.from(''), ['md5:1'])],
    [
      'what is stored there is a WebAssembly module, not a container image',
      manifest({ config: { mediaType: 'application/vnd.wasm.config.v1+json' }, layers: [] }),
    ],
  ])('is refused: %s', (text, read) => {
    expect(read).toThrow(text);
  });
});

describe('an image', () => {
  afterEach(closeAll);

  it('is named with the place where it was looked up, if that is another', async () => {
    const server = await serverWith();
    const result = await clientFor([server]).inspect(
      { cachedReference: 'vpc.example/shop:1', inspect: parseReference(`${server.host}/shop:1`) },
      AMD64,
    );
    expect(failureOf(result).message).toBe(
      `Image vpc.example/shop:1 (looked up as ${server.host}/shop:1): there is no repository ${server.host}/shop`,
    );
  });

  it('is not looked for behind index upon index', async () => {
    const server = await serverWith();
    const image = server.putImage('shop', undefined, { layers: [layer()], platform: AMD64 });
    const inner = server.putIndex('shop', 'a', { manifests: [{ ...image, platform: AMD64 }] });
    const middle = server.putIndex('shop', 'b', { manifests: [{ ...inner, platform: AMD64 }] });
    server.putIndex('shop', 'c', { manifests: [{ ...middle, platform: AMD64 }] });
    const reference = `${server.host}/shop:c`;
    const found = await clientFor([server]).inspect(
      { cachedReference: reference, inspect: parseReference(reference) },
      AMD64,
    );
    expect(failureOf(found).message).toContain('its index leads to another index 2 times over');
  });
});

it('does not send a login on to where it is redirected', async () => {
  const url = new URL('https://auth.example/token');
  const answer: Answer = {
    status: 307,
    headers: { location: 'https://other.example/' },
    url,
    body: Readable.from([]),
    hangUp: () => undefined,
  };
  const sent = followRedirects({ method: 'POST', url, headers: {} }, trust, () => Promise.resolve(answer));
  await expect(sent).rejects.toThrow('auth.example redirects a login');
});

it('names a token service that is none', async () => {
  const wish = {
    host: 'a.example',
    repository: 'shop',
    challenge: { scheme: 'bearer' as const, parameters: new Map([['realm', 'here']]) },
    login: undefined,
  };
  const transport = { trust } as Transport;
  await expect(requestToken(wish, transport)).rejects.toThrow(
    'registry a.example names no valid token service: here',
  );
});

it('tells of a helper that the system does not start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'helper-'));
  try {
    writeFileSync(join(folder, 'docker-credential-plain'), 'not a program', { mode: 0o644 });
    const options = { environment: { PATH: folder }, timeLimitMs: 1_000 };
    await expect(askHelper('plain', 'a.example', options)).rejects.toThrow('could not be run');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('a server that says nothing', () => {
  let silent: LocalServer;
  afterEach(() => silent.close());

  it('is given up', async () => {
    silent = await startHttpServer(() => new Promise(() => undefined));
    const line = { agent: new http.Agent(), signal: new AbortController().signal, speed: 20 };
    await expect(exchange({ method: 'GET', url: new URL(silent.url), headers: {} }, line)).rejects.toThrow(
      'not a byte of an answer within 30 s',
    );
  });
});
