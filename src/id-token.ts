import { getIDToken } from '@actions/core';
import { ServiceError, type FailureKind } from './cache/service.js';

interface Failure {
  /** What @actions/core says: an Error with nothing but a message, into which it puts those of others. */
  readonly told: RegExp;
  readonly kind: FailureKind;
  readonly message: string;
  readonly hint: string;
}

const AGAIN = 'Run the job again. If it persists, see the status of GitHub Actions.';
const UNSERVED = "GitHub did not hand out the job's OIDC token for role-to-assume";

/** In the order in which they are looked for. `undefined` is how a failure without an answer shows its status. */
const FAILURES: readonly Failure[] = [
  {
    told: /Unable to get ACTIONS_ID_TOKEN_REQUEST_/,
    kind: 'permanent',
    message: 'The job may not ask for an OIDC token.',
    hint: 'Add "permissions: id-token: write" to the job. A workflow that a pull request from a fork started never gets a token.',
  },
  {
    told: /Code : undefined.*statusCode=407/s,
    kind: 'permanent',
    message: `${UNSERVED}: the proxy wants a login, or refuses the one that it got.`,
    hint: 'Check user and password in HTTPS_PROXY: http://user:password@host:port, with @, :, / and % in them percent-encoded.',
  },
  {
    // 408 and 429 are the proxy's own troubles.
    told: /Code : undefined.*statusCode=4(?!08|29)\d\d/s,
    kind: 'permanent',
    message: `${UNSERVED}: the proxy does not let the runner through to its service.`,
    hint: 'Have the proxy allow the host in ACTIONS_ID_TOKEN_REQUEST_URL, or name it in NO_PROXY where the runner reaches it directly.',
  },
  {
    told: /Code : undefined.*(certificate|altnames)/s,
    kind: 'permanent',
    message: `${UNSERVED}: the certificate of its service is not trusted.`,
    hint: 'Where GitHub Enterprise or a proxy has a certificate of its own, name its CA file in NODE_EXTRA_CA_CERTS.',
  },
  {
    told: /Code : undefined/,
    kind: 'transient',
    message: `${UNSERVED}: its service cannot be reached.`,
    hint: 'Check the network and proxy settings of the runner, or run the job again.',
  },
];

/**
 * The runner's OIDC token for the audience.
 *
 * @throws ServiceError where the job may not have one, or GitHub does not hand it out; transient where asking
 * again may heal it
 */
export async function runnerIdToken(audience: string): Promise<string> {
  try {
    return await getIDToken(audience);
  } catch (error) {
    throw failureOf(String(error));
  }
}

function failureOf(told: string): ServiceError {
  const known = FAILURES.find((failure) => failure.told.test(told));
  // @actions/core has asked eleven times where the status is one that may heal.
  const [, status] = /Code : (\d{3})\b/.exec(told) ?? [];
  const outcome = status === undefined ? '' : ` (HTTP ${status})`;
  const { kind, message, hint } = known ?? {
    kind: 'permanent',
    message: `${UNSERVED}${outcome}.`,
    hint: AGAIN,
  };
  return new ServiceError(message, { code: 'NoIdToken', kind, hint });
}
