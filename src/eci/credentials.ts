import { isTransient } from '../cache/service.js';
import type { Endpoint, OidcCredentials, StaticCredentials } from '../inputs/types.js';
import type { Log } from '../report/log.js';
import type { Secrets } from '../report/secrets.js';
import { isRecord, text, type JsonRecord } from './answers.js';
import { unusableAnswer } from './errors.js';
import { rpc, TIME_LIMITS, type Connection, type Send } from './rpc.js';

/** An access key; temporary ones need their security token with every request. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
}

/** Gives credentials that are good for the request at hand. Rejects with a ServiceError or an ActionError. */
export type CredentialProvider = () => Promise<Credentials>;

/** The keys that were handed in, for as long as the run lasts. */
export function staticProvider(credentials: StaticCredentials): CredentialProvider {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  return () => Promise.resolve({ accessKeyId, accessKeySecret, securityToken });
}

export interface OidcOptions {
  readonly credentials: OidcCredentials;
  readonly stsEndpoint: Endpoint;
  readonly regionId: string;
  /** The runner's ID token for this audience; called anew for each renewal, as ID tokens are short-lived. */
  readonly getIdToken: (audience: string) => Promise<string>;
  readonly userAgent: string;
  readonly secrets: Secrets;
  readonly log: Log;
  /** Milliseconds since some fixed moment; only differences count. Node's own unless given. */
  readonly now?: (() => number) | undefined;
  readonly connectTimeoutMs?: number | undefined;
  readonly readTimeoutMs?: number | undefined;
}

const VERSION = '2015-04-01';
const ACTION = 'AssumeRoleWithOIDC';
const RENEW_BEFORE_MS = 5 * 60_000;
/** All options of a call are optional; the class that its type names belongs to no dependency of ours. */
const NO_OPTIONS: unknown = {};

interface Session {
  readonly credentials: Credentials;
  /** By `now`. */
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * Credentials of a RAM role, had with the runner's ID token, kept in memory only and renewed 5 minutes before
 * they expire. However many ask at once, one request is made; where nothing was had, and what refused it will do so
 * again, it is not asked again.
 */
export function oidcProvider(options: OidcOptions): CredentialProvider {
  const now = options.now ?? (() => performance.now());
  let session: Session | undefined;
  let renewal: Promise<Session> | undefined;
  let refusal: Error | undefined;
  const renewed = (): Promise<Session> => {
    renewal ??= assumeRole(options, now).finally(() => {
      renewal = undefined;
    });
    return renewal;
  };
  return async () => {
    if (session && now() < session.renewAtMs) return session.credentials;
    if (refusal) throw refusal;
    try {
      session = await renewed();
    } catch (error) {
      if (!session && error instanceof Error && !isTransient(error)) refusal = error;
      // What is still valid serves this request; the next one tries again.
      if (!session || now() >= session.expiresAtMs) throw error;
      options.log.debug('The credentials could not be renewed yet; those at hand are still valid.');
    }
    return session.credentials;
  };
}

async function assumeRole(options: OidcOptions, now: () => number): Promise<Session> {
  const { credentials, secrets } = options;
  const idToken = await options.getIdToken(credentials.audience);
  secrets.add(idToken);
  const atMs = now();
  const answer = await rpc(connectionTo(options), ACTION, undefined, assumeRoleCall(credentials, idToken));
  return sessionOf(answer, { atMs, seconds: credentials.roleSessionExpirationSeconds, secrets });
}

/** The parameters go into the body, so that the token stands in no URL; the call is not signed. */
function assumeRoleCall(credentials: OidcCredentials, idToken: string): Send {
  return (sdk, config, tap) =>
    tap(new sdk.OpenApiClient(config)).callApi(
      new sdk.Params({
        action: ACTION,
        version: VERSION,
        protocol: 'HTTPS',
        pathname: '/',
        method: 'POST',
        authType: 'Anonymous',
        style: 'RPC',
        reqBodyType: 'formData',
        bodyType: 'string',
      }),
      new sdk.OpenApiRequest({
        body: {
          RoleArn: credentials.roleToAssume,
          OIDCProviderArn: credentials.oidcProviderArn,
          OIDCToken: idToken,
          RoleSessionName: credentials.roleSessionName,
          DurationSeconds: credentials.roleSessionExpirationSeconds,
        },
      }),
      NO_OPTIONS as Parameters<InstanceType<typeof sdk.OpenApiClient>['callApi']>[2],
    );
}

function connectionTo(options: OidcOptions): Connection {
  const { stsEndpoint, regionId, userAgent, secrets, log } = options;
  return {
    endpoint: stsEndpoint,
    regionId,
    userAgent,
    secrets,
    log,
    credentialsOrigin: undefined,
    connectTimeoutMs: options.connectTimeoutMs ?? TIME_LIMITS.connectTimeoutMs,
    readTimeoutMs: options.readTimeoutMs ?? TIME_LIMITS.readTimeoutMs,
  };
}

/** Masks the new keys before anything else is done with them. */
function sessionOf(answer: JsonRecord, asked: { atMs: number; seconds: number; secrets: Secrets }): Session {
  const found = isRecord(answer['Credentials']) ? answer['Credentials'] : {};
  const accessKeyId = text(found['AccessKeyId']);
  const accessKeySecret = text(found['AccessKeySecret']);
  const securityToken = text(found['SecurityToken']);
  asked.secrets.add(accessKeySecret);
  asked.secrets.add(securityToken);
  if (accessKeyId === '' || accessKeySecret === '' || securityToken === '') {
    throw unusableAnswer(ACTION, 'holds no complete credentials');
  }
  const lifetimeMs = lifetimeOf(text(found['Expiration']), asked.seconds);
  const expiresAtMs = asked.atMs + lifetimeMs;
  return {
    credentials: { accessKeyId, accessKeySecret, securityToken },
    expiresAtMs,
    renewAtMs: expiresAtMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 2),
  };
}

/** The shorter of what was asked for and what was given: a runner's clock may be slow, and is not trusted. */
function lifetimeOf(expiration: string, askedSeconds: number): number {
  const givenMs = Date.parse(expiration) - Date.now();
  return Math.min(askedSeconds * 1_000, Number.isNaN(givenMs) ? Infinity : givenMs);
}
