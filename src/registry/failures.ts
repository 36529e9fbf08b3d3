import { publicAcrHost } from '../images/acr.js';
import { quoteRemote } from './remote-text.js';
import { RegistryError } from './types.js';

/** The line failed: no connection, no TLS, cut off, cancelled. */
export class NetworkError extends Error {
  constructor(
    message: string,
    /** Node's or OpenSSL's code, e.g. ECONNREFUSED; empty where there is none. */
    readonly code: string,
  ) {
    super(message);
  }
}

/** A time limit of ours that ran out. */
export class TimeLimitError extends NetworkError {
  constructor(message: string) {
    super(message, 'ETIMEDOUT');
  }
}

/** Any error of a socket or stream as a NetworkError. */
export function networkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  const { message, code } = error as { readonly message?: unknown; readonly code?: unknown };
  const text = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  return new NetworkError(text, typeof code === 'string' ? code : '');
}

/** An answer that another try may better: 408, 429 or 5xx. */
export class TransientStatusError extends Error {
  constructor(
    readonly status: number,
    /** What Retry-After asks for, in milliseconds; undefined where it does not. */
    readonly retryAfterMs: number | undefined,
    readonly detail: string,
  ) {
    super(`HTTP ${status}${detail === '' ? '' : ` (${detail})`}`);
  }
}

const CERTIFICATE_HINT =
  'If its certificate is self-signed, name the host in insecure-registry; if your own CA signed it, point NODE_EXTRA_CA_CERTS at the CA certificate.';
const PLAIN_HTTP_HINT = 'If the registry speaks plain HTTP, name its host in plain-http-registry.';
const VPC_HINT =
  'This host answers inside the VPC only. Let the action look at the public one: registry-map, a line "public-host=vpc-host".';
const NAME_HINT = 'Check the host name, and that the runner may reach it (DNS, firewall, proxy).';

// OpenSSL's names as Node's documentation of tls lists them ("X509 certificate error codes").
const CERTIFICATE_CODE =
  /CERT|UNABLE_TO_(?:GET|VERIFY|DECODE|DECRYPT)|CRL|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH/;
// What a TLS client meets at a server that answers in plain HTTP.
const NOT_TLS_CODE = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|^EPROTO$/;

/** What is said of a proxy that refuses, by its agent where it is a tunnel; 408 and 429 are its own troubles. */
const PROXY_REFUSAL =
  /^(?:tunneling socket could not be established, statusCode=|the proxy answers HTTP )(4(?!08|29)\d\d)$/;
const PROXY_LOGIN_HINT =
  'The proxy wants a login, or refuses the one that it got: check user and password in HTTPS_PROXY (HTTP_PROXY for http://), with @, :, / and % in them percent-encoded.';
const PROXY_HINT =
  'The proxy does not let the runner through: have it allow the host and its port, or name the host in NO_PROXY where the runner reaches it directly.';

/** Whether the same request may succeed a moment later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof TransientStatusError) return true;
  if (!(error instanceof NetworkError) || PROXY_REFUSAL.test(error.message)) return false;
  return !CERTIFICATE_CODE.test(error.code) && !NOT_TLS_CODE.test(error.code);
}

/** The failure of a request to `host` in words for the user; a RegistryError passes through. */
export function unreachable(host: string, error: unknown, tries: number): RegistryError {
  if (error instanceof RegistryError) return error;
  const counted = tries > 1 ? ` (${tries} tries)` : '';
  if (error instanceof TransientStatusError) {
    return new RegistryError('unreachable', `registry ${host} answers ${error.message}${counted}`, {
      hint: error.status === 429 ? 'The registry throttles: log in, or try again later.' : 'Try again later.',
      cause: error,
    });
  }
  const { message, code } = networkError(error);
  return new RegistryError(
    'unreachable',
    `registry ${host} cannot be reached: ${quoteRemote(message)}${counted}`,
    {
      hint: hintFor(host, code, message),
      cause: error,
    },
  );
}

function hintFor(host: string, code: string, message: string): string {
  const [, refusal] = PROXY_REFUSAL.exec(message) ?? [];
  if (refusal !== undefined) return refusal === '407' ? PROXY_LOGIN_HINT : PROXY_HINT;
  if (publicAcrHost(host.replace(/:\d+$/, '')) !== undefined) return VPC_HINT;
  if (CERTIFICATE_CODE.test(code)) return CERTIFICATE_HINT;
  return NOT_TLS_CODE.test(code) ? PLAIN_HTTP_HINT : NAME_HINT;
}

/** A registry, or its token service, wants a login that we have not, or refuses the one that we have. */
export function unauthorized(
  host: string,
  repository: string,
  refusal: { readonly hadLogin: boolean; readonly status: number; readonly detail: string },
): RegistryError {
  const { hadLogin, status, detail } = refusal;
  const said = `HTTP ${status}${detail === '' ? '' : `: ${detail}`}`;
  const what = hadLogin
    ? `registry ${host} does not let the login that was found for it read ${repository} (${said})`
    : `registry ${host} wants a login for ${repository}, and none was found (${said})`;
  const login = 'Log in before this step (docker/login-action), or set image-registry-credentials.';
  return new RegistryError('unauthorized', what, {
    hint: `${hadLogin ? 'Check its password and its permission to pull.' : login} Docker Hub and others answer the same for a repository that does not exist: check its name.`,
  });
}
