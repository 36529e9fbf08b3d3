import { createHostAuthorization, type HostAuthorization } from './authorization.js';
import { readAtMost, type Answer } from './exchange.js';
import { unauthorized } from './failures.js';
import { describeErrorBody } from './remote-text.js';
import { LARGEST_ERROR_BODY_BYTES } from './retries.js';
import type { Transport } from './transport.js';
import type { RegistryOptions } from './types.js';

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

/** Requests to registries, with what they want for authorization. */
export interface Access {
  /** Like Transport's, but the registry's own 401 and 403 are dealt with. Throws RegistryError. */
  fetch<T>(request: AccessRequest, read: (answer: Answer) => Promise<T>): Promise<T>;
}

interface Refusal {
  readonly status: number;
  readonly detail: string;
}

type Outcome<T> = { readonly value: T } | { readonly refusal: Refusal };

/** Sends a request with this Authorization header, and tells when the answer's head is there. */
type Attempt<T> = (header: string | undefined, onHead?: () => void) => Promise<Outcome<T>>;

interface Host {
  readonly authorization: HostAuthorization;
  /** Settles with the head of the very first answer, which tells whether there is a challenge. */
  probe: Promise<void> | undefined;
}

/** Without authorization first; then with what the host's challenge asks for. */
export function createAccess(
  transport: Transport,
  options: Pick<RegistryOptions, 'credentialsFor' | 'onSecret'>,
): Access {
  const hosts = new Map<string, Host>();
  const hostOf = (registry: string): Host => {
    const host = hosts.get(registry) ?? {
      authorization: createHostAuthorization(registry, transport, options),
      probe: undefined,
    };
    hosts.set(registry, host);
    return host;
  };
  return {
    fetch: async (request, read) => {
      const host = hostOf(request.registry);
      const outcome = await authorized(
        host,
        request.repository,
        attemptsOf(request, host.authorization, transport, read),
      );
      if ('value' in outcome) return outcome.value;
      const hadLogin = await host.authorization.hadLogin();
      throw unauthorized(request.registry, request.repository, { hadLogin, ...outcome.refusal });
    },
  };
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
    if (outcome.refusal.status !== 401 || !mayHeal) return outcome;
    header = await authorization.headerFor(repository, rejected);
    if (header === undefined || header === rejected) return outcome;
    outcome = await attempt(header);
  }
  return outcome;
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
  // Whoever waits for the probe sees its failure; nobody may.
  host.probe.catch(() => undefined);
  return outcome;
}

function attemptsOf<T>(
  request: AccessRequest,
  authorization: HostAuthorization,
  transport: Transport,
  read: (answer: Answer) => Promise<T>,
): Attempt<T> {
  const { registry, repository, path, label, limitMs } = request;
  const url = new URL(`/v2/${repository}/${path}`, transport.trust.baseUrl(registry));
  return (header, onHead) => {
    const headers = { ...request.headers, ...(header === undefined ? {} : { authorization: header }) };
    return transport.fetch({ label, url, headers, limitMs }, async (answer) => {
      // A blob store's 401 or 403, behind a redirect, is none of the registry's.
      const isOwn = answer.url.origin === url.origin;
      const isRefusal = isOwn && (answer.status === 401 || answer.status === 403);
      if (isRefusal && answer.status === 401 && header === undefined) {
        authorization.learn(answer.headers['www-authenticate'] ?? '');
      }
      if (!isRefusal && header !== undefined) authorization.accept(header);
      onHead?.();
      return isRefusal ? { refusal: await refusalOf(answer) } : { value: await read(answer) };
    });
  };
}

async function refusalOf(answer: Answer): Promise<Refusal> {
  const body = await readAtMost(answer, LARGEST_ERROR_BODY_BYTES);
  return { status: answer.status, detail: describeErrorBody(body?.toString('utf8') ?? '') };
}
