import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defuse, runnerLog } from '../../src/report/console.js';
import { Secrets } from '../../src/report/secrets.js';
import { stdoutOf } from '../support/stdout.js';
import { wildText } from '../support/wild-text.js';

/** What .NET's TrimStart takes away before the runner looks for a command, and every line break of Unicode. */
const WHITE = [
  ' ',
  '\t',
  '\u00a0',
  '\u1680',
  '\u2003',
  '\u2028',
  '\u2029',
  '\u202f',
  '\u205f',
  '\u3000',
  '\ufeff',
];
const BREAKS = ['\n', '\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029'];

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::',
        ':',
        '##[',
        '##',
        '#',
        '[',
        'error::',
        'set-env name=A::',
        '\u001b[31m',
        '\u202e',
        '\0',
      ),
      fc.constantFrom(...WHITE, ...BREAKS),
      wildText({ maxLength: 5 }),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

// eslint-disable-next-line no-control-regex -- naming them is the point; a tab is harmless
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/;

function expectHarmless(line: string): void {
  expect(line).not.toMatch(/^\s*::/);
  expect(line).not.toContain('##[');
  expect(line).not.toMatch(CONTROL);
}

describe('text from elsewhere', () => {
  it('never is a command, a second line or a control character', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expectHarmless(defuse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a plain line: of text', 'a plain line: of text'],
    ['tab\tseparated', 'tab\\u0009separated'],
    ['registry.example:5000/a::b', 'registry.example:5000/a::b'],
    ['schlüssel 鍵 🔑', 'schlüssel 鍵 🔑'],
    ['::error::x', '\\::error::x'],
    ['  ::set-output name=a::b', '  \\::set-output name=a::b'],
    ['\u3000::debug::x', '\u3000\\::debug::x'],
    [':::', '\\:::'],
    ['one\n::error::two', 'one\\u000a::error::two'],
    ['one\r\ntwo', 'one\\u000d\\u000atwo'],
    ['a ##[error]b', 'a #\\#[error]b'],
    ['###[group]', '##\\#[group]'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['gpj.\u202eexe', 'gpj.\\u202eexe'],
    ['', ''],
  ])('%j becomes %j', (text, shown) => {
    expect(defuse(text)).toBe(shown);
  });

  it('changes no more when it comes by again', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(defuse(defuse(text))).toBe(defuse(text));
      }),
    );
  });
});

describe('the runner’s log', () => {
  const secrets = new Secrets(() => undefined);
  secrets.add('the password');
  const log = runnerLog(secrets, { severalLines: true });

  it.each<[string, (text: string) => unknown, RegExp]>([
    [
      'info',
      (text) => {
        log.info(text);
      },
      /^/,
    ],
    [
      'debug',
      (text) => {
        log.debug(text);
      },
      /^::debug::/,
    ],
    [
      'warning',
      (text) => {
        log.warning(text);
      },
      /^::warning::/,
    ],
    ['group', (text) => log.group(text, () => Promise.resolve()), /^::group::/],
  ])(
    '%s writes one line, with neither a secret nor a command of somebody else’s',
    async (_, write, command) => {
      const written = await stdoutOf(() => write('one\n::error::the password ##[error]two\u001b'));
      const [line = '', ...rest] = written.replaceAll('::endgroup::', '').split('\n').filter(Boolean);
      expect(rest).toEqual([]);
      expect(line).toMatch(command);
      expect(line.replace(command, '')).toBe('one\\u000a::error::*** #\\#[error]two\\u001b');
    },
  );

  it('gives back what the work in a group gives', async () => {
    let given: unknown;
    const written = await stdoutOf(async () => {
      given = await log.group('title', () => {
        log.info('inside');
        return Promise.resolve(7);
      });
    });
    expect(given).toBe(7);
    expect(written).toBe('::group::title\ninside\n::endgroup::\n');
  });
});
