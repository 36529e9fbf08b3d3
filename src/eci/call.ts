import { ServiceError } from '../cache/service.js';
import type { Observations } from '../cache/observations.js';
import { readDocument } from '../http/body.js';
import { isRecord } from '../http/foreign-text.js';
import { startTimeLimit } from '../http/time-limit.js';
import type { HttpResponse, Send, TimeLimits } from '../http/types.js';
import type { Endpoint } from '../inputs/types.js';
import type { Log } from '../report/log.js';
import type { Secrets } from '../report/secrets.js';
import { field, text, type JsonRecord } from './answers.js';
import type { Credentials } from './access-key.js';
import {
  cleaned,
  networkFailure,
  notOfService,
  refusal,
  unreadableAnswer,
  type FailedCall,
} from './errors.js';
import { shownParameters } from './parameters.js';
import type { SdkClient, SdkRequest } from './sdk.js';

export type Sdk = typeof import('./sdk.js');

/** Where calls go to, and what every one of them carries. */
export interface Connection {
  readonly endpoint: Endpoint;
  /** The input that sets it, for hints; `endpoint` unless given. */
  readonly endpointInput?: string | undefined;
  readonly regionId: string;
  readonly userAgent: string;
  readonly send: Send;
  /** Asked before every call, so that they can be renewed in time. Undefined: calls are not signed. */
  readonly credentials: (() => Promise<Credentials>) | undefined;
  /** Where the credentials came from, in words; for hints. */
  readonly credentialsOrigin?: string | undefined;
  /** Issuer URL of the ID tokens of the server that runs the workflow; undefined if it issues none. */
  readonly idTokenIssuer?: string | undefined;
  readonly secrets: Secrets;
  readonly log: Log;
  /** TIME_LIMITS unless given. */
  readonly limits?: TimeLimits | undefined;
  /** Set if the region is unknown: then a host name that does not resolve never will. */
  readonly regionDoubt?: string | undefined;
  readonly observations?: Observations | undefined;
}

/** Connecting is quick or hopeless. A slow create may have done its work, so its answer is worth waiting for. */
export const TIME_LIMITS: TimeLimits = { connectMs: 10_000, silenceMs: 60_000 };

/** No answer of the calls that we use comes close to it. */
const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;

/** Of a line in the debug log. */
const LONGEST_LINE = 4_000;

/** An operation of the API. */
export interface Operation {
  readonly action: string;
  /** The field that its answer must have; undefined if the answer only confirms the call. */
  readonly answerField: string | undefined;
}

/** The answer of the service: a JSON object of any shape, in which the operation's field stands. */
export interface Answer {
  readonly fields: JsonRecord;
  readonly sizeBytes: number;
}

/**
 * One call, sent once; retries are the caller's.
 *
 * @param invoke calls one method of the client, which makes the request; what the method returns is not used
 * @throws ServiceError only
 */
export async function call(
  connection: Connection,
  operation: Operation,
  invoke: (client: SdkClient, sdk: Sdk) => Promise<unknown>,
): Promise<Answer> {
  const failed: FailedCall = { ...connection, host: connection.endpoint.host, action: operation.action };
  const trace: Trace = {
    startMs: performance.now(),
    parameters: undefined,
    status: undefined,
    requestId: '',
  };
  let answer: Answer | undefined;
  try {
    const config = { ...(await credentialFields(connection, operation)), ...clientFields(connection) };
    const sdk = await loadSdk();
    const client = new sdk.SdkClient(new sdk.Config(config), async (request) => {
      trace.parameters = request.parameters;
      answer = await exchanged(request, connection, operation, failed, trace);
    });
    await invoke(client, sdk);
    if (answer === undefined) throw new Error(`${operation.action} sent nothing`);
    return answer;
  } catch (error) {
    const failure = error instanceof ServiceError ? error : networkFailure(error, failed);
    trace.requestId ||= failure.requestId ?? '';
    connection.observations?.sawCode(failure.code);
    throw failure;
  } finally {
    writeLine(connection, operation, trace);
  }
}

/** A call that the SDK has no method for: any product's API of the RPC style, e.g. STS and VPC. */
export interface GenericCall extends Operation {
  /** The version of the product's API, e.g. 2016-04-28. */
  readonly version: string;
  /** Parameters by the API's names; lists and objects are flattened to Name.1.Key. They stand in the URL. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  /** The same, sent as a form, so that they stand in no URL. */
  readonly form?: Readonly<Record<string, unknown>> | undefined;
}

/** @throws ServiceError only */
export async function callGeneric(connection: Connection, generic: GenericCall): Promise<Answer> {
  return call(connection, generic, (client, sdk) =>
    client.callApi(
      new sdk.Params({
        action: generic.action,
        version: generic.version,
        protocol: 'HTTPS',
        pathname: '/',
        method: 'POST',
        authType: connection.credentials ? 'AK' : 'Anonymous',
        style: 'RPC',
        reqBodyType: 'formData',
        bodyType: 'json',
      }),
      new sdk.OpenApiRequest({
        ...(generic.query && { query: sdk.OpenApiUtil.query({ ...generic.query }) }),
        ...(generic.form && { body: { ...generic.form } }),
      }),
    ),
  );
}

/** What a call showed, for the debug log. */
interface Trace {
  readonly startMs: number;
  parameters: Readonly<Record<string, unknown>> | undefined;
  status: number | undefined;
  requestId: string;
}

async function exchanged(
  request: SdkRequest,
  connection: Connection,
  operation: Operation,
  failed: FailedCall,
  trace: Trace,
): Promise<Answer> {
  const limits = connection.limits ?? TIME_LIMITS;
  const limit = startTimeLimit(limits.connectMs + limits.silenceMs);
  try {
    const { url, headers, body } = request;
    const response = await connection.send({
      ...{ method: 'POST', url: new URL(url), headers, body },
      ...{ limits, signal: limit.signal },
    });
    trace.status = response.status;
    const bytes = await readDocument(response, LARGEST_ANSWER_BYTES);
    if (bytes === undefined) throw unreadableAnswer(response, failed);
    const fields = parsed(bytes, response, failed);
    trace.requestId = text(field(fields, 'RequestId'));
    const refused = refusal(response.status, fields, operation, failed);
    if (refused) throw refused;
    return { fields, sizeBytes: bytes.length };
  } finally {
    limit.cancel();
  }
}

function parsed(bytes: Buffer, response: HttpResponse, failed: FailedCall): JsonRecord {
  const body = bytes.toString('utf8');
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    throw notOfService(response, body, failed);
  }
  if (!isRecord(answer) || (response.status >= 300 && response.status < 400)) {
    throw notOfService(response, body, failed);
  }
  return answer;
}

/** Empty keys are not handed to the SDK: it would look for others in the environment. */
async function credentialFields(
  { credentials }: Connection,
  { action }: Operation,
): Promise<Record<string, string | undefined>> {
  if (!credentials) return {};
  const { accessKeyId, accessKeySecret, securityToken } = await credentials();
  if (accessKeyId !== '' && accessKeySecret !== '') return { accessKeyId, accessKeySecret, securityToken };
  throw new ServiceError(`${action} failed: there is no access key to sign it with.`, {
    code: 'NoCredentials',
    kind: 'permanent',
    hint: 'Set access-key-id and access-key-secret, or role-to-assume and oidc-provider-arn.',
  });
}

/** The endpoint is always given: the SDK's own rule yields a global host, and there is none. */
function clientFields({ endpoint, regionId, userAgent }: Connection): Record<string, string> {
  return { endpoint: endpoint.host, protocol: endpoint.protocol.toUpperCase(), regionId, userAgent };
}

function writeLine({ log, secrets }: Connection, { action }: Operation, trace: Trace): void {
  const tookMs = Math.round(performance.now() - trace.startMs);
  const outcome = `HTTP ${trace.status ?? '-'} after ${tookMs} ms, request ID ${trace.requestId || '-'}`;
  const line = `${action}: ${outcome}; ${shownParameters(trace.parameters)}`;
  log.debug(cleaned(line, LONGEST_LINE, secrets));
}

let loading: Promise<Sdk> | undefined;

/** The SDK, once for the process: it is most of the bundle. */
export function loadSdk(): Promise<Sdk> {
  loading ??= import('./sdk.js');
  return loading;
}
