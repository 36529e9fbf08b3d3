import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Cause } from '../../src/cache/diagnose.js';
import { diagnoseEvent } from '../../src/eci/events.js';

/** What a person can do about a warning with this reason and message. */
function eventHint(reason: string, message: string): string | undefined {
  return diagnoseEvent({ type: 'Warning', reason, message })?.hint;
}

const CASES: readonly (readonly [Cause, string, string, RegExp])[] = [
  ['quota', 'QuotaFull', 'vCPU quota is full.', /keep-latest/],
  ['quota', 'DiskCapacityQuotaFull', 'Your disk capacity quota is exceeded', /ESSD.*image-cache-size/],
  [
    'no-stock',
    'NoStock',
    'Create ECI failed because the specified instance is out of stock.',
    /several vSwitches/,
  ],
  ['no-stock', 'ResourceInsufficient', 'Resource not enough for cn-x.', /several vSwitches/],
  ['no-stock', 'StockClose', 'Create ECI failed because current zone closed', /several vSwitches/],
  ['balance', 'InsufficientBalance', 'Your account does not have enough balance', /Top up the account/],
  ['too-small', 'Failed', 'write /layer.tar: no space left on device', /raise image-cache-size/i],
  [
    'too-small',
    'ErrImagePull',
    'failed to pull images: unpack: no space left on device',
    /raise image-cache-size/i,
  ],
  [
    'too-small',
    'ImageCacheFailed',
    'The image cache size is too small for the images',
    /raise image-cache-size/i,
  ],
  ['too-small', 'Failed', 'total size of images exceeds the image cache size', /raise image-cache-size/i],
  ['not-pulled', 'Failed', 'failed to pull images', /NAT gateway.*eip-instance-id/],
  ['not-pulled', 'ErrImagePull', '', /NAT gateway.*plain-http-registry or insecure-registry/],
  [
    'not-pulled',
    'ErrImagePull',
    'x509: certificate signed by unknown authority',
    /certificate.*insecure-registry/,
  ],
  ['not-pulled', 'Failed', 'unexpected status: 403 Forbidden', /refused the login/],
  ['not-pulled', 'Failed', 'manifest for r.io/a:1 not found', /push it before/],
  ['not-pulled', 'Failed', 'http: server gave HTTP response to HTTPS client', /plain-http-registry/],
  ['not-pulled', 'Failed', 'failed to authorize: 401 Unauthorized', /image-registry-credentials/],
  ['not-pulled', 'Failed', 'failed to resolve reference "r.io/a:1": r.io/a:1: not found', /push it before/],
  ['not-pulled', 'Failed', 'toomanyrequests: You have reached your pull rate limit', /limits pulls/],
  ['not-pulled', 'Failed', 'Get "https://r.io/v2/": dial tcp 1.2.3.4:443: i/o timeout', /NAT gateway/],
];

/** Ways in which free text has said the same; where it is the reason that tells, there is no text. */
const WORDINGS: Readonly<Record<Cause, readonly string[]>> = {
  'too-small': [
    'ENOSPC',
    'disk quota exceeded',
    'insufficient space',
    'not enough disk space',
    'out of storage space',
    'the size is not enough',
    'the space of the disk is insufficient',
    'images exceed cache capacity',
    'layers exceeds the whole ImageCache size',
    'larger than disk',
    'larger than the image cache',
  ],
  'not-pulled': [
    'unable to pull the image',
    'pull image r.io/a failed',
    'pulling images r.io/a timed out',
    'pull images r.io/a timeout',
    'unauthorised',
    'HTTP 401',
  ],
  'no-stock': ['not enough IP'],
  quota: ['the quota is exceeded'],
  balance: ['an outstanding payment'],
};
const REASONS: Readonly<Record<Cause, readonly string[]>> = {
  'too-small': ['NoSpace', 'NodeDiskPressure'],
  'not-pulled': ['FailedPull', 'FailedPullImage', 'PullImageFailed', 'PullImagesXFailed', 'InspectFailed'],
  'no-stock': ['ZoneNotOnSale', 'Zone.NotOnSale', 'InvalidVSwitchId.IpNotEnough'],
  quota: ['QuotaExceeded.Cpu'],
  balance: ['AccountArrearage', 'Account.Arrearage'],
};
const rows = (table: Readonly<Record<Cause, readonly string[]>>): [string, string][] =>
  Object.entries(table).flatMap(([kind, texts]) => texts.map((text): [string, string] => [kind, text]));

describe('diagnoseEvent', () => {
  it.each(rows(WORDINGS))('reads %s out of the text "%s"', (kind, message) => {
    expect(diagnoseEvent({ type: 'Warning', reason: 'Failed', message })?.kind).toBe(kind);
    expect(eventHint('Failed', message)).toEqual(expect.any(String));
  });

  it.each(rows(REASONS))('reads %s out of the reason %s', (kind, reason) => {
    expect(diagnoseEvent({ type: 'Warning', reason, message: '' })?.kind).toBe(kind);
  });

  it.each([
    'OtherDiskCapacityQuotaFull',
    'DiskCapacityQuotaFullOther',
    'OtherQuotaFull',
    'OtherInsufficientBalance',
    'OtherNoStock',
    'OtherErrImagePull',
    'ErrImagePullOther',
  ])('does not take %s for the reason that is in it', (reason) => {
    expect(eventHint(reason, '')).toBeUndefined();
  });

  it.each(CASES)('%s: %s, %s', (kind, reason, message, hint) => {
    expect(diagnoseEvent({ type: 'Warning', reason, message })).toEqual({
      kind,
      hint: expect.stringMatching(hint) as unknown,
    });
    expect(eventHint(reason, message)).toMatch(hint);
  });

  it.each([
    ['Pulling', 'start to pull images'],
    ['Pulled', 'Successfully pulled image "r.io/a:404"'],
    ['ImageCacheMissed', 'image not found in any cache: unauthorized to reuse'],
  ])('does not read a normal event as a failure: %s', (reason, message) => {
    expect(diagnoseEvent({ type: 'Normal', reason, message })).toBeUndefined();
  });

  it('takes a telling reason whatever the type', () => {
    expect(diagnoseEvent({ type: 'Normal', reason: 'NoStock', message: '' })?.kind).toBe('no-stock');
  });

  it('says nothing of an event that it does not know', () => {
    expect(eventHint('AttachDiskFailed', 'Attach disk d-1 failed')).toBeUndefined();
    expect(eventHint('', '')).toBeUndefined();
  });

  it('takes any text, and does not take long over it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ maxLength: 4_000 }), (reason, message) => {
        const started = performance.now();
        eventHint(reason, message);
        return performance.now() - started < 500;
      }),
    );
    const started = performance.now();
    for (const piece of ['exceeds the ', 'a ', 'size of x ', 'pull images ', 'manifest for ']) {
      eventHint('Failed', piece.repeat(4_000).slice(0, 4_000));
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
