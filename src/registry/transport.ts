import pLimit from 'p-limit';
import { followRedirects, isRedirect, MOST_REDIRECTS } from '../http/redirects.js';
import { withRequestLog } from '../http/request-log.js';
import { assertNotTransient, Retries, TransientStatusError, WaitingBudget } from '../http/retry.js';
import { startTimeLimit } from '../http/time-limit.js';
import { quoteForeign } from '../http/foreign-text.js';
import type { HttpRequest, Send } from '../http/types.js';
import { failureOfHost, unreachable } from './failures.js';
import { trustRules, type TrustRules } from './hosts.js';
import { RegistryError, type Answer, type RegistryOptions } from './types.js';

export interface TransportRequest {
  /** For the log, e.g. "manifest 1.2 of team/app". */
  readonly label: string;
  readonly method?: 'POST' | undefined;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Time for all attempts and redirects together, without the pauses between them; 60 s where it is not given. */
  readonly limitMs?: number | undefined;
  /** For requests with a login or for one: they are not sent on to another origin. */
  readonly staysOnOrigin?: boolean | undefined;
  /**
   * The address that was asked first, where this one is from a redirect. Such an address may be signed, and so a
   * secret while it lasts: the log shows the host only.
   */
  readonly redirectedFrom?: URL | undefined;
  /** Whether a registry or a manifest named this host: it may be any service that the runner reaches. */
  readonly isForeign?: boolean | undefined;
}

/** What all requests of the registry client have in common: few at once, time limits, retries, safe redirects. */
export interface Transport {
  readonly trust: TrustRules;
  /** Who we are to a token service. */
  readonly clientId: string;
  /**
   * Resolves with what `read` makes of the final answer, whose status is any but a transient one. Where the network
   * fails while `read` reads, the request is tried again. What `read` leaves unread is hung up on. Rejects with a
   * RegistryError, with what else `read` throws, or with the reason of the signal in the options.
   */
  fetch<T>(request: TransportRequest, read: (answer: Answer) => Promise<T>): Promise<T>;
  /** Retries of a body that goes on where it was cut off. */
  retriesOf(host: string, label: string): Retries;
}

const REQUEST_LIMIT_MS = 60_000;
const DEFAULT_CONCURRENCY = 16;

export function createTransport(options: RegistryOptions): Transport {
  const { clock, log, signal, send, userAgent } = options;
  const trust = trustRules(options);
  const limitConcurrency = pLimit(options.concurrency ?? DEFAULT_CONCURRENCY);
  const budget = new WaitingBudget(clock);
  // After one request ran into its time limit, its host is not asked again: otherwise every layer would wait for it.
  const silentHosts = new Map<string, unknown>();
  const retriesOf = (host: string, label: string): Retries =>
    new Retries(host, label, { clock, log, signal, budget });

  async function fetch<T>(request: TransportRequest, read: (answer: Answer) => Promise<T>): Promise<T> {
    const { host } = request.url;
    if (silentHosts.has(host)) throw silentHosts.get(host);
    const retries = retriesOf(host, request.label);
    // The time starts here, so that waiting for a place among the concurrent requests does not count.
    let leftMs = request.limitMs ?? options.requestLimitMs ?? REQUEST_LIMIT_MS;
    let lastStatus: TransientStatusError | undefined;
    for (;;) {
      const startMs = performance.now();
      const limit = startTimeLimit(Math.max(leftMs, 0), signal);
      try {
        return await finished(await answerTo(request, limit.signal), read);
      } catch (error) {
        signal?.throwIfAborted();
        leftMs -= performance.now() - startMs;
        if (error instanceof TransientStatusError) lastStatus = error;
        if (await retries.pauseAfter(error)) continue;
        const isSilent = limit.hasRunOut() && lastStatus === undefined;
        const failure = unreachable(host, limit.hasRunOut() ? (lastStatus ?? error) : error, retries.failed);
        if (isSilent) silentHosts.set(host, failure);
        throw failure;
      } finally {
        limit.cancel();
      }
    }
  }

  const answerTo = async (request: TransportRequest, ends: AbortSignal): Promise<Answer> => {
    const { method = 'GET', url, body } = request;
    const headers = { 'accept-encoding': 'identity', ...request.headers, 'user-agent': userAgent };
    const shown = (address: URL): string =>
      address === url && !request.redirectedFrom ? address.href : `${address.origin}/… (redirected)`;
    const logged = withRequestLog(trusting(send, trust), log, shown);
    const next = (from: HttpRequest, target: URL | undefined): HttpRequest =>
      redirected(from, target, request, trust);
    const response = await followRedirects({ method, url, headers, body, signal: ends }, logged, next);
    const asked = request.redirectedFrom ?? url;
    const mayQuote = !request.isForeign && response.url.origin === asked.origin;
    if (!isRedirect(response)) return { ...response, asked, mayQuote };
    response.hangUp();
    throw new RegistryError('bad-answer', `${url.host} redirects more than ${MOST_REDIRECTS} times`);
  };

  return {
    trust,
    clientId: userAgent.split('/')[0] ?? userAgent,
    fetch: (request, read) => limitConcurrency(() => fetch(request, read)),
    retriesOf,
  };
}

async function finished<T>(answer: Answer, read: (answer: Answer) => Promise<T>): Promise<T> {
  try {
    await assertNotTransient(answer, answer);
    return await read(answer);
  } finally {
    answer.hangUp();
  }
}

function trusting(send: Send, trust: TrustRules): Send {
  return (request) => send({ ...request, acceptAnyCertificate: trust.allowsAnyCertificate(request.url) });
}

/**
 * The request that a redirect asks for. Authorization does not follow to another origin: it is not that origin's
 * business, and OSS answers 400 to it beside a signed URL.
 *
 * @throws RegistryError if the target is no URL, is plain HTTP to a host that the user did not list, or a login
 *   would go to another origin
 */
function redirected(
  from: HttpRequest,
  target: URL | undefined,
  { method, staysOnOrigin = false }: TransportRequest,
  trust: TrustRules,
): HttpRequest {
  const { host, origin } = from.url;
  if (target === undefined) {
    throw new RegistryError('bad-answer', `${host} redirects to something that is not a URL`);
  }
  // Without path and query: a signed URL is a secret while it lasts.
  const shown = quoteForeign(`${target.protocol}//${target.host}`);
  if (!trust.mayVisit(target)) {
    throw failureOfHost('bad-answer', `${host} redirects to ${shown}, which is not HTTPS`, {
      hint: 'If that host is meant to be used without TLS, name it in plain-http-registry.',
    });
  }
  if (method === 'POST' || (staysOnOrigin && target.origin !== origin)) {
    throw new RegistryError(
      'bad-answer',
      `${host} redirects a request for a token to ${shown}; it is not sent on`,
    );
  }
  target.username = '';
  target.password = '';
  const headers = target.origin === origin ? from.headers : withoutAuthorization(from.headers);
  return { ...from, url: target, headers };
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  );
}
