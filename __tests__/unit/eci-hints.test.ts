import { describe, expect, it } from '@jest/globals';
import { kindOfCode } from '../../src/eci/codes.js';
import { hintFor } from '../../src/eci/hints.js';

/** Every code of the vendor's page of CreateImageCache (2024-04-15), with a word that its hint must hold. */
const PAGE: readonly (readonly [string, RegExp])[] = [
  ['Account.Arrearage', /Top up the account/],
  ['DryRunOperation', /valid/],
  ['InvalidParameter.CPU.Memory', /vswitch-id/],
  ['IncorrectStatus', /still being created/],
  ['ServiceNotEnabled', /Activate Elastic Container Instance/],
  ['DiskVolume.NotSupport', /ticket/],
  ['RamRole.NotSupport', /arn-service/],
  ['ImageCache.IncorrectStatus', /wait until it is Ready/],
  ['ImageCacheNotSupport', /Activate Elastic Container Instance/],
  ['EipAddressPoolIpNotEnough', /eip-instance-id/],
  ['OperationConflict', /`concurrency` group/],
  ['OperationDenied.VswZoneMisMatch', /Leave zone-id out/],
  ['QuotaExceeded', /keep-latest.*elimination-strategy.*LRU.*vCPU/],
  ['Zone.NotOnSale', /several vSwitches in different zones/],
  ['Forbidden.RiskControl', /ticket/],
  ['Forbidden.SubUser', /eci:CreateImageCache, eci:DescribeImageCaches, eci:DescribeContainerGroupEvents/],
  ['Forbidden.OnlyForInvitedTest', /ask for access/],
  ['OperationDenied.SecurityGroupMisMatch', /one VPC.*zone-id out/],
  ['InvalidVSwitchId.IpNotEnough', /several vSwitches in different zones/],
  ['Forbidden.UserBussinessStatus', /Top up the account/],
  ['Forbidden.UserNotRealNameAuthentication', /real-name/],
  ['InvalidUser.PassRoleForbidden', /eci:CreateImageCache.*ram:CreateServiceLinkedRole/],
  ['OperationDenied.NoStock', /several vSwitches in different zones/],
  ['NoPermission', /eci:CreateImageCache.*eci:DeleteImageCache/],
  ['SecurityRisk.3DVerification', /e-mail/],
  ['CreateServiceLinkedRole.Denied', /ram:CreateServiceLinkedRole.*AliyunServiceRoleForECI/],
];

/** What the vendor's page does not list. */
const COMMON: readonly (readonly [string, RegExp])[] = [
  ['Throttling', /same client token/],
  ['Throttling.User', /same client token/],
  ['Rejected.Throttling', /same client token/],
  ['ServiceUnavailable', /same client token/],
  ['InternalError', /same client token/],
  ['IdempotentParameterMismatch', /client-token/],
  ['QuotaExceeded.ImageCache', /keep-latest/],
  ['DiskCapacityQuotaFull', /ESSD.*image-cache-size/],
  ['Forbidden.RAM', /eci:CreateImageCache/],
  ['InvalidSecurityGroupId.NotFound', /in this region/],
  ['InvalidParameter.Tag', /names the parameter/],
  ['MissingParameter', /names the parameter/],
  ['InvalidRegionId.NotFound', /region-id/],
  ['SignatureNonceUsed', /same client token/],
  ['QuotaFull', /keep-latest/],
  ['IncompleteSignature', /cut off/],
  ['MissingSecurityToken', /use role-to-assume/],
  ['InvalidResourceGroup.NotFound', /in this region/],
  ['InvalidImageCacheId.NotFound', /is gone/],
  ['InvalidAction.NotFound', /does not offer this call/],
  ['NoSuchVersion', /does not offer this call/],
  ['UnsupportedHTTPMethod', /does not offer this call/],
  ['UnsupportedParameter', /names the parameter/],
  ['AccessDenied', /eci:CreateImageCache/],
  ['Forbidden', /eci:CreateImageCache/],
];

const CREDENTIALS = [
  'InvalidAccessKeyId.NotFound',
  'InvalidAccessKeyId.Inactive',
  'SignatureDoesNotMatch',
  'InvalidSecurityToken.Expired',
  'InvalidTimeStamp.Expired',
];

/** Of AssumeRoleWithOIDC. */
const STS: readonly (readonly [string, RegExp])[] = [
  ['AuthenticationFail.NoPermission', /trust policy of role-to-assume/],
  ['NoPermission', /trust policy of role-to-assume/],
  ['AccessDenied', /trust policy of role-to-assume/],
  ['Forbidden', /trust policy of role-to-assume/],
  ['AuthenticationFail.OIDCToken.AudienceNotMatch', /input audience/],
  ['AuthenticationFail.OIDCToken.IssuerNotMatch', /issuer URL/],
  ['AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch', /fingerprint/],
  ['AuthenticationFail.OIDCToken.Expired', /too late/],
  ['AuthenticationFail.OIDCToken.Invalid', /id-token: write/],
  ['EntityNotExist.Role', /role-to-assume: acs:ram::/],
  ['EntityNotExist.OIDCProvider', /oidc-provider-arn: acs:ram::/],
  ['InvalidParameter.RoleSessionName', /role-session-name/],
  ['InvalidParameter.DurationSeconds', /role-session-expiration/],
  ['InvalidParameter.RoleArn', /role-to-assume: acs:ram::/],
  ['InvalidParameter.OIDCProviderArn', /oidc-provider-arn/],
  ['Throttling.User', /run the step again/],
];

describe('hintFor', () => {
  it.each([...PAGE, ...COMMON])('tells what to do about %s', (code, expected) => {
    expect(hintFor(code)).toMatch(expected);
  });

  it('covers every code of the vendor’s page in the table above', () => {
    expect(PAGE).toHaveLength(26);
    expect(new Set(PAGE.map(([code]) => code)).size).toBe(26);
  });

  it.each(CREDENTIALS)('names the source of the credentials for %s', (code) => {
    const credentialsOrigin = 'the variables ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY';
    expect(hintFor(code, { credentialsOrigin })).toContain(`They came from ${credentialsOrigin}.`);
    expect(hintFor(code)).toContain('See the log for where they came from.');
  });

  it('names the action that was refused among the permissions', () => {
    expect(hintFor('NoPermission', { action: 'ListUsage' })).toContain('eci:ListUsage');
    expect(hintFor('NoPermission')).not.toContain('undefined');
    expect(hintFor('NoPermission', { action: 'CreateImageCache' })).toMatch(
      /^(?!.*CreateImageCache.*CreateImageCache)/,
    );
  });

  it.each(STS)('tells what to do about %s of AssumeRoleWithOIDC', (code, expected) => {
    expect(hintFor(code, { action: 'AssumeRoleWithOIDC' })).toMatch(expected);
  });

  // Families, and this rule, look for words anywhere in the code.
  const isAnywhere = (code: string): boolean =>
    kindOfCode(`Other${code}`) !== undefined || code.includes('OIDCProvider');
  const ours = [...PAGE, ...COMMON].map(([code]) => ({ code, action: 'CreateImageCache' }));
  const ofSts = STS.map(([code]) => ({ code, action: 'AssumeRoleWithOIDC' }));
  const all = [...ours, ...CREDENTIALS.map((code) => ({ code, action: 'X' })), ...ofSts];

  it.each(all.filter(({ code }) => !isAnywhere(code)))(
    'takes no code that ends in $code for it ($action)',
    ({ code, action }) => {
      expect(hintFor(`Other${code}`, { action })).toBeUndefined();
    },
  );

  it.each([
    'SignatureDoesNotMatch',
    'IncompleteSignature',
    'MissingSecurityToken',
    'NoSuchVersion',
    'UnsupportedHTTPMethod',
    'UnsupportedParameter',
    'Forbidden',
    'Forbidden.SubUser',
    'InvalidUser.PassRoleForbidden',
  ])('takes no code that starts with %s for it', (code) => {
    expect(hintFor(`${code}Other`)).not.toBe(hintFor(code));
  });

  it('knows nothing of an unknown code, unless its HTTP status tells', () => {
    expect(hintFor('Something.New')).toBeUndefined();
    expect(hintFor('Something.New', { statusCode: 400 })).toBeUndefined();
    expect(hintFor('Something.New', { statusCode: 499 })).toBeUndefined();
    for (const statusCode of [429, 500, 503]) {
      expect(hintFor('Something.New', { statusCode })).toContain('run the step again');
    }
    expect(hintFor('toString')).toBeUndefined();
  });
});

it('names the issuer of the server that runs the workflow', () => {
  const idTokenIssuer = 'https://ghe.example/_services/token';
  const context = { action: 'AssumeRoleWithOIDC', idTokenIssuer };
  expect(hintFor('AuthenticationFail.OIDCToken.IssuerNotMatch', context)).toContain(idTokenIssuer);
});
