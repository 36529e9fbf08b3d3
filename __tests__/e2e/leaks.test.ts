import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAction } from '../../dev/runner.js';
import { formsOf, leaksIn, placesOf, secretsOf } from './leaks.js';
import { inspect } from './support.js';

// What every run of these tests is searched with. Here it has something to find: an action that leaks on purpose.

const SECRET = `k/y+s=cr%t"with'& ü`;
const LOGIN = { username: 'acme', password: 'p@ss w/rd' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leaks-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs a script as if it were the action, with TEXT in its environment, and looks at what it left. */
async function leaking(script: string, text: string, files: Record<string, string> = {}): Promise<void> {
  const dist = path.join(await mkdtemp(path.join(folder, 'action-')), 'index.cjs');
  await writeFile(
    dist,
    `const fs = require('node:fs'); const { env } = process; const text = env.TEXT; ${script}`,
  );
  const { done } = await startAction({ dist, env: { TEXT: text }, homeFiles: files });
  const laidOut = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`home/${name}`, content]),
  );
  inspect(await done, [SECRET, LOGIN.password, `${LOGIN.username}:${LOGIN.password}`], laidOut);
}

const PLACES: readonly (readonly [where: string, script: string])[] = [
  ['the log', 'console.log("a " + text)'],
  ['a debug line', 'console.log("::debug::a " + text)'],
  ['an error', 'console.log("::error::a " + text)'],
  ['stderr', 'console.error("a " + text)'],
  ['a line without an end', 'process.stdout.write("a " + text)'],
  ['the summary', 'fs.writeFileSync(env.GITHUB_STEP_SUMMARY, "### " + text)'],
  [
    'the summary, escaped',
    'fs.writeFileSync(env.GITHUB_STEP_SUMMARY, text.replace(/[^\\w]/g, (c) => "&#" + c.codePointAt(0) + ";"))',
  ],
  ['an output', 'fs.writeFileSync(env.GITHUB_OUTPUT, "name=" + text + "\\n")'],
  ['the state', 'fs.writeFileSync(env.GITHUB_STATE, "name=" + text + "\\n")'],
  ['the environment', 'fs.writeFileSync(env.GITHUB_ENV, "NAME=" + text + "\\n")'],
  ['a file in HOME', 'fs.writeFileSync(env.HOME + "/.cache", text)'],
  ['a file in RUNNER_TEMP', 'fs.writeFileSync(env.RUNNER_TEMP + "/notes", text)'],
  ['a file in the workspace', 'fs.writeFileSync("notes", text)'],
];

describe('a leak turns a test red', () => {
  it.concurrent.each(PLACES)('in %s', async (_, script) => {
    await expect(leaking(script, SECRET)).rejects.toThrow(/^the secret k\/y/);
  });

  it.concurrent('but not where nothing of it is secret', async () => {
    const all = PLACES.map(([, script]) => script).join('; ');
    await expect(leaking(all, 'nothing that is secret')).resolves.toBeUndefined();
  });

  it.concurrent('but not by the mask that the runner needs', async () => {
    await expect(leaking('console.log("::add-mask::" + text)', SECRET)).resolves.toBeUndefined();
  });

  it.concurrent('not in a file that was laid out, unless something was written into it', async () => {
    const files = { '.docker/config.json': `{"auth": ${JSON.stringify(SECRET)}}` };
    await expect(leaking('', '', files)).resolves.toBeUndefined();
    const script = 'fs.appendFileSync(env.HOME + "/.docker/config.json", " ")';
    await expect(leaking(script, '', files)).rejects.toThrow('file home/.docker/config.json');
  });
});

describe('forms', () => {
  const strict = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const found = (text: string): string[] =>
    leaksIn(
      [{ where: 'here', text: `before ${text} after` }],
      [SECRET, `${LOGIN.username}:${LOGIN.password}`],
    );

  it.each<[string, string]>([
    ['plain', SECRET],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded strictly', strict(SECRET)],
    ['percent-encoded in small letters', strict(SECRET).replace(/%../g, (code) => code.toLowerCase())],
    ['percent-encoded twice over as a form', new URLSearchParams({ a: SECRET }).toString()],
    ['as a URL leaves it', encodeURI(SECRET)],
    ['base64', base64(SECRET)],
    ['base64url', Buffer.from(SECRET).toString('base64url')],
    ['base64 of user:password', base64(`${LOGIN.username}:${LOGIN.password}`)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['percent-encoded twice, in small letters', 'k%252fy%252bs%253dcr%2525t%2522with%27%2526%2520%25c3%25bc'],
    ['base64 without padding', base64(SECRET).replace(/=+$/, '')],
    [
      'base64 of user:password without padding',
      base64(`${LOGIN.username}:${LOGIN.password}`).replace(/=+$/, ''),
    ],
    ['JSON', JSON.stringify(SECRET)],
    ['JSON of Go', String.raw`k/y+s=cr%t\"with'\u0026 ü`.replaceAll('\\\\', '\\')],
    ['JSON of Python', String.raw`k/y+s=cr%t\"with'\u0026 \u00fc`.replaceAll('\\\\', '\\')],
    ['JSON in JSON', JSON.stringify(JSON.stringify(SECRET))],
    ['HTML', 'k/y+s=cr%t&quot;with&#39;&amp; ü'],
    ['HTML by numbers', SECRET.replace(/\W/g, (c) => `&#${c.charCodeAt(0)};`)],
    ['HTML by hexadecimal numbers', SECRET.replace(/\W/g, (c) => `&#x${c.charCodeAt(0).toString(16)};`)],
    ['hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['its first half', SECRET.slice(0, 10)],
    ['its second half', SECRET.slice(-10)],
    ['the first half of its base64', base64(SECRET).slice(0, 20)],
  ])('%s', (_, text) => {
    expect(found(text)).toHaveLength(1);
  });

  it.each(['', 'k/y', 'acme', 'an ordinary line', 'p@ss'])('%j is none', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('of a short text are itself, or nothing', () => {
    expect(formsOf('abc')).toEqual(['YWJj']);
    expect(leaksIn([{ where: 'here', text: 'a long secret' }], ['a long'])).toHaveLength(1);
    expect(leaksIn([{ where: 'here', text: 'a lonely secret' }], ['a long'])).toEqual([]);
  });
});

describe('what is secret in a run', () => {
  it.each<[string, Parameters<typeof secretsOf>, string[]]>([
    [
      'keys',
      [{ 'access-key-id': 'LTAI', 'access-key-secret': 'a-secret', 'security-token': 'a-token' }, {}],
      ['a-secret', 'a-token'],
    ],
    [
      'the service’s logins',
      [{ 'image-registry-credentials': `- {server: a.b, username: acme, password: "p@ss w/rd"}` }, {}],
      ['p@ss w/rd', 'acme:p@ss w/rd'],
    ],
    [
      'variables',
      [
        {},
        {
          ALICLOUD_SECRET_KEY: 'the-key',
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner-1',
          ACTIONS_ID_TOKEN_REQUEST_URL: 'http://a',
        },
      ],
      ['the-key', 'runner-1'],
    ],
    [
      'the proxy’s login, as it stands there and decoded',
      [{}, { https_proxy: 'http://corp:p%40ss@proxy:8080' }],
      ['p%40ss', 'p@ss', 'corp:p@ss'],
    ],
    [
      'the Docker config’s logins',
      [
        {},
        {},
        JSON.stringify({
          auths: { a: { auth: 'am86cGFzcw==' }, b: { identitytoken: 'idt-1' }, c: { password: 'pw-1"' } },
        }),
      ],
      ['am86cGFzcw==', 'pass', 'jo:pass', 'idt-1', 'pw-1"'],
    ],
    [
      'nothing in what is no list and no config',
      [{ 'image-registry-credentials': '{' }, { NO_PROXY: 'a.b' }, 'no JSON'],
      [],
    ],
  ])('%s', (_, words, secrets) => {
    expect(secretsOf(...words)).toEqual(secrets);
  });
});

it('every place has its name', () => {
  const result = {
    lines: [],
    summary: 'a\\*b &#42;',
    outputs: { o: '1' },
    state: { s: '2' },
    exported: { E: '3' },
    files: { f: '4' },
  };
  const places = placesOf(result as unknown as Parameters<typeof placesOf>[0]);
  expect(places.map(({ where, text }) => `${where}: ${text}`)).toEqual([
    'summary: a*b *',
    'output o: 1',
    'state s: 2',
    'environment E: 3',
    'file f: 4',
  ]);
});
