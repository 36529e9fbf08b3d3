import { describe, expect, it } from '@jest/globals';
import { ActionErrors } from '../../src/errors.js';
import { maskKeys, readCredentials } from '../../src/inputs/credentials.js';
import { Reader } from '../../src/inputs/reader.js';
import { Secrets } from '../../src/report/secrets.js';

const ROLE = 'acs:ram::1:role/ci';
const PROVIDER = 'acs:ram::1:oidc-provider/GitHub';

/** Environment variables; a name in kebab-case is an input. */
function environment(values: Record<string, string>): NodeJS.ProcessEnv {
  const entries = Object.entries(values).map(([name, value]) => [
    name.includes('-') ? `INPUT_${name.toUpperCase()}` : name,
    value,
  ]);
  return Object.fromEntries(entries) as NodeJS.ProcessEnv;
}

function read(values: Record<string, string>) {
  const reader = new Reader({ env: environment(values) });
  const credentials = readCredentials(reader);
  reader.finish();
  return credentials;
}

function errorsOf(values: Record<string, string>): string[] {
  try {
    read(values);
  } catch (error) {
    if (error instanceof ActionErrors) return error.errors.map(({ message }) => message);
    throw error;
  }
  return [];
}

const INPUT_KEY = { 'access-key-id': 'id-1', 'access-key-secret': 'secret-1' };
const FIRST = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id-2', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret-2' };
const SECOND = { ALIBABACLOUD_ACCESS_KEY_ID: 'id-3', ALIBABACLOUD_ACCESS_KEY_SECRET: 'secret-3' };
const THIRD = { ALICLOUD_ACCESS_KEY: 'id-4', ALICLOUD_SECRET_KEY: 'secret-4' };
const ROLE_INPUTS = { 'role-to-assume': ROLE, 'oidc-provider-arn': PROVIDER };

describe('readCredentials', () => {
  it.each([
    ['inputs', INPUT_KEY, 'id-1', undefined, 'the inputs access-key-id and access-key-secret'],
    [
      'inputs with a token',
      { ...INPUT_KEY, 'security-token': 'token-1' },
      'id-1',
      'token-1',
      'the inputs access-key-id, access-key-secret and security-token',
    ],
    [
      'inputs before variables',
      { ...FIRST, ...INPUT_KEY },
      'id-1',
      undefined,
      'the inputs access-key-id and access-key-secret',
    ],
    [
      'no token of another origin',
      { ...INPUT_KEY, ALIBABA_CLOUD_SECURITY_TOKEN: 'token-2' },
      'id-1',
      undefined,
      'the inputs access-key-id and access-key-secret',
    ],
    [
      'the first variables',
      { ...THIRD, ...SECOND, ...FIRST, ALIBABA_CLOUD_SECURITY_TOKEN: 'token-2' },
      'id-2',
      'token-2',
      'the environment variables ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN',
    ],
    [
      'the second variables',
      { ...THIRD, ...SECOND, ALIBABA_CLOUD_SECURITY_TOKEN: 'left over' },
      'id-3',
      undefined,
      'the environment variables ALIBABACLOUD_ACCESS_KEY_ID and ALIBABACLOUD_ACCESS_KEY_SECRET',
    ],
    [
      'the third variables',
      { ...THIRD, ALICLOUD_SECURITY_TOKEN: 'token-4' },
      'id-4',
      'token-4',
      'the environment variables ALICLOUD_ACCESS_KEY, ALICLOUD_SECRET_KEY and ALICLOUD_SECURITY_TOKEN',
    ],
    [
      'variables that a post step emptied as unset',
      {
        ...THIRD,
        ALIBABA_CLOUD_ACCESS_KEY_ID: '',
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: ' ',
        'access-key-id': '',
        'security-token': '',
      },
      'id-4',
      undefined,
      'the environment variables ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY',
    ],
  ])('takes %s', (_, values, accessKeyId, securityToken, origin) => {
    const accessKeySecret = accessKeyId.replace('id', 'secret');
    expect(read(values)).toEqual({ kind: 'static', accessKeyId, accessKeySecret, securityToken, origin });
  });

  it('takes a role before variables, with its defaults', () => {
    expect(read({ ...FIRST, ...ROLE_INPUTS })).toEqual({
      kind: 'oidc',
      roleToAssume: ROLE,
      oidcProviderArn: PROVIDER,
      audience: 'sts.aliyuncs.com',
      roleSessionName: 'warm-eci-image-cache',
      roleSessionExpirationSeconds: 3600,
    });
  });

  it('takes what else the role’s inputs say', () => {
    const values = { ...ROLE_INPUTS, 'role-session-name': 'release', 'role-session-expiration': '900' };
    expect(read({ ...values, INPUT_AUDIENCE: 'me' })).toMatchObject({
      audience: 'me',
      roleSessionName: 'release',
      roleSessionExpirationSeconds: 900,
    });
  });

  it.each([
    [
      'no secret',
      { 'access-key-id': 'id-1' },
      ['Input access-key-secret: is missing, and access-key-id is set'],
    ],
    [
      'no ID',
      { 'access-key-secret': 'secret-1' },
      ['Input access-key-id: is missing, and access-key-secret is set'],
    ],
    [
      'half a key, however whole the environment is',
      { 'access-key-id': 'id-1', ...FIRST },
      ['Input access-key-secret: is missing, and access-key-id is set'],
    ],
    [
      'a token alone',
      { 'security-token': 't' },
      ['Input security-token: is set without access-key-id and access-key-secret'],
    ],
    [
      'a token and half a key',
      { 'security-token': 't', 'access-key-id': 'id-1' },
      ['Input access-key-secret: is missing, and access-key-id is set'],
    ],
    [
      'variables without secret',
      { ALIBABACLOUD_ACCESS_KEY_ID: 'id-3' },
      [
        'Input access-key-secret: the environment variable ALIBABACLOUD_ACCESS_KEY_SECRET is missing, and ALIBABACLOUD_ACCESS_KEY_ID is set',
      ],
    ],
    [
      'variables without ID',
      { ALICLOUD_SECRET_KEY: 'secret-4' },
      [
        'Input access-key-id: the environment variable ALICLOUD_ACCESS_KEY is missing, and ALICLOUD_SECRET_KEY is set',
      ],
    ],
    [
      'a role alone',
      { 'role-to-assume': ROLE },
      ['Input oidc-provider-arn: is missing, and role-to-assume is set'],
    ],
    [
      'a provider alone',
      { 'oidc-provider-arn': PROVIDER },
      ['Input role-to-assume: is missing, and oidc-provider-arn is set'],
    ],
    [
      'a role and a key',
      { ...INPUT_KEY, ...ROLE_INPUTS },
      [
        'Input role-to-assume: role-to-assume and oidc-provider-arn cannot be used together with access-key-id and access-key-secret',
      ],
    ],
    [
      'nothing',
      {},
      ['Input access-key-id: no credentials were given, neither as inputs nor in the environment'],
    ],
    [
      'everything about the role wrong',
      {
        'role-to-assume': 'ci',
        'oidc-provider-arn': 'gh',
        'role-session-name': '?',
        'role-session-expiration': '1h',
      },
      [
        'Input role-to-assume: got "ci"; the ARN of a RAM role reads acs:ram::<account ID>:role/<role name>',
        'Input oidc-provider-arn: got "gh"; the ARN of an OIDC identity provider reads acs:ram::<account ID>:oidc-provider/<provider name>',
        `Input role-session-name: got "?"; allowed are 2 to 64 letters, digits, '.', '@', '-' and '_'`,
        'Input role-session-expiration: got "1h"; allowed is a whole number of seconds from 900 to 43200',
      ],
    ],
  ])('refuses %s', (_, values, messages) => {
    expect(errorsOf(values)).toEqual(messages);
  });

  it('tells the three ways where there is nothing', () => {
    const reader = new Reader({ env: {} });
    readCredentials(reader);
    expect(() => reader.finish()).toThrow(
      expect.objectContaining({
        errors: [
          expect.objectContaining({
            hint: expect.stringMatching(
              /access-key-secret; or role-to-assume .*; or the variables ALIBABA_CLOUD_ACCESS_KEY_ID/,
            ),
          }),
        ],
      }),
    );
  });
});

describe('maskKeys', () => {
  it('masks every secret and token, wherever it stands, and no ID', () => {
    const secrets = [
      'access-key-secret',
      'security-token',
      ...['ALIBABA_CLOUD', 'ALIBABACLOUD'].flatMap((family) => [
        `${family}_ACCESS_KEY_SECRET`,
        `${family}_SECURITY_TOKEN`,
      ]),
      'ALICLOUD_SECRET_KEY',
      'ALICLOUD_SECURITY_TOKEN',
    ];
    const ids = [
      'access-key-id',
      'ALIBABA_CLOUD_ACCESS_KEY_ID',
      'ALIBABACLOUD_ACCESS_KEY_ID',
      'ALICLOUD_ACCESS_KEY',
    ];
    const values = Object.fromEntries([...secrets, ...ids].map((name) => [name, `value-of-${name}`]));
    const masked: string[] = [];
    maskKeys(new Reader({ env: environment(values) }), new Secrets((form) => masked.push(form)));
    expect(masked).toEqual(expect.arrayContaining(secrets.map((name) => `value-of-${name}`)));
    for (const id of ids) expect(masked).not.toContain(`value-of-${id}`);
  });
});
