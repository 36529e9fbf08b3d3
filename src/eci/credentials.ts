import { isTransient } from '../cache/service.js';
import { isRecord } from '../http/foreign-text.js';
import type { OidcCredentials, StaticCredentials } from '../inputs/types.js';
import type { Secrets } from '../report/secrets.js';
import type { CredentialProvider, Credentials } from './access-key.js';
import { text, type JsonRecord } from './answers.js';
import { callGeneric, type Connection } from './call.js';
import { unusableAnswer } from './errors.js';

/** The given keys, unchanged for the whole run. */
export function staticProvider(credentials: StaticCredentials): CredentialProvider {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  return () => Promise.resolve({ accessKeyId, accessKeySecret, securityToken });
}

/** The connection is that to STS; the calls are not signed. */
export interface OidcOptions extends Omit<Connection, 'credentials'> {
  readonly credentials: OidcCredentials;
  /** The runner's ID token for this audience; called again for each renewal, as ID tokens are short-lived. */
  readonly getIdToken: (audience: string) => Promise<string>;
  /** Milliseconds since some fixed moment; only differences count. Node's own unless given. */
  readonly now?: (() => number) | undefined;
}

const ACTION = 'AssumeRoleWithOIDC';
const RENEW_BEFORE_MS = 5 * 60_000;

interface Session {
  readonly credentials: Credentials;
  /** By `now`. */
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * Credentials of a RAM role, in exchange for the runner's ID token. They are kept in memory only and renewed 5 minutes
 * before they expire. However many calls ask at once, one request is made. A permanent refusal is remembered.
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

/** The parameters go into the body, so that the token stands in no URL. */
async function assumeRole(options: OidcOptions, now: () => number): Promise<Session> {
  const { credentials, secrets } = options;
  const idToken = await options.getIdToken(credentials.audience);
  secrets.add(idToken);
  const atMs = now();
  const { fields } = await callGeneric(
    { ...options, credentials: undefined },
    {
      action: ACTION,
      version: '2015-04-01',
      answerField: 'Credentials',
      form: {
        RoleArn: credentials.roleToAssume,
        OIDCProviderArn: credentials.oidcProviderArn,
        OIDCToken: idToken,
        RoleSessionName: credentials.roleSessionName,
        DurationSeconds: credentials.roleSessionExpirationSeconds,
      },
    },
  );
  return sessionOf(fields, { atMs, seconds: credentials.roleSessionExpirationSeconds, secrets });
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
