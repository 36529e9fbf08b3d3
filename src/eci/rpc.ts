import { randomUUID } from 'node:crypto';
import { ServiceError } from '../cache/service.js';
import type { Endpoint } from '../inputs/types.js';
import type { Log } from '../report/log.js';
import type { Secrets } from '../report/secrets.js';
import { isRecord, text, type JsonRecord } from './answers.js';
import type { Credentials } from './credentials.js';
import { cleaned, oddAnswer, toServiceError, type FailedCall } from './errors.js';
import { shownParameters } from './parameters.js';
import { NONCE_HEADER, onTheWire, type TimeLimits, type Wire } from './wire.js';

export type Sdk = typeof import('./sdk.js');
type ApiClient = InstanceType<Sdk['OpenApiClient']>;
type Config = InstanceType<Sdk['Config']>;

/** Where calls go to, and what every one of them carries. */
export interface Connection extends TimeLimits {
  readonly endpoint: Endpoint;
  readonly regionId: string;
  readonly userAgent: string;
  readonly secrets: Secrets;
  readonly log: Log;
  /** The words that tell a person where the credentials came from. */
  readonly credentialsOrigin: string | undefined;
}

/** Of a line in the debug log. */
const LONGEST_LINE = 4_000;

/** Connecting is quick or hopeless; a slow create may have done its work, so its answer is waited for. */
export const TIME_LIMITS: TimeLimits = { connectTimeoutMs: 10_000, readTimeoutMs: 60_000 };

/**
 * Makes the SDK's client from `config`, hands it through `tap`, which takes the answer aside, and sends the
 * request with it. What the SDK makes of the answer is not used.
 */
export type Send = (sdk: Sdk, config: Config, tap: <C extends ApiClient>(client: C) => C) => Promise<unknown>;

/**
 * One call, tried once.
 *
 * @param getCredentials undefined for a call that is not signed
 * @returns the answer, a JSON object of any shape
 * @throws ServiceError only
 */
export async function rpc(
  connection: Connection,
  action: string,
  getCredentials: (() => Promise<Credentials>) | undefined,
  send: Send,
): Promise<JsonRecord> {
  const nonce = randomUUID();
  const wire: Wire = { connected: false, statusCode: undefined, contentType: undefined };
  const { secrets, credentialsOrigin } = connection;
  const failed: FailedCall = { action, host: connection.endpoint.host, secrets, credentialsOrigin, wire };
  const startMs = performance.now();
  let asked: unknown;
  let requestId = '';
  try {
    const credentials = getCredentials && checked(await getCredentials(), failed);
    const sdk = await loadSdk();
    const config = configOf(sdk, connection, credentials);
    let body: unknown;
    await onTheWire(nonce, connection, wire, () =>
      send(sdk, config, (client) =>
        withTap(client, nonce, {
          request: (parameters) => (asked = parameters),
          answer: (text) => (body = text),
        }),
      ),
    );
    const answer = parseAnswer(body, failed);
    requestId = text(answer['RequestId']);
    return answer;
  } catch (error) {
    const failure = toServiceError(error, failed);
    requestId = failure.requestId ?? '';
    throw failure;
  } finally {
    const tookMs = Math.round(performance.now() - startMs);
    const outcome = `HTTP ${wire.statusCode ?? '-'} after ${tookMs} ms, request ID ${requestId || '-'}`;
    connection.log.debug(cleaned(`${action}: ${outcome}; ${shownParameters(asked)}`, LONGEST_LINE, secrets));
  }
}

/**
 * A client of the SDK does not retry unless it is told to. Its read timeout would pass for a dropped connection,
 * so it is set beyond the limits that wire.ts keeps.
 */
function configOf(sdk: Sdk, connection: Connection, credentials: Credentials | undefined): Config {
  const { endpoint, regionId, userAgent, connectTimeoutMs, readTimeoutMs } = connection;
  return new sdk.Config({
    // Always given: the SDK's own rule yields a global host, and there is none.
    endpoint: endpoint.host,
    protocol: endpoint.protocol.toUpperCase(),
    regionId,
    userAgent,
    connectTimeout: connectTimeoutMs,
    readTimeout: 2 * (connectTimeoutMs + readTimeoutMs),
    accessKeyId: credentials?.accessKeyId,
    accessKeySecret: credentials?.accessKeySecret,
    securityToken: credentials?.securityToken,
  });
}

/** Empty keys are not handed to the SDK: it would look for others in the environment. */
function checked(credentials: Credentials, { action }: FailedCall): Credentials {
  if (credentials.accessKeyId !== '' && credentials.accessKeySecret !== '') return credentials;
  throw new ServiceError(`${action} failed: there is no access key to sign it with.`, {
    code: 'NoCredentials',
    kind: 'permanent',
    hint: 'Set access-key-id and access-key-secret, or role-to-assume and oidc-provider-arn.',
  });
}

/** What is taken aside of a call: the parameters that were sent, and the text that came back. */
interface Taps {
  readonly request: (parameters: unknown) => void;
  readonly answer: (text: unknown) => void;
}

/**
 * The SDK's typed methods make the request; its typed answers are passed by, for they throw at a field of an
 * unexpected type and lose an answer that is not JSON. So the answer is asked for as text and taken aside.
 */
function withTap<C extends ApiClient>(client: C, nonce: string, take: Taps): C {
  const callApi = client.callApi.bind(client);
  client.callApi = async (params, request, runtime) => {
    params.bodyType = 'string';
    take.request(request.query);
    request.headers = { ...(request.headers as Record<string, string> | undefined), [NONCE_HEADER]: nonce };
    const answer = await callApi(params, request, runtime);
    take.answer(answer['body']);
    return { headers: {}, statusCode: 200, body: {} };
  };
  return client;
}

function parseAnswer(body: unknown, failed: FailedCall): JsonRecord {
  const { statusCode } = failed.wire;
  let answer: unknown;
  try {
    answer = JSON.parse(text(body));
  } catch {
    throw oddAnswer(failed);
  }
  // 4xx and 5xx are thrown by the SDK; a redirect comes back like a success.
  if (!isRecord(answer) || (statusCode !== undefined && statusCode >= 300)) throw oddAnswer(failed);
  return answer;
}

let loading: Promise<Sdk> | undefined;

/**
 * The SDK's HTTP layer writes whole requests, passwords and all, to stderr where DEBUG asks for it; it looks at
 * the variable once, while it is loaded.
 */
export function loadSdk(): Promise<Sdk> {
  loading ??= withoutVariable('DEBUG', () => import('./sdk.js'));
  return loading;
}

async function withoutVariable<T>(name: string, work: () => Promise<T>): Promise<T> {
  const value = process.env[name];
  Reflect.deleteProperty(process.env, name);
  try {
    return await work();
  } finally {
    if (value !== undefined) process.env[name] = value;
  }
}
