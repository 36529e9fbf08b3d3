import { afterEach, describe, expect, it } from '@jest/globals';
import { type Fault, type RegistryServer, type RegistryServerOptions } from '../../dev/registry/server.js';
import type { Login, RegistryOptions } from '../../src/registry/types.js';
import {
  AMD64,
  clientFor,
  closeAll,
  failureOf,
  imageOf,
  layer,
  pathsOf,
  scene,
  serverWith,
  successOf,
} from './registry-harness.js';

// Who asks for a login, and how, where the specification is not followed.

afterEach(closeAll);

type Client = ReturnType<typeof clientFor>;

describe('a login', () => {
  const users = { robot: 'pass-word' };
  const login: Login = { username: 'robot', password: 'pass-word' };
  const having = (found: Login | undefined): Partial<RegistryOptions> => ({
    credentialsFor: () => Promise.resolve(found),
  });

  it.each([
    ['401 without a challenge', 'token'],
    ['401 without a challenge', 'basic'],
    ['403', 'token'],
    ['403', 'basic'],
    ['404', 'token'],
    ['404', 'basic'],
  ] as const)('is tried before giving up on %s (%s)', async (refusesWith, auth) => {
    const { image, server } = await scene({ auth, users, refusesWith }, having(login));
    await image();
    expect(pathsOf(server).filter((path) => path === 'GET /v2/')).toHaveLength(1);
  });

  it.each(['401 without a challenge', '403'] as const)(
    'is said to be missing only after a look, by the places: %s',
    async (refusesWith) => {
      const { failure } = await scene(
        { auth: 'basic', users, refusesWith },
        { ...having(undefined), loginPlaces: ['image-registry-credentials', '~/.docker/config.json'] },
      );
      const { reason, message, hint } = await failure();
      expect(reason).toBe('unauthorized');
      expect(message).toContain('and none was found');
      expect(hint).toContain('A login was looked for in image-registry-credentials, ~/.docker/config.json.');
    },
  );

  it('that is wrong is not said to be missing', async () => {
    const wrong = { username: 'robot', password: 'other' };
    const { failure } = await scene({ auth: 'basic', users, refusesWith: '403' }, having(wrong));
    expect((await failure()).message).toContain('does not let the login that was found for it read app');
  });

  it.each<[string, Login]>([
    ['password', { username: 'robot', password: 'expired' }],
    ['identity token', { identityToken: 'expired' }],
  ])('that has expired (%s) does not keep a public image from being read', async (_, expired) => {
    const { image, client } = await scene({ auth: 'token', users, anonymous: true }, having(expired));
    await image();
    expect(client.lines.filter((line) => line.includes('refuses the login'))).toEqual([
      expect.stringMatching(
        /^Registry 127\.0\.0\.1:\d+ refuses the login that was found for it, so it was read without/,
      ),
    ]);
  });

  it('that has expired is what the error names where the image is not public', async () => {
    const { failure } = await scene(
      { auth: 'token', users },
      having({ username: 'robot', password: 'expired' }),
    );
    expect((await failure()).message).toContain('does not let the login that was found for it');
  });
});

describe('a challenge', () => {
  it.each([
    ['a relative realm', { realm: '/token' }],
    ['a realm without quotes', { challenge: 'Bearer realm=REALM,service=registry,scope="a"' }],
  ])('with %s is understood', async (_, options) => {
    const { image, server } = await scene({ auth: 'token', ...options });
    await image();
    expect(server.requestsOf('token')).toHaveLength(1);
  });

  it('with a realm that is no address is quoted whole', async () => {
    const { failure } = await scene({ auth: 'token', realm: 'http://[a/token' });
    expect((await failure()).message).toMatch(/names no valid token service: http:\/\/\[a\/token$/);
  });
});

describe('a registry that redirects to another one', () => {
  const to = (other: RegistryServer): Fault => ({
    kind: 'redirect',
    to: `${other.url}/v2/mirror/app/manifests/1`,
    on: 'manifest',
  });

  async function pair(
    options: RegistryServerOptions,
    login?: Login,
  ): Promise<{ other: RegistryServer; client: Client; reference: string }> {
    const other = await serverWith(options);
    other.putImage('mirror/app', '1', { layers: [layer()] });
    const server = await serverWith({ faults: [to(other)] });
    const client = clientFor([server, other], { credentialsFor: () => Promise.resolve(login) });
    return { other, client, reference: `${server.host}/app:1` };
  }

  it('is followed to its token service, without our login', async () => {
    const { other, client, reference } = await pair(
      { auth: 'token' },
      { username: 'u', password: 'pass-word' },
    );
    successOf(await client.inspect(imageOf(reference), AMD64));
    const [token] = other.requestsOf('token');
    expect(token?.headers['authorization']).toBeUndefined();
    expect(token?.query).toContain('scope=repository%3Amirror%2Fapp%3Apull');
  });

  it.each<[string, RegistryServerOptions]>([
    ['a login for its tokens', { auth: 'token', users: { a: 'b' } }],
    ['a login', { auth: 'basic', users: { a: 'b' } }],
  ])('that wants %s is named', async (_, options) => {
    const { other, client, reference } = await pair(options);
    const { message } = failureOf(await client.inspect(imageOf(reference), AMD64));
    expect(message).toMatch(
      new RegExp(`redirects to ${other.url}, which (requires a login \\(HTTP 401\\)|answers HTTP 401)$`),
    );
  });
});
