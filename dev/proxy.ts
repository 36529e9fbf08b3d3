import http from 'node:http';
import https from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { TlsFiles } from './http.js';

/** A request to the proxy, whether it was let through or not. */
export interface ProxiedRequest {
  /** CONNECT, or the method of a request in absolute form (RFC 9112, section 3.2.2). */
  readonly method: string;
  /** host:port that it asked for. */
  readonly target: string;
  /** Whether it went on to its target. */
  readonly passed: boolean;
}

export interface ProxyOptions {
  /**
   * Where names lead: host or host:port → 127.0.0.1:PORT. No other name is known, so a server under a name of
   * `.test`, which no name server resolves (RFC 2606), is reached through this proxy or not at all.
   */
  readonly routes: Readonly<Record<string, string>>;
  /** Asked for with 407 and Basic. */
  readonly login?: { readonly username: string; readonly password: string };
  /** For a proxy that is itself spoken to by TLS. */
  readonly tls?: TlsFiles;
  /** Every request is refused with this status, e.g. 403, whatever its login. */
  readonly refuseWith?: number;
}

export interface Proxy {
  /** 127.0.0.1:PORT */
  readonly host: string;
  /** `http://user:password@127.0.0.1:PORT` (or https://), percent-encoded: what HTTPS_PROXY takes. */
  readonly url: string;
  /** Oldest first. */
  readonly requests: readonly ProxiedRequest[];
  /** host:port of what passed, each once, in order of the alphabet. */
  targets(): string[];
  close(): Promise<void>;
}

/** A forward proxy on 127.0.0.1 that can be the only way out. */
export async function startProxy({ routes, login, tls, refuseWith }: ProxyOptions): Promise<Proxy> {
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  const admit = (request: http.IncomingMessage, target: string): number | URL => {
    const route = routes[target] ?? routes[target.replace(/:\d+$/, '')];
    const isKnown = !login || request.headers['proxy-authorization'] === basic(login);
    const mayPass = isKnown && refuseWith === undefined;
    requests.push({ method: request.method ?? '', target, passed: mayPass && route !== undefined });
    if (!mayPass) return refuseWith ?? 407;
    return route === undefined ? 502 : new URL(`http://${route}`);
  };
  const listener: http.RequestListener = (request, response) => {
    const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
    const way = url ? admit(request, `${url.hostname}:${url.port || '80'}`) : 400;
    if (typeof way === 'number' || !url) {
      response.writeHead(Number(way), REFUSAL_HEADERS).end();
      return;
    }
    forward(request, response, new URL(`${url.pathname}${url.search}`, way));
  };
  const server: http.Server = tls ? https.createServer({ ...tls }, listener) : http.createServer(listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
  });
  server.on('connect', (request: http.IncomingMessage, client: Socket) => {
    const way = admit(request, request.url ?? '');
    if (typeof way === 'number') {
      client.end(
        `HTTP/1.1 ${way} No\r\nproxy-authenticate: ${REFUSAL_HEADERS['proxy-authenticate']}\r\n\r\n`,
      );
      return;
    }
    sockets.add(tunnel(client, way));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const userInfo = login
    ? `${encodeURIComponent(login.username)}:${encodeURIComponent(login.password)}@`
    : '';
  return {
    host,
    url: `${tls ? 'https' : 'http'}://${userInfo}${host}`,
    requests,
    targets: () => [...new Set(requests.flatMap(({ passed, target }) => (passed ? [target] : [])))].sort(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const REFUSAL_HEADERS = { 'proxy-authenticate': 'Basic realm="a local proxy"' };

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function tunnel(client: Socket, { hostname, port }: URL): Socket {
  const upstream = connect(Number(port), hostname, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(upstream).pipe(client);
  });
  upstream.on('error', () => client.destroy());
  client.on('error', () => upstream.destroy());
  return upstream;
}

function forward(request: http.IncomingMessage, response: http.ServerResponse, url: URL): void {
  const headers = { ...request.headers };
  // For this hop only (RFC 9110, section 11.7.2).
  delete headers['proxy-authorization'];
  const onward = http.request(url, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    // What is cut behind the proxy is cut in front of it, too.
    pipeline(answer, response, () => undefined);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
