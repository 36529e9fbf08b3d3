import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Way } from './agents.js';
import { NetworkError, networkError, TimeLimitError } from './failures.js';

/** One HTTP request to one origin. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** An answer whose body is still on the way. Read it to its end or hang up; otherwise the line stays open. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** Leaving the loop early hangs up. */
  readonly body: AsyncIterable<Buffer>;
  hangUp(): void;
}

export interface Line extends Way {
  /** Aborting it ends the request or its body with a NetworkError: the reason, if it is one. */
  readonly signal: AbortSignal;
  /** How many times faster than the wall clock the time limits run. */
  readonly speed: number;
}

const CONNECT_LIMIT_MS = 10_000;
const SILENCE_LIMIT_MS = 30_000;

/**
 * Sends a request and resolves with its answer's head. The agent comes from @actions/http-client, which
 * knows the proxies; its own request functions give no handle by which a silent server or an endless body
 * could be hung up on. Rejects with a NetworkError.
 */
export function exchange(request: WireRequest, line: Line): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const wire = open(request, line);
    // An agent that still waits for a proxy has no socket to destroy, so the promise must not wait for it.
    const fail = (error: NetworkError): void => {
      stopWatching();
      wire.destroy(error);
      reject(error);
    };
    const stopWatching = watchHead(wire, line, fail);
    wire.on('error', (error) => {
      fail(networkError(error));
    });
    wire.on('response', (message) => {
      if (line.proxy && message.statusCode === 407) {
        fail(new NetworkError('the proxy answers HTTP 407', 'EPROXY'));
        return;
      }
      stopWatching();
      resolve(answerOf(message, request.url, line));
    });
    wire.end(request.body);
  });
}

function open({ method, url, headers }: WireRequest, { agent, proxy }: Line): http.ClientRequest {
  const protocol = (proxy ?? url).protocol;
  const send = protocol === 'https:' ? https.request : http.request;
  if (!proxy) return send(url, { method, headers, agent });
  const hostname = proxy.hostname.replace(/^\[|\]$/g, '');
  return send({
    protocol,
    hostname,
    port: proxy.port,
    // Node would take the name in TLS from the header, which names the host behind the proxy.
    servername: isIP(hostname) === 0 ? hostname : '',
    agent,
    method,
    path: `${url.origin}${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, ...loginTo(proxy) },
  });
}

function loginTo({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}

/** Time limits and the signal, until the answer's head is there. */
function watchHead(wire: http.ClientRequest, line: Line, fail: (error: NetworkError) => void): () => void {
  let timer = limit(CONNECT_LIMIT_MS, 'no connection', line.speed, fail);
  const connected = (): void => {
    clearTimeout(timer);
    if (!wire.destroyed) timer = limit(SILENCE_LIMIT_MS, 'not a byte of an answer', line.speed, fail);
  };
  wire.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', connected);
    else connected();
  });
  const forget = onAbort(line.signal, fail);
  return () => {
    clearTimeout(timer);
    forget();
  };
}

function answerOf(message: http.IncomingMessage, url: URL, line: Line): Answer {
  const forget = onAbort(line.signal, (reason) => message.destroy(reason));
  message.once('close', forget);
  // Without a listener, hanging up on a body that nobody reads would be an uncaught error.
  message.on('error', () => undefined);
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    url,
    body: bodyOf(message, line.speed),
    hangUp: () => message.destroy(),
  };
}

/** The limit runs only while we wait for a chunk: a slow reader is not a silent server. */
async function* bodyOf(message: http.IncomingMessage, speed: number): AsyncGenerator<Buffer> {
  const chunks = message.iterator() as AsyncIterator<Buffer, undefined>;
  try {
    for (;;) {
      const timer = limit(SILENCE_LIMIT_MS, 'not a byte more', speed, (error) => message.destroy(error));
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
  milliseconds: number,
  missing: string,
  speed: number,
  fail: (error: NetworkError) => void,
): NodeJS.Timeout {
  return setTimeout(() => {
    fail(new TimeLimitError(`${missing} within ${milliseconds / 1000} s`));
  }, milliseconds / speed);
}

/** Calls back once when the signal aborts, or at once if it has; returns how to forget about it. */
function onAbort(signal: AbortSignal, callback: (reason: NetworkError) => void): () => void {
  const listener = (): void => {
    const reason: unknown = signal.reason;
    callback(reason instanceof NetworkError ? reason : new NetworkError('cancelled', 'ABORT_ERR'));
  };
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => {
    signal.removeEventListener('abort', listener);
  };
}

/** The whole body, or undefined (and hung up) where it is longer than the limit. */
export async function readAtMost(answer: Answer, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
