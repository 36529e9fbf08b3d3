import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ActionError } from '../../src/errors.js';
import { formatReference, parseReference, tagProblem } from '../../src/images/reference.js';
import type { ImageReference } from '../../src/images/reference.js';
import { wildText } from '../support/wild-text.js';

const SHA256 = `sha256:${'0a'.repeat(32)}`;
const SHA512 = `sha512:${'0b'.repeat(64)}`;

function errorOf(text: string): ActionError {
  try {
    parseReference(text);
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('parseReference', () => {
  it.each<[string, ImageReference]>([
    ['nginx', { registry: 'docker.io', repository: 'library/nginx' }],
    ['nginx:1.27', { registry: 'docker.io', repository: 'library/nginx', tag: '1.27' }],
    ['docker.io/nginx', { registry: 'docker.io', repository: 'library/nginx' }],
    ['index.docker.io/nginx', { registry: 'docker.io', repository: 'library/nginx' }],
    ['octo/app', { registry: 'docker.io', repository: 'octo/app' }],
    ['octo/app/worker:1', { registry: 'docker.io', repository: 'octo/app/worker', tag: '1' }],
    ['docker.io/octo/app', { registry: 'docker.io', repository: 'octo/app' }],
    ['ghcr.io/octo/app:v1.2.3', { registry: 'ghcr.io', repository: 'octo/app', tag: 'v1.2.3' }],
    ['GHCR.io/octo/app:V1', { registry: 'ghcr.io', repository: 'octo/app', tag: 'V1' }],
    ['ghcr.io/app', { registry: 'ghcr.io', repository: 'app' }],
    ['localhost/app', { registry: 'localhost', repository: 'app' }],
    ['localhost:5000/app:1', { registry: 'localhost:5000', repository: 'app', tag: '1' }],
    // No slash, so no registry: Docker reads a tag here too.
    ['localhost:5000', { registry: 'docker.io', repository: 'library/localhost', tag: '5000' }],
    ['registry:5000/a/b/c/d', { registry: 'registry:5000', repository: 'a/b/c/d' }],
    ['127.0.0.1:5000/app', { registry: '127.0.0.1:5000', repository: 'app' }],
    ['[::1]/app', { registry: '[::1]', repository: 'app' }],
    ['[2001:DB8::1]:5000/a/b:1', { registry: '[2001:db8::1]:5000', repository: 'a/b', tag: '1' }],
    [`[::1]:5000/app:1@${SHA256}`, { registry: '[::1]:5000', repository: 'app', tag: '1', digest: SHA256 }],
    [`nginx@${SHA256}`, { registry: 'docker.io', repository: 'library/nginx', digest: SHA256 }],
    [`ghcr.io/o/a:1@${SHA512}`, { registry: 'ghcr.io', repository: 'o/a', tag: '1', digest: SHA512 }],
    ['a.b/c.d/e_f/g__h/i---j', { registry: 'a.b', repository: 'c.d/e_f/g__h/i---j' }],
    [`a.b/c:${'t'.repeat(128)}`, { registry: 'a.b', repository: 'c', tag: 't'.repeat(128) }],
    ['a.b/c:_-.', { registry: 'a.b', repository: 'c', tag: '_-.' }],
    [`a.b/${'r'.repeat(255)}`, { registry: 'a.b', repository: 'r'.repeat(255) }],
    ['ghcr.io:65535/a', { registry: 'ghcr.io:65535', repository: 'a' }],
    ['a'.repeat(65), { registry: 'docker.io', repository: `library/${'a'.repeat(65)}` }],
    ['xn--bcher-kva.example/app', { registry: 'xn--bcher-kva.example', repository: 'app' }],
  ])('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each<[string, string, RegExp | undefined]>([
    ['', 'it is empty', undefined],
    ['https://ghcr.io/o/a:1', 'it starts with https://', /Leave https:\/\/ out/],
    ['docker://nginx', 'it starts with docker://', /Leave docker:\/\/ out/],
    ['ghcr.io/http://a', '"http:" is not part of a repository name', undefined],
    ['ghcr.io/o/a:1 ', 'it contains white space', /line of its own/],
    ['ghcr.io/o/a\nb.io/c', 'it contains white space', undefined],
    ['[::1]', 'it names a registry and no repository', undefined],
    ['[::1]:5000', 'it names a registry and no repository', undefined],
    ['o[::1]', '"o[" is not part of a repository name', undefined],
    ['0123456789abcdef'.repeat(4), 'as an image ID', /Name the repository/],
    ['ghcr.io/', 'the repository is missing', undefined],
    [':1.2.3', 'the repository is missing', undefined],
    [`@${SHA256}`, 'the repository is missing', undefined],
    ['ghcr.io//app', 'a part between slashes is empty', /come out empty/],
    ['ghcr.io/o/a/', 'a part between slashes is empty', /come out empty/],
    ['/o/a', 'a part between slashes is empty', undefined],
    ['ghcr.io/Octo-Org/app:V1', '"Octo-Org" has capitals', /Write ghcr\.io\/octo-org\/app:V1\./],
    ['MyOrg/app', '"MyOrg" has capitals', /Write myorg\/app\./],
    ['Nginx', '"Nginx" has capitals', /Write nginx\./],
    ['ghcr.io/o/-a', '"-a" is not part of a repository name', /Allowed are/],
    ['ghcr.io/o/a..b', '"a..b" is not part of a repository name', undefined],
    ['ghcr.io/o/a___b', '"a___b" is not part', undefined],
    ['ghcr.io/o/ä', '"ä" is not part', undefined],
    ['${{env.IMAGE}}', 'is not part of a repository name', undefined],
    [`a.b/${'r'.repeat(256)}`, 'the repository has 256 characters, and 255 are allowed', undefined],
    ['ghcr.io/o/a:', 'the tag is empty', /come out empty/],
    ['ghcr.io/o/a:1+2', 'a tag cannot contain "+"', undefined],
    ['ghcr.io/o/a:.1', 'a tag cannot start with "."', undefined],
    ['ghcr.io/o/a:1:2', 'a tag cannot contain ":"', undefined],
    [`a.b/c:${'t'.repeat(129)}`, 'the tag has 129 characters, and 128 are allowed', undefined],
    ['ghcr.io/o/a:release/1.2', '"a:release" is not part', /tags have no "\/"/],
    ['app:release/1.2', '"release" is not a port', /tags have no "\/"/],
    ['ghcr.io:0/a', '"0" is not a port', undefined],
    ['ghcr.io:65536/a', '"65536" is not a port', undefined],
    ['ghcr.io:/a', '"" is not a port', undefined],
    // Number() would read these.
    ['ghcr.io:0x50/a', '"0x50" is not a port', undefined],
    ['ghcr.io:1e3/a', '"1e3" is not a port', undefined],
    ['::1/app', '"::1" is not a registry host', /brackets/],
    ['2001:db8::1/app', '"2001:db8::1" is not a registry host', /brackets/],
    ['[::1/app', 'is not a registry host', /brackets/],
    ['[::ffff:192.0.2.1]/app', 'is not a registry host', undefined],
    ['[fe80::1%eth0]/app', 'is not a registry host', undefined],
    ['[1::2::3]/app', 'is not a registry host', undefined],
    ['-a.io/app', '"-a.io" is not a registry host', undefined],
    ['a..io/app', '"a..io" is not a registry host', undefined],
    ['a_b.io/app', '"a_b.io" is not a registry host', undefined],
    ['127.0.0.300/app', '"127.0.0.300" is not a registry host', undefined],
    ['1.2.3.4.5:80/app', '"1.2.3.4.5" is not a registry host', undefined],
    ['host.09/app', '"host.09" is not a registry host', undefined],
    ['xn--a.b/app', '"xn--a.b" is not a registry host', undefined],
    ['user@ghcr.io/o/a', '"ghcr.io/o/a" is not a digest', /64/],
    ['nginx@', '"" is not a digest', undefined],
    [`nginx@sha256:${'0'.repeat(63)}`, 'is not a digest', undefined],
    [`nginx@sha256:${'A'.repeat(64)}`, 'is not a digest', /lower-case/],
    [`nginx@sha384:${'0'.repeat(96)}`, 'is not a digest', undefined],
    [`nginx@${SHA256}@${SHA256}`, 'is not a digest', undefined],
  ])('refuses %j', (text, why, hint) => {
    const error = errorOf(text);
    expect(error.message).toContain(`${JSON.stringify(text)} is not an image reference: `);
    expect(error.message).toContain(why);
    if (hint) expect(error.hint).toMatch(hint);
  });

  it('suspects an expression that came out empty only of an empty tag', () => {
    expect(errorOf('ghcr.io/o/a:1+2').hint).toBeUndefined();
  });

  it('cuts a text that nobody would read to its end', () => {
    expect(errorOf(`a b${'x'.repeat(10_000)}`).message.length).toBeLessThan(400);
  });

  it('throws nothing but ActionError, and what it accepts it reads back the same', () => {
    const pieces = fc.constantFrom(
      ...'a Z 0 9 . _ - / : @ [ ] % + { }'.split(' '),
      ' ',
      '\n',
      'sha256:',
      'localhost',
      '.io',
      '::1',
      'ab'.repeat(32),
    );
    const text = fc.oneof(
      wildText(),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (random) => {
        let parsed: ImageReference;
        try {
          parsed = parseReference(random);
        } catch (error) {
          expect(error).toBeInstanceOf(ActionError);
          return;
        }
        expect(parseReference(formatReference(parsed))).toEqual(parsed);
      }),
      { numRuns: 500 },
    );
  });
});

describe('formatReference', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?$/);
  const component = fc.stringMatching(/^[a-z0-9]{1,5}(([._]|__|-{1,3})[a-z0-9]{1,5}){0,2}$/);
  const host = fc.oneof(
    fc
      .array(label, { minLength: 2, maxLength: 4 })
      .map((labels) => labels.join('.'))
      // Not those that a URL takes for an IPv4 address or for bad Punycode.
      .filter((name) => URL.canParse(`https://${name}`)),
    fc.ipV4(),
    fc.constantFrom('[::1]', '[2001:db8::1]', 'localhost'),
  );
  const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });

  it('is the inverse of parseReference', () => {
    const reference = fc.record({
      registry: fc.tuple(host, port).map(([name, at]) => (at === undefined ? name : `${name}:${at}`)),
      repository: fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined }),
      digest: fc.constantFrom(undefined, SHA256, SHA512),
    });
    fc.assert(
      fc.property(reference, (expected) => {
        expect(parseReference(formatReference(expected))).toEqual(expected);
      }),
    );
  });

  it('writes a short name out', () => {
    expect(formatReference(parseReference('nginx:1'))).toBe('docker.io/library/nginx:1');
  });
});

describe('tagProblem', () => {
  it('names a character beyond 16 bits whole', () => {
    expect(tagProblem('v1🚀')).toBe('a tag cannot contain "🚀"');
  });
});
