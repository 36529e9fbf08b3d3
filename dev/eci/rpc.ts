import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type LocalServer, type Received, startHttpServer, type TlsFiles } from '../http.js';
import { type Fault, faultActs, faultPicker } from './faults.js';

/** An error as the API answers it. */
export class RpcError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Everything known of one request; filled in as it is served. */
export interface RequestRecord {
  /** 1 for the first request of this server. */
  readonly number: number;
  readonly action: string;
  readonly version: string;
  readonly method: string;
  /** Query and form parameters together, as flat as they came. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Wall clock, milliseconds since 1970. */
  readonly atMs: number;
  fault?: Fault['kind'];
  /** Whether the service was asked to act (it may have answered with an error). */
  acted: boolean;
  /** The answer that the service had, delivered or not. */
  status?: number;
  code?: string;
  answer?: unknown;
  /** no: still under way, or the client got nothing. */
  answered: 'no' | 'partly' | 'yes';
}

export interface RpcHooks {
  /** Before the service acts. A fault that it returns goes before those in `faults`. */
  onRequest?: (request: RequestRecord) => Fault | undefined | Promise<Fault | undefined>;
  /** The service has acted, the answer has not been sent yet. */
  onActed?: (request: RequestRecord) => void | Promise<void>;
}

export interface RpcServer extends LocalServer {
  readonly requests: RequestRecord[];
  /** Push to it at any time; a fault leaves it once it is used up. */
  readonly faults: Fault[];
  readonly hooks: RpcHooks;
}

/** Verifies and answers one request; throws an RpcError to refuse it. */
export type RpcService = (request: Received, record: RequestRecord) => object;

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Parameters that belong to the older RPC protocol, not to an action. */
const PROTOCOL_PARAMETERS = [
  'Action',
  'Version',
  'Format',
  'Timestamp',
  'SignatureNonce',
  'SignatureMethod',
  'SignatureVersion',
];

/** A server of the RPC style: POST or GET to `/`, the action in a header (or, in the older protocol, a parameter). */
export async function startRpcServer(
  service: RpcService,
  options: { tls?: TlsFiles | undefined; hooks?: RpcHooks | undefined; olderProtocol?: boolean } = {},
): Promise<RpcServer> {
  const requests: RequestRecord[] = [];
  const faults: Fault[] = [];
  const hooks: RpcHooks = options.hooks ?? {};
  const pickFault = faultPicker(faults);

  const server = await startHttpServer(async (request, response) => {
    const record = recordOf(request, requests.length + 1, options.olderProtocol === true);
    requests.push(record);
    const programmed = await hooks.onRequest?.(record);
    const fault = programmed ?? pickFault(record);
    if (fault) record.fault = fault.kind;
    await pause(fault?.delayBeforeMs);
    const answer = faultActs(fault) ? act(service, request, record, server.host) : undefined;
    await hooks.onActed?.(record);
    await pause(fault?.delayAfterMs);
    await deliver(response, answer, fault, record, server.host);
  }, options.tls);
  return { ...server, requests, faults, hooks };
}

function recordOf(request: Received, number: number, olderProtocol: boolean): RequestRecord {
  const form = /^application\/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? '')
    ? new URLSearchParams(request.body.toString())
    : [];
  const parameters = Object.fromEntries([...new URLSearchParams(request.query), ...form]);
  const { Action: action = '', Version: version = '' } = parameters;
  if (olderProtocol) for (const name of PROTOCOL_PARAMETERS) Reflect.deleteProperty(parameters, name);
  return {
    number,
    action: request.headers['x-acs-action'] ?? (olderProtocol ? action : ''),
    version: request.headers['x-acs-version'] ?? (olderProtocol ? version : ''),
    method: request.method,
    parameters,
    headers: request.headers,
    requestId: randomUUID().toUpperCase(),
    atMs: Date.now(),
    acted: false,
    answered: 'no',
  };
}

function act(service: RpcService, request: Received, record: RequestRecord, host: string): Answer {
  record.acted = true;
  try {
    const answer = { RequestId: record.requestId, ...service(request, record) };
    record.status = 200;
    record.answer = answer;
    return json(200, answer);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return errorAnswer(error, record, host);
  }
}

function errorAnswer(error: RpcError, record: RequestRecord, host: string): Answer {
  record.status = error.status;
  record.code = error.code;
  return json(error.status, {
    RequestId: record.requestId,
    HostId: host,
    Code: error.code,
    Message: error.message,
    Recommend: `https://next.api.aliyun.com/troubleshoot?q=${error.code}&requestId=${record.requestId}`,
  });
}

async function deliver(
  response: ServerResponse,
  answer: Answer | undefined,
  fault: Fault | undefined,
  record: RequestRecord,
  host: string,
): Promise<void> {
  const kind = fault?.kind ?? 'none';
  if (kind === 'hang') return;
  if (kind === 'drop') return void response.destroy();
  const shown = insteadOf(answer, fault, record, host);
  const body = Buffer.from(shown.body);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const sent = kind === 'truncated' ? half : body;
  response.writeHead(shown.status, {
    'content-type': shown.contentType,
    'content-length': sent.length,
    'x-acs-request-id': record.requestId,
  });
  record.answered = kind === 'truncated' || kind === 'cut' ? 'partly' : 'yes';
  if (kind === 'cut') return void response.write(half, () => response.destroy());
  if (kind === 'slow') await dribble(response, sent, fault?.pieceMs ?? 50);
  response.end(kind === 'slow' ? undefined : sent);
}

/** What is sent: the service's own answer, or what stands in front of it. */
function insteadOf(
  answer: Answer | undefined,
  fault: Fault | undefined,
  record: RequestRecord,
  host: string,
): Answer {
  const { kind, status, body, code, message, contentType = 'text/html' } = fault ?? { kind: 'none' };
  if (kind === 'html') {
    const page = `<html><head><title>${String(status ?? 502)}</title></head><body><h1>Bad Gateway</h1></body></html>`;
    return { status: status ?? 502, contentType, body: body ?? page };
  }
  if (kind === 'empty') return { status: status ?? 200, contentType: 'application/json', body: '' };
  if (kind === 'error' || answer === undefined) {
    return errorAnswer(
      new RpcError(status ?? 500, code ?? 'InternalError', message ?? 'fault'),
      record,
      host,
    );
  }
  return answer;
}

async function dribble(response: ServerResponse, body: Buffer, pieceMs: number): Promise<void> {
  const pieceBytes = Math.max(1, Math.ceil(body.length / 8));
  for (let at = 0; at < body.length && !response.destroyed; at += pieceBytes) {
    response.write(body.subarray(at, at + pieceBytes));
    await pause(pieceMs);
  }
}

/** Waits without keeping the process alive. */
async function pause(milliseconds = 0): Promise<void> {
  if (milliseconds > 0) await delay(milliseconds, undefined, { ref: false });
}

function json(status: number, body: object): Answer {
  return { status, contentType: 'application/json;charset=utf-8', body: JSON.stringify(body) };
}
