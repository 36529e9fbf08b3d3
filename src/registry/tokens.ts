import { readDocument, readErrorText } from '../http/body.js';
import {
  describeErrorBody,
  describeWebPage,
  isRecord,
  isWebPage,
  quoteForeign,
} from '../http/foreign-text.js';
import type { Challenge } from './challenge.js';
import { failureOfHost, unauthorized } from './failures.js';
import type { Transport, TransportRequest } from './transport.js';
import type { Answer } from './types.js';
import { RegistryError, type Login } from './types.js';

const LARGEST_TOKEN_ANSWER_BYTES = 64 * 1024;
/**
 * A token is masked in the log. If it were a common word, much of the log would be masked, and the runner would drop
 * outputs that contain it. Real ones have hundreds of characters, and servers refuse headers of more than a few KiB.
 */
const SHORTEST_TOKEN = 8;
const LONGEST_TOKEN = 16 * 1024;
/** What a header can hold (RFC 6750, section 2.1, and more): a token is sent on as it is. */
const SENDABLE = /^[\x21-\x7e]+$/;

export interface TokenWish {
  /** host[:port] of the registry. */
  readonly host: string;
  readonly repository: string;
  readonly challenge: Challenge;
  readonly login: Login | undefined;
  /** Where a login was looked for, for the error where there is none. */
  readonly places: readonly string[];
}

/**
 * A token to pull from one repository, as distribution's "Token Authentication" and "OAuth2 Token
 * Authentication" describe it. The scope is ours: a challenge that asks for more would give us more
 * rights than a look-up needs. Throws RegistryError.
 */
export async function requestToken(wish: TokenWish, transport: Transport): Promise<string> {
  const realm = realmOf(wish, transport);
  const service = wish.challenge.parameters.get('service');
  const scope = `repository:${wish.repository}:pull`;
  const fields = { ...(service === undefined ? {} : { service }), scope };
  const { login } = wish;
  const request =
    login !== undefined && 'identityToken' in login
      ? refreshRequest(realm, fields, login.identityToken, transport)
      : tokenRequest(realm, fields, login);
  const label = `token for ${wish.repository}`;
  const isForeign = realm.origin !== transport.trust.baseUrl(wish.host).origin;
  return await transport.fetch({ ...request, label, staysOnOrigin: true, isForeign }, (answer) =>
    tokenOf(answer, wish),
  );
}

/**
 * Where the challenge sends us for a token, which may be a path in the registry itself. Another host is normal
 * (auth.docker.io); one without TLS is only taken where the user listed it, whether or not there is a login to lose:
 * its tokens could be anybody's.
 */
function realmOf({ host, challenge }: TokenWish, { trust }: Transport): URL {
  const realm = challenge.parameters.get('realm') ?? '';
  const base = trust.baseUrl(host);
  if (realm === '' || !URL.canParse(realm, base.href)) {
    throw new RegistryError(
      'bad-answer',
      `registry ${host} names no valid token service: ${quoteForeign(realm)}`,
    );
  }
  const url = new URL(realm, base);
  url.username = '';
  url.password = '';
  if (trust.mayVisit(url)) return url;
  const named = quoteForeign(`${url.protocol}//${url.host}`);
  throw failureOfHost(
    'bad-answer',
    `registry ${host} asks for its login to be sent to ${named}, which is not HTTPS`,
    {
      hint: 'Nothing was sent. If that token service is meant to be used without TLS, name its host in plain-http-registry.',
    },
  );
}

type Fields = Readonly<Record<string, string>>;

function tokenRequest(realm: URL, fields: Fields, login: Login | undefined): Omit<TransportRequest, 'label'> {
  const url = new URL(realm);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { url, headers: login === undefined ? {} : { authorization: basicAuthorization(login) ?? '' } };
}

function refreshRequest(
  realm: URL,
  fields: Fields,
  identityToken: string,
  transport: Transport,
): Omit<TransportRequest, 'label'> {
  const form = {
    ...fields,
    grant_type: 'refresh_token',
    client_id: transport.clientId,
    refresh_token: identityToken,
  };
  return {
    method: 'POST',
    url: realm,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  };
}

/** The Basic scheme's header for a name and password (RFC 7617); undefined for an identity token. */
export function basicAuthorization(login: Login): string | undefined {
  if ('identityToken' in login) return undefined;
  return `Basic ${Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64')}`;
}

async function tokenOf(answer: Answer, wish: TokenWish): Promise<string> {
  const { status, mayQuote } = answer;
  const { host, repository, login } = wish;
  if (status === 200) {
    const text = (await readDocument(answer, LARGEST_TOKEN_ANSWER_BYTES))?.toString('utf8') ?? '';
    const token = tokenIn(text);
    if (token !== undefined) return token;
    const page = mayQuote ? describeWebPage(text) : 'a web page';
    const what = isWebPage(text) ? `with ${page}` : 'without a usable token';
    throw failureOfHost('bad-answer', `the token service of registry ${host} answers ${what}`, {
      hint: TOKEN_SERVICE_HINT,
    });
  }
  const text = await readErrorText(answer);
  const detail = mayQuote ? describeErrorBody(text) : '';
  // 400 is what OAuth 2 answers to a refresh token that is not or no longer good (RFC 6749, section 5.2).
  if (status === 401 || status === 403 || (status === 400 && login !== undefined)) {
    throw unauthorized(host, repository, { status, detail }, login === undefined ? wish.places : undefined);
  }
  throw failureOfHost(
    'bad-answer',
    `the token service of registry ${host} answers HTTP ${status}${detail && `: ${detail}`}`,
    { hint: TOKEN_SERVICE_HINT },
  );
}

const TOKEN_SERVICE_HINT =
  'Check the host name in the image reference, and whether a proxy or a login page answers in place of the token service.';

/** `token` and `access_token` are the same thing under two names; some services send only one. */
function tokenIn(text: string): string | undefined {
  try {
    const document: unknown = JSON.parse(text);
    if (!isRecord(document)) return undefined;
    return [document['token'], document['access_token']].find(isUsable);
  } catch {
    return undefined;
  }
}

function isUsable(token: unknown): token is string {
  if (typeof token !== 'string' || token.length < SHORTEST_TOKEN || token.length > LONGEST_TOKEN)
    return false;
  return SENDABLE.test(token);
}
