import OpenApi, { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import { ListUsageRequest } from '@alicloud/eci20180808';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serviceClock } from '../../dev/eci/clock.js';
import { type EciServer, startEciServer } from '../../dev/eci/server.js';
import { startOidcServer } from '../../dev/oidc.js';
import { type Identity, startIdentity } from '../../dev/sts/identity.js';
import { TEST_AUDIENCE, TEST_PROVIDER_ARN, TEST_ROLE_ARN } from '../../dev/sts/server.js';
import { sdkFor } from './dev-sdk.js';

// CommonJS with a default export, as in dev-sdk.ts.
const Client = ((OpenApi as unknown as { default?: unknown }).default ?? OpenApi) as typeof OpenApi;
const clock = serviceClock();
let eci: EciServer;
let identity: Identity;

beforeEach(async () => {
  eci = await startEciServer({ clock, accounts: [] });
  identity = await startIdentity(eci, { role: { subject: /^repo:acme\/shop:/, maxSessionSeconds: 7_200 } });
});

afterEach(async () => {
  await Promise.all([eci.close(), identity.close()]);
});

interface Answer {
  Credentials: Record<'AccessKeyId' | 'AccessKeySecret' | 'SecurityToken' | 'Expiration', string>;
}

function token(claims: Record<string, unknown> = {}): string {
  return identity.oidc.issue({ aud: TEST_AUDIENCE, ...claims });
}

function parameters(changed: Record<string, string> = {}): Record<string, string> {
  return {
    OIDCProviderArn: TEST_PROVIDER_ARN,
    RoleArn: TEST_ROLE_ARN,
    RoleSessionName: 'github-actions',
    OIDCToken: token(),
    DurationSeconds: '900',
    ...changed,
  };
}

/** By the vendor's generic client, without keys. */
async function assume(query: Record<string, string>): Promise<Answer> {
  const client = new Client(new Config({ protocol: 'HTTP', endpoint: identity.sts.host }));
  const params = new Params({
    action: 'AssumeRoleWithOIDC',
    version: '2015-04-01',
    protocol: 'HTTP',
    pathname: '/',
    method: 'POST',
    authType: 'Anonymous',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'json',
  });
  const noOptions: unknown = {};
  const runtime = noOptions as Parameters<typeof client.callApi>[2];
  const answer = await client.callApi(params, new OpenApiRequest({ query }), runtime);
  return answer['body'] as Answer;
}

describe('AssumeRoleWithOIDC', () => {
  it('gives out keys that the ECI server knows until they expire', async () => {
    const { Credentials } = await assume(parameters());
    const account = {
      accessKeyId: Credentials.AccessKeyId,
      accessKeySecret: Credentials.AccessKeySecret,
      securityToken: Credentials.SecurityToken,
    };
    expect(identity.sts.issued).toMatchObject([account]);
    const inSeconds = (Date.parse(Credentials.Expiration) - clock.wallNow()) / 1000;
    expect(inSeconds).toBeGreaterThan(890);
    expect(inSeconds).toBeLessThanOrEqual(900);
    const sdk = sdkFor(eci, account);
    expect(await sdk.listUsage(new ListUsageRequest({}))).toMatchObject({ statusCode: 200 });
    clock.advance(900_000);
    await expect(sdk.listUsage(new ListUsageRequest({}))).rejects.toMatchObject({
      code: 'InvalidSecurityToken.Expired',
    });
  });

  it('takes the form that the older protocol posts', async () => {
    const response = await fetch(
      `${identity.sts.url}/?Action=AssumeRoleWithOIDC&Version=2015-04-01&Format=JSON`,
      {
        method: 'POST',
        body: new URLSearchParams(parameters()),
      },
    );
    expect(await response.json()).toMatchObject({
      RequestId: expect.any(String),
      OIDCTokenInfo: { Subject: 'repo:acme/shop:ref:refs/tags/v1.2.3', VerificationInfo: 'Success' },
      AssumedRoleUser: { Arn: `${TEST_ROLE_ARN}/github-actions` },
      Credentials: { AccessKeyId: expect.stringMatching(/^STS\./) },
    });
  });

  it.each<[string, () => Record<string, string>, number, string]>([
    ['no role', () => ({ RoleArn: '' }), 400, 'MissingRoleArn'],
    [
      'a session name with a space',
      () => ({ RoleSessionName: 'a b' }),
      400,
      'InvalidParameter.RoleSessionName',
    ],
    ['an unknown role', () => ({ RoleArn: `${TEST_ROLE_ARN}-2` }), 404, 'EntityNotExist.Role'],
    ['too short a session', () => ({ DurationSeconds: '899' }), 400, 'InvalidParameter.DurationSeconds'],
    [
      "a session over the role's limit",
      () => ({ DurationSeconds: '7201' }),
      400,
      'InvalidParameter.DurationSeconds',
    ],
    [
      'an unknown provider',
      () => ({ OIDCProviderArn: 'acs:ram::1:oidc-provider/x' }),
      401,
      'AuthenticationFail.NoPermission',
    ],
    ['no token', () => ({ OIDCToken: '' }), 401, 'AuthenticationFail.OIDCToken.Invalid'],
    [
      'a token with a broken signature',
      () => ({ OIDCToken: `${token().slice(0, -8)}AAAAAAAA` }),
      401,
      'AuthenticationFail.OIDCToken.InvalidSignature',
    ],
    [
      'an expired token',
      () => ({ OIDCToken: token({ exp: 1 }) }),
      401,
      'AuthenticationFail.OIDCToken.Expired',
    ],
    [
      'another audience',
      () => ({ OIDCToken: token({ aud: 'other' }) }),
      401,
      'AuthenticationFail.OIDCToken.AudienceNotMatch',
    ],
    [
      'another issuer',
      () => ({ OIDCToken: token({ iss: 'https://other' }) }),
      401,
      'AuthenticationFail.OIDCToken.Invalid',
    ],
    [
      'another repository',
      () => ({ OIDCToken: token({ sub: 'repo:evil/shop:x' }) }),
      401,
      'AuthenticationFail.NoPermission',
    ],
  ])('refuses %s', async (_case, changed, statusCode, code) => {
    await expect(assume(parameters(changed()))).rejects.toMatchObject({ code, data: { statusCode } });
    expect(identity.sts.issued).toEqual([]);
  });

  it('refuses a token of another issuer with the same claims', async () => {
    const other = await startOidcServer({ ownKey: true });
    const forged = other.issue({ aud: TEST_AUDIENCE, iss: identity.oidc.issuer });
    await other.close();
    await expect(assume(parameters({ OIDCToken: forged }))).rejects.toMatchObject({
      code: 'AuthenticationFail.OIDCToken.InvalidSignature',
    });
  });
});
