import { describe, expect, it } from '@jest/globals';
import { trustRules } from '../../src/registry/hosts.js';
import { requestToken } from '../../src/registry/tokens.js';
import type { Transport, TransportRequest } from '../../src/registry/transport.js';
import type { Login } from '../../src/registry/types.js';
import { anAnswer } from './support/answers.js';

const TRUST = trustRules({ plainHttpRegistries: ['plain.example'], insecureRegistries: [] });
const LOGIN: Login = { username: 'jo', password: 'pässwörd' };

interface Case {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly login?: Login | undefined;
  readonly status?: number;
  readonly body?: string;
}

/** Asks for a token, and tells what was sent for it. */
async function ask({
  parameters = { realm: 'https://auth.example/token', service: 'registry.example' },
  login,
  status = 200,
  body = '{"token":"t"}',
}: Case): Promise<{ token: string; sent: TransportRequest[] }> {
  const sent: TransportRequest[] = [];
  const transport = {
    trust: TRUST,
    clientId: 'warm',
    fetch: (request: TransportRequest, read: (answer: unknown) => Promise<string>) => {
      sent.push(request);
      return read(anAnswer(status, body));
    },
  } as unknown as Transport;
  const challenge = { scheme: 'bearer', parameters: new Map(Object.entries(parameters)) };
  const wish = { host: 'registry.example', repository: 'team/app', challenge, login };
  return { token: await requestToken(wish, transport), sent };
}

describe('a token is asked for', () => {
  it.each([
    ['https://auth.example/token', 'https://auth.example/token?scope=repository%3Ateam%2Fapp%3Apull'],
    ['https://auth.example/t?a=1', 'https://auth.example/t?a=1&scope=repository%3Ateam%2Fapp%3Apull'],
    ['http://plain.example/t', 'http://plain.example/t?scope=repository%3Ateam%2Fapp%3Apull'],
    ['https://u:p@auth.example/t', 'https://auth.example/t?scope=repository%3Ateam%2Fapp%3Apull'],
  ])('at %s', async (realm, url) => {
    const { sent } = await ask({ parameters: { realm } });
    expect(sent.map((request) => request.url.href)).toEqual([url]);
    expect(sent[0]?.headers).toEqual({});
  });

  it('with the service that the challenge names, and a login', async () => {
    const { sent } = await ask({ login: LOGIN });
    expect(sent[0]?.url.searchParams.get('service')).toBe('registry.example');
    const basic = Buffer.from('jo:pässwörd', 'utf8').toString('base64');
    expect(sent[0]?.headers).toEqual({ authorization: `Basic ${basic}` });
  });

  it('with an identity token as OAuth 2 has it', async () => {
    const { sent } = await ask({ login: { identityToken: 'i&d' } });
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: new URL('https://auth.example/token'),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      service: 'registry.example',
      scope: 'repository:team/app:pull',
      grant_type: 'refresh_token',
      client_id: 'warm',
      refresh_token: 'i&d',
    });
  });

  it.each([
    [{ realm: 'http://auth.example/t' }, 'wants its login sent to http://auth.example, which is not HTTPS'],
    [{ realm: 'ftp://plain.example/t' }, 'wants its login sent to ftp://plain.example, which is not HTTPS'],
    [{ realm: '/token' }, 'registry registry.example names no valid token service: /token'],
    [{}, /names no valid token service: $/],
  ])('never at %j', async (parameters: Record<string, string>, message) => {
    await expect(ask({ parameters })).rejects.toThrow(message);
    await expect(ask({ parameters })).rejects.toMatchObject({ reason: 'bad-answer' });
  });

  it('tells what to do about a service without TLS', async () => {
    await expect(ask({ parameters: { realm: 'http://auth.example/t' } })).rejects.toMatchObject({
      hint: expect.stringMatching(/^Nothing was sent.*plain-http-registry/),
    });
  });
});

describe('the answer', () => {
  it.each([
    ['{"token":"a.b-c"}', 'a.b-c'],
    ['{"access_token":"x"}', 'x'],
    ['{"token":"","access_token":"x"}', 'x'],
    ['{"token":5,"access_token":"x"}', 'x'],
  ])('%s holds %s', async (body, token) => {
    expect((await ask({ body })).token).toBe(token);
  });

  it.each([
    '{}',
    'null',
    '["t"]',
    'token',
    '',
    '{"token":"a b"}',
    '{"token":"a\\nb"}',
    '{"token":"ü"}',
    `{"token":"t","more":"${'x'.repeat(1024 * 1024)}"}`,
  ])('%.40s holds none', async (body) => {
    await expect(ask({ body })).rejects.toMatchObject({
      reason: 'bad-answer',
      message: 'the token service of registry registry.example answers without a usable token',
    });
  });

  it.each<[number, Login | undefined, string, RegExp]>([
    [401, undefined, 'unauthorized', /wants a login for team\/app, and none was found \(HTTP 401: no\)/],
    [
      401,
      LOGIN,
      'unauthorized',
      /does not let the login that was found for it read team\/app \(HTTP 401: no\)/,
    ],
    [403, undefined, 'unauthorized', /HTTP 403/],
    [400, LOGIN, 'unauthorized', /HTTP 400/],
    [400, undefined, 'bad-answer', /registry registry\.example answers HTTP 400: no$/],
    [404, LOGIN, 'bad-answer', /answers HTTP 404: no$/],
  ])('%d with the login %j is %s', async (status, login, reason, message) => {
    const refused = ask({ status, login, body: 'no' });
    await expect(refused).rejects.toMatchObject({ reason, message: expect.stringMatching(message) });
  });
});
