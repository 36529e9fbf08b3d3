import {
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type LocalServer, type Received, startHttpServer, type TlsFiles } from './http.js';

/** Claims of an ID token; times are in seconds since 1970. */
export interface IdTokenClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly iat: number;
  readonly exp: number;
  readonly [claim: string]: unknown;
}

export interface OidcOptions {
  readonly tls?: TlsFiles;
  /** `sub` of the tokens. */
  readonly subject?: string;
  /** GitHub's tokens are valid for minutes; less than 0 issues expired ones. */
  readonly lifetimeSeconds?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Answers every request for a token with this status, as the runner's service does when it is unwell. */
  readonly failWith?: number;
  /** What the first requests for a token are answered, each once. */
  readonly firstAnswers?: readonly { readonly status: number; readonly body: string }[];
  /** Time before every answer. */
  readonly latencyMs?: number;
  /** Signs with a key of its own, which no other issuer of this process has. */
  readonly ownKey?: boolean;
}

export interface OidcRequest {
  readonly path: string;
  readonly audience: string | null;
  readonly authorized: boolean;
}

/** The runner's ID-token service, and the issuer behind it. */
export interface OidcServer extends LocalServer {
  /** ACTIONS_ID_TOKEN_REQUEST_URL: ends in a query, for the runner's client appends `&audience=…`. */
  readonly requestUrl: string;
  /** ACTIONS_ID_TOKEN_REQUEST_TOKEN */
  readonly requestToken: string;
  readonly issuer: string;
  readonly requests: OidcRequest[];
  /** Every token that was handed out. */
  readonly issued: string[];
  /** Both variables, to be given to the runner. */
  readonly env: Readonly<Record<'ACTIONS_ID_TOKEN_REQUEST_URL' | 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', string>>;
  /** A token with any claims, for tests of STS. */
  readonly issue: (claims?: Readonly<Record<string, unknown>>) => string;
  /** Whether the signature is this issuer's. */
  readonly hasSigned: (token: string) => boolean;
}

interface Answer {
  readonly status: number;
  /** A text is sent as it is. */
  readonly body: object | string;
}

const KEY_ID = 'local-key';

const newKeys = (): KeyPairKeyObjectResult => generateKeyPairSync('rsa', { modulusLength: 2048 });
let sharedKeys: KeyPairKeyObjectResult | undefined;

/** Starts the service that `core.getIDToken()` asks. */
export async function startOidcServer(options: OidcOptions = {}): Promise<OidcServer> {
  // An RSA key takes a fifth of a second to make.
  const { privateKey, publicKey } = options.ownKey ? newKeys() : (sharedKeys ??= newKeys());
  const requestToken = `runner-${randomUUID()}`;
  const requests: OidcRequest[] = [];
  const issued: string[] = [];
  const issue = (claims: Readonly<Record<string, unknown>> = {}): string => {
    const token = signToken(
      { ...defaultClaims(server.url, options), ...options.claims, ...claims },
      privateKey,
    );
    issued.push(token);
    return token;
  };
  const documents: Readonly<Record<string, () => object>> = {
    '/.well-known/openid-configuration': () => discovery(server.url),
    '/.well-known/jwks': () => ({
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig' }],
    }),
  };
  const respond = (request: Received): Answer => {
    const document = documents[request.path];
    if (document) return { status: 200, body: document() };
    const seen = describe(request, requestToken);
    requests.push(seen);
    if (request.path !== '/token') return { status: 404, body: { message: 'Not Found' } };
    if (!seen.authorized) return { status: 401, body: { message: 'Unauthorized' } };
    const first = options.firstAnswers?.[requests.length - 1];
    if (first) return first;
    if (options.failWith !== undefined) return { status: options.failWith, body: { message: 'Unwell' } };
    return { status: 200, body: { value: issue(seen.audience === null ? {} : { aud: seen.audience }) } };
  };
  const server = await startHttpServer(async (request, response) => {
    if (options.latencyMs !== undefined) await delay(options.latencyMs);
    const { status, body } = respond(request);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }, options.tls);
  const requestUrl = `${server.url}/token?api-version=2.0`;
  return {
    ...server,
    requestUrl,
    requestToken,
    issuer: server.url,
    requests,
    issued,
    env: { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken },
    issue,
    hasSigned: (token) => isSigned(token, publicKey),
  };
}

/** The claims of a token, whoever signed it. Throws where it is no JWT. */
export function decodeToken(token: string): IdTokenClaims {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as IdTokenClaims;
}

function describe(request: Received, requestToken: string): OidcRequest {
  return {
    path: request.path,
    audience: new URLSearchParams(request.query).get('audience'),
    authorized: request.headers['authorization'] === `Bearer ${requestToken}`,
  };
}

/** In the shape of GitHub's "About security hardening with OpenID Connect". */
function defaultClaims(issuer: string, { subject, lifetimeSeconds = 300 }: OidcOptions): IdTokenClaims {
  const now = Math.floor(Date.now() / 1000);
  return {
    jti: randomUUID(),
    sub: subject ?? 'repo:acme/shop:ref:refs/tags/v1.2.3',
    aud: 'https://github.com/acme',
    iss: issuer,
    iat: now,
    nbf: now - 300,
    exp: now + lifetimeSeconds,
    ref: 'refs/tags/v1.2.3',
    repository: 'acme/shop',
    repository_owner: 'acme',
  };
}

function discovery(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    response_types_supported: ['id_token'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function signToken(claims: object, key: KeyObject): string {
  const parts = [{ typ: 'JWT', alg: 'RS256', kid: KEY_ID }, claims];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

function isSigned(token: string, key: KeyObject): boolean {
  const at = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(at + 1), 'base64url');
  return verify('sha256', Buffer.from(token.slice(0, at)), key, signature);
}
