/** The ways in which a request fails before its answer has been read. */
export type NetworkFailure =
  | 'name-unknown'
  | 'unreachable'
  | 'connect-timeout'
  | 'answer-timeout'
  | 'total-timeout'
  | 'dropped'
  | 'certificate'
  | 'no-tls'
  | 'proxy-login'
  | 'proxy-refusal'
  | 'malformed-answer'
  | 'headers-too-large'
  | 'body-too-large'
  | 'unsendable'
  | 'cancelled'
  | 'defect';

interface Details {
  /** Node's or OpenSSL's code, e.g. ECONNREFUSED. */
  readonly code?: string | undefined;
  /** host[:port] of the proxy, where it was the connection to the proxy that failed. */
  readonly proxy?: string | undefined;
  readonly cause?: unknown;
}

/** A request that found no answer, or an answer that could not be read. The message is for the debug log only. */
export class NetworkError extends Error {
  readonly code: string;
  readonly proxy: string | undefined;

  constructor(
    readonly failure: NetworkFailure,
    message: string,
    { code = '', proxy, cause }: Details = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.proxy = proxy;
  }

  /** Whether the same request may succeed a moment later. */
  get isTransient(): boolean {
    return FAILURES[this.failure].isTransient;
  }
}

/** Whom a request was sent to, in words for the person who has to fix it. */
export interface Peer {
  /** host[:port] */
  readonly host: string;
  /** Where the user configured the host, e.g. "the host name in the image reference". */
  readonly namedIn: string;
  /** What to do where the same request may succeed later. */
  readonly again?: string | undefined;
  /** Another way to have its certificate accepted. */
  readonly certificate?: string | undefined;
  /** What to do where it does not speak TLS. */
  readonly plainHttp?: string | undefined;
}

interface Entry {
  readonly isTransient: boolean;
  readonly happened: (host: string) => string;
  readonly hint: (peer: Peer) => string;
}

const checkHost = ({ namedIn }: Peer): string =>
  `Check ${namedIn}, and that the runner can reach this host (DNS, firewall, proxy settings).`;
const tryAgain = ({ again = 'Run the step again later.' }: Peer): string => again;

const FAILURES: Readonly<Record<NetworkFailure, Entry>> = {
  'name-unknown': {
    // A name server that fails once answers the next time.
    isTransient: true,
    happened: (host) => `the name ${host} cannot be resolved`,
    hint: checkHost,
  },
  unreachable: { isTransient: true, happened: (host) => `${host} cannot be reached`, hint: checkHost },
  'connect-timeout': {
    isTransient: true,
    happened: (host) => `no connection to ${host} within the time limit`,
    hint: checkHost,
  },
  'answer-timeout': {
    isTransient: true,
    happened: (host) => `no answer from ${host} within the time limit`,
    hint: tryAgain,
  },
  'total-timeout': {
    isTransient: false,
    happened: (host) => `${host} did not finish its answer within the time limit`,
    hint: tryAgain,
  },
  dropped: {
    isTransient: true,
    happened: (host) => `the connection to ${host} was dropped`,
    hint: tryAgain,
  },
  certificate: {
    isTransient: false,
    happened: (host) => `the certificate of ${host} is not trusted`,
    hint: ({ certificate, namedIn }) =>
      `If your own CA signed it, or a proxy in between has a CA of its own, name its CA file in NODE_EXTRA_CA_CERTS. ${certificate ?? `Otherwise check ${namedIn} and the clock of the runner.`}`,
  },
  'no-tls': {
    isTransient: false,
    happened: (host) => `no TLS connection to ${host} is possible`,
    hint: ({ plainHttp, namedIn }) => plainHttp ?? `Check ${namedIn}: the port has to be one for HTTPS.`,
  },
  'proxy-login': {
    isTransient: false,
    happened: (host) => `the proxy on the way to ${host} requires a login, or refuses the one it got`,
    hint: () =>
      'Check user and password in HTTPS_PROXY (HTTP_PROXY for http://): http://user:password@host:port, with @, :, / and % in them percent-encoded.',
  },
  'proxy-refusal': {
    isTransient: false,
    happened: (host) => `the proxy does not let the runner through to ${host}`,
    hint: () =>
      'Have the proxy allow the host and its port, or name the host in NO_PROXY if the runner can reach it directly.',
  },
  'malformed-answer': {
    isTransient: false,
    happened: (host) => `the answer of ${host} is not valid HTTP`,
    hint: ({ namedIn }) =>
      `The server, or a proxy in front of it, breaks the rules of HTTP: report it to whoever runs it. Check ${namedIn}, too.`,
  },
  'headers-too-large': {
    isTransient: false,
    happened: (host) => `the answer of ${host} has more than 256 KiB of headers`,
    hint: ({ namedIn }) => `Report it to whoever runs the server. Check ${namedIn}, too.`,
  },
  'body-too-large': {
    isTransient: false,
    happened: (host) => `the answer of ${host} is too large`,
    hint: ({ namedIn }) => `Check ${namedIn} and the proxy settings of the runner.`,
  },
  unsendable: {
    isTransient: false,
    happened: () => 'the request cannot be sent: a value in it has a character that no HTTP header may hold',
    hint: () => 'Check keys, tokens and passwords for line breaks and other stray characters.',
  },
  cancelled: { isTransient: false, happened: () => 'the run was cancelled', hint: tryAgain },
  defect: {
    // An error of the language, not of the network: the next try would fail in the same way.
    isTransient: false,
    happened: () => 'the request could not be made or its answer could not be read',
    hint: () =>
      'This is most likely a bug in the action: please report it, with the inputs but without secrets.',
  },
};

/** What failed and what to do about it, in words that quote nothing from the network. */
export interface FailureText {
  readonly message: string;
  readonly hint: string;
}

/** The failure in words; one set of sentences for registries, ECI, STS and the runner's ID token. */
export function describeFailure(error: NetworkError, peer: Peer): FailureText {
  const { happened, hint } = FAILURES[error.failure];
  const code = error.code === '' ? '' : ` (${error.code})`;
  if (error.proxy === undefined) return { message: `${happened(peer.host)}${code}`, hint: hint(peer) };
  return {
    message: `on the way to ${peer.host}, the proxy failed: ${happened(error.proxy)}${code}`,
    hint: hint({ host: error.proxy, namedIn: 'HTTPS_PROXY (HTTP_PROXY for http://)' }),
  };
}

/** By the code of an error: Node's ("Common system errors", "Node.js error codes"), OpenSSL's, the HTTP parser's. */
const CODES: readonly (readonly [RegExp, NetworkFailure])[] = [
  [/^HPE_HEADER_OVERFLOW$/, 'headers-too-large'],
  // What the parser says of an answer that ended too early.
  [/^HPE_INVALID_EOF_STATE$/, 'dropped'],
  [/^HPE_/, 'malformed-answer'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)$/, 'dropped'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'name-unknown'],
  [/^ETIMEDOUT$/, 'connect-timeout'],
  // "X509 certificate error codes" in Node's documentation of tls.
  [/CERT|UNABLE_TO_|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|^CRL_/, 'certificate'],
  [/^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/, 'no-tls'],
  [/^(ERR_INVALID_CHAR|ERR_UNESCAPED_CHARACTERS)$/, 'unsendable'],
  [/^E[A-Z]+\d*$/, 'unreachable'],
];

/** Any error of a socket, request or stream as a NetworkError. */
export function networkError(error: unknown, proxy?: string): NetworkError {
  if (error instanceof NetworkError) return error;
  const { message, code } = firstOf(error);
  const known = code === '' ? undefined : CODES.find(([pattern]) => pattern.test(code))?.[1];
  return new NetworkError(known ?? 'defect', message, { code, proxy, cause: error });
}

/** Where a host has several addresses, Node gives one error that holds one for each. */
function firstOf(error: unknown): { message: string; code: string } {
  const { message, code, errors } = (error ?? {}) as Record<string, unknown>;
  if (message === '' && Array.isArray(errors)) return firstOf(errors[0]);
  return { message: typeof message === 'string' ? message : String(error), code: wordIn(code) };
}

/** Only what looks like a code: anybody may put text into such a field. */
function wordIn(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z][\w.]{1,60}$/.test(value) ? value : '';
}

/** The status by which a proxy refuses to make a tunnel, or answers a request in place of the host. */
export function proxyRefusal(status: number): NetworkError {
  const message = `the proxy answers HTTP ${status}`;
  const code = `EPROXY${status}`;
  if (status === 407) return new NetworkError('proxy-login', message, { code });
  // 408 and 429 are the proxy's own troubles, and so is any 5xx.
  const isRefusal = status >= 300 && status < 500 && status !== 408 && status !== 429;
  return new NetworkError(isRefusal ? 'proxy-refusal' : 'unreachable', message, { code });
}
