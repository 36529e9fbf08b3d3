import { randomBytes } from 'node:crypto';
import { type ServiceClock, timestamp } from '../eci/clock.js';
import { type ActionMetadata, checkParameters, type Flat } from '../eci/parameters.js';
import { type RequestRecord, RpcError, type RpcHooks, type RpcServer, startRpcServer } from '../eci/rpc.js';
import { type Account, type KeyStore } from '../eci/signature.js';
import { type TlsFiles } from '../http.js';
import { decodeToken, type IdTokenClaims } from '../oidc.js';

/** A RAM role that trusts an OIDC identity provider. */
export interface Role {
  readonly arn: string;
  /** The providers that may assume it; all known ones where it is left out. */
  readonly providerArns?: readonly string[];
  /** The trust policy's condition on `oidc:sub`. */
  readonly subject?: RegExp;
  /** MaxSessionDuration of the role, in seconds: 3600 by default, as in RAM. */
  readonly maxSessionSeconds?: number;
}

/** An OIDC identity provider of RAM. */
export interface IdentityProvider {
  readonly arn: string;
  readonly issuer: string;
  /** Audiences that it accepts. */
  readonly clientIds: readonly string[];
  readonly hasSigned: (token: string) => boolean;
}

export interface StsOptions {
  readonly roles: readonly Role[];
  readonly providers: readonly IdentityProvider[];
  /** Where the credentials will be known: the ECI server's. */
  readonly keys: KeyStore;
  /** The ECI server's, so that credentials expire in its time. */
  readonly clock: ServiceClock;
  readonly tls?: TlsFiles;
  readonly hooks?: RpcHooks;
}

export interface StsServer extends RpcServer {
  /** Every pair of keys that was issued, oldest first. */
  readonly issued: Account[];
}

export const TEST_ROLE_ARN = 'acs:ram::1234567890123456:role/warm-image-caches';
export const TEST_PROVIDER_ARN = 'acs:ram::1234567890123456:oidc-provider/github';
/** The audience that the vendor's own action asks for by default. */
export const TEST_AUDIENCE = 'sts.aliyuncs.com';

const VERSION = '2015-04-01';
const SHORTEST_SESSION_SECONDS = 900;
const DEFAULT_SESSION_SECONDS = 3_600;
const LONGEST_SESSION_SECONDS = 43_200;

/** The parameters on the vendor's AssumeRoleWithOIDC page. */
const PARAMETERS: ActionMetadata['parameters'] = {
  OIDCProviderArn: { type: 'String', required: true },
  RoleArn: { type: 'String', required: true },
  OIDCToken: { type: 'String', required: false },
  Policy: { type: 'String', required: false },
  DurationSeconds: { type: 'Long', required: false },
  RoleSessionName: { type: 'String', required: true },
};

/** A local STS that knows one action, AssumeRoleWithOIDC, which nobody signs. */
export async function startStsServer(options: StsOptions): Promise<StsServer> {
  const issued: Account[] = [];
  const server = await startRpcServer((_request, record) => assumeRole(record, options, issued), {
    tls: options.tls,
    hooks: options.hooks,
    olderProtocol: true,
  });
  return { ...server, issued };
}

function assumeRole(
  { action, version, parameters }: RequestRecord,
  options: StsOptions,
  issued: Account[],
): object {
  if (version !== VERSION) throw new RpcError(400, 'NoSuchVersion', 'The specified version does not exist.');
  if (action !== 'AssumeRoleWithOIDC') {
    throw new RpcError(
      404,
      'InvalidApi.NotFound',
      'Specified api is not found, please check your url and method.',
    );
  }
  checkParameters(PARAMETERS, parameters);
  const role = checkRole(parameters, options.roles);
  const seconds = checkDuration(parameters, role);
  const sessionName = checkSessionName(parameters);
  const { claims, provider } = checkToken(parameters, role, options.providers);
  const account = issueKeys(options, seconds);
  issued.push(account);
  return {
    OIDCTokenInfo: {
      Subject: claims.sub,
      Issuer: claims.iss,
      ClientIds: provider.clientIds.join(','),
      IssuanceTime: timestamp(claims.iat * 1000),
      ExpirationTime: timestamp(claims.exp * 1000),
      VerificationInfo: 'Success',
    },
    AssumedRoleUser: { AssumedRoleId: `3000000000:${sessionName}`, Arn: `${role.arn}/${sessionName}` },
    Credentials: {
      AccessKeyId: account.accessKeyId,
      AccessKeySecret: account.accessKeySecret,
      SecurityToken: account.securityToken,
      // The client compares it with its own clock, which nobody hurries.
      Expiration: timestamp(options.clock.wallNow() + seconds * 1000),
    },
  };
}

function issueKeys({ keys, clock }: StsOptions, seconds: number): Account {
  const account: Account = {
    accessKeyId: `STS.${randomBytes(12).toString('hex')}`,
    accessKeySecret: randomBytes(33).toString('base64'),
    securityToken: `CAIS${randomBytes(120).toString('base64')}==`,
    expiresAtMs: clock.now() + seconds * 1000,
  };
  keys.set(account.accessKeyId, account);
  return account;
}

function checkRole(parameters: Flat, roles: readonly Role[]): Role {
  const arn = parameters['RoleArn'] ?? '';
  if (!/^acs:ram::\d+:role\/[\w.-]+$/.test(arn)) {
    throw new RpcError(400, 'InvalidParameter.RoleArn', 'The parameter RoleArn is wrongly formed.');
  }
  const role = roles.find((candidate) => candidate.arn.toLowerCase() === arn.toLowerCase());
  if (!role) throw new RpcError(404, 'EntityNotExist.Role', `The role not exists: ${arn} .`);
  return role;
}

function checkDuration(parameters: Flat, role: Role): number {
  const seconds = Number(parameters['DurationSeconds'] ?? DEFAULT_SESSION_SECONDS);
  const longest = Math.min(role.maxSessionSeconds ?? DEFAULT_SESSION_SECONDS, LONGEST_SESSION_SECONDS);
  if (seconds < SHORTEST_SESSION_SECONDS || seconds > longest) {
    const range = `${SHORTEST_SESSION_SECONDS / 60}min/${longest / 3600}hr`;
    throw new RpcError(
      400,
      'InvalidParameter.DurationSeconds',
      `The Min/Max value of DurationSeconds is ${range}.`,
    );
  }
  return seconds;
}

function checkSessionName(parameters: Flat): string {
  const name = parameters['RoleSessionName'] ?? '';
  if (!/^[\w.@-]{2,64}$/.test(name)) {
    throw new RpcError(
      400,
      'InvalidParameter.RoleSessionName',
      'The parameter RoleSessionName is wrongly formed.',
    );
  }
  return name;
}

/** The vendor's STS answers all of these with 401. */
function fail(code: string, message: string): never {
  throw new RpcError(401, `AuthenticationFail.${code}`, message);
}

function checkToken(
  parameters: Flat,
  role: Role,
  providers: readonly IdentityProvider[],
): { claims: IdTokenClaims; provider: IdentityProvider } {
  const provider = providers.find(({ arn }) => arn === parameters['OIDCProviderArn']);
  if (!provider) return fail('NoPermission', 'No such OIDC Provider registered.');
  const token = parameters['OIDCToken'] ?? '';
  const claims = readClaims(token);
  if (!provider.hasSigned(token))
    fail('OIDCToken.InvalidSignature', 'OIDC token validate failed: invalid signature.');
  if (claims.iss !== provider.issuer)
    fail('OIDCToken.Invalid', 'The issuer of the token is not the provider’s.');
  if (claims.exp * 1000 <= Date.now()) fail('OIDCToken.Expired', 'This JsonWebToken is expired.');
  if (!provider.clientIds.includes(claims.aud)) fail('OIDCToken.AudienceNotMatch', 'Invalid audience.');
  if (role.providerArns?.includes(provider.arn) === false || role.subject?.test(claims.sub) === false) {
    fail('NoPermission', 'There is no permission');
  }
  return { claims, provider };
}

function readClaims(token: string): IdTokenClaims {
  if (token === '') fail('OIDCToken.Invalid', 'The OIDCToken can not empty.');
  if (token.length < 4 || token.length > 20_000 || token.split('.').length !== 3) {
    fail('OIDCToken.Invalid', "The number of Jwt field should be divided into 3 parts with '.' .");
  }
  try {
    return decodeToken(token);
  } catch {
    return fail('OIDCToken.Invalid', 'The Jwt content is invalid that cannot be recognized.');
  }
}
