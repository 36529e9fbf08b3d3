import { describe, expect, it } from '@jest/globals';
import { ActionError } from '../../src/errors.js';
import { parseCacheSize } from '../../src/inputs/size.js';
import {
  CACHE_NAME,
  CLIENT_TOKEN,
  decimal,
  idOf,
  integer,
  LARGEST_INT32,
  OIDC_PROVIDER_ARN,
  parseBoolean,
  parseEliminationStrategy,
  ROLE_ARN,
  ROLE_SESSION_NAME,
  shaped,
  ZONE_ID,
} from '../../src/inputs/values.js';

describe('parseBoolean', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
  ])('reads %s', (text, value) => {
    expect(parseBoolean(text)).toBe(value);
  });

  it.each(['yes', 'no', 'on', 'off', '1', '0', 'tRUE', 'true ', 'null', ''])('refuses %j', (text) => {
    expect(() => parseBoolean(text)).toThrow(
      new ActionError(`got ${JSON.stringify(text)}; allowed is true or false`),
    );
  });
});

describe('integer', () => {
  const days = integer({ from: 1, to: 65_536, unit: 'days' });

  it.each([
    ['1', 1],
    ['65536', 65_536],
    ['007', 7],
  ])('reads %s', (text, value) => {
    expect(days(text)).toBe(value);
  });

  it.each([
    '0',
    '65537',
    '-1',
    '+1',
    '1e3',
    '2.5',
    '0x10',
    '1_000',
    '1,000',
    'seven',
    '٣',
    '1 2',
    '9'.repeat(400),
  ])('refuses %j', (text) => {
    expect(() => days(text)).toThrow(/^got ".*"; allowed is a whole number of days from 1 to 65536$/);
  });

  it.each([
    ['7d', 'Write the plain number, without a unit.'],
    ['7 days', 'Write the plain number, without a unit.'],
    ['-7d', undefined],
    ['7d?', undefined],
  ])('says what to do about the unit in %j', (text, hint) => {
    expect(() => days(text)).toThrow(expect.objectContaining({ hint }));
  });

  it('keeps to the API’s 32-bit integers', () => {
    const count = integer({ from: 1, to: LARGEST_INT32 });
    expect(count('2147483647')).toBe(2_147_483_647);
    expect(() => count('2147483648')).toThrow(
      'got "2147483648"; allowed is a whole number from 1 to 2147483647',
    );
  });
});

describe('decimal', () => {
  it.each([
    ['0', 0],
    ['10', 10],
    ['12.5', 12.5],
    ['400', 400],
  ])('reads %s', (text, value) => {
    expect(decimal({ from: 0, to: 400 })(text)).toBe(value);
  });

  it.each(['400.1', '-1', '.5', '5.', '1e1', '10%', 'Infinity', 'NaN', '1.2.3'])('refuses %j', (text) => {
    expect(() => decimal({ from: 0, to: 400, unit: 'percent' })(text)).toThrow(
      `got "${text}"; allowed is a number of percent from 0 to 400`,
    );
  });

  it('may leave its lower bound out', () => {
    const minutes = decimal({ over: 0, to: 1440, unit: 'minutes' });
    expect(minutes('0.001')).toBe(0.001);
    expect(() => minutes('0')).toThrow('got "0"; allowed is a number of minutes over 0, at most 1440');
  });
});

describe('parseCacheSize', () => {
  it.each([
    ['auto', 'auto'],
    ['Auto', 'auto'],
    ['20', 20],
    ['32768', 32_768],
  ])('reads %s without a word', (text, value) => {
    const warnings: string[] = [];
    expect(parseCacheSize(text, (warning) => warnings.push(warning))).toBe(value);
    expect(warnings).toEqual([]);
  });

  it.each(['1', '19'])('raises %s to the smallest cache, with a warning', (text) => {
    const warnings: string[] = [];
    expect(parseCacheSize(text, (warning) => warnings.push(warning))).toBe(20);
    expect(warnings).toEqual([
      `image-cache-size: ${text} GiB is raised to 20 GiB, the smallest cache that the service makes.`,
    ]);
  });

  it.each(['0', '32769', '-20', '20Gi', '20 GiB', '20.5', '2e1', 'automatic', '0x20'])(
    'refuses %j',
    (text) => {
      expect(() => parseCacheSize(text, () => undefined)).toThrow(
        `got "${text}"; allowed is auto, or a whole number of GiB from 20 to 32768`,
      );
    },
  );

  it('says what to do about 20Gi', () => {
    expect(() => parseCacheSize('20Gi', () => undefined)).toThrow(
      expect.objectContaining({ hint: 'Write the plain number, without a unit.' }),
    );
  });
});

describe('shaped', () => {
  const sg = idOf('a security group', 'sg-');
  it.each([
    [sg, 'sg-test'],
    [sg, 'sg-uf66jeqopgqa9hdn'],
    [idOf('a vSwitch', 'vsw-'), 'vsw-1'],
    [idOf('an EIP', 'eip-'), 'eip-1'],
    [idOf('a resource group', 'rg-'), 'rg-acfmx_Y-1'],
    [ZONE_ID, 'cn-hangzhou-g'],
    [CACHE_NAME, 'ab'],
    [CACHE_NAME, 'app-1-2-3-0a1b2c'],
    [CACHE_NAME, 'a'.repeat(128)],
    [CLIENT_TOKEN, '~'],
    [CLIENT_TOKEN, 'a b!'.repeat(16)],
    [ROLE_ARN, 'acs:ram::123456789:role/ci'],
    [OIDC_PROVIDER_ARN, 'acs:ram::123456789:oidc-provider/GitHub'],
    [ROLE_SESSION_NAME, 'me@ci.example_1-2'],
  ])('takes %j: %s', (shape, text) => {
    expect(shaped(shape)(text)).toBe(text);
  });

  it.each([
    [sg, 'vpc-123'],
    [sg, 'sg-'],
    [sg, 'sg-1 sg-2'],
    [sg, 'SG-1'],
    [sg, 'sg-1\n::error::x'],
    [ZONE_ID, 'cn-hangzhou-g cn-hangzhou-h'],
    [CACHE_NAME, 'a'],
    [CACHE_NAME, 'a'.repeat(129)],
    [CACHE_NAME, '-ab'],
    [CACHE_NAME, 'ab-'],
    [CACHE_NAME, 'App'],
    [CACHE_NAME, 'a_b'],
    [CLIENT_TOKEN, 'a'.repeat(65)],
    [CLIENT_TOKEN, 'tokén'],
    [CLIENT_TOKEN, 'a\tb'],
    [ROLE_ARN, 'ci'],
    [ROLE_ARN, 'acs:ram::123:oidc-provider/GitHub'],
    [ROLE_ARN, 'arn:aws:iam::123:role/ci'],
    [ROLE_ARN, 'my acs:ram::123:role/ci'],
    [ROLE_ARN, 'acs:ram::123:role/ci cd'],
    [OIDC_PROVIDER_ARN, 'acs:ram::123:role/ci'],
    [OIDC_PROVIDER_ARN, 'my acs:ram::123:oidc-provider/GitHub'],
    [OIDC_PROVIDER_ARN, 'acs:ram::123:oidc-provider/Git Hub'],
    [ROLE_SESSION_NAME, 'a'],
    [ROLE_SESSION_NAME, 'a b'],
    [ROLE_SESSION_NAME, '? ab'],
    [ROLE_SESSION_NAME, 'ab ?'],
    [ROLE_SESSION_NAME, 'a'.repeat(65)],
  ])('refuses %j: %j', (shape, text) => {
    expect(() => shaped(shape)(text)).toThrow(
      expect.objectContaining({ name: 'ActionError', hint: shape.hint }),
    );
  });

  it('names what it got and what an ID looks like', () => {
    expect(() => shaped(idOf('a vSwitch', 'vsw-'))('vpc-123')).toThrow(
      `got "vpc-123"; the ID of a vSwitch starts with vsw- and holds letters, digits, '-' and '_'`,
    );
  });
});

describe('parseEliminationStrategy', () => {
  it.each(['LRU', 'lru', 'Lru'])('takes %s', (text) => {
    expect(parseEliminationStrategy(text)).toBe('LRU');
  });

  it('refuses another', () => {
    expect(() => parseEliminationStrategy('FIFO')).toThrow('got "FIFO"; allowed is LRU');
  });
});
