import { readAtMost, type Answer, type WireRequest } from './exchange.js';
import type { TrustRules } from './hosts.js';
import { quoteRemote } from './remote-text.js';
import { RegistryError } from './types.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;
/** A longer body costs more than a new connection. */
const LARGEST_REDIRECT_BODY_BYTES = 64 * 1024;

/** Sends the request, and again to where its answers redirect it. Throws RegistryError. */
export async function followRedirects(
  request: WireRequest,
  trust: TrustRules,
  send: (request: WireRequest) => Promise<Answer>,
): Promise<Answer> {
  let current = request;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await send(current);
    if (!REDIRECTS.has(answer.status)) return answer;
    await readAtMost(answer, LARGEST_REDIRECT_BODY_BYTES);
    current = redirected(current, answer.headers.location, trust);
  }
  throw new RegistryError('bad-answer', `${request.url.host} redirects more than ${MAX_REDIRECTS} times`);
}

/**
 * The request that a redirect asks for. Authorization does not follow to another origin: it is not that
 * origin's business, and OSS answers 400 to it beside a signed URL. Throws RegistryError where the target
 * is no HTTP URL, is less protected than where we come from, or a POST would have to be sent again.
 */
function redirected(request: WireRequest, location: string | undefined, trust: TrustRules): WireRequest {
  const { host } = request.url;
  if (location === undefined || !URL.canParse(location, request.url.href)) {
    throw new RegistryError('bad-answer', `${host} redirects to ${quoteRemote(location ?? 'nowhere')}`);
  }
  const target = new URL(location, request.url);
  if (request.method === 'POST') throw new RegistryError('bad-answer', `${host} redirects a login`);
  if (!isProtected(request.url, target, trust)) {
    throw new RegistryError('bad-answer', `${host} redirects to ${describe(target)}, which is not HTTPS`, {
      hint: 'If that host is meant to be used without TLS, name it in plain-http-registry.',
    });
  }
  target.username = '';
  target.password = '';
  return {
    ...request,
    url: target,
    headers: target.origin === request.url.origin ? request.headers : withoutAuthorization(request.headers),
  };
}

function isProtected(from: URL, to: URL, trust: TrustRules): boolean {
  if (to.protocol === 'https:') return true;
  if (to.protocol !== 'http:') return false;
  return from.protocol === 'http:' || trust.allowsPlainHttp(to);
}

/** Without path and query: a signed URL is a secret while it lasts. */
function describe(url: URL): string {
  return quoteRemote(`${url.protocol}//${url.host}`);
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  );
}
