import { describe, expect, it } from '@jest/globals';
import type { WireRequest } from '../../src/registry/exchange.js';
import { trustRules } from '../../src/registry/hosts.js';
import { followRedirects } from '../../src/registry/redirects.js';
import { anAnswer } from './support/answers.js';

const TRUST = trustRules({ plainHttpRegistries: ['plain.example'], insecureRegistries: [] });
const HEADERS = { Authorization: 'Bearer t', range: 'bytes=0-1' };

/** Every request that is sent where the answers redirect to the locations, one after the other. */
async function followed(
  from: string,
  locations: readonly (string | undefined)[],
  method: WireRequest['method'] = 'GET',
): Promise<readonly WireRequest[]> {
  const sent: WireRequest[] = [];
  await followRedirects({ method, url: new URL(from), headers: HEADERS }, TRUST, (request) => {
    sent.push(request);
    const hop = sent.length - 1;
    if (hop >= locations.length) return Promise.resolve(anAnswer(200));
    return Promise.resolve(anAnswer(307, '', { location: locations[hop] }));
  });
  return sent;
}

describe('a redirect is followed', () => {
  it.each([
    ['to HTTPS', 'https://a.example/x', 'https://b.example/y', 'https://b.example/y'],
    ['from plain HTTP to HTTPS', 'http://plain.example/', 'https://b.example/', 'https://b.example/'],
    ['from plain HTTP to more of it', 'http://plain.example/', 'http://b.example/', 'http://b.example/'],
    [
      'to plain HTTP that is listed',
      'https://a.example/',
      'http://plain.example/y',
      'http://plain.example/y',
    ],
    ['to a path', 'https://a.example/x/y', '../z?q', 'https://a.example/z?q'],
    ['without the login in it', 'https://a.example/', 'https://u:p@b.example/', 'https://b.example/'],
  ])('%s', async (_, from, location, to) => {
    const [, request] = await followed(from, [location]);
    expect(request?.url.href).toBe(to);
  });

  it.each([
    ['with authorization on the same origin', 'https://a.example/', '/y', HEADERS],
    [
      'without authorization to another host',
      'https://a.example/',
      'https://b.example/',
      { range: HEADERS.range },
    ],
    [
      'without authorization to another port',
      'https://a.example/',
      'https://a.example:444/',
      { range: HEADERS.range },
    ],
    [
      'without authorization to another scheme',
      'http://plain.example/',
      'https://plain.example/',
      { range: HEADERS.range },
    ],
  ])('%s', async (_, from, location, headers) => {
    const [, request] = await followed(from, [location]);
    expect(request?.headers).toEqual(headers);
  });

  it('five times, and not a sixth', async () => {
    const hops = (count: number): string[] => Array.from({ length: count }, (_, index) => `/${index}`);
    expect(await followed('https://a.example/', hops(5))).toHaveLength(6);
    await expect(followed('https://a.example/', hops(6))).rejects.toThrow(
      'a.example redirects more than 5 times',
    );
  });
});

describe('a redirect is refused', () => {
  it.each([
    [
      'to plain HTTP',
      'http://b.example/?signature=s',
      'a.example redirects to http://b.example, which is not HTTPS',
    ],
    [
      'to another scheme',
      'ftp://plain.example/',
      'a.example redirects to ftp://plain.example, which is not HTTPS',
    ],
    ['to no URL', 'http://[', 'a.example redirects to http://['],
    ['to nowhere', undefined, 'a.example redirects to nowhere'],
  ])('%s', async (_, location, message) => {
    await expect(followed('https://a.example/', [location])).rejects.toMatchObject({
      reason: 'bad-answer',
      message,
    });
  });

  it('with the way out, where it is TLS that lacks', async () => {
    await expect(followed('https://a.example/', ['http://b.example/'])).rejects.toMatchObject({
      hint: expect.stringContaining('plain-http-registry'),
    });
  });

  it('for a login', async () => {
    await expect(followed('https://a.example/', ['/y'], 'POST')).rejects.toMatchObject({
      reason: 'bad-answer',
      message: 'a.example redirects a login',
    });
  });
});
