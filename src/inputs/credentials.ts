import { InputError } from '../errors.js';
import type { Secrets } from '../report/secrets.js';
import type { InputName } from './defaults.js';
import type { Reader } from './reader.js';
import type { OidcCredentials, StaticCredentials } from './types.js';
import { integer, OIDC_PROVIDER_ARN, ROLE_ARN, ROLE_SESSION_NAME, shaped } from './values.js';

/** The names under which an access key can be given. */
interface KeyNames<Name extends string = string> {
  readonly from: 'inputs' | 'environment variables';
  readonly id: Name;
  readonly secret: Name;
  readonly token: Name;
}

const KEY_INPUTS: KeyNames<InputName> = {
  from: 'inputs',
  id: 'access-key-id',
  secret: 'access-key-secret',
  token: 'security-token',
};

/** What the vendor's configure-aliyun-credentials-action exports, and the vendor's tools read. */
const KEY_VARIABLES: readonly KeyNames[] = [
  {
    from: 'environment variables',
    id: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
    secret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
    token: 'ALIBABA_CLOUD_SECURITY_TOKEN',
  },
  {
    from: 'environment variables',
    id: 'ALIBABACLOUD_ACCESS_KEY_ID',
    secret: 'ALIBABACLOUD_ACCESS_KEY_SECRET',
    token: 'ALIBABACLOUD_SECURITY_TOKEN',
  },
  {
    from: 'environment variables',
    id: 'ALICLOUD_ACCESS_KEY',
    secret: 'ALICLOUD_SECRET_KEY',
    token: 'ALICLOUD_SECURITY_TOKEN',
  },
];

const ROLE_INPUTS = ['role-to-assume', 'oidc-provider-arn'] as const;

const EMPTY_SECRET_HINT =
  'A secret that does not exist, or that this run cannot see (a pull request from a fork), is an empty string.';
const NO_CREDENTIALS_HINT =
  'Set access-key-id and access-key-secret; or role-to-assume and oidc-provider-arn; or the variables ' +
  'ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, e.g. with aliyun/configure-aliyun-credentials-action.';

/** Masks every access key secret and security token that is set, used or not. An access key's ID is no secret. */
export function maskKeys(reader: Reader, secrets: Secrets): void {
  for (const input of [KEY_INPUTS.secret, KEY_INPUTS.token]) secrets.add(reader.text(input), input);
  for (const variable of KEY_VARIABLES.flatMap(({ secret, token }) => [secret, token])) {
    secrets.add(reader.variable(variable), variable);
  }
}

/** The credentials: from inputs, else a role to assume, else environment variables. Records what is wrong. */
export function readCredentials(reader: Reader): StaticCredentials | OidcCredentials {
  const oidc = readOidc(reader);
  return reader.attempt('access-key-id', () => {
    const keyInputs = [KEY_INPUTS.id, KEY_INPUTS.secret, KEY_INPUTS.token].filter(
      (name) => reader.text(name) !== '',
    );
    const roleInputs = ROLE_INPUTS.filter((name) => reader.text(name) !== '');
    if (keyInputs.length > 0 && roleInputs.length > 0) throw ambiguous(keyInputs, roleInputs);
    if (keyInputs.length > 0) return keysFromInputs(reader);
    if (roleInputs.length > 0) return whole(reader, oidc);
    return keysFromVariables(reader);
  });
}

/** Read even where no role is to be assumed: a bad input is always an error. */
function readOidc(reader: Reader): OidcCredentials {
  const seconds = integer({ from: 900, to: 43_200, unit: 'seconds' });
  return {
    kind: 'oidc',
    roleToAssume: reader.optional('role-to-assume', shaped(ROLE_ARN)) ?? '',
    oidcProviderArn: reader.optional('oidc-provider-arn', shaped(OIDC_PROVIDER_ARN)) ?? '',
    audience: reader.text('audience'),
    roleSessionName: reader.parse('role-session-name', shaped(ROLE_SESSION_NAME)),
    roleSessionExpirationSeconds: reader.parse('role-session-expiration', seconds),
  };
}

function ambiguous(keyInputs: readonly InputName[], roleInputs: readonly InputName[]): InputError {
  return new InputError(
    'role-to-assume',
    `${inWords(roleInputs)} cannot be used together with ${inWords(keyInputs)}`,
    'Set the role or the access key, not both.',
  );
}

/** The role, where both of its halves were given. */
function whole(reader: Reader, oidc: OidcCredentials): OidcCredentials {
  const missing = ROLE_INPUTS.find((name) => reader.text(name) === '');
  if (missing === undefined) return oidc;
  const given = ROLE_INPUTS.find((name) => name !== missing) ?? '';
  throw new InputError(
    missing,
    `is missing, and ${given} is set`,
    'Set both: the ARN of the RAM role, and the ARN of the OIDC identity provider that the role trusts.',
  );
}

function keysFromInputs(reader: Reader): StaticCredentials {
  const found = keys(KEY_INPUTS, (name) => reader.text(name));
  if (found !== undefined) return found;
  throw new InputError(
    KEY_INPUTS.token,
    `is set without ${KEY_INPUTS.id} and ${KEY_INPUTS.secret}`,
    `A security token belongs to the key that it was issued with: set all three. ${EMPTY_SECRET_HINT}`,
  );
}

function keysFromVariables(reader: Reader): StaticCredentials {
  for (const names of KEY_VARIABLES) {
    const found = keys(names, (name) => reader.variable(name));
    if (found !== undefined) return found;
  }
  throw new InputError(
    KEY_INPUTS.id,
    'no credentials were given, neither as inputs nor in the environment',
    NO_CREDENTIALS_HINT,
  );
}

/** The key under these names; undefined if neither half of it is set. @throws InputError if one is */
function keys<Name extends string>(
  names: KeyNames<Name>,
  read: (name: Name) => string,
): StaticCredentials | undefined {
  const [accessKeyId, accessKeySecret, token] = [read(names.id), read(names.secret), read(names.token)];
  if (accessKeyId === '' && accessKeySecret === '') return undefined;
  if (accessKeyId === '') throw half(names, 'id', 'secret');
  if (accessKeySecret === '') throw half(names, 'secret', 'id');
  const used = token === '' ? [names.id, names.secret] : [names.id, names.secret, names.token];
  return {
    kind: 'static',
    accessKeyId,
    accessKeySecret,
    securityToken: token === '' ? undefined : token,
    origin: `the ${names.from} ${inWords(used)}`,
  };
}

function half(names: KeyNames, missing: 'id' | 'secret', given: 'id' | 'secret'): InputError {
  const message =
    names.from === 'inputs'
      ? `is missing, and ${names[given]} is set`
      : `the environment variable ${names[missing]} is missing, and ${names[given]} is set`;
  return new InputError(KEY_INPUTS[missing], message, EMPTY_SECRET_HINT);
}

/** "a", "a and b", "a, b and c". */
function inWords(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
}
