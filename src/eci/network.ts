import { ServiceError, type FailureKind } from '../cache/service.js';
import { isRecord } from './answers.js';
import type { FailedCall } from './errors.js';

/** One way in which a call finds no answer. */
interface Failure {
  readonly kind: FailureKind;
  /** What happened, about the host. */
  readonly happened: (host: string) => string;
  readonly hint: string;
}

const TRY_AGAIN = 'Run the step again: it asks with the same client token, so there will be no second cache.';
const CHECK_WAY =
  'Check region-id, the input endpoint, and the network and proxy settings of the runner, or run the step again.';

const DROPPED: Failure = {
  kind: 'transient',
  happened: (host) => `the connection to ${host} was dropped`,
  hint: TRY_AGAIN,
};
const UNREACHABLE: Failure = {
  kind: 'transient',
  happened: (host) => `${host} cannot be reached`,
  hint: CHECK_WAY,
};
const UNTRUSTED: Failure = {
  kind: 'permanent',
  happened: (host) => `the certificate of ${host} is not trusted`,
  hint: 'Where a proxy with a certificate of its own stands in between, name its CA file in NODE_EXTRA_CA_CERTS; otherwise check the input endpoint and the clock of the runner.',
};

/** By the error's code: those of Node ("Common system errors", "Node.js error codes"), OpenSSL, the parser and proxy.ts. */
const FAILURES: readonly (readonly [RegExp, Failure])[] = [
  [
    /^EPROXY407$/,
    {
      kind: 'permanent',
      happened: (host) => `the proxy on the way to ${host} wants a login, or refuses the one that it got`,
      hint: 'Check user and password in HTTPS_PROXY (HTTP_PROXY for http://): http://user:password@host:port, with @, :, / and % in them percent-encoded.',
    },
  ],
  [
    // 408 and 429 are the proxy's own troubles.
    /^EPROXY4(?!08|29)\d\d$/,
    {
      kind: 'permanent',
      happened: (host) => `the proxy does not let the runner through to ${host}`,
      hint: 'Have the proxy allow the host and its port, or name the host in NO_PROXY where the runner reaches it directly.',
    },
  ],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|HPE_\w+)$/, DROPPED],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN|ENETDOWN)$/, UNREACHABLE],
  [
    /^(ENOTFOUND|EAI_\w+)$/,
    {
      // A name server that fails once answers the next time.
      kind: 'transient',
      happened: (host) => `the name ${host} cannot be resolved`,
      hint: CHECK_WAY,
    },
  ],
  [/CERT|UNABLE_TO_|SELF_SIGNED|^ERR_TLS_|HOSTNAME_MISMATCH/, UNTRUSTED],
  [
    /^(EPROTO|ERR_SSL_\w+)$/,
    {
      kind: 'permanent',
      happened: (host) => `no TLS connection to ${host} could be made`,
      hint: 'Check the input endpoint: its scheme, http:// or https://, has to fit its port.',
    },
  ],
  [
    /^ERR_ANSWER_TOO_LARGE$/,
    {
      kind: 'permanent',
      happened: (host) => `the answer of ${host} is too large to be the service's`,
      hint: 'Check the input endpoint and the proxy settings of the runner.',
    },
  ],
  [
    /^ERR_INVALID_CHAR$/,
    {
      kind: 'permanent',
      happened: () =>
        'the request cannot be sent, as a value in it holds a character that no HTTP header may hold',
      hint: 'Check the access key and the security token for line breaks and other stray characters.',
    },
  ],
];

const NO_CONNECTION: Failure = {
  kind: 'transient',
  happened: (host) => `no connection to ${host} within the time limit`,
  hint: CHECK_WAY,
};
const NO_ANSWER: Failure = {
  kind: 'transient',
  happened: (host) => `no answer from ${host} within the time limit`,
  hint: TRY_AGAIN,
};
/** An error of the language, not of the network: trying again would fail in the same way. */
const DEFECT: Failure = {
  kind: 'permanent',
  happened: () => 'the request could not be made or its answer not be read',
  hint: 'This is most likely a defect of the action or of the SDK: please report it, with the inputs but without secrets.',
};

/** The call failed on its way. Only the error's code and name are used: its message holds the whole URL. */
export function notAnswered(error: unknown, { action, host, wire }: FailedCall): ServiceError {
  const { code, failure } = classify(error, wire.connected);
  return new ServiceError(`${action} failed: ${failure.happened(host)} (${code}).`, {
    code,
    kind: failure.kind,
    statusCode: wire.statusCode,
    hint: failure.hint,
  });
}

function classify(error: unknown, connected: boolean): { code: string; failure: Failure } {
  const fields = isRecord(error) ? error : {};
  const code = wordIn(fields['code']);
  const name = wordIn(fields['name']) ?? 'Unknown';
  // The SDK's own timeouts have a name and no code.
  if (code === 'ETIMEDOUT' || name.startsWith('RequestTimeout')) {
    return { code: 'ETIMEDOUT', failure: connected ? NO_ANSWER : NO_CONNECTION };
  }
  const known = code && FAILURES.find(([pattern]) => pattern.test(code))?.[1];
  if (code && known) return { code, failure: known };
  // Other system errors (E…), also with a proxy's status, and bare errors of a proxy agent are of the network.
  const ofNetwork = code === undefined ? name === 'Error' : /^E[A-Z]+\d*$/.test(code);
  return { code: code ?? name, failure: ofNetwork ? UNREACHABLE : DEFECT };
}

/** Only what looks like a code or a name: anybody may put text into such a field. */
function wordIn(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z][\w.]{1,60}$/.test(value) ? value : undefined;
}
