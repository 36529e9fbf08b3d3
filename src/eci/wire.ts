import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** The header that tells one signed request from another. */
export const NONCE_HEADER = 'x-acs-signature-nonce';

/** No answer of the calls that we use comes near it; a larger one is not read to its end. */
const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;

export interface TimeLimits {
  /** Until the connection stands. */
  readonly connectTimeoutMs: number;
  /** From then on, without a sign of life. Both together are the limit of a call as a whole. */
  readonly readTimeoutMs: number;
}

/** What one call showed on the wire, which the SDK does not tell. */
export interface Wire {
  connected: boolean;
  statusCode: number | undefined;
  contentType: string | undefined;
  /** Whether the answer began like a JSON object, whatever came after. */
  beganAsObject?: boolean | undefined;
}

/**
 * Runs one call of the SDK and mends what it gets wrong with HTTP:
 * - It loses the status of an answer that is not JSON: kept in `wire`.
 * - Its connect timeout is the socket's idle timeout, so it also cuts off an answer that takes longer: lifted as
 *   soon as the connection stands.
 * - On a connection that is used again, its timer for an earlier answer stops the one for the current answer, so
 *   that nothing ends the wait: a limit of our own does.
 * - It reads answers of any size: a huge one is hung up on.
 *
 * Node's diagnostics channels show the request that belongs to the call, known by its nonce.
 *
 * @throws what the call throws; an error with the code ETIMEDOUT where it takes longer than both limits together
 */
export async function onTheWire<T>(
  nonce: string,
  limits: TimeLimits,
  wire: Wire,
  call: () => Promise<T>,
): Promise<T> {
  let ours: ClientRequest | undefined;
  const onStart = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    if (request.getHeader(NONCE_HEADER) !== nonce) return;
    ours = request;
    onceConnected(request, () => {
      wire.connected = true;
      request.socket?.setTimeout(limits.readTimeoutMs);
    });
  };
  const onResponse = (message: unknown): void => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (request.getHeader(NONCE_HEADER) !== nonce) return;
    wire.statusCode = response.statusCode;
    wire.contentType = response.headers['content-type'];
    watchBody(response, wire);
  };
  subscribe('http.client.request.start', onStart);
  subscribe('http.client.response.finish', onResponse);
  try {
    return await withinTime(limits.connectTimeoutMs + limits.readTimeoutMs, call(), () => ours?.destroy());
  } finally {
    unsubscribe('http.client.request.start', onStart);
    unsubscribe('http.client.response.finish', onResponse);
  }
}

function onceConnected({ socket }: ClientRequest, then: () => void): void {
  if (socket?.connecting) socket.once('connect', then);
  else then();
}

/**
 * Notes how the body begins, and hangs up on too much of it. Listens only once the SDK does: a listener of ours alone
 * would set the stream flowing before it is there.
 */
function watchBody(response: IncomingMessage, wire: Wire): void {
  let sizeBytes = 0;
  const onListener = (event: string | symbol): void => {
    if (event !== 'data') return;
    response.off('newListener', onListener);
    response.on('data', (chunk: Buffer) => {
      if (sizeBytes === 0) wire.beganAsObject = chunk.toString('latin1', 0, 64).trimStart().startsWith('{');
      sizeBytes += chunk.length;
      if (sizeBytes > LARGEST_ANSWER_BYTES) response.destroy(failure('ERR_ANSWER_TOO_LARGE'));
    });
  };
  response.on('newListener', onListener);
}

async function withinTime<T>(limitMs: number, work: Promise<T>, onTimeout: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(failure('ETIMEDOUT'));
      onTimeout();
    }, limitMs);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
