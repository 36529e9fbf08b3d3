import { idTokenAdvice, retryAdvice, serverKind } from './context/server.js';
import { ServiceError, type FailureKind } from './cache/service.js';
import { readDocument } from './http/body.js';
import { describeFailure, NetworkError } from './http/failures.js';
import { isRecord, isWebPage } from './http/foreign-text.js';
import { withRequestLog } from './http/request-log.js';
import { isTransientStatus } from './http/retry.js';
import type { HttpResponse, Send } from './http/types.js';
import type { Log } from './report/log.js';
import type { Secrets } from './report/secrets.js';

export interface IdTokenOptions {
  /** The environment of the step, in which the runner names its token service. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly send: Send;
  readonly secrets: Secrets;
  readonly log: Pick<Log, 'debug'>;
}

const REFUSED = "The runner's token service did not hand out the job's OIDC token for role-to-assume";
const LARGEST_ANSWER_BYTES = 64 * 1024;

/**
 * The runner's OIDC token for the audience, masked. Asked once: whoever calls it retries what is transient.
 *
 * @throws ServiceError if the job may not have a token, or the service does not hand it out; transient where asking
 *   again may help
 */
export async function runnerIdToken(
  audience: string,
  { env, send, secrets, log }: IdTokenOptions,
): Promise<string> {
  const address = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const requestToken = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (!URL.canParse(address) || requestToken === '') {
    throw failure('permanent', 'The job may not ask for an OIDC token.', idTokenAdvice(serverKind(env)));
  }
  secrets.add(requestToken);
  const url = new URL(address);
  url.searchParams.set('audience', audience);
  const headers = { authorization: `Bearer ${requestToken}`, accept: 'application/json' };
  // Its path names the job and its run.
  const logged = withRequestLog(send, log, ({ origin }) => `${origin}/…`);
  const again = retryAdvice(serverKind(env));
  try {
    const token = await tokenIn(await logged({ method: 'GET', url, headers }), again);
    secrets.add(token);
    return token;
  } catch (error) {
    throw error instanceof NetworkError ? unreachable(error, url.host, again) : error;
  }
}

async function tokenIn(response: HttpResponse, again: string): Promise<string> {
  const { status } = response;
  const text = (await readDocument(response, LARGEST_ANSWER_BYTES))?.toString('utf8') ?? '';
  response.hangUp();
  if (status !== 200) {
    throw failure(
      isTransientStatus(status) ? 'transient' : 'permanent',
      `${REFUSED} (HTTP ${status}).`,
      again,
    );
  }
  const value = valueIn(text);
  if (value !== undefined) return value;
  const what = isWebPage(text)
    ? 'a web page'
    : text.trim() === ''
      ? 'an empty answer'
      : 'an answer without a token';
  throw failure('transient', `${REFUSED}: it sent ${what}.`, again);
}

function valueIn(text: string): string | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const value = isRecord(document) ? document['value'] : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}

function unreachable(error: NetworkError, host: string, again: string): ServiceError {
  const { message, hint } = describeFailure(error, {
    host,
    namedIn: 'ACTIONS_ID_TOKEN_REQUEST_URL, which the runner sets',
    again,
  });
  return failure(error.isTransient ? 'transient' : 'permanent', `${REFUSED}: ${message}.`, hint);
}

function failure(kind: FailureKind, message: string, hint: string | undefined): ServiceError {
  return new ServiceError(message, { code: 'NoIdToken', kind, hint });
}
