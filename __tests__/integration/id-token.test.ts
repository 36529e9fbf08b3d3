import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startHttpServer, type Handler, type TlsFiles } from '../../dev/http.js';
import { startOidcServer } from '../../dev/oidc.js';
import { createCertificate } from '../../dev/registry/certificate.js';
import { runnerIdToken } from '../../src/id-token.js';
import { stdoutOf } from '../support/stdout.js';

const VARIABLES = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** What comes of asking, without the masks that @actions/core prints. */
async function ask(): Promise<unknown> {
  let outcome: unknown;
  await stdoutOf(async () => {
    outcome = await runnerIdToken('sts.aliyuncs.com').catch((error: unknown) => error);
  });
  return outcome;
}

function point(url: string): void {
  process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] = `${url}/token?api-version=2.0`;
  process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] = 'request-token';
}

async function serve(handler: Handler, tls?: TlsFiles): Promise<void> {
  const server = await startHttpServer(handler, tls);
  closers.push(() => server.close());
  point(server.url);
}

it('the token is for the audience', async () => {
  const oidc = await startOidcServer();
  closers.push(() => oidc.close());
  Object.assign(process.env, oidc.env);
  expect(await ask()).toBe(oidc.issued[0]);
  expect(oidc.requests).toEqual([{ path: '/token', audience: 'sts.aliyuncs.com', authorized: true }]);
});

describe('without a token', () => {
  it.each(VARIABLES)('a job that lacks %s is told of the permission', async (name) => {
    point('http://127.0.0.1:1');
    Reflect.deleteProperty(process.env, name);
    expect(await ask()).toMatchObject({
      kind: 'permanent',
      message: 'The job may not ask for an OIDC token.',
      hint: expect.stringContaining('permissions: id-token: write') as unknown,
    });
  });

  it.each<[string, Handler, string, string]>([
    [
      'a status',
      (_, response) => void response.writeHead(403).end('{"message":"certificate of request-token"}'),
      'permanent',
      ' (HTTP 403).',
    ],
    ['another form', (_, response) => void response.end('<html>'), 'permanent', '.'],
    ['no token', (_, response) => void response.end('{"value":null}'), 'permanent', '.'],
    ['nothing', (_, response) => void response.destroy(), 'transient', ': its service cannot be reached.'],
  ])('a service that answers with %s is told of, without its text', async (_, handler, kind, ending) => {
    await serve(handler);
    expect(await ask()).toMatchObject({
      code: 'NoIdToken',
      kind,
      message: `GitHub did not hand out the job's OIDC token for role-to-assume${ending}`,
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

  it('a certificate that nobody vouches for is told of with what to set', async () => {
    await serve(() => undefined, createCertificate());
    expect(await ask()).toMatchObject({
      kind: 'permanent',
      message: expect.stringContaining('the certificate of its service is not trusted') as unknown,
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as unknown,
    });
  });
});
