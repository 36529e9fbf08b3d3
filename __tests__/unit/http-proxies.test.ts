import { describe, expect, it } from '@jest/globals';
import { ActionErrors } from '../../src/errors.js';
import { readProxies } from '../../src/http/proxies.js';
import { readRunner } from '../../src/inputs/runner.js';
import { Secrets } from '../../src/report/secrets.js';
import { rememberedLog } from '../support/log.js';

interface Used {
  /** The proxy for a URL: host, and its login. */
  readonly proxyFor: (url: string) => string | undefined;
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly masked: readonly string[];
  readonly errors: readonly string[];
}

function use(env: NodeJS.ProcessEnv): Used {
  const [masked, log] = [[] as string[], rememberedLog()];
  const secrets = new Secrets((form) => void masked.push(form));
  const read = { lines: log.infos, warnings: log.warnings, masked };
  try {
    const proxyFor = readProxies(readRunner({ env }).proxies, { secrets, log });
    return { ...read, proxyFor: (url) => proxyFor(new URL(url))?.host, errors: [] };
  } catch (error) {
    if (!(error instanceof ActionErrors)) throw error;
    const errors = error.errors.map(({ message }) => message);
    return { ...read, proxyFor: () => undefined, errors };
  }
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
        'Proxy: https:// through p.corp:8080 (https_proxy), http:// directly, except for the hosts that no_proxy lists.',
      ],
    ],
    [
      { HTTPS_PROXY: 'http://[::1]:8080' },
      ['Proxy: https:// through [::1]:8080 (HTTPS_PROXY), http:// directly.'],
    ],
  ])('of %j are shown once, by their hosts', (env, lines) => {
    expect(use(env)).toMatchObject({ lines, errors: [] });
  });

  it.each([
    ['p.corp:8080', 'p.corp:8080'],
    ['jo:pw@p.corp:8080', 'p.corp:8080'],
    [' http://p.corp:8080 ', 'p.corp:8080'],
    ['HTTP://p.corp:8080', 'p.corp:8080'],
    ['http://[::1]:3128', '[::1]:3128'],
  ])('%j is the proxy %s', (value, host) => {
    expect(use({ HTTPS_PROXY: value }).proxyFor('https://a.example/')).toBe(host);
    expect(use({ HTTPS_PROXY: value }).proxyFor('http://a.example/')).toBeUndefined();
    expect(use({ http_proxy: value }).proxyFor('http://a.example/')).toBe(host);
  });

  it.each([
    ['http://p.corp:99999', 'it is not a URL'],
    ['http://', 'it is not a URL'],
    ['http://jo:pass-word#x@p.corp', 'it is not a URL'],
    ['http://jo:pass-word/x@p.corp', 'it is not a URL'],
    ['http:p.corp:8080', 'it is not a URL'],
    ['socks5://jo:pass-word@p.corp', 'its scheme is neither http:// nor https://'],
    ['http://jo:pass-word%@p.corp', 'its user or password has a % that encodes nothing'],
    ['http://jo%zz:pass-word@p.corp', 'its user or password has a % that encodes nothing'],
    ['http://jo:pass-word%ff@p.corp', 'its user or password has a % that encodes nothing'],
  ])('%s is an error that names the variable and not the password', (value, fault) => {
    const { errors, lines } = use({ https_proxy: value, HTTP_PROXY: value });
    expect(errors).toEqual([
      `The environment variable https_proxy is not a proxy address: ${fault}.`,
      `The environment variable HTTP_PROXY is not a proxy address: ${fault}.`,
    ]);
    expect(lines).toEqual([]);
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

describe('NO_PROXY', () => {
  const near = (noProxy: string, url: string): boolean =>
    use({ HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1', NO_PROXY: noProxy }).proxyFor(url) ===
    undefined;

  it.each([
    ['host.test', 'http://host.test/', true],
    ['HOST.TEST', 'http://host.test/', true],
    ['host.test', 'https://HOST.test./', true],
    ['a.test, host.test', 'http://host.test/', true],
    ['a.test host.test\tb.test', 'http://host.test/', true],
    [' ,host.test , ', 'http://host.test/', true],
    ['host.test:80', 'http://host.test/', true],
    ['host.test:80', 'https://host.test/', false],
    ['host.test:8443', 'https://a.host.test:8443/', true],
    ['test', 'http://host.test/', true],
    ['.test', 'http://host.test/', true],
    ['.host.test', 'http://host.test/', false],
    ['*.test', 'http://a.host.test/', true],
    ['*.host.test', 'http://host.test/', false],
    ['*', 'https://host.test/', true],
    ['st.test', 'http://host.test/', false],
    ['bücher.example', 'https://xn--bcher-kva.example/', true],
    ['10.0.0.0/8', 'https://10.200.3.4/', true],
    ['10.0.0.0/8', 'https://11.0.0.1/', false],
    ['10.0.0.0/8', 'https://10.example/', false],
    ['192.168.1.128/25', 'http://192.168.1.127/', false],
    ['192.168.1.7', 'http://192.168.1.7/', true],
    ['192.168.1.7:80', 'https://192.168.1.7/', false],
    ['fd00::/8', 'https://[fd12:3456::1]/', true],
    ['fd00::/8', 'https://[fe80::1]/', false],
    ['fd12::1', 'https://[fd12:0:0::1]/', true],
    ['[fd12::1]:443', 'https://[fd12::1]/', true],
    ['0.0.0.0/0', 'https://8.8.8.8/', true],
  ])('%j and %s: without a proxy is %s', (noProxy, url, isNear) => {
    expect(near(noProxy, url)).toBe(isNear);
  });

  it.each([
    ['http://localhost:80/', true],
    ['http://a.localhost/', true],
    ['http://127.0.0.1/', true],
    ['http://127.1/', true],
    ['http://[::1]/', true],
    ['http://127.evil.example/', false],
    ['http://127.0.0.1.evil.example/', false],
    ['http://localhost.evil.example/', false],
    ['http://128.0.0.1/', false],
  ])('%s is on this machine: %s', (url, isNear) => {
    expect(near('', url)).toBe(isNear);
  });

  it.each([
    'http://a.test',
    '10.0.0.0/33',
    'a/b',
    '10.*',
    '10.0.0.*',
    'a.test:port',
    'a..test',
    '::/129',
    '<local>',
  ])('has a warning for %s, and honours the rest', (entry) => {
    const { warnings, proxyFor } = use({ HTTP_PROXY: 'http://p:1', no_proxy: `${entry},host.test` });
    expect(warnings).toEqual([
      expect.stringContaining(`no_proxy has an entry that is not understood, and has no effect: "${entry}"`),
    ]);
    expect(proxyFor('http://host.test/')).toBeUndefined();
    expect(proxyFor('http://10.0.0.1/')).toBe('p:1');
  });
});
