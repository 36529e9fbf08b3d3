import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createAgents, LARGEST_HEADERS_BYTES, requestTo, type Route } from './agents.js';
import { NetworkError, networkError, proxyRefusal, type NetworkFailure } from './failures.js';
import { WITHOUT_PROXIES, type ProxyFor } from './proxies.js';
import type { HttpRequest, HttpResponse, Send, TimeLimits } from './types.js';

/** The way out of the process. */
export interface Network {
  readonly send: Send;
  /** Closes idle connections. */
  close(): void;
}

export interface NetworkOptions {
  readonly proxyFor?: ProxyFor | undefined;
  /** Where a request has none of its own. */
  readonly limits?: Partial<TimeLimits> | undefined;
}

const DEFAULT_LIMITS: TimeLimits = { connectMs: 10_000, silenceMs: 30_000 };

/** Connections are shared by all that is sent with it. Close it at the end. */
export function createNetwork({ proxyFor = WITHOUT_PROXIES, limits }: NetworkOptions = {}): Network {
  const agents = createAgents(proxyFor);
  return {
    send: (request) => {
      const route = agents.routeTo(request.url, request.acceptAnyCertificate ?? false);
      const all = { ...DEFAULT_LIMITS, ...limits, ...request.limits };
      return exchange(request, route, all).catch((error: unknown) => Promise.reject(networkError(error)));
    },
    close: () => {
      agents.close();
    },
  };
}

function exchange(request: HttpRequest, route: Route, limits: TimeLimits): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    if (request.signal?.aborted) throw reasonOf(request.signal);
    const wire = open(request, route);
    let isConnected = false;
    // An agent that still waits for a tunnel has no socket to destroy, so the promise must not wait for it.
    const fail = (error: NetworkError): void => {
      stopWatching();
      wire.destroy();
      reject(error);
    };
    const stopWatching = watchHead(wire, request.signal, limits, fail, () => (isConnected = true));
    wire.on('error', (error) => {
      fail(networkError(error, isConnected ? undefined : route.proxy?.host));
    });
    wire.on('response', (message) => {
      if (route.proxy && message.statusCode === 407) {
        fail(proxyRefusal(407));
        return;
      }
      stopWatching();
      resolve(responseOf(message, request, limits));
    });
    wire.end(request.body);
  });
}

function open({ method, url, headers }: HttpRequest, { agent, proxy }: Route): http.ClientRequest {
  if (proxy) {
    const path = `${url.origin}${url.pathname}${url.search}`;
    return requestTo(proxy, { agent, method, path, headers: { ...headers, host: url.host } });
  }
  const { request } = url.protocol === 'https:' ? https : http;
  return request(url, { method, headers, agent, maxHeaderSize: LARGEST_HEADERS_BYTES });
}

/** Time limits and the signal, until the answer's head is there. Returns how to stop watching. */
function watchHead(
  wire: http.ClientRequest,
  signal: AbortSignal | undefined,
  limits: TimeLimits,
  fail: (error: NetworkError) => void,
  onConnected: () => void,
): () => void {
  let timer = limit('connect-timeout', limits.connectMs, fail);
  const connected = (): void => {
    onConnected();
    clearTimeout(timer);
    if (!wire.destroyed) timer = limit('answer-timeout', limits.silenceMs, fail);
  };
  wire.once('socket', (socket) => {
    const event = pendingEventOf(socket);
    if (event === undefined) connected();
    else socket.once(event, connected);
  });
  const forget = onAbort(signal, fail);
  return () => {
    clearTimeout(timer);
    forget();
  };
}

/** The event after which a new connection can carry a request; undefined for a reused connection. */
function pendingEventOf(socket: Socket): 'secureConnect' | 'connect' | undefined {
  const { encrypted, secureConnecting } = socket as Partial<TLSSocket> & { secureConnecting?: boolean };
  if (encrypted) return secureConnecting === false ? undefined : 'secureConnect';
  return socket.connecting ? 'connect' : undefined;
}

function responseOf(message: http.IncomingMessage, request: HttpRequest, limits: TimeLimits): HttpResponse {
  const forget = onAbort(request.signal, (reason) => message.destroy(reason));
  message.once('close', forget);
  // Without a listener, hanging up on a body that nobody reads would be an uncaught error.
  message.on('error', () => undefined);
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    url: request.url,
    body: bodyOf(message, limits.silenceMs),
    hangUp: () => message.destroy(),
  };
}

/** The limit runs only while we wait for a chunk: a slow reader is not a silent server. */
async function* bodyOf(message: http.IncomingMessage, silenceMs: number): AsyncGenerator<Buffer> {
  const chunks = message.iterator() as AsyncIterator<Buffer, undefined>;
  try {
    for (;;) {
      const timer = limit('answer-timeout', silenceMs, (error) => message.destroy(error));
      const next = await nextOf(chunks).finally(() => {
        clearTimeout(timer);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

async function nextOf(chunks: AsyncIterator<Buffer, undefined>): Promise<IteratorResult<Buffer, undefined>> {
  try {
    return await chunks.next();
  } catch (error) {
    throw networkError(error);
  }
}

function limit(
  failure: NetworkFailure,
  milliseconds: number,
  fail: (error: NetworkError) => void,
): NodeJS.Timeout {
  return setTimeout(() => {
    fail(new NetworkError(failure, `${failure} after ${milliseconds / 1000} s`, { code: 'ETIMEDOUT' }));
  }, milliseconds);
}

/** Calls back once when the signal aborts; returns how to forget about it. */
function onAbort(signal: AbortSignal | undefined, callback: (reason: NetworkError) => void): () => void {
  if (signal === undefined) return () => undefined;
  const listener = (): void => {
    callback(reasonOf(signal));
  };
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => {
    signal.removeEventListener('abort', listener);
  };
}

function reasonOf(signal: AbortSignal): NetworkError {
  const reason: unknown = signal.reason;
  return reason instanceof NetworkError ? reason : new NetworkError('cancelled', 'cancelled');
}
