import { describe, expect, it } from '@jest/globals';
import {
  isTransient,
  NetworkError,
  networkError,
  TimeLimitError,
  TransientStatusError,
  unauthorized,
  unreachable,
} from '../../src/registry/failures.js';
import { retryAfterMs } from '../../src/registry/retries.js';
import { describeErrorBody, quoteRemote } from '../../src/registry/remote-text.js';
import { RegistryError } from '../../src/registry/types.js';

describe('unreachable', () => {
  it.each([
    ['ghcr.io', 'ENOTFOUND', 'Check the host name'],
    ['ghcr.io', 'ECONNREFUSED', 'Check the host name'],
    ['ghcr.io', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'insecure-registry'],
    ['ghcr.io', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['ghcr.io', 'ERR_TLS_CERT_ALTNAME_INVALID', 'insecure-registry'],
    ['ghcr.io', 'ERR_SSL_WRONG_VERSION_NUMBER', 'plain-http-registry'],
    ['ghcr.io', 'EPROTO', 'plain-http-registry'],
    ['registry-vpc.cn-hangzhou.aliyuncs.com', 'ETIMEDOUT', 'registry-map'],
    ['acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com:443', 'ENOTFOUND', 'registry-map'],
  ])('at %s by %s hints: %s', (host, code, hint) => {
    const failure = unreachable(host, new NetworkError('it broke', code), 1);

    expect(failure.reason).toBe('unreachable');
    expect(failure.message).toBe(`registry ${host} cannot be reached: it broke`);
    expect(failure.hint).toContain(hint);
  });
});

describe('unreachable by an answer', () => {
  it.each([
    [429, '', 1, 'HTTP 429', 'The registry throttles: log in, or try again later.'],
    [503, 'busy', 4, 'HTTP 503 (busy) (4 tries)', 'Try again later.'],
  ])('%d (%j) after %d tries', (status, detail, tries, told, hint) => {
    const failure = unreachable('ghcr.io', new TransientStatusError(status, undefined, detail), tries);
    expect(failure).toMatchObject({
      reason: 'unreachable',
      message: `registry ghcr.io answers ${told}`,
      hint,
    });
  });
});

describe('networkError', () => {
  it.each<[unknown, string, string]>([
    [Object.assign(new Error('it broke'), { code: 'EPIPE' }), 'it broke', 'EPIPE'],
    [Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED', 'ECONNREFUSED'],
    [{ message: 5, code: 7 }, '7', ''],
    [new TimeLimitError('no end'), 'no end', 'ETIMEDOUT'],
    ['text', 'text', ''],
  ])('of %p tells %j and %j', (error, message, code) => {
    expect(networkError(error)).toMatchObject({ message, code });
    expect(networkError(error)).toBeInstanceOf(NetworkError);
  });
});

describe('unauthorized', () => {
  it.each([
    ['', '(HTTP 401)'],
    ['DENIED', '(HTTP 401: DENIED)'],
  ])('with the detail %j tells %s', (detail, told) => {
    const { message } = unauthorized('ghcr.io', 'o/app', { hadLogin: false, status: 401, detail });
    expect(message).toBe(`registry ghcr.io wants a login for o/app, and none was found ${told}`);
  });
});

describe('isTransient', () => {
  it.each([
    [new NetworkError('', 'ECONNRESET'), true],
    [new NetworkError('', 'EAI_AGAIN'), true],
    [new NetworkError('', ''), true],
    [new TimeLimitError(''), true],
    [new TransientStatusError(503, undefined, ''), true],
    [new NetworkError('', 'CERT_HAS_EXPIRED'), false],
    [new NetworkError('', 'ERR_SSL_WRONG_VERSION_NUMBER'), false],
    [new RegistryError('bad-answer', ''), false],
    [new Error('a bug'), false],
  ])('%s: %s', (error, transient) => {
    expect(isTransient(error)).toBe(transient);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['5', 5000],
    [' 0 ', 0],
    ['120', 30_000],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Thu, 01 Jan 2015 00:00:10 GMT', 0],
    ['Thu, 01 Jan 2099 00:00:10 GMT', 30_000],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %s is %s', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});

describe('quoteRemote', () => {
  it.each([
    ['plain text, äöü', 'plain text, äöü'],
    ['a\r\n::error::b', 'a\\u000d\\u000a::error::b'],
    ['\u001b[31mred\u009b\u2028\u202e', '\\u001b[31mred\\u009b\\u2028\\u202e'],
    ['x'.repeat(400), `${'x'.repeat(300)}…`],
    ['x'.repeat(300), 'x'.repeat(300)],
  ])('of %j is %j', (text, quoted) => {
    expect(quoteRemote(text)).toBe(quoted);
  });

  it('is short, however much has to be escaped', () => {
    expect(quoteRemote('\n'.repeat(10_000)).length).toBeLessThanOrEqual(301);
  });
});

describe('describeErrorBody', () => {
  it.each([
    ['{"errors":[{"code":"DENIED","message":"no access"}]}', 'DENIED: no access'],
    ['{"errors":[{"code":"A"},{"message":"b"},null,7]}', 'A; b'],
    ['{"errors":[{"code":5,"message":"b"}]}', 'b'],
    ['{"errors":"x"}', '{"errors":"x"}'],
    ['{"details":"incorrect username or password"}', '{"details":"incorrect username or password"}'],
    [' Bad Gateway\n', 'Bad Gateway'],
    ['', ''],
    ['null', 'null'],
  ])('of %s is %s', (body, text) => {
    expect(describeErrorBody(body)).toBe(text);
  });
});
