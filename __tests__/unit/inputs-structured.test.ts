import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ActionError } from '../../src/errors.js';
import { checkAcrRegistryInfos } from '../../src/inputs/acr-registry-info.js';
import { checkRegistryCredentials } from '../../src/inputs/registry-credentials.js';
import { readYamlList } from '../../src/inputs/yaml.js';
import { Secrets } from '../../src/report/secrets.js';
import { wildText } from '../support/wild-text.js';

/** Parses, and tells what came of it and what was masked. */
function read(text: string) {
  const masked: string[] = [];
  const secrets = new Secrets((form) => masked.push(form));
  try {
    return { credentials: checkRegistryCredentials(readYamlList(text), secrets), masked };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { message: error.message, hint: error.hint, masked };
  }
}

const entry = (password: string, server = 'r.example.com') =>
  `- server: ${server}\n  username: bot\n  password: ${password}\n`;

const login = (password: string) => ({ server: 'r.example.com', username: 'bot', password });

const oneOf = (characters: string) => fc.constantFrom(...Array.from(characters));

describe('checkRegistryCredentials', () => {
  it('is an error for text that is nested without end, which would end the process if it were composed', () => {
    expect(read('['.repeat(20_000)).message).toMatch('is nested more than 20 levels deep');
  });

  it.each([
    ['nothing', '', []],
    ['a comment', '# none yet', []],
    ['an empty list', '[]', []],
    ['the start of a document', '---', []],
    ['ten logins', entry('s3cret').repeat(10), Array.from({ length: 10 }, () => login('s3cret'))],
    ['blanks around a password in quotes', entry("' s3cret '"), [login(' s3cret ')]],
    ['lines of a block scalar', entry('|+\n    one\n    two\n\n'), [login('one\ntwo')]],
    [
      'a list',
      `${entry('s3cret')}${entry('other', 'q.example.com:5000')}`,
      [
        { server: 'r.example.com', username: 'bot', password: 's3cret' },
        { server: 'q.example.com:5000', username: 'bot', password: 'other' },
      ],
    ],
    [
      'a single mapping',
      'server: r.example.com\nusername: bot\npassword: s3cret',
      [{ server: 'r.example.com', username: 'bot', password: 's3cret' }],
    ],
    [
      'JSON',
      '[{"server":"r.example.com","username":"bot","password":"a\\"b\\u00e9/"}]',
      [{ server: 'r.example.com', username: 'bot', password: 'a"bé/' }],
    ],
    [
      'JSON with tabs',
      '[\n\t{\n\t\t"server": "r.example.com", "username": "bot",\n\t\t"password": "s3cret"\n\t}\n]',
      [{ server: 'r.example.com', username: 'bot', password: 's3cret' }],
    ],
    [
      'CRLF',
      entry('s3cret').replaceAll('\n', '\r\n'),
      [{ server: 'r.example.com', username: 'bot', password: 's3cret' }],
    ],
    [
      'a block scalar',
      entry('|\n    s3cret'),
      [{ server: 'r.example.com', username: 'bot', password: 's3cret' }],
    ],
  ])('reads %s', (_, text, credentials) => {
    expect(read(text).credentials).toEqual(credentials);
  });

  it.each([
    '0123',
    '12345678901234567890',
    '1e5',
    '0x10',
    'yes',
    'true',
    'null',
    '~',
    '1.50',
    '2026-01-01',
    '.inf',
    '1_000',
  ])('takes the unquoted password %s as it is written', (password) => {
    expect(read(entry(password)).credentials?.[0]?.password).toBe(password);
  });

  it.each(["'@a: #b'", '"@a: #b"'])('takes a quoted password %s', (password) => {
    expect(read(entry(password)).credentials?.[0]?.password).toBe('@a: #b');
  });

  it.each([
    ['- server: r.example.com\n  username: bot', 'entry 1 (r.example.com): password is missing'],
    [entry(''), 'entry 1 (r.example.com): password is empty'],
    [entry("''"), 'entry 1 (r.example.com): password is empty'],
    ['- username: bot\n  password: s3cret', 'entry 1: server is missing'],
    [
      entry('s3cret', 'https://r.example.com'),
      'entry 1: server got "https://r.example.com"; allowed is host[:port] (Leave out the scheme)',
    ],
    [
      entry('s3cret', 'bot:s3cret@r.example.com'),
      'entry 1: server got "…@r.example.com"; allowed is host[:port] (Leave out user and password)',
    ],
    [
      '[{"server":1::2"username":"bot""password":"s3cret"}]',
      'entry 1: server got "1::2…"; allowed is host[:port], username is missing, password is missing',
    ],
    ...['https://bot:s3cret+x@r.example.com', 'bot:s3cret$w@r.example.com'].map((server) => [
      entry('s3cret', server),
      'entry 1: server got "…@…"; allowed is host[:port] (Leave out user and password)',
    ]),
    [
      entry('s3cret', "r.example.com 's3cret'"),
      'entry 1: server got "r.example.com…"; allowed is host[:port]',
    ],
    [`${entry('s3cret')}- {}`, 'entry 2: server is missing, username is missing, password is missing'],
    [`${entry('s3cret')}- s3cret`, 'entry 2: is not a mapping of keys to values'],
    [
      `${entry('s3cret')}  userName: bot`,
      'entry 1 (r.example.com): the key "userName" is not known (it is called username)',
    ],
    [
      `${entry('s3cret')}  pass: s3cret`,
      'entry 1 (r.example.com): the key "pass" is not known (it is called password)',
    ],
    [
      '- {registry: r, user: bot, token: s3cret}',
      'entry 1: the key "registry" is not known (it is called server), the key "user" is not known (it is called username), the key "token" is not known (it is called password), server is missing, username is missing, password is missing',
    ],
    [
      '- {server: r, username: bot, password, hunter}',
      'entry 1 (r): the key on line 1 is not known, password is empty',
    ],
    ['- {server: r, username: bot, password: x, s3cret: y}', 'entry 1 (r): the key on line 1 is not known'],
    [entry('s3cret', 'r:0'), 'entry 1: server got "r:0"; allowed is host[:port]'],
    [`${entry('s3cret')}  email: me`, 'entry 1 (r.example.com): the key "email" is not known'],
    [
      '- {server: r.example.com, username: bot, password, s3cret}',
      'entry 1 (r.example.com): the key on line 1 is not known, password is empty',
    ],
    [`${entry('s3cret')}  ? [s3cret]\n  : x`, 'entry 1 (r.example.com): the key on line 4 is not known'],
    [entry('[s3cret]'), 'entry 1 (r.example.com): password must be one text, not a list'],
    [entry('{s3cret: x}'), 'entry 1 (r.example.com): password must be a text'],
    [
      `${entry('')}- server: q.example.com`,
      'entry 1 (r.example.com): password is empty; entry 2 (q.example.com): username is missing, password is missing',
    ],
    ['s3cret', 'is not a list of entries'],
    ['- s3cret: ]', 'is not valid YAML at line 1, column 11'],
    [entry('a: s3cret'), 'is not valid YAML at line 3, column 13: the value holds a colon'],
    [
      entry('@s3cret'),
      'is not valid YAML at line 3, column 13: the value starts with a character that YAML reserves',
    ],
    [entry("'s3cret"), 'is not valid YAML at line 4, column 1: a quote, bracket, colon or comma is missing'],
    [`${entry('s3cret')}  password: s3cret`, 'is not valid YAML at line 4, column 3: the key is there twice'],
    [
      `${entry('s3cret')}---\n${entry('s3cret')}`,
      'is not valid YAML at line 4, column 1: a second document starts',
    ],
    [`\t${entry('s3cret')}`, 'is not valid YAML at line 1, column 1: a tab cannot indent'],
    [Array.from({ length: 11 }, () => entry('s3cret')).join(''), 'got 11 entries; at most 10 are allowed'],
  ])('refuses %j', (text, message) => {
    const result = read(text);
    expect(result.message).toBe(message);
    expect(`${result.message} ${result.hint}`).not.toContain('s3cret');
  });

  it.each(['&s3cret', '!s3cret', '*s3cret', '&s3c ret', '! s3cret'])(
    'refuses %s, which YAML would eat',
    (password) => {
      expect(read(entry(password)).message).toBe(
        'entry 1 (r.example.com): password starts with a character that means something else in YAML; put the value into quotes',
      );
    },
  );

  it('survives half of a surrogate pair', () => {
    expect(read(entry('"ab\\ud800cd"')).credentials?.[0]?.password).toBe('ab\uFFFDcd');
  });

  it('hints at the keys, and at quotes', () => {
    expect(read('- {}').hint).toBe('The keys of an entry are server, username, password.');
    expect(read('s3cret').hint).toBe(
      'Write a YAML list. The keys of an entry are server, username, password.',
    );
    expect(read(entry('@s3cret')).hint).toBe('Put values with special characters into single quotes.');
  });

  it.each([
    ['a good entry', entry('s3cret')],
    ['a bad server', entry('s3cret', 'https://r.example.com')],
    ['another entry that is bad', `${entry('s3cret')}- x`],
    ['a wrong key', '- server: r.example.com\n  username: bot\n  pass: s3cret'],
    ['a list', entry('[s3cret]')],
    ['bad YAML after it', `${entry('s3cret')} x: [`],
    ['YAML that is bad because of it', entry('@s3cret').replace('@s3cret', '"s3cret" "')],
  ])('masks the password with %s', (_, text) => {
    expect(read(text).masked).toContain('s3cret');
  });

  it('masks the login as HTTP sends it, and leaves server and username readable', () => {
    const { masked } = read(entry('s3cret'));
    expect(masked).toContain(Buffer.from('bot:s3cret').toString('base64'));
    expect(masked).not.toContain('bot');
    expect(masked).not.toContain('r.example.com');
  });

  it('never repeats an odd password, quoted or not, in a good place or a bad one', () => {
    const password = fc.string({
      minLength: 6,
      maxLength: 30,
      unit: oneOf('aB3 @/+=%&*!|>#:-?{}[],\'"`\\\n\t~$é😀'),
    });
    const around = fc.constantFrom(
      (text: string) => entry(text),
      (text: string) => entry(JSON.stringify(text)),
      (text: string) => entry(`'${text.replaceAll("'", "''")}'`, 'https://bad'),
      (text: string) => `${entry(JSON.stringify(text))}  key: x\n- x`,
      (text: string) => `- [${text}]`,
      (text: string) => text,
      (text: string) => `- {server: r, username: u, ${text}: x}`,
    );
    fc.assert(
      // What looks like a key may be named where a key stands.
      fc.property(
        password.filter((text) => /[^a-z_-]/i.test(text)),
        around,
        (text, wrap) => {
          const { message = '', hint = '' } = read(wrap(text));
          expect(`${message} ${hint}`).not.toContain(text);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes every password that is quoted as JSON quotes it, and masks it', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 3, unit: 'grapheme' }).filter((text) => !/^\s|[\r\n]|\s$/.test(text)),
        (password) => {
          const { credentials, masked } = read(JSON.stringify([{ server: 'r', username: 'u', password }]));
          expect(credentials).toEqual([{ server: 'r', username: 'u', password }]);
          expect(masked).toContain(password);
        },
      ),
    );
  });

  it('answers every text with credentials or an ActionError', () => {
    const yamlish = fc.string({
      unit: fc.oneof(
        oneOf('ab:-?{}[],&*!|>#%@`"\'\\ \n\t~<='),
        fc.constantFrom('server: ', 'password: ', '\n- ', '---\n'),
      ),
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), wildText(), yamlish), (text) => {
        const result = read(text);
        expect(result.credentials ?? result.message).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['[', '{', '- ', '? ', 'a: [', '&a '])('survives %j ten thousand times', (text) => {
    expect(read(text.repeat(10_000)).message).toBeDefined();
  });
});

describe('checkAcrRegistryInfos', () => {
  it.each([
    ['', []],
    ['- instance-id: cri-1', [{ instanceId: 'cri-1', domains: [] }]],
    [
      `instance-id: cri-1
instance-name: prod
region-id: cn-beijing
domains: [a.example.com, "B.example.com"]
arn-service: acs:ram::1:role/role-assume
arn-user: acs:ram::2:role/role-acr`,
      [
        {
          instanceId: 'cri-1',
          instanceName: 'prod',
          regionId: 'cn-beijing',
          domains: ['a.example.com', 'b.example.com'],
          arnService: 'acs:ram::1:role/role-assume',
          arnUser: 'acs:ram::2:role/role-acr',
        },
      ],
    ],
    [
      '[{"instance-id":"cri-1","domains":"a.example.com, b.example.com"}]',
      [{ instanceId: 'cri-1', domains: ['a.example.com', 'b.example.com'] }],
    ],
  ])('reads %j', (text, infos) => {
    expect(checkAcrRegistryInfos(readYamlList(text))).toStrictEqual(infos);
  });

  it.each([
    ['- instance-name: prod', 'entry 1: instance-id is missing'],
    [
      '- instanceId: cri-1',
      'entry 1: the key "instanceId" is not known (it is called instance-id), instance-id is missing',
    ],
    [
      '- instance-id: cri 1',
      'entry 1: instance-id got "cri 1"; the ID of an instance reads like cri-nwj395hgf6f3',
    ],
    ['- {instance-id: cri-1, domains: [https://a, b/c]}', 'entry 1 (cri-1): domains got "https://a"'],
    ['- {instance-id: cri-1, domains: {a: b}}', 'entry 1 (cri-1): domains must be a text'],
    [
      '- {instance-id: cri-1, region: cn-beijing}',
      'entry 1 (cri-1): the key "region" is not known (it is called region-id)',
    ],
    [
      '- {instance-id: cri-1, region-id: Beijing}',
      'entry 1 (cri-1): region-id got "Beijing"; a region ID reads like',
    ],
    [
      '- {id: cri-1, name: prod, domain: a}',
      'the key "id" is not known (it is called instance-id), the key "name" is not known (it is called instance-name), the key "domain" is not known (it is called domains)',
    ],
    ['- instance: cri-1', 'the key "instance" is not known (it is called instance-id)'],
    ['- {instance-id: cri-1, domains: [a, {b: c}]}', 'entry 1 (cri-1): domains must be a text'],
    ['cri-1', 'is not a list of entries'],
    ['- instance-id: [', 'is not valid YAML at line 1'],
  ])('refuses %j', (text, message) => {
    expect(() => checkAcrRegistryInfos(readYamlList(text))).toThrow(message);
    expect(() => checkAcrRegistryInfos(readYamlList(text))).toThrow(ActionError);
  });
});
