import { readErrorText } from '../http/body.js';
import { describeErrorBody } from '../http/foreign-text.js';
import { HostAuthorization, type AuthorizationOptions } from './authorization.js';
import { unauthorized, type Refusal } from './failures.js';
import type { Transport } from './transport.js';
import type { Answer } from './types.js';
import { RegistryError } from './types.js';

export interface AccessRequest {
  readonly label: string;
  /** host[:port], as the image reference names it. */
  readonly registry: string;
  readonly repository: string;
  /** Behind /v2/NAME/, e.g. `manifests/1.2`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly limitMs?: number | undefined;
}

/** Requests to registries, with the authorization that they ask for. */
export interface Access {
  /** Like Transport's, but the registry's own 401 and 403 are dealt with. Throws RegistryError. */
  fetch<T>(request: AccessRequest, read: (answer: Answer) => Promise<T>): Promise<T>;
}

/** The result of an attempt: what was read, a refusal, or another registry to which this one redirects. */
type Outcome<T> =
  { readonly value: T } | { readonly refusal: Refusal } | { readonly challenge: string; readonly at: URL };

/** Sends a request with this Authorization header, and reports when the answer's head is there. */
type Attempt<T> = (header: string | undefined, onHead?: () => void) => Promise<Outcome<T>>;

interface Host {
  readonly authorization: HostAuthorization;
  /** Settles with the head of the first answer, which shows whether there is a challenge. */
  probe: Promise<void> | undefined;
}

/** Without authorization first; then with what the host's challenge asks for. */
export function createAccess(transport: Transport, options: AuthorizationOptions): Access {
  const hosts = new Map<string, Host>();
  const hostOf = (registry: string, key: string, credentials: AuthorizationOptions): Host => {
    const host = hosts.get(key) ?? {
      authorization: new HostAuthorization(registry, transport, credentials),
      probe: undefined,
    };
    hosts.set(key, host);
    return host;
  };
  const nobody: AuthorizationOptions = { ...options, credentialsFor: () => Promise.resolve(undefined) };

  /** A registry may redirect to another one that hands out tokens to everybody. Our login is not for it. */
  const elsewhere = async <T>(
    request: AccessRequest,
    { challenge, at }: { readonly challenge: string; readonly at: URL },
    read: (answer: Answer) => Promise<T>,
  ): Promise<T> => {
    const [, repository = request.repository] =
      /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(at.pathname) ?? [];
    const { authorization } = hostOf(at.host, `redirected ${at.origin}`, nobody);
    authorization.learn(challenge);
    const authorized = await authorization.headerFor(repository);
    const headers = {
      ...request.headers,
      ...(authorized === undefined ? {} : { authorization: authorized }),
    };
    const { label, limitMs } = request;
    const redirectedFrom = urlOf(request, transport);
    return await transport.fetch({ label, url: at, headers, limitMs, redirectedFrom }, async (answer) => {
      if (answer.status === 401 || answer.status === 403) throw redirectedTo(request, at, answer.status);
      return await read(answer);
    });
  };

  return {
    fetch: async (request, read) => {
      const host = hostOf(request.registry, request.registry, options);
      const attempt = attemptsOf(request, host.authorization, transport, read);
      const outcome = await authorized(host, request.repository, attempt);
      if ('value' in outcome) return outcome.value;
      if ('at' in outcome) {
        return await elsewhere(request, outcome, read).catch((error: unknown) => {
          const isRefused = error instanceof RegistryError && error.reason === 'unauthorized';
          throw isRefused ? redirectedTo(request, outcome.at, 401) : error;
        });
      }
      const { authorization } = host;
      if (authorization.loginRefusal) throw authorization.loginRefusal;
      const places = (await authorization.hasLogin()) ? undefined : (options.loginPlaces ?? []);
      throw unauthorized(request.registry, request.repository, outcome.refusal, places);
    },
  };
}

function urlOf({ registry, repository, path }: AccessRequest, { trust }: Transport): URL {
  return new URL(`/v2/${repository}/${path}`, trust.baseUrl(registry));
}

function redirectedTo({ registry }: AccessRequest, { origin }: URL, status: number): RegistryError {
  return new RegistryError(
    'unauthorized',
    `registry ${registry} redirects to ${origin}, which requires a login (HTTP ${status})`,
    {
      hint: 'The login for the registry is not sent there. Name that registry in the image reference instead.',
    },
  );
}

async function authorized<T>(host: Host, repository: string, attempt: Attempt<T>): Promise<Outcome<T>> {
  const { authorization } = host;
  let header: string | undefined;
  let outcome: Outcome<T>;
  if (host.probe === undefined) {
    // The first request to a host goes alone, or every parallel one would earn a 401 of its own.
    outcome = await probe(host, attempt);
  } else {
    await host.probe;
    header = await authorization.headerFor(repository);
    outcome = await attempt(header);
  }
  // At most: without authorization, with a token that turns out to have expired, with a new one.
  for (let renewals = 0; renewals < 2 && 'refusal' in outcome; renewals++) {
    const rejected = header;
    const mayHeal = rejected === undefined || authorization.hasAccepted(rejected);
    if (outcome.refusal.status !== 401 || !mayHeal) break;
    header = await authorization.headerFor(repository, rejected);
    if (header === undefined || header === rejected) break;
    outcome = await attempt(header);
  }
  if (!('refusal' in outcome) || !(await authorization.hasUntriedLogin())) return outcome;
  // Some answer 403 or 404 to whoever has no login, or 401 without a challenge.
  await authorization.discover();
  return await attempt(await authorization.headerFor(repository));
}

function probe<T>(host: Host, attempt: Attempt<T>): Promise<Outcome<T>> {
  let headArrived = (): void => undefined;
  const head = new Promise<void>((resolve) => {
    headArrived = resolve;
  });
  const outcome = attempt(undefined, () => {
    headArrived();
  });
  host.probe = Promise.race([head, outcome.then(() => undefined)]);
  // The failure is handled where the probe is awaited. If nothing awaits it, it must not be an unhandled rejection.
  host.probe.catch(() => undefined);
  return outcome;
}

function attemptsOf<T>(
  request: AccessRequest,
  authorization: HostAuthorization,
  transport: Transport,
  read: (answer: Answer) => Promise<T>,
): Attempt<T> {
  const { label, limitMs } = request;
  const url = urlOf(request, transport);
  return (header, onHead) => {
    const headers = { ...request.headers, ...(header === undefined ? {} : { authorization: header }) };
    return transport.fetch<Outcome<T>>({ label, url, headers, limitMs }, async (answer) => {
      const { status } = answer;
      const challenge = answer.headers['www-authenticate'] ?? '';
      // The 401 or 403 of another host, behind a redirect, is not the registry's.
      const isOwn = answer.url.origin === url.origin;
      if (!isOwn && status === 401 && /\bbearer\b/i.test(challenge)) return { challenge, at: answer.url };
      const isRefusal = isOwn && (status === 401 || status === 403);
      if (isRefusal && status === 401 && header === undefined) authorization.learn(challenge);
      if (!isRefusal && header !== undefined) authorization.accept(header);
      onHead?.();
      const isHidden =
        isOwn && status === 404 && header === undefined && (await authorization.hasUntriedLogin());
      return isRefusal || isHidden ? { refusal: await refusalOf(answer) } : { value: await read(answer) };
    });
  };
}

async function refusalOf(answer: Answer): Promise<Refusal> {
  return { status: answer.status, detail: describeErrorBody(await readErrorText(answer)) };
}
