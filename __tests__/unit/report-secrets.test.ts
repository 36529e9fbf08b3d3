import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secrets } from '../../src/report/secrets.js';
import { wildText } from '../support/wild-text.js';

/** Secrets that never call the runner; `masked` is what it would have been told. */
function secretsOf(...added: (string | undefined)[]): { secrets: Secrets; masked: string[] } {
  const masked: string[] = [];
  const secrets = new Secrets((form) => void masked.push(form));
  for (const secret of added) secrets.add(secret);
  return { secrets, masked };
}

const strict = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const FORMS: readonly (readonly [string, (secret: string) => string])[] = [
  ['plain', (secret) => secret],
  ['percent-encoded, lax', encodeURIComponent],
  ['percent-encoded, strict as RFC 3986', strict],
  ['percent-encoded as in a form', (secret) => new URLSearchParams({ p: secret }).toString().slice(2)],
  ['percent-encoded, lax, with + for a space', (secret) => encodeURIComponent(secret).replaceAll('%20', '+')],
  ['percent-encoded, strict, with + for a space', (secret) => strict(secret).replaceAll('%20', '+')],
  ['percent-encoded as a URL parser leaves it', encodeURI],
  [
    'percent-encoded in small letters',
    (secret) => strict(secret).replace(/%../g, (code) => code.toLowerCase()),
  ],
  ['base64', (secret) => Buffer.from(secret).toString('base64')],
  ['base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['JSON-escaped', (secret) => JSON.stringify(secret).slice(1, -1)],
];

const SECRETS = [
  'plain-secret',
  'pass word',
  'p@ss/w+rd=%',
  "it's (not) *easy*!~",
  'quote"back\\slash',
  'tab\tbell\u0007',
  'schlüssel-ключ-鍵-🔑',
  '?a=b&c=d#e',
  '<b>&amp;</b>',
  '$(whoami)`id`|$&$1',
];

describe.each(FORMS)('%s', (_, form) => {
  it.each(SECRETS)('of %j is redacted', (secret) => {
    const { secrets } = secretsOf(secret);
    const text = `before${form(secret)}after`;
    expect(secrets.redact(text)).not.toContain(form(secret));
    expect(secrets.redact(text)).toMatch(/^before\*\*\*.*after$/s);
    expect(secrets.redact(`${form(secret)}\n${form(secret)}`)).not.toContain(form(secret));
  });

  it.each(SECRETS)('of %j is made known to the runner', (secret) => {
    expect(secretsOf(secret).masked).toContain(form(secret));
  });
});

describe('a login', () => {
  it('has its password and the base64 of both masked', () => {
    const { secrets, masked } = secretsOf();
    secrets.addLogin('user', 'p@ss word');
    const basic = Buffer.from('user:p@ss word').toString('base64');
    expect(masked).toEqual(expect.arrayContaining(['p@ss word', 'p%40ss%20word', basic]));
    expect(secrets.redact(`Authorization: Basic ${basic}; user p@ss word`)).toBe(
      'Authorization: Basic ***; user ***',
    );
  });

  it('without a password is none', () => {
    const { secrets, masked } = secretsOf();
    secrets.addLogin('user', '');
    expect(masked).toEqual([]);
  });

  it('with a short password has the base64 masked', () => {
    const { secrets } = secretsOf();
    secrets.addLogin('user', 'pw');
    expect(secrets.redact(Buffer.from('user:pw').toString('base64'))).toBe('***');
  });
});

describe('a secret of several lines', () => {
  const key = '-----BEGIN KEY-----\nfirst line\r\nsecond line\n-----END KEY-----\n';

  it('is redacted whole and line by line', () => {
    const { secrets, masked } = secretsOf(key);
    expect(secrets.redact(`<${key}>`)).toBe('<***>');
    expect(secrets.redact(`<${JSON.stringify(key).slice(1, -1)}>`)).toBe('<***>');
    expect(secrets.redact('the second line of it')).toBe('the *** of it');
    // The runner masks line by line.
    expect(masked.filter((form) => /[\r\n]/.test(form))).toEqual([]);
    expect(masked).toEqual(expect.arrayContaining(['first line', 'second line']));
  });

  it('with a line break at its end is masked without it', () => {
    expect(secretsOf('token-1\n').secrets.redact('it is token-1.')).toBe('it is ***.');
  });
});

describe('short and empty secrets', () => {
  it.each([undefined, '', ' ', '   ', 'a', 'ab', ' ab ', '\n\n\n'])('%j is left alone', (secret) => {
    const { secrets, masked } = secretsOf(secret);
    expect(masked).toEqual([]);
    expect(secrets.redact('a b   ab ')).toBe('a b   ab ');
  });

  it('three characters are enough', () => {
    expect(secretsOf('abc').secrets.redact('x abc x')).toBe('x *** x');
  });
});

describe('several secrets', () => {
  it.each([
    ['the short one first', ['token', 'token-of-mine']],
    ['the long one first', ['token-of-mine', 'token']],
  ])('of which one contains the other leave nothing of either, %s', (_, added) => {
    expect(secretsOf(...added).secrets.redact('a token-of-mine, a token')).toBe('a ***, a ***');
  });

  it('are told to the runner once each', () => {
    const { masked } = secretsOf('secret', 'secret', 'other');
    expect(new Set(masked).size).toBe(masked.length);
  });
});

it('text without a secret stays as it is', () => {
  const { secrets } = secretsOf('no such secret');
  fc.assert(fc.property(wildText(), (text) => secrets.redact(text) === text));
});

describe('over any secrets and text', () => {
  // A redaction writes asterisks, which with those around it could look like a secret that is made of them.
  const anySecret = fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 3 }),
      fc.string({ minLength: 3 }),
      fc.base64String({ minLength: 4 }),
    )
    .filter((secret) => secret.trim().length >= 3 && !secret.includes('*'));
  const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string());
  const anyForm = fc.constantFrom(...FORMS);

  it('no form of any of them is left', () => {
    fc.assert(
      fc.property(
        fc.array(anySecret, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(), anyForm), { minLength: 1, maxLength: 4 }),
        anyText,
        anyText,
        (added, picks, prefix, suffix) => {
          const forms = picks.map(([pick, [, form]]) => form(added[pick % added.length] ?? ''));
          // What is no letter or digit at the seams can make a new form that nobody wrote.
          const text = `${prefix}${forms.join(' ')}${suffix}`;
          const clean = secretsOf(...added).secrets.redact(text);
          for (const form of forms) {
            if (!form.includes('*')) expect(clean).not.toContain(form);
          }
        },
      ),
      { numRuns: 250 },
    );
  });

  it('none of them makes it fail, not even half a character', () => {
    fc.assert(
      fc.property(wildText(), wildText(), (secret, text) => {
        const half = `${secret}\ud800half`;
        const { secrets } = secretsOf(half);
        secrets.addLogin('user', half);
        expect(secrets.redact(text + half)).not.toContain(half);
      }),
    );
  });
});
