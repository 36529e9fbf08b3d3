import { describe, expect, it } from '@jest/globals';
import { scenario, type Inputs } from './support.js';

/** One wrong value each, and what the error has to name. */
const BAD: readonly (readonly [input: string, value: string, says: RegExp])[] = [
  ['images', 'Registry.example.com/Acme/Shop', /Acme\/Shop/],
  ['image-tag', '{{tagg}}', /tagg/],
  ['registry-map', 'only-one-side', /only-one-side/],
  ['platform', 'linux', /linux/],
  ['region-id', 'cn hangzhou', /cn hangzhou/],
  ['zone-id', 'zone a', /zone a/],
  ['security-group-id', 'vsw-1', /vsw-1.*sg-/],
  ['vswitch-id', 'sg-1', /sg-1.*vsw-/],
  ['eip-instance-id', '203.0.113.7', /203\.0\.113\.7.*eip-/],
  ['resource-group-id', 'default', /default.*rg-/],
  ['image-cache-name', 'With Spaces', /With Spaces/],
  ['image-cache-size', '20GB', /20GB/],
  ['size-margin-percent', '-1', /-1/],
  ['retention-days', '0', /1 to 65536/],
  ['elimination-strategy', 'FIFO', /FIFO.*LRU/],
  ['auto-match-image-cache', 'yes', /yes.*true or false/],
  ['flash', 'on', /on.*true or false/],
  ['standard-copy-count', '0', /0/],
  ['flash-copy-count', 'two', /two/],
  ['image-registry-credentials', '[{server: a.example.com, username: bob}]', /a\.example\.com.*password/],
  ['acr-registry-info', '[{domains: a.example.com}]', /instance-id/],
  ['plain-http-registry', 'http://a.example.com', /http:\/\/a\.example\.com/],
  ['insecure-registry', 'a b', /a b/],
  ['tags', 'acs:own=1', /acs:own/],
  ['client-token', 'x'.repeat(65), /64/],
  ['wait', 'maybe', /maybe.*true or false/],
  ['wait-timeout-minutes', '1h', /1h/],
  ['reuse', '1', /true or false/],
  ['keep-latest', '0', /0/],
  ['dry-run', 'off', /off.*true or false/],
  ['summary', 'no', /no.*true or false/],
  ['sts-endpoint', 'https://a.example.com/path', /path/],
];

describe('bad inputs', () => {
  it.concurrent('each get one error in one run, and nothing is asked of any server', async () => {
    const { run, eci, registry } = await scenario();
    const { exitCode, errors } = await run(Object.fromEntries(BAD.map(([input, value]) => [input, value])));
    expect(exitCode).toBe(1);
    for (const [input, , says] of BAD) {
      const ofInput = errors.filter((error) => error.startsWith(`Input ${input}: `));
      expect([input, ofInput]).toEqual([input, [expect.stringMatching(says)]]);
    }
    expect(errors).toHaveLength(BAD.length);
    expect([...eci.requests, ...registry.requests]).toEqual([]);
  });

  it.concurrent('that are missing although they are required are all named, with what to give', async () => {
    const { run, eci, registry } = await scenario();
    const required = [
      'region-id',
      'security-group-id',
      'vswitch-id',
      'images',
      'access-key-id',
      'access-key-secret',
    ];
    const { exitCode, errors } = await run(Object.fromEntries(required.map((input) => [input, ''])), {
      event: { name: 'push', payload: { ref: 'refs/heads/main' } },
    });
    expect(exitCode).toBe(1);
    for (const input of ['region-id', 'security-group-id', 'vswitch-id', 'images', 'access-key-id']) {
      expect([input, errors.filter((error) => error.startsWith(`Input ${input}: `))]).toEqual([
        input,
        [expect.stringMatching(/\n.+/)],
      ]);
    }
    expect([...eci.requests, ...registry.requests]).toEqual([]);
  });

  it.concurrent.each<[string, Inputs, RegExp]>([
    ['half a key', { 'access-key-secret': '' }, /access-key-secret/],
    ['an index of entries', { images: 'a/b:1\nUPPER/c:1\nd/e:1\nf//g:1' }, /UPPER\/c|f\/\/g/],
    [
      'more images than a cache holds',
      { images: Array.from({ length: 21 }, (_, n) => `a/b:${n}`).join() },
      /21.*20/,
    ],
  ])('such as %s are refused before the first request', async (_, inputs, says) => {
    const { run, eci, registry } = await scenario();
    const { exitCode, errors } = await run(inputs);
    expect(exitCode).toBe(1);
    expect(errors).not.toEqual([]);
    for (const error of errors) expect(error).toMatch(says);
    expect([...eci.requests, ...registry.requests]).toEqual([]);
  });
});

describe('empty inputs', () => {
  it.concurrent('are unset, booleans and lists and numbers too', async () => {
    const { run, created } = await scenario();
    const empty = [
      'auto-match-image-cache',
      'flash',
      'wait',
      'reuse',
      'dry-run',
      'summary',
      'image-tag',
      'platform',
    ];
    const others = [
      'tags',
      'image-cache-size',
      'size-margin-percent',
      'wait-timeout-minutes',
      'keep-latest',
      'zone-id',
    ];
    const inputs = Object.fromEntries([...empty, ...others].map((input) => [input, '']));
    const { exitCode, outputs, summary } = await run(inputs);
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ result: 'created', status: 'Ready' });
    expect(summary).not.toBe('');
    expect(created()['AutoMatchImageCache']).toBe('true');
    for (const unset of ['Flash', 'ZoneId', 'RetentionDays']) expect(created()).not.toHaveProperty(unset);
  });
});
