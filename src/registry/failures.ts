import { readErrorText } from '../http/body.js';
import { describeFailure, NetworkError, type Peer } from '../http/failures.js';
import { describeErrorBody } from '../http/foreign-text.js';
import { TransientStatusError } from '../http/retry.js';
import { publicAcrHost } from '../images/acr.js';
import type { Answer } from './types.js';
import { RegistryError, type RegistryFailure } from './types.js';

const VPC_HINT =
  'This host can only be reached from a VPC. To look the image up at the public host, set registry-map to "public-host=vpc-host".';
const MAYBE_VPC_HINT =
  'If the host can only be reached from a VPC, set registry-map to "public-host=vpc-host" to look the image up at a public host.';

function peerOf(host: string): Peer {
  return {
    host,
    namedIn: 'the host name in the image reference',
    again: 'Run the job again. If it happens again, check the status of the registry.',
    certificate: 'If it is self-signed, name the host in insecure-registry.',
    plainHttp: 'If the registry serves plain HTTP, name its host in plain-http-registry.',
  };
}

/** A failure of the host, which affects all images there. */
export function failureOfHost(
  reason: RegistryFailure,
  message: string,
  options: { hint?: string | undefined; cause?: unknown } = {},
): RegistryError {
  return new RegistryError(reason, message, { ...options, shared: message });
}

/**
 * The failure of a request to `host` in words for the user; a RegistryError stays as it is, and so does an error of the
 * language.
 *
 * @param tries attempts in all
 */
export function unreachable(host: string, error: unknown, tries: number): unknown {
  const counted = tries > 1 ? ` (${tries} tries)` : '';
  if (error instanceof TransientStatusError) {
    return failureOfHost('unreachable', `registry ${host} answers ${error.message}${counted}`, {
      hint: hintForStatus(error),
      cause: error,
    });
  }
  if (!(error instanceof NetworkError) || error.failure === 'defect') return error;
  const { message, hint } = describeFailure(error, peerOf(host));
  if (ANSWERED.has(error.failure)) return failureOfHost('bad-answer', message, { hint, cause: error });
  return failureOfHost('unreachable', `registry ${host} cannot be reached: ${message}${counted}`, {
    hint: NOT_CONNECTED.has(error.failure) && error.proxy === undefined ? withVpc(host, hint) : hint,
    cause: error,
  });
}

/** The host answered, but its answer is the problem. */
const ANSWERED = new Set(['malformed-answer', 'headers-too-large', 'body-too-large']);
const NOT_CONNECTED = new Set(['name-unknown', 'unreachable', 'connect-timeout']);

function withVpc(host: string, hint: string): string {
  return publicAcrHost(host.replace(/:\d+$/, '')) === undefined ? `${hint} ${MAYBE_VPC_HINT}` : VPC_HINT;
}

function hintForStatus({ status, retryAfterMs = 0 }: TransientStatusError): string {
  if (status !== 429) return 'Try again later.';
  const pause = retryAfterMs > 0 ? ` It asks for a pause of ${Math.ceil(retryAfterMs / 1000)} s.` : '';
  return `The registry limits the number of requests: log in, or try again later.${pause}`;
}

/**
 * An answer with an unusable status. If the registry redirected to another host, its words are not repeated: it may be
 * any service that the runner reaches.
 */
export async function unexpectedStatus(answer: Answer): Promise<RegistryError> {
  const { status, asked, url, mayQuote } = answer;
  const reason = status === 404 ? 'not-found' : 'bad-answer';
  if (url.origin !== asked.origin) {
    return failureOfHost(reason, `${asked.host} redirects to ${url.origin}, which answers HTTP ${status}`, {
      hint: 'Check what the registry redirects to, or run the job again.',
    });
  }
  const detail = mayQuote ? describeErrorBody(await readErrorText(answer)) : '';
  return failureOfHost(reason, `${url.host} answers HTTP ${status}${detail && `: ${detail}`}`, {
    hint:
      status === 404
        ? undefined
        : 'Check the host name in the image reference, and any proxy between the runner and the registry.',
  });
}

/** How a registry or its token service refused to let us read. */
export interface Refusal {
  readonly status: number;
  /** What it said, escaped. */
  readonly detail: string;
}

/**
 * A registry, or its token service, requires a login that we do not have, or refuses the one that we have.
 *
 * @param places where a login was looked for; undefined if one was found
 */
export function unauthorized(
  host: string,
  repository: string,
  { status, detail }: Refusal,
  places: readonly string[] | undefined,
): RegistryError {
  const said = `HTTP ${status}${detail === '' ? '' : `: ${detail}`}`;
  const messageFor = (what: string): string =>
    places === undefined
      ? `registry ${host} does not let the login that was found for it read ${what} (${said})`
      : `registry ${host} requires a login for ${what}, and none was found (${said})`;
  const looked = places?.length ? ` A login was looked for in ${places.join(', ')}.` : '';
  const hint =
    places === undefined
      ? 'Check its password and its permission to pull.'
      : `Log in before this step (docker/login-action), or set image-registry-credentials.${looked}`;
  return new RegistryError('unauthorized', messageFor(repository), {
    shared: messageFor('them'),
    hint: `${hint} Docker Hub and others answer the same for a repository that does not exist: check its name.`,
  });
}
