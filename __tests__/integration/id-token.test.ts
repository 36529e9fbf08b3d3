import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startHttpServer, type Handler, type TlsFiles } from '../../dev/http.js';
import { startOidcServer } from '../../dev/oidc.js';
import { createCertificate } from '../../dev/registry/certificate.js';
import { runnerIdToken } from '../../src/id-token.js';
import { createNetwork, type NetworkOptions } from '../../src/http/send.js';
import { Secrets } from '../../src/report/secrets.js';
import { rememberedLog } from '../support/log.js';

const VARIABLES = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;
const closers: (() => unknown)[] = [];
let env: Record<string, string> = {};

afterEach(async () => {
  env = {};
  await Promise.all(closers.splice(0).map((close) => close()));
});

const masks: string[] = [];
const secrets = new Secrets((form) => void masks.push(form));

/** What comes of asking. */
function ask(more: NetworkOptions = {}): Promise<unknown> {
  const network = createNetwork(more);
  closers.push(() => {
    network.close();
  });
  return runnerIdToken('sts.aliyuncs.com', { env, send: network.send, secrets, log: rememberedLog() }).catch(
    (error: unknown) => error,
  );
}

function point(url: string): void {
  env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
  };
}

async function serve(handler: Handler, tls?: TlsFiles): Promise<void> {
  const server = await startHttpServer(handler, tls);
  closers.push(() => server.close());
  point(server.url);
}

it('the token is for the audience', async () => {
  const oidc = await startOidcServer();
  closers.push(() => oidc.close());
  env = { ...oidc.env };
  expect(await ask()).toBe(oidc.issued[0]);
  expect(masks).toEqual(expect.arrayContaining([oidc.issued[0], env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']]));
  expect(oidc.requests).toEqual([{ path: '/token', audience: 'sts.aliyuncs.com', authorized: true }]);
});

describe('without a token', () => {
  it.each(VARIABLES)('a job that lacks %s learns of the permission', async (name) => {
    point('http://127.0.0.1:1');
    Reflect.deleteProperty(env, name);
    expect(await ask()).toMatchObject({
      kind: 'permanent',
      message: 'The job may not ask for an OIDC token.',
      hint: expect.stringContaining('permissions: id-token: write') as unknown,
    });
  });

  it.each<[string, Handler, string, string]>([
    ['403', (_, response) => void response.writeHead(403).end('request-token'), 'permanent', ' (HTTP 403).'],
    ['500', (_, response) => void response.writeHead(500).end(), 'transient', ' (HTTP 500).'],
    ['429', (_, response) => void response.writeHead(429).end(), 'transient', ' (HTTP 429).'],
    ['a page', (_, response) => void response.end('<html>'), 'transient', ': it sent a web page.'],
    ['nothing', (_, response) => void response.end(''), 'transient', ': it sent an empty answer.'],
    [
      'null',
      (_, response) => void response.end('{"value":null}'),
      'transient',
      ': it sent an answer without a token.',
    ],
    [
      'a number',
      (_, response) => void response.end('5'),
      'transient',
      ': it sent an answer without a token.',
    ],
  ])('a service that answers with %s is one failure, without its text', async (_, handler, kind, ending) => {
    await serve(handler);
    expect(await ask()).toMatchObject({
      code: 'NoIdToken',
      kind,
      message: `The runner's token service did not hand out the job's OIDC token for role-to-assume${ending}`,
    });
  });

  it('a connection that is dropped may be back', async () => {
    await serve((_, response) => void response.destroy());
    expect(await ask()).toMatchObject({
      kind: 'transient',
      message: expect.stringMatching(/the connection to 127\.0\.0\.1:\d+ was dropped/) as unknown,
    });
  });

  it('a service that is not there may be back', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    point(`http://127.0.0.1:${port}`);
    expect(await ask()).toMatchObject({ kind: 'transient' });
  });

  it('a certificate that nobody signed is named, with what to set', async () => {
    await serve(() => undefined, createCertificate());
    expect(await ask()).toMatchObject({
      kind: 'permanent',
      message: expect.stringContaining('is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)') as unknown,
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as unknown,
    });
  });
});
