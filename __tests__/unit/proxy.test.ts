import http from 'node:http';
import https from 'node:https';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ActionErrors } from '../../src/errors.js';
import { readRunner } from '../../src/inputs/runner.js';
import { useProxies } from '../../src/proxy.js';
import { Secrets } from '../../src/report/secrets.js';
import { rememberedLog } from '../support/log.js';

const before = [http.request, https.request];
const undoing: (() => void)[] = [];
afterEach(() => {
  for (const undo of undoing.splice(0).reverse()) undo();
});

interface Used {
  readonly env: NodeJS.ProcessEnv;
  readonly lines: readonly string[];
  readonly masked: readonly string[];
  readonly errors: readonly string[];
}

function use(variables: NodeJS.ProcessEnv): Used {
  const env = { ...variables };
  const [masked, log] = [[] as string[], rememberedLog()];
  const secrets = new Secrets((form) => void masked.push(form));
  let errors: readonly string[] = [];
  try {
    undoing.push(useProxies(readRunner({ env }).proxies, { env, secrets, log }));
  } catch (error) {
    if (!(error instanceof ActionErrors)) throw error;
    errors = error.errors.map(({ message }) => message);
  }
  return { env, lines: log.infos, masked, errors };
}

describe('the proxies of the environment', () => {
  it.each<[NodeJS.ProcessEnv, string[]]>([
    [{}, []],
    [{ HTTPS_PROXY: '', https_proxy: ' ', NO_PROXY: 'a.example' }, []],
    [
      { HTTPS_PROXY: 'http://p.corp:8080' },
      ['Proxy: https:// through p.corp:8080 (HTTPS_PROXY), http:// directly.'],
    ],
    [{ http_proxy: 'http://p.corp/' }, ['Proxy: https:// directly, http:// through p.corp (http_proxy).']],
    [
      { HTTPS_PROXY: 'http://upper:1', https_proxy: 'https://lower:2', HTTP_PROXY: 'http://other:3' },
      ['Proxy: https:// through lower:2 (https_proxy), http:// through other:3 (HTTP_PROXY).'],
    ],
    [
      { https_proxy: 'http://jo:pass-word@p.corp:8080', no_proxy: '.corp' },
      [
        'Proxy: https:// through p.corp:8080 (https_proxy), http:// directly, but for the hosts that no_proxy lists.',
      ],
    ],
    [
      { HTTPS_PROXY: 'http://[::1]:8080' },
      ['Proxy: https:// through [::1]:8080 (HTTPS_PROXY), http:// directly.'],
    ],
  ])('of %j are told once, by their hosts', (env, lines) => {
    expect(use(env)).toMatchObject({ lines, errors: [] });
  });

  it.each([
    ['p.corp:8080', 'http://p.corp:8080'],
    ['jo:pw@p.corp:8080', 'http://jo:pw@p.corp:8080'],
    [' http://p.corp:8080 ', 'http://p.corp:8080'],
    ['HTTP://p.corp:8080', 'HTTP://p.corp:8080'],
  ])('%j is completed for those who read the variable later', (value, completed) => {
    expect(use({ HTTPS_PROXY: value }).env).toEqual({ HTTPS_PROXY: completed });
    expect(use({ http_proxy: value }).env).toEqual({ http_proxy: completed });
  });

  it.each([
    ['http://p.corp:99999', 'it is no URL'],
    ['http://', 'it is no URL'],
    ['http://jo:pass-word#x@p.corp', 'it is no URL'],
    ['http://jo:pass-word/x@p.corp', 'it is no URL'],
    ['http:p.corp:8080', 'it is no URL'],
    ['socks5://jo:pass-word@p.corp', 'its scheme is neither http:// nor https://'],
    ['http://jo:pass-word%@p.corp', 'its user or password holds a % that encodes nothing'],
    ['http://jo%zz:pass-word@p.corp', 'its user or password holds a % that encodes nothing'],
    ['http://jo:pass-word%ff@p.corp', 'its user or password holds a % that encodes nothing'],
  ])('%s is an error that names the variable and not the password', (value, fault) => {
    const { errors, env, lines } = use({ https_proxy: value, HTTP_PROXY: value });
    expect(errors).toEqual([
      `The environment variable https_proxy names no proxy: ${fault}.`,
      `The environment variable HTTP_PROXY names no proxy: ${fault}.`,
    ]);
    expect([env['https_proxy'], lines]).toEqual([value, []]);
    expect([http.request, https.request]).toEqual(before);
  });
});

describe("the proxy's password is masked", () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  it.each<[string, string, string[]]>([
    [
      'in every form',
      'http://jo%40x:p%40ss%2fword@p',
      ['p@ss/word', 'p%40ss%2fword', 'p%40ss%2Fword', base64('jo@x:p@ss/word')],
    ],
    ['as the URL has it', 'http://jo:p^ss`word@p', ['p^ss`word', 'p%5Ess%60word']],
    ['where there is no scheme', 'jo:pass-word@p:1', ['pass-word', base64('jo:pass-word')]],
    ['where the address is malformed', 'http://jo:pa#ss/w@rd@p:x', ['pa#ss/w@rd']],
    ['where it is encoded wrongly', 'http://jo:pass%word@p', ['pass%word']],
    ['where the scheme is not understood', 'socks5://jo:pass-word@p', ['pass-word']],
  ])('%s', (_, value, forms) => {
    expect(use({ HTTPS_PROXY: value }).masked).toEqual(expect.arrayContaining(forms));
  });

  it('in all variables, used or not', () => {
    const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
    const env = Object.fromEntries(names.map((name) => [name, `http://jo:pass-${name}@p`]));
    expect(use(env).masked).toEqual(expect.arrayContaining(names.map((name) => `pass-${name}`)));
  });

  it('and nothing is where there is none', () => {
    expect(use({ HTTPS_PROXY: 'http://p.corp:8080', HTTP_PROXY: 'http://jo@p.corp' }).masked).toEqual([]);
  });
});

it('leaves Node as it is where there is no proxy, and after the end', () => {
  use({ NO_PROXY: '*' });
  expect([http.request, https.request]).toEqual(before);
  use({ HTTPS_PROXY: 'http://p.corp:8080' });
  expect(https.request).not.toBe(before[1]);
  for (const undo of undoing.splice(0).reverse()) undo();
  expect([http.request, https.request]).toEqual(before);
});
