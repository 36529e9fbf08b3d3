import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { estargzFooter } from '../../bench/corpus/estargz.js';
import { noise } from '../../bench/corpus/words.js';
import { startHttpServer, type LocalServer, type Received } from '../../dev/http.js';
import { createCertificate } from '../../dev/registry/certificate.js';
import type { Fault, LayerContent } from '../../dev/registry/server.js';
import type { RunResult } from '../../dev/runner.js';
import { tar } from '../../dev/tar.js';
import { openOffice, ROBOT, type Office } from './office.js';
import { closeAtEnd, loginFor, scenario, TAG, type Scenario } from './support.js';

// A registry that is after the login, or after the runner's memory. An ordinary run peaks at 80 to 90 MiB; without
// their bounds, the answers here took 400 MiB and more, or had no end.

const MIB = 2 ** 20;
const MOST_MEMORY_BYTES = 320 * MIB;

describe('no credential goes where it should not', () => {
  interface Thief extends LocalServer {
    readonly seen: Received[];
  }

  /** Takes down what it gets, and asks for a login as if it were a registry. */
  async function thief(office: Office, tls = true): Promise<Thief> {
    const seen: Received[] = [];
    const server = await startHttpServer(
      (request, response) => {
        seen.push(request);
        response.writeHead(401, { 'www-authenticate': 'Basic realm="thief"' }).end();
      },
      tls ? createCertificate(['127.0.0.1'], office.authority) : undefined,
    );
    return closeAtEnd({ ...server, seen });
  }

  /** An office, and a thief to whose host the Docker config has a login as well. */
  async function scene(tls = true): Promise<{ office: Office; thief: Thief; run: () => Promise<RunResult> }> {
    const office = await openOffice();
    const robber = await thief(office, tls);
    const auth = Buffer.from('other:0ther-p@ss').toString('base64');
    const config = JSON.stringify({ auths: { [robber.host]: { auth } } });
    return {
      office,
      thief: robber,
      run: () => office.run({}, { homeFiles: { '.docker/config.json': config } }),
    };
  }

  const given = (requests: readonly Received[]): unknown[] =>
    requests.filter(({ headers, body, query }) => {
      const text = [query, body.toString(), JSON.stringify(headers)].join();
      return headers['authorization'] !== undefined || text.includes(ROBOT.password);
    });

  it.concurrent('to a token service on another host over plain HTTP: it is not asked at all', async () => {
    const office = await openOffice();
    const robber = await thief(office, false);
    const hostile = await openOffice({ registry: { realm: `${robber.url}/token` } });
    const { exitCode, errors } = await hostile.run();
    expect(exitCode).toBe(1);
    for (const error of errors) {
      expect(error).toMatch(
        new RegExp(
          `asks for its login to be sent to ${robber.url}, which is not HTTPS\\nNothing was sent\\.`,
        ),
      );
    }
    expect(robber.seen).toEqual([]);
  });

  it.concurrent.each<[string, Pick<Fault, 'on' | 'nth'>, RegExp]>([
    ['a manifest', { on: 'manifest', nth: 2 }, /answers HTTP 401/],
    ['a layer', { on: 'blob' }, /layer sha256:\w+: .* answers HTTP 401/],
    ['the token', { on: 'token' }, /redirects a request for a token to .*; it is not sent on/],
  ])('to another origin to which it redirects for %s', async (_, which, error) => {
    const { office, thief, run } = await scene();
    office.servers.registry.faults.push({ kind: 'redirect', to: `${thief.url}/stolen`, ...which });
    const { exitCode, errors } = await run();
    expect(exitCode).toBe(1);
    expect(errors.join('\n')).toMatch(error);
    // A request for a token is not sent on at all.
    if (which.on !== 'token') expect(thief.seen).not.toEqual([]);
    expect(given(thief.seen)).toEqual([]);
  });

  it.concurrent('to an origin without TLS to which it redirects: it is not asked at all', async () => {
    const { office, thief, run } = await scene(false);
    office.servers.registry.faults.push({ kind: 'redirect', to: `${thief.url}/stolen`, on: 'manifest' });
    const { exitCode, errors } = await run();
    expect(exitCode).toBe(1);
    expect(errors[0]).toMatch(
      new RegExp(`redirects to ${thief.url}, which is not HTTPS\\n.*plain-http-registry`),
    );
    expect(thief.seen).toEqual([]);
  });

  it.concurrent('beyond what a look takes, whatever scope its challenge asks for', async () => {
    const challengedScope = 'repository:acme/shop:pull,push,delete registry:catalog:*';
    const { servers, run } = await openOffice({ registry: { challengedScope } });
    expect(await run({ wait: 'false' })).toMatchObject({ exitCode: 0 });
    const scopes = servers.registry
      .requestsOf('token')
      .flatMap(({ query }) => new URLSearchParams(query).getAll('scope'));
    expect(scopes.sort()).toEqual(['repository:acme/shop:pull', 'repository:acme/worker:pull']);
  });
});

describe('memory stays bounded', () => {
  /** A run over as many images as a cache takes, of which the registry answers for each with this fault or content. */
  async function runOver(
    servers: Scenario,
    names: readonly string[],
    inputs: Readonly<Record<string, string>> = {},
  ): Promise<RunResult> {
    const images = names.map((name) => `${servers.registry.host}/${name}`).join('\n');
    const result = await servers.run({ images, wait: 'false', ...inputs }, { measureMemory: true });
    // Only Linux tells it.
    if (process.platform === 'linux') expect(result.peakMemoryBytes).toBeGreaterThan(30 * MIB);
    expect(result.peakMemoryBytes ?? 0).toBeLessThan(MOST_MEMORY_BYTES);
    return result;
  }

  const TWENTY = Array.from({ length: 20 }, (_, at) => `acme/image-${at}`);

  it.concurrent('when no manifest has an end', async () => {
    const servers = await scenario({ registry: { faults: [{ kind: 'endless', on: 'manifest' }] } });
    const { exitCode, errors } = await runOver(servers, TWENTY);
    expect(exitCode).toBe(1);
    expect(errors).toHaveLength(20);
    for (const error of errors) expect(error).toMatch(/the manifest v1\.2\.3 is larger than 512 KiB/);
    const sent = servers.registry.requests.map(({ bytesSent }) => bytesSent);
    expect(Math.max(...sent)).toBeLessThan(64 * MIB);
  });

  it.concurrent('when every manifest is made of brackets', async () => {
    const servers = await scenario();
    const brackets = '['.repeat(MIB / 4 - 1000) + ']'.repeat(MIB / 4 - 1000);
    for (const name of TWENTY) {
      const manifest = Buffer.from(`{"schemaVersion":2,"name":"${name}","layers":${brackets}}`);
      servers.registry.putManifest(name, TAG, manifest, 'application/vnd.oci.image.manifest.v1+json');
    }
    const { exitCode, errors } = await runOver(servers, TWENTY);
    expect(exitCode).toBe(1);
    for (const error of errors) expect(error).toMatch(/the manifest's config is not a descriptor$/);
  });

  it.concurrent('when neither a token nor an error has an end', async () => {
    const login = { registry: { auth: 'token', users: { [ROBOT.username]: ROBOT.password } } } as const;
    const servers = await scenario(login);
    servers.registry.faults.push({ kind: 'endless', on: 'token' });
    const inputs = loginFor(servers.registry.host, ROBOT);
    const { exitCode, errors } = await runOver(servers, ['acme/shop', 'acme/worker'], inputs);
    expect(exitCode).toBe(1);
    for (const error of errors) expect(error).toMatch(/answers without a usable token\n/);
  });

  // A small layer would be read as a whole, whatever table it has.
  const body = gzipSync(tar([{ name: 'a', content: noise(100_000) }]));
  /** An eStargz layer with this for its table of contents. */
  const withTable = (table: Buffer): Buffer => Buffer.concat([body, table, estargzFooter(body.length)]);
  const tableOf = (json: string): Buffer =>
    gzipSync(tar([{ name: 'stargz.index.json', content: Buffer.from(json) }]), { level: 1 });
  /** zstd (RFC 8878): a frame of blocks of 128 KiB, each one byte that is repeated. */
  const zstdBomb = (blocks: number): Buffer =>
    Buffer.concat([
      Buffer.from('28b52ffd0038', 'hex'),
      ...Array.from({ length: blocks }, (_, at) => Buffer.from([Number(at === blocks - 1) | 2, 0, 0x10, 0])),
    ]);
  const bomb = zstdBomb(100_000);
  const OBJECTS = '{},'.repeat(5 * MIB);
  const NESTED = '['.repeat(7 * MIB) + ']'.repeat(7 * MIB);

  it.concurrent.each<[string, LayerContent]>([
    ['of gzip', { bytes: withTable(gzipSync(Buffer.alloc(256 * MIB), { level: 1 })) }],
    ['of empty objects', { bytes: withTable(tableOf(`{"version":1,"entries":[${OBJECTS}{}]}`)) }],
    ['of lists in lists', { bytes: withTable(tableOf(`{"version":1,"entries":${NESTED}}`)) }],
    [
      'of zstd',
      {
        bytes: Buffer.concat([body, bomb]),
        mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
        annotations: {
          'io.github.containers.zstd-chunked.manifest-position': `${body.length}:${bomb.length}:16000000:1`,
        },
      },
    ],
  ])('when a layer’s table of contents is a bomb %s, and the size is found otherwise', async (_, content) => {
    const servers = await scenario();
    servers.registry.putImage('acme/bomb', TAG, { layers: [content] });
    const { exitCode, outputs } = await runOver(servers, ['acme/bomb']);
    expect(exitCode).toBe(0);
    expect(outputs['image-cache-size']).toBe('20');
  });
});
