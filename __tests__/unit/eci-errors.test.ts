import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError, type FailureKind } from '../../src/cache/service.js';
import {
  cleaned,
  networkFailure,
  notOfService,
  refusal,
  unreadableAnswer,
  type FailedCall,
} from '../../src/eci/errors.js';
import { ActionError } from '../../src/errors.js';
import type { HttpResponse } from '../../src/http/types.js';
import { Secrets } from '../../src/report/secrets.js';
import { wildText } from '../support/wild-text.js';

const PASSWORD = 'p@ /+=%ü"';

function call(fields: Partial<FailedCall> = {}): FailedCall {
  const secrets = new Secrets(() => undefined);
  secrets.add(PASSWORD);
  const credentialsOrigin = 'the inputs access-key-id and access-key-secret';
  return { action: 'CreateImageCache', host: 'eci.cn-x.aliyuncs.com', secrets, credentialsOrigin, ...fields };
}

const CREATE = { answerField: 'ImageCacheId' };

/** What becomes of an answer to a create. */
function refused(code: string, statusCode: number, fields: Record<string, unknown> = {}): ServiceError {
  const answer = { Code: code, Message: 'It was refused', RequestId: 'R-1', ...fields };
  const error = refusal(statusCode, answer, CREATE, call());
  if (!error) throw new Error('not refused');
  return error;
}

describe('a refusal', () => {
  it.each<[string, number, FailureKind]>([
    ['IdempotentProcessing', 403, 'conflict'],
    ['QuotaExceeded', 403, 'quota'],
    ['Throttling.User', 400, 'transient'],
    ['ImageCacheName.Duplicated', 400, 'name-taken'],
    ['Anything.Else', 502, 'transient'],
    ['Anything.Else', 429, 'transient'],
    ['Anything.Else', 408, 'transient'],
    ['Anything.Else', 400, 'permanent'],
    ['Anything.Else', 200, 'permanent'],
    ['500', 200, 'transient'],
  ])('%s (HTTP %d) is %s', (code, statusCode, kind) => {
    const error = refused(code, statusCode);
    expect(error).toMatchObject({ code, kind, statusCode, requestId: 'R-1' });
    expect(error.message).toBe(
      `CreateImageCache failed: ${code} (HTTP ${String(statusCode)}): It was refused. Request ID: R-1.`,
    );
  });

  it('says whether the service may have acted, and whether it is the rate alone', () => {
    expect(refused('InternalError', 500)).toMatchObject({ mayHaveActed: true, isThrottled: false });
    expect(refused('Throttling', 503)).toMatchObject({ mayHaveActed: false, isThrottled: true });
    expect(refused('A.B', 429)).toMatchObject({ mayHaveActed: false, isThrottled: true });
    expect(refused('QuotaExceeded', 403)).toMatchObject({ mayHaveActed: false, isThrottled: false });
  });

  it('takes an unknown code with the status of a conflict for one', () => {
    expect(refused('New.Code', 409)).toMatchObject({
      kind: 'conflict',
      hint: expect.stringContaining('in progress'),
    });
    expect(refused('SignatureDoesNotMatch', 409).hint).toContain('access-key-secret');
  });

  it('names the quota by the message', () => {
    expect(refused('QuotaExceeded', 403, { Message: 'ImageCache quota exceeded.' }).quota).toBe(
      'image-cache',
    );
    expect(refused('QuotaExceeded', 403, { Message: 'vCPU quota exceeded.' }).quota).toBe('other');
    expect(refused('QuotaExceeded', 403).quota).toBe('unknown');
    expect(refused('NoPermission', 403).quota).toBeUndefined();
  });

  it('has a hint by the status, and the hint names what the call names', () => {
    expect(refused('New.Code', 503).hint).toContain('same client token');
    expect(refused('SignatureDoesNotMatch', 400).hint).toContain(
      'the inputs access-key-id and access-key-secret',
    );
  });

  it.each([
    'server string to sign is:POST\n/\nPassword=x',
    'server CanonicalRequest is: POST\n/\nPassword=x',
    'server StringToSign:[POST&%2F&Password%3Dx] server SignString:[abc]',
    'Server stringToSign is [POST\n/\nPassword=x]',
    'your StringToSign: GET&%2F&SecurityToken%3Dx',
  ])('leaves the signed request out that the service repeats: %j', (echo) => {
    const error = refused('A.B', 400, { Message: `Signature is wrong. ${echo}` });
    expect(error.message).toBe(
      'CreateImageCache failed: A.B (HTTP 400): Signature is wrong. Request ID: R-1.',
    );
  });

  it('passes an unknown code through, with the vendor’s link where there is one', () => {
    const Recommend = 'https://api.alibabacloud.com/troubleshoot?q=New.Code';
    expect(refused('New.Code', 400, { Recommend }).hint).toBe(`The vendor's advice: ${Recommend}`);
    expect(refused('New.Code', 400, { Recommend: 'javascript:x' }).hint).toBeUndefined();
  });

  it('redacts, escapes and bounds the service’s text', () => {
    const Message = `no ${PASSWORD}\n::set-output name=a::b\u202e ${'x'.repeat(2_000)}`;
    const { message } = refused('A.B', 400, { Message });
    expect(message).toContain('no ***\\u000a::set-output name=a::b\\u202e xxx');
    expect(message).toMatch(/x…\. Request ID|x… Request ID/);
    expect(message.length).toBeLessThan(650);
  });

  it('does not cut a secret in two, which would leave its first half', () => {
    expect(refused('A.B', 400, { Message: `${'y'.repeat(498)}${PASSWORD}` }).message).not.toContain('p@');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no code', { Code: undefined }, 'HTTP 500: It was refused. Request ID: R-1.'],
    ['a code that is no text', { Code: { a: 1 } }, 'HTTP 500: It was refused. Request ID: R-1.'],
    [
      'a code in small letters',
      { Code: undefined, code: 'Small' },
      'Small (HTTP 500): It was refused. Request ID: R-1.',
    ],
    [
      'names of another product',
      { Code: undefined, Message: undefined, ErrorCode: 'Odd', ErrorMessage: 'No' },
      'Odd (HTTP 500): No. Request ID: R-1.',
    ],
    ['nothing at all', { Code: null, Message: [], RequestId: 7.5e300 }, 'HTTP 500. Request ID: 7.5e+300.'],
    ['no request ID', { RequestId: undefined }, 'X (HTTP 500): It was refused.'],
  ])('is read with %s', (_what, fields, expected) => {
    expect(refused('X', 500, fields).message).toBe(`CreateImageCache failed: ${expected}`);
  });

  it('has the status for a code where there is none', () => {
    expect(refused('', 502).code).toBe('HTTP502');
  });
});

describe('an answer with HTTP 200', () => {
  const at200 = (answer: Record<string, unknown>, answerField?: string): ServiceError | undefined =>
    refusal(200, answer, { answerField }, call());

  it.each<[Record<string, unknown>, string | undefined]>([
    [{ RequestId: 'R' }, undefined],
    [{ RequestId: 'R', Code: '200' }, undefined],
    [{ RequestId: 'R', Code: 200, Success: true }, undefined],
    [{ RequestId: 'R', Code: 'OK', Message: 'successful' }, undefined],
    [{ RequestId: 'R', code: 'Success' }, undefined],
    [{ RequestId: 'R', Code: '' }, undefined],
    [{ RequestId: 'R', Code: null }, 'ImageCaches'],
    [{ RequestId: 'R', ImageCaches: [] }, 'ImageCaches'],
    [{ RequestId: 'R', Code: '200', ImageCaches: [] }, 'ImageCaches'],
    [{ RequestId: 'R', Code: 'Odd', ImageCaches: [{ ImageCacheId: 'imc-1' }] }, 'ImageCaches'],
    [{ RequestId: 'R', Code: 'Odd', ImageCacheId: 'imc-1' }, 'ImageCacheId'],
  ])('%j is none', (answer, answerField) => {
    expect(at200(answer, answerField)).toBeUndefined();
  });

  it.each<[Record<string, unknown>, string | undefined]>([
    [{ Code: 'Forbidden.RAM', Message: 'm', RequestId: 'R' }, 'ImageCaches'],
    [{ Code: 'Forbidden.RAM', Message: 'm', RequestId: 'R' }, undefined],
    [{ code: 'Forbidden.RAM', message: 'm', requestId: 'R' }, undefined],
    [{ Code: 'Forbidden.RAM', ImageCaches: [], TotalCount: 0 }, 'ImageCaches'],
    [{ Code: 'Forbidden.RAM', ImageCaches: { ImageCache: [] } }, 'ImageCaches'],
    [{ Code: 'Forbidden.RAM', ImageCacheId: '' }, 'ImageCacheId'],
    [{ Code: 'Forbidden.RAM', Credentials: null }, 'Credentials'],
  ])('%j is one', (answer, answerField) => {
    expect(at200(answer, answerField)).toMatchObject({ kind: 'permanent', code: 'Forbidden.RAM' });
  });

  it('is one where it says that it had no success', () => {
    expect(at200({ Success: false, Message: 'm' })).toMatchObject({ code: 'HTTP200', statusCode: 200 });
  });
});

/** An error in the shape that Node gives it; its message may hold anything. */
function network(code: string | undefined): Error {
  const url = `http://h/?Password=${encodeURIComponent(PASSWORD)}&P=${PASSWORD}`;
  return Object.assign(new Error(`socket hang up POST ${url} failed.`), code ? { code } : {});
}

describe('a call that finds no answer', () => {
  it.each<[string, FailureKind, RegExp, boolean]>([
    [
      'ECONNRESET',
      'transient',
      /the connection to eci\.cn-x\.aliyuncs\.com was dropped \(ECONNRESET\)/,
      true,
    ],
    ['ECONNREFUSED', 'transient', /cannot be reached \(ECONNREFUSED\)/, false],
    ['ENOTFOUND', 'transient', /cannot be resolved \(ENOTFOUND\)/, false],
    ['HPE_INVALID_CONSTANT', 'transient', /is not valid HTTP/, true],
    ['CERT_HAS_EXPIRED', 'permanent', /certificate of eci\.cn-x\.aliyuncs\.com is not trusted/, false],
    ['EPROTO', 'permanent', /no TLS connection/, false],
    ['ERR_INVALID_CHAR', 'permanent', /has a character/, false],
    ['ERR_OTHER', 'permanent', /could not be made/, false],
  ])('for %s is %s', (code, kind, message, mayHaveActed) => {
    const error = networkFailure(network(code), call());
    expect(error).toMatchObject({ code, kind, mayHaveActed });
    expect(error.message).toMatch(/^CreateImageCache failed: .*\.$/);
    expect(error.message).toMatch(message);
    expect(`${error.message} ${error.hint ?? ''}`).not.toContain('p@');
    expect(error.hint).toEqual(expect.any(String));
    expect(error.cause).toBeUndefined();
  });

  it('is final where the region is not known and its host does not exist', () => {
    const doubtful = call({ regionDoubt: 'cn-hangzou is unknown. Did you mean cn-hangzhou?' });
    expect(networkFailure(network('ENOTFOUND'), doubtful)).toMatchObject({
      kind: 'permanent',
      hint: 'cn-hangzou is unknown. Did you mean cn-hangzhou?',
    });
    // A name server in trouble may know it a moment later.
    expect(networkFailure(network('EAI_AGAIN'), doubtful).kind).toBe('transient');
  });

  it.each([new TypeError(`bad ${PASSWORD}`), 'text', null, undefined, {}])(
    'for %p is a defect, and does not quote it',
    (thrown) => {
      const error = networkFailure(thrown, call());
      expect(error.kind).toBe('permanent');
      expect(error.message).not.toContain('p@');
    },
  );

  it('for want of credentials says what getting them said', () => {
    const noToken = new ActionError('No ID token.', { hint: 'Add it.' });
    expect(networkFailure(noToken, call())).toMatchObject({
      ...{ message: 'No ID token.', hint: 'Add it.', kind: 'permanent', code: 'NoCredentials' },
    });
  });
});

describe('an answer that is not the service’s', () => {
  const response = (status: number, headers: HttpResponse['headers'] = {}): HttpResponse => ({
    ...{ status, headers, url: new URL('https://eci.example') },
    ...{ body: Readable.from([]), hangUp: () => undefined },
  });

  it.each<[number, string | undefined, string, FailureKind]>([
    [200, 'text/html', '<html>', 'transient'],
    [302, 'text/html', '', 'permanent'],
    [403, 'text/html', '<html>', 'permanent'],
    [429, 'text/html', '<html>', 'transient'],
    [502, 'text/html', '<html>', 'transient'],
    [400, 'application/json', ' {"Code":"Thro', 'transient'],
    [403, 'application/JSON;charset=utf-8', '{', 'transient'],
    [403, 'application/json', '', 'permanent'],
    [400, undefined, '{', 'permanent'],
  ])('HTTP %d of type %s, %j, is %s', (status, type, body, kind) => {
    const error = notOfService(response(status, type ? { 'content-type': type } : {}), body, call());
    expect(error).toMatchObject({ kind, statusCode: status, code: 'NotJson' });
    expect(error.message).toBe(
      `CreateImageCache failed: the answer of eci.cn-x.aliyuncs.com is not the service's (HTTP ${String(status)}${type ? `, ${type}` : ''}).`,
    );
  });

  it('says so where the proxy requires a login', () => {
    expect(notOfService(response(407), '', call()).hint).toContain('HTTPS_PROXY');
    expect(notOfService(response(403), '', call()).hint).not.toContain('HTTPS_PROXY');
  });

  it('names a coding that cannot be decoded', () => {
    const error = unreadableAnswer(response(200, { 'content-encoding': 'zstd' }), call());
    expect(error.kind).toBe('transient');
    expect(error.message).toContain('cannot be decoded (zstd)');
    expect(unreadableAnswer(response(200), call())).toMatchObject({
      kind: 'permanent',
      message:
        "CreateImageCache failed: the answer of eci.cn-x.aliyuncs.com is too large to be the service's.",
    });
  });
});

it('cleaned leaves no secret and no control character', () => {
  const odd = fc.string({
    unit: fc.constantFrom('p', '@', '%', '"', '/', 'ü', '=', '+', '\n', ' '),
    minLength: 3,
  });
  const any = wildText();
  fc.assert(
    fc.property(
      odd.filter((text) => text.trim().length >= 3),
      any,
      any,
      (password, before, after) => {
        const secrets = new Secrets(() => undefined);
        secrets.add(password);
        const shown = cleaned(`${before}${password}${after}`, 10_000, secrets);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(shown.includes(password)).toBe(false);
      },
    ),
  );
});
