import { ServiceError, type FailureKind } from '../cache/service.js';
import { ActionError } from '../errors.js';
import { describeFailure, networkError, type NetworkFailure } from '../http/failures.js';
import { isRecord, quoteForeign } from '../http/foreign-text.js';
import { isTransientStatus } from '../http/retry.js';
import type { HttpResponse } from '../http/types.js';
import type { Secrets } from '../report/secrets.js';
import { field, isPresent, text, type JsonRecord } from './answers.js';
import { isThrottling, kindOfCode, quotaOf } from './codes.js';
import { hintFor } from './hints.js';

const LONGEST_TEXT = 500;
const LONGEST_CODE = 100;

/**
 * With a wrong signature, the service repeats the whole request that was signed, over pages, in one of several forms:
 * `server CanonicalRequest is:…`, `server string to sign is:…`, `server StringToSign:[…]`.
 */
const SIGNED_REQUEST =
  /\b((server|user|client|your)('s)?\s+)?(canonical[\s_-]*request|string[\s_-]*to[\s_-]*sign|sign[\s_-]*string)\b.*/is;

/** The call that failed: all that its error may say. */
export interface FailedCall {
  readonly action: string;
  /** host[:port] of the endpoint */
  readonly host: string;
  /** The input that sets it; `endpoint` unless given. */
  readonly endpointInput?: string | undefined;
  readonly secrets: Secrets;
  /** Where the credentials came from, in words. */
  readonly credentialsOrigin?: string | undefined;
  readonly idTokenIssuer?: string | undefined;
  /** What is wrong with the region, where it is not a known one. */
  readonly regionDoubt?: string | undefined;
}

const TRY_AGAIN = 'Run the step again: it uses the same client token, so there will be no second cache.';

/** Failures before the service has received anything of the request. */
const NOT_SENT: readonly NetworkFailure[] = [
  'name-unknown',
  'unreachable',
  'connect-timeout',
  'certificate',
  'no-tls',
  'proxy-login',
  'proxy-refusal',
  'unsendable',
  'defect',
];

/** An error for a call that failed before or during transport. Its text quotes nothing from outside. */
export function networkFailure(error: unknown, failed: FailedCall): ServiceError {
  const { action, host, regionDoubt, endpointInput = 'endpoint' } = failed;
  if (error instanceof ActionError) return noCredentials(error);
  const known = networkError(error);
  const { failure, code } = known;
  const isNoRegion = regionDoubt !== undefined && code === 'ENOTFOUND';
  const { message, hint } = describeFailure(known, {
    host,
    namedIn: `the inputs region-id and ${endpointInput}`,
    again: TRY_AGAIN,
    plainHttp: `Check the input ${endpointInput}: its scheme, http:// or https://, has to fit its port.`,
  });
  // The total limit stops an answer that never ends, and a malformed answer may come from a gateway: both may heal.
  const mayHeal = known.isTransient || failure === 'total-timeout' || failure === 'malformed-answer';
  return new ServiceError(`${action} failed: ${message}.`, {
    code: code === '' ? failure : code,
    kind: mayHeal && !isNoRegion ? 'transient' : 'permanent',
    mayHaveActed: !NOT_SENT.includes(failure),
    hint: isNoRegion ? regionDoubt : hint,
  });
}

/** Getting the credentials failed: the error keeps its own words. */
function noCredentials(error: ActionError): ServiceError {
  return new ServiceError(error.message, { code: 'NoCredentials', kind: 'permanent', hint: error.hint });
}

/** The answer is not a JSON object, or it is a redirect: neither is the service's. */
export function notOfService(response: HttpResponse, body: string, failed: FailedCall): ServiceError {
  const { status: statusCode, headers } = response;
  const contentType = cleaned(headers['content-type'] ?? '', LONGEST_CODE, failed.secrets);
  const form = [`HTTP ${statusCode}`, contentType].filter(Boolean).join(', ');
  return new ServiceError(
    `${failed.action} failed: the answer of ${failed.host} is not the service's (${form}).`,
    {
      code: 'NotJson',
      kind: kindOfPage(response, body),
      isThrottled: statusCode === 429,
      mayHaveActed: statusCode < 300 || statusCode >= 500,
      statusCode,
      hint:
        statusCode === 407
          ? 'The proxy requires a login: put user and password into HTTPS_PROXY.'
          : `A proxy or gateway has most likely answered in place of the service: check the input ${failed.endpointInput ?? 'endpoint'} and the proxy settings of the runner, or run the step again later.`,
    },
  );
}

/**
 * A 2xx or 5xx page is from a gateway in trouble; any other status means that this is the wrong host. But a refusal in
 * JSON that cannot be parsed was cut off: asked again, the service repeats it.
 */
function kindOfPage({ status, headers }: HttpResponse, body: string): FailureKind {
  const isJson = /\bjson\b/i.test(headers['content-type'] ?? '') && body.trimStart().startsWith('{');
  return status < 300 || (status >= 400 && isJson) ? 'transient' : kindOfStatus(status);
}

/** The answer could not be read to its end: it is too large, or its Content-Encoding is unknown or broken. */
export function unreadableAnswer({ status, headers }: HttpResponse, failed: FailedCall): ServiceError {
  const coding = headers['content-encoding'];
  const what = coding
    ? `has a Content-Encoding that cannot be decoded (${cleaned(coding, LONGEST_CODE, failed.secrets)}), or is too large`
    : "is too large to be the service's";
  return new ServiceError(`${failed.action} failed: the answer of ${failed.host} ${what}.`, {
    code: 'UnreadableAnswer',
    kind: coding ? 'transient' : 'permanent',
    mayHaveActed: true,
    statusCode: status,
    hint: `Check the input ${failed.endpointInput ?? 'endpoint'} and the proxy settings of the runner.`,
  });
}

/** The service's answer lacks something essential. */
export function unusableAnswer(action: string, lack: string): ServiceError {
  return new ServiceError(`${action} failed: the answer ${lack}.`, {
    code: 'UnusableAnswer',
    kind: 'transient',
    mayHaveActed: true,
    hint: TRY_AGAIN,
  });
}

/** Text from the network, fit for one line of a log: no secret, no control characters, not too long. */
export function cleaned(raw: string, longest: number, secrets: Secrets): string {
  return quoteForeign(secrets.redact(raw), longest);
}

/** Codes by which some of the vendor's products report success. */
const ALL_WELL = /^(|ok|success(ful)?|succeeded|0|20\d)$/i;

/**
 * What the service refused, undefined if it did not. A status of 4xx or 5xx is a refusal, and so is an answer with a
 * code and no data: a look-up would read it as "none", a deletion as "deleted".
 */
export function refusal(
  statusCode: number,
  body: JsonRecord,
  { answerField }: { readonly answerField: string | undefined },
  failed: FailedCall,
): ServiceError | undefined {
  const error = field(body, 'Error');
  const answer = isRecord(error) ? { ...body, ...error } : body;
  if (statusCode >= 400) return refused(statusCode, answer, failed);
  const result = answerField === undefined ? undefined : field(answer, answerField);
  const saysWell = ALL_WELL.test(codeIn(answer)) && !isFalse(field(answer, 'Success'));
  // Words in place of the data that were asked for are no data either.
  const lacksResult = answerField !== undefined && result === undefined;
  const isExcuse = lacksResult && codeIn(answer) === '' && !ALL_WELL.test(messageIn(answer));
  return isPresent(result) || (saysWell && !isExcuse) ? undefined : refused(statusCode, answer, failed);
}

function messageIn(answer: JsonRecord): string {
  return text(field(answer, 'Message', 'ErrorMessage', 'ErrMessage', 'Msg')).trim();
}

function isFalse(value: unknown): boolean {
  return value === false || text(value).toLowerCase() === 'false';
}

function codeIn(answer: JsonRecord): string {
  return text(field(answer, 'Code', 'ErrorCode', 'ErrCode')).trim();
}

function refused(statusCode: number, answer: JsonRecord, failed: FailedCall): ServiceError {
  const { action, secrets, credentialsOrigin, idTokenIssuer, endpointInput } = failed;
  const part = (longest: number, ...names: string[]): string =>
    cleaned(text(field(answer, ...names)), longest, secrets);
  const code = cleaned(codeIn(answer), LONGEST_CODE, secrets);
  const requestId = part(LONGEST_CODE, 'RequestId');
  // Cut first: the repeated request holds every parameter, in its own encodings.
  const message = messageIn(answer).replace(SIGNED_REQUEST, '');
  const said = cleaned(message.trim(), LONGEST_TEXT, secrets);
  const outcome = code === '' ? `HTTP ${statusCode}` : `${code} (HTTP ${statusCode})`;
  // Some gateways put the status into the code of an answer with HTTP 200.
  const status = statusCode < 400 && /^[45]\d\d$/.test(code) ? Number(code) : statusCode;
  const kind = kindOfCode(code) ?? kindOfStatus(status);
  const isThrottled = isThrottling(code) || status === 429;
  return new ServiceError(
    `${action} failed: ${sentence([outcome, said].filter(Boolean).join(': '))}${requestId && ` Request ID: ${requestId}.`}`,
    {
      code: code || `HTTP${statusCode}`,
      kind,
      quota: kind === 'quota' ? quotaOf(code, message) : undefined,
      isThrottled,
      mayHaveActed: kind === 'transient' && !isThrottled,
      statusCode,
      requestId: requestId || undefined,
      hint:
        hintFor(code, { action, endpointInput, credentialsOrigin, idTokenIssuer, statusCode: status }) ??
        linkTo(part(LONGEST_TEXT, 'Recommend')),
    },
  );
}

function linkTo(recommend: string): string | undefined {
  return recommend.startsWith('https://') ? `The vendor's advice: ${recommend}` : undefined;
}

function kindOfStatus(statusCode: number): FailureKind {
  if (statusCode === 409) return 'conflict';
  return isTransientStatus(statusCode) ? 'transient' : 'permanent';
}

function sentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`;
}
