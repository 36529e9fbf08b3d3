import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { serviceClock } from '../../dev/eci/clock.js';
import { keyStore, signatureVerifier, type Account } from '../../dev/eci/signature.js';
import type { Received } from '../../dev/http.js';

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const account: Account = { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' };

/** The worked example on the vendor's page "Request syntax and signature method V3". */
const example: Received = {
  method: 'POST',
  path: '/',
  query: 'ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai',
  headers: {
    host: 'ecs.cn-shanghai.aliyuncs.com',
    'x-acs-action': 'RunInstances',
    'x-acs-content-sha256': EMPTY_HASH,
    'x-acs-date': '2023-10-26T10:22:32Z',
    'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
    'x-acs-version': '2014-05-26',
    authorization:
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;' +
      'x-acs-signature-nonce;x-acs-version,' +
      'Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
  },
  body: Buffer.alloc(0),
};
const signedAt = Date.parse('2023-10-26T10:22:32Z');

function verifierAt(atMs: number, known: Account = account): (request: Received) => Account {
  return signatureVerifier(keyStore([known]), serviceClock({ wallNow: () => atMs }));
}

function withHeaders(headers: Record<string, string>): Received {
  return { ...example, headers: { ...example.headers, ...headers } };
}

function without(name: string): Received {
  return {
    ...example,
    headers: Object.fromEntries(Object.entries(example.headers).filter(([key]) => key !== name)),
  };
}

describe('signatureVerifier', () => {
  it("accepts the vendor's worked example", () => {
    expect(verifierAt(signedAt)(example)).toBe(account);
  });

  it.each<[string, Received, string]>([
    ['another parameter', { ...example, query: `${example.query}&Amount=1` }, 'SignatureDoesNotMatch'],
    [
      'a parameter changed',
      { ...example, query: example.query.replace('shanghai', 'beijing') },
      'SignatureDoesNotMatch',
    ],
    ['another method', { ...example, method: 'GET' }, 'SignatureDoesNotMatch'],
    ['another path', { ...example, path: '/x' }, 'SignatureDoesNotMatch'],
    ['another host', withHeaders({ host: 'ecs.cn-beijing.aliyuncs.com' }), 'SignatureDoesNotMatch'],
    ['another action', withHeaders({ 'x-acs-action': 'StopInstances' }), 'SignatureDoesNotMatch'],
    ['a common header that is not signed', withHeaders({ 'x-acs-extra': '1' }), 'SignatureDoesNotMatch'],
    ['a body that is not the hashed one', { ...example, body: Buffer.from('a=b') }, 'SignatureDoesNotMatch'],
    [
      'a body with its hash, unsigned',
      {
        ...withHeaders({ 'x-acs-content-sha256': createHash('sha256').update('a=b').digest('hex') }),
        body: Buffer.from('a=b'),
      },
      'SignatureDoesNotMatch',
    ],
    ['no authorization', without('authorization'), 'IncompleteSignature'],
    [
      'the older algorithm',
      withHeaders({ authorization: 'HMAC-SHA1 Credential=YourAccessKeyId' }),
      'IncompleteSignature',
    ],
    [
      'no signature in it',
      withHeaders({ authorization: 'ACS3-HMAC-SHA256 Credential=YourAccessKeyId' }),
      'IncompleteSignature',
    ],
    [
      'an unknown key',
      withHeaders({
        authorization: (example.headers['authorization'] ?? '').replace('YourAccessKeyId', 'Other'),
      }),
      'InvalidAccessKeyId.NotFound',
    ],
    ['no date', without('x-acs-date'), 'InvalidTimeStamp.Format'],
    [
      'a date of another form',
      withHeaders({ 'x-acs-date': 'Thu, 26 Oct 2023 10:22:32 GMT' }),
      'InvalidTimeStamp.Format',
    ],
  ])('refuses %s', (_case, request, code) => {
    expect(() => verifierAt(signedAt)(request)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    [-16 * 60_000, false],
    [-14 * 60_000, true],
    [14 * 60_000, true],
    [16 * 60_000, false],
  ])('with a clock that is off by %i ms: accepted %s', (skewMs, accepted) => {
    const verify = (): unknown => verifierAt(signedAt + skewMs)(example);
    if (accepted) expect(verify).not.toThrow();
    else expect(verify).toThrow(expect.objectContaining({ code: 'InvalidTimeStamp.Expired' }));
  });

  it('refuses a nonce that was used', () => {
    const verify = verifierAt(signedAt);
    verify(example);
    expect(() => verify(example)).toThrow(expect.objectContaining({ code: 'SignatureNonceUsed' }));
  });

  it('refuses another secret', () => {
    const verify = verifierAt(signedAt, { ...account, accessKeySecret: 'another' });
    expect(() => verify(example)).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
  });

  it("demands the security token of STS's keys", () => {
    const verify = verifierAt(signedAt, { ...account, securityToken: 'token' });
    expect(() => verify(example)).toThrow(expect.objectContaining({ code: 'MissingSecurityToken' }));
  });
});
