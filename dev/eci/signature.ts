import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { splitOnce, type Received } from '../http.js';
import { type ServiceClock } from './clock.js';
import { RpcError } from './rpc.js';

/** A pair of keys that may call the service; with a security token it is one of STS's. */
export interface Account {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
  /** In the service's time, milliseconds since 1970; never where it is left out. */
  readonly expiresAtMs?: number | undefined;
}

/** Key pairs by their access key ID. */
export type KeyStore = Map<string, Account>;

export function keyStore(accounts: readonly Account[]): KeyStore {
  return new Map(accounts.map((account) => [account.accessKeyId, account]));
}

const ALGORITHM = 'ACS3-HMAC-SHA256';
const LARGEST_SKEW_MS = 15 * 60 * 1000;

/** The vendor's common gateway errors: code → status and text. */
const ERRORS = {
  'InvalidAccessKeyId.NotFound': [404, 'Specified access key is not found.'],
  'InvalidTimeStamp.Format': [400, 'Specified time stamp or date value is not well formatted.'],
  'InvalidTimeStamp.Expired': [400, 'Specified time stamp or date value is expired.'],
  SignatureNonceUsed: [400, 'Specified signature nonce was used already.'],
  SignatureDoesNotMatch: [400, 'Specified signature is not matched with our calculation.'],
  IncompleteSignature: [400, 'The request signature does not conform to Aliyun standards.'],
  MissingSecurityToken: [400, 'SecurityToken is mandatory for this action.'],
  'InvalidSecurityToken.MismatchWithAccessKey': [400, 'Specified SecurityToken mismatch with the AccessKey.'],
  'InvalidSecurityToken.Expired': [400, 'Specified SecurityToken is expired.'],
} as const satisfies Record<string, readonly [number, string]>;

function refuse(code: keyof typeof ERRORS, detail = ''): never {
  const [status, text] = ERRORS[code];
  throw new RpcError(status, code, detail === '' ? text : `${text} ${detail}`);
}

/**
 * Verifies requests by the vendor's "Request syntax and signature method V3"
 * (alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature).
 * The function that it returns throws an RpcError for a request that the service would refuse.
 */
export function signatureVerifier(keys: KeyStore, clock: ServiceClock): (request: Received) => Account {
  const usedNonces = new Set<string>();
  return (request) => {
    const { credential, signedHeaders, signature } = parseAuthorization(request.headers['authorization']);
    const account = keys.get(credential) ?? refuse('InvalidAccessKeyId.NotFound');
    checkDate(request, clock);
    checkSignature(request, account, signedHeaders, signature);
    checkNonce(request, usedNonces);
    checkToken(request, account, clock);
    return account;
  };
}

function parseAuthorization(header = ''): { credential: string; signedHeaders: string[]; signature: string } {
  const [algorithm, rest = ''] = splitOnce(header.trim(), ' ');
  if (algorithm !== ALGORITHM) refuse('IncompleteSignature', `Expected ${ALGORITHM}.`);
  const fields = new Map(rest.split(',').map((field) => splitOnce(field.trim(), '=') as [string, string]));
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (!credential || !signedHeaders || !signature) return refuse('IncompleteSignature');
  return { credential, signedHeaders: signedHeaders.split(';'), signature };
}

function checkDate(request: Received, clock: ServiceClock): void {
  const date = request.headers['x-acs-date'] ?? '';
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date)) refuse('InvalidTimeStamp.Format');
  // The client signs with its own clock, which no test hurries.
  if (Math.abs(clock.wallNow() - Date.parse(date)) > LARGEST_SKEW_MS) refuse('InvalidTimeStamp.Expired');
}

function checkNonce(request: Received, used: Set<string>): void {
  const nonce = request.headers['x-acs-signature-nonce'];
  if (!nonce) return refuse('IncompleteSignature', 'x-acs-signature-nonce is missing.');
  if (used.has(nonce)) refuse('SignatureNonceUsed');
  used.add(nonce);
}

function checkToken(request: Received, account: Account, clock: ServiceClock): void {
  const token = request.headers['x-acs-security-token'];
  if (account.securityToken === undefined) {
    if (token !== undefined) refuse('InvalidSecurityToken.MismatchWithAccessKey');
    return;
  }
  if (token === undefined) refuse('MissingSecurityToken');
  if (token !== account.securityToken) refuse('InvalidSecurityToken.MismatchWithAccessKey');
  if (clock.now() >= (account.expiresAtMs ?? Infinity)) refuse('InvalidSecurityToken.Expired');
}

function checkSignature(
  request: Received,
  account: Account,
  signedHeaders: string[],
  signature: string,
): void {
  const payload = request.headers['x-acs-content-sha256'];
  if (payload !== sha256(request.body))
    refuse('SignatureDoesNotMatch', 'x-acs-content-sha256 is not the body’s hash.');
  const unsigned = Object.keys(request.headers).filter(
    (name) => mustBeSigned(name) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) refuse('SignatureDoesNotMatch', `Not signed: ${unsigned.join(', ')}.`);
  const canonical = canonicalRequest(request, signedHeaders, payload);
  const stringToSign = `${ALGORITHM}\n${sha256(canonical)}`;
  const expected = createHmac('sha256', account.accessKeySecret).update(stringToSign).digest();
  const given = Buffer.from(signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    refuse('SignatureDoesNotMatch', `server CanonicalRequest is: ${canonical}`);
  }
}

/** All common headers but Authorization have to be signed where they are present. */
function mustBeSigned(name: string): boolean {
  return name === 'host' || name.startsWith('x-acs-');
}

function canonicalRequest(request: Received, signedHeaders: string[], payload: string): string {
  const names = [...signedHeaders].sort();
  const headers = names.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join('');
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers,
    names.join(';'),
    payload,
  ].join('\n');
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** RFC 3986: everything but unreserved characters. */
function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
