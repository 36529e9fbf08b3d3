import { describe, expect, it } from '@jest/globals';
import { readyPlan } from '../../dev/eci/plans.js';
import { TEST_REGION } from '../../dev/eci/server.js';
import type { RunOptions } from '../../dev/runner.js';
import { TEST_AUDIENCE, TEST_PROVIDER_ARN, TEST_ROLE_ARN } from '../../dev/sts/server.js';
import { openOffice } from './office.js';
import { scenario, type Inputs, type Scenario } from './support.js';

/** The lines of the log that tell where the credentials came from. */
const sources = (stdout: string): string[] =>
  stdout.split('\n').filter((line) => line.startsWith('Credentials: '));

describe('credentials that expire in the middle of a wait', () => {
  // The longest of all: 1300 s of the service's time, in 6.5 s.
  it.concurrent('are renewed before they do, with a new ID token', async () => {
    const plan = readyPlan({ preparingMs: 300_000, creatingMs: 1_000_000 });
    const { servers, identity, run } = await openOffice({
      speed: 200,
      plain: true,
      eci: { plan: () => plan },
    });
    const result = await run({ 'role-session-expiration': '900' });
    expect(result).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
    const { sts, oidc } = identity;
    expect(sts.issued.length).toBeGreaterThanOrEqual(2);
    expect(oidc.issued).toHaveLength(sts.issued.length);
    const signers = servers.eci.requests.map(({ headers }) => headers['x-acs-accesskey-id']);
    expect([...new Set(signers)]).toEqual(sts.issued.map(({ accessKeyId }) => accessKeyId));
    // The first keys could not have done it: the service refuses them by now.
    expect(servers.eci.clock.now()).toBeGreaterThan(sts.issued[0]?.expiresAtMs ?? Infinity);
    expect(servers.eci.requests.map(({ status }) => status)).not.toContain(400);
  });

  it.concurrent('are an error where they were handed in: who gave them, and what renews them', async () => {
    const servers = await scenario({ eci: { plan: () => readyPlan() } });
    const keys = temporaryKeys(servers);
    const { keys: known, clock, hooks } = servers.eci;
    hooks.onActed = ({ action }) => {
      if (action === 'CreateImageCache')
        known.set(keys.accessKeyId, { ...keys, expiresAtMs: clock.now() + 10_000 });
    };
    const { exitCode, errors, outputs } = await servers.run(NO_KEYS, {
      env: variables(keys, 'ALIBABA_CLOUD'),
    });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        /InvalidSecurityToken\.Expired.*\n.*use role-to-assume, which renews them\. They came from the environment variables ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN\./,
      ),
    ]);
    // The cache goes on building, and somebody pays for it.
    expect(outputs).toMatchObject({
      result: 'created',
      'image-cache-id': servers.eci.caches[0]?.imageCacheId,
    });
  });
});

describe('a role that is assumed with the runner’s OIDC token', () => {
  it.concurrent('is all that a run needs, over TLS', async () => {
    const { servers, identity, run } = await openOffice();
    const { exitCode, errors, stdout, masks } = await run();
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(sources(stdout)).toEqual([`Credentials: the runner's OIDC token, for the role ${TEST_ROLE_ARN}.`]);

    const { oidc, sts } = identity;
    expect(oidc.requests).toEqual([{ path: '/token', audience: TEST_AUDIENCE, authorized: true }]);
    expect(sts.requests.map(({ parameters }) => parameters)).toEqual([
      {
        RoleArn: TEST_ROLE_ARN,
        OIDCProviderArn: TEST_PROVIDER_ARN,
        OIDCToken: oidc.issued[0],
        RoleSessionName: expect.any(String),
        DurationSeconds: '3600',
      },
    ]);
    const [keys] = sts.issued;
    for (const { headers, status } of servers.eci.requests) {
      expect(status).toBe(200);
      expect(headers['x-acs-accesskey-id']).toBe(keys?.accessKeyId);
    }
    // What was handed out is masked; scenario() has looked for it in all that was printed and written.
    expect(masks).toEqual(
      expect.arrayContaining([keys?.accessKeySecret, keys?.securityToken, oidc.issued[0]]),
    );
    expect(masks).not.toContain(keys?.accessKeyId);
  });

  it.concurrent('may want another audience, session name and time', async () => {
    const { identity, run } = await openOffice({
      plain: true,
      provider: { clientIds: ['https://github.com/acme'] },
    });
    const inputs = {
      audience: 'https://github.com/acme',
      'role-session-name': 'release@shop',
      'role-session-expiration': '1800',
    };
    expect(await run({ ...inputs, wait: 'false' })).toMatchObject({ exitCode: 0 });
    expect(identity.oidc.requests[0]?.audience).toBe('https://github.com/acme');
    expect(identity.sts.requests[0]?.parameters).toMatchObject({
      RoleSessionName: 'release@shop',
      DurationSeconds: '1800',
    });
  });

  it.concurrent('is out of reach for a job without the permission', async () => {
    const { servers, identity, run } = await openOffice({ plain: true });
    const { exitCode, errors } = await run({}, { env: { ACTIONS_ID_TOKEN_REQUEST_URL: undefined } });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      'The job may not ask for an OIDC token.\nAdd "permissions: id-token: write" to the job. A workflow that a pull request from a fork started never gets a token.',
    ]);
    expect([...identity.sts.requests, ...servers.eci.requests]).toEqual([]);
  });

  it.concurrent('is out of reach where the token’s service answers 403', async () => {
    const { run } = await openOffice({ plain: true, oidc: { failWith: 403 } });
    const { exitCode, errors } = await run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        /did not hand out the job's OIDC token for role-to-assume \(HTTP 403\)\.\nRun the job again/,
      ),
    ]);
  });

  // More of what STS refuses is in __tests__/integration/eci-credentials.test.ts.
  it.concurrent.each<[string, Parameters<typeof openOffice>[0], RegExp]>([
    [
      'a trust policy for another repository',
      { role: { subject: /^repo:octo-org\// } },
      /AuthenticationFail\.NoPermission.*\n.*oidc:sub have to fit this repository/,
    ],
    ['an ID token that came too late', { oidc: { lifetimeSeconds: -1 } }, /OIDCToken\.Expired.*\n.*clock/],
  ])('is refused with a hint by STS: %s', async (_, options, error) => {
    const { servers, run } = await openOffice({ plain: true, ...options });
    const { exitCode, errors } = await run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(error)]);
    expect(errors[0]).toMatch(/^AssumeRoleWithOIDC failed: .* Request ID: [0-9A-F-]+\./);
    expect(servers.eci.requests).toEqual([]);
  });
});

const NO_KEYS: Inputs = { 'access-key-id': '', 'access-key-secret': '', 'region-id': '' };

interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

/** Keys of STS that the service knows. */
function temporaryKeys({ eci }: Scenario): Keys {
  const keys = {
    accessKeyId: 'STS.NUtemporary',
    accessKeySecret: 'temporary/secret+of=STS',
    securityToken: 'CAIS/security+token==of%STS',
  };
  eci.keys.set(keys.accessKeyId, keys);
  return keys;
}

/** The three variables of one of the vendor's prefixes, and a region. */
function variables(
  { accessKeyId, accessKeySecret, securityToken }: Keys,
  prefix: string,
): Record<string, string> {
  const names =
    prefix === 'ALICLOUD'
      ? ['ACCESS_KEY', 'SECRET_KEY', 'SECURITY_TOKEN']
      : ['ACCESS_KEY_ID', 'ACCESS_KEY_SECRET', 'SECURITY_TOKEN'];
  const [id = '', secret = '', token = ''] = names.map((name) => `${prefix}_${name}`);
  return { [id]: accessKeyId, [secret]: accessKeySecret, [token]: securityToken, REGION: TEST_REGION };
}

describe('aliyun/configure-aliyun-credentials-action before this step', () => {
  const PREFIXES = ['ALIBABA_CLOUD', 'ALIBABACLOUD', 'ALICLOUD'];
  const NAMES: Record<string, string> = {
    ALIBABA_CLOUD:
      'ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN',
    ALICLOUD: 'ALICLOUD_ACCESS_KEY, ALICLOUD_SECRET_KEY and ALICLOUD_SECURITY_TOKEN',
  };

  it.concurrent.each<[string, readonly string[], string]>([
    ['all nine of its variables', PREFIXES, 'ALIBABA_CLOUD'],
    ['those of the third prefix alone', ['ALICLOUD'], 'ALICLOUD'],
  ])('leaves all that a run needs but the region: %s', async (_, prefixes, used) => {
    const servers = await scenario();
    const keys = temporaryKeys(servers);
    const all = Object.assign({}, ...PREFIXES.map((prefix) => empty(variables(keys, prefix)))) as object;
    const env = Object.assign(all, ...prefixes.map((prefix) => variables(keys, prefix))) as Record<
      string,
      string
    >;
    const { exitCode, stdout } = await servers.run(NO_KEYS, { env });
    expect(exitCode).toBe(0);
    expect(sources(stdout)).toEqual([`Credentials: the environment variables ${NAMES[used] ?? ''}.`]);
    for (const { headers } of servers.eci.requests) {
      expect(headers['x-acs-security-token']).toBe(keys.securityToken);
    }
  });

  it.concurrent(
    'has run its post step: its empty variables are none, and the error says what to set',
    async () => {
      const servers = await scenario();
      const keys = temporaryKeys(servers);
      const env = Object.assign(
        {},
        ...PREFIXES.map((prefix) => empty(variables(keys, prefix))),
      ) as RunOptions['env'];
      const { exitCode, errors } = await servers.run(NO_KEYS, { env: { ...env, REGION: TEST_REGION } });
      expect(exitCode).toBe(1);
      expect(errors).toEqual([
        expect.stringMatching(
          /access-key-id: no credentials were given.*\n.*configure-aliyun-credentials-action/,
        ),
      ]);
    },
  );

  it.concurrent('gives way to keys among the inputs', async () => {
    const servers = await scenario();
    const env = variables({ ...temporaryKeys(servers), accessKeyId: 'STS.unknown' }, 'ALIBABA_CLOUD');
    const { exitCode, stdout } = await servers.run({}, { env });
    expect(exitCode).toBe(0);
    expect(sources(stdout)).toEqual(['Credentials: the inputs access-key-id and access-key-secret.']);
  });
});

function empty(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, '']));
}
