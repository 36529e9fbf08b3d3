import { describe, expect, it } from '@jest/globals';
import { createHostAuthorization } from '../../src/registry/authorization.js';
import { trustRules } from '../../src/registry/hosts.js';
import type { Transport } from '../../src/registry/transport.js';
import type { Login } from '../../src/registry/types.js';
import { anAnswer } from './support/answers.js';

const LOGIN: Login = { username: 'jo', password: 'pw' };
const BASIC = `Basic ${Buffer.from('jo:pw').toString('base64')}`;
const BEARER = 'Bearer realm="https://auth.example/t"';

/** The header that answers the challenge, and what was told to be secret. */
async function answered(
  challenge: string | undefined,
  login: Login | undefined = LOGIN,
): Promise<{ header: string | undefined; hadLogin: boolean; secrets: string[] }> {
  const secrets: string[] = [];
  const transport = {
    trust: trustRules({ plainHttpRegistries: [], insecureRegistries: [] }),
    clientId: 'warm',
    fetch: (_: unknown, read: (answer: unknown) => Promise<string>) => read(anAnswer(200, '{"token":"t"}')),
  } as unknown as Transport;
  const authorization = createHostAuthorization('registry.example', transport, {
    credentialsFor: () => Promise.resolve(login),
    onSecret: (secret) => secrets.push(secret),
  });
  if (challenge !== undefined) authorization.learn(challenge);
  const header = await authorization.headerFor('team/app');
  return { header, hadLogin: await authorization.hadLogin(), secrets };
}

describe('a challenge', () => {
  it.each([
    ['Basic realm="a"', BASIC],
    [BEARER, 'Bearer t'],
    // A token for one repository gives away less than the password.
    [`Basic realm="a", ${BEARER}`, 'Bearer t'],
    [`${BEARER}, Basic realm="a"`, 'Bearer t'],
    [`Negotiate, Basic realm="a"`, BASIC],
    ['Negotiate', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is answered with %s', async (challenge, expected) => {
    const { header, hadLogin, secrets } = await answered(challenge);
    expect(header).toBe(expected);
    expect(hadLogin).toBe(expected !== undefined);
    expect(secrets).toEqual(expected === 'Bearer t' ? ['t'] : []);
  });

  it('is not answered with what Basic cannot hold', async () => {
    expect((await answered('Basic realm="a"', { identityToken: 'i' })).header).toBeUndefined();
  });
});
