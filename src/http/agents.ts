import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { networkError, proxyRefusal } from './failures.js';
import type { Proxy, ProxyFor } from './proxies.js';

/**
 * How long one address of a host may take to connect before the next one is tried, where a host has several. Node's
 * own 250 ms is less than a handshake between continents. Four addresses fit into our limit of 10 s.
 */
export const CONNECT_OPTIONS = { autoSelectFamilyAttemptTimeout: 2_500 };

/** A registry behind an identity proxy may send 20 KB of them; Node's own limit is 16 KiB. */
export const LARGEST_HEADERS_BYTES = 256 * 1024;

/** How a URL is reached. */
export interface Route {
  readonly agent: http.Agent;
  /** The proxy that is asked for the URL itself; undefined if the agent leads to the URL's host. */
  readonly proxy: Proxy | undefined;
}

/** Connections that are kept for the next request, directly or through the proxies of the environment. */
export interface Agents {
  routeTo(url: URL, acceptAnyCertificate: boolean): Route;
  close(): void;
}

/**
 * TLS goes through a tunnel. For plain HTTP, proxies expect to be asked for the URL itself (RFC 9112, section 3.2.2), and
 * many let tunnels lead to port 443 only.
 */
export function createAgents(proxyFor: ProxyFor): Agents {
  const agents = new Map<string, http.Agent>();
  const kept = (key: string, create: () => http.Agent): http.Agent => {
    const agent = agents.get(key) ?? create();
    agents.set(key, agent);
    return agent;
  };
  return {
    routeTo(url, acceptAnyCertificate) {
      const proxy = proxyFor(url);
      if (url.protocol === 'http:') {
        const isTls = proxy?.protocol === 'https:';
        const create = (): http.Agent =>
          isTls ? new https.Agent(optionsFor()) : new http.Agent(optionsFor());
        return { agent: kept(isTls ? 'tls proxy' : 'plain', create), proxy };
      }
      const options = optionsFor(acceptAnyCertificate);
      const create = (): http.Agent => (proxy ? new TunnelAgent(proxy, options) : new https.Agent(options));
      return { agent: kept(`${proxy?.host ?? ''} ${acceptAnyCertificate}`, create), proxy: undefined };
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

/** Certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says, except where the user named the host. */
function optionsFor(acceptAnyCertificate = false): https.AgentOptions {
  return { keepAlive: true, rejectUnauthorized: !acceptAnyCertificate, ...CONNECT_OPTIONS };
}

type ConnectOptions = https.RequestOptions & { readonly host?: string; readonly port?: number | string };
type OnSocket = (error: Error | null, socket?: Duplex) => void;

/** TLS to a host through a tunnel that a proxy makes (RFC 9110, section 9.3.6). */
class TunnelAgent extends https.Agent {
  constructor(
    private readonly proxy: Proxy,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  /** Node calls it for each new connection, and takes the socket from the callback where none is returned. */
  override createConnection(options: ConnectOptions, onSocket: OnSocket): undefined {
    openTunnel(this.proxy, options).then(
      (socket) => {
        onSocket(null, super.createConnection({ ...options, socket } as https.RequestOptions) ?? undefined);
      },
      (error: unknown) => {
        onSocket(error as Error);
      },
    );
    return undefined;
  }
}

/** A slower proxy is useless: the request that waits for the tunnel has given up by then. */
const TUNNEL_LIMIT_MS = 10_000;

function openTunnel(proxy: Proxy, { host = '', port = 443 }: ConnectOptions): Promise<Socket> {
  const target = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const request = requestTo(proxy, {
      method: 'CONNECT',
      path: target,
      headers: { host: target },
      agent: false,
    });
    const timer = setTimeout(() => request.destroy(), TUNNEL_LIMIT_MS);
    request.once('close', () => {
      clearTimeout(timer);
    });
    request.once('connect', ({ statusCode = 0 }: http.IncomingMessage, socket: Socket) => {
      clearTimeout(timer);
      if (statusCode === 200) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(proxyRefusal(statusCode));
    });
    // An answer that does not know what CONNECT means comes as one to an ordinary request.
    request.once('response', (response) => {
      response.destroy();
      reject(proxyRefusal(response.statusCode ?? 0));
    });
    request.on('error', (error) => {
      reject(networkError(error, proxy.host));
    });
    request.end();
  });
}

/** A request to the proxy itself, whatever it is about. */
export function requestTo(proxy: Proxy, options: http.RequestOptions): http.ClientRequest {
  const { protocol, hostname, port, authorization } = proxy;
  const { request } = protocol === 'https:' ? https : http;
  return request({
    ...CONNECT_OPTIONS,
    ...options,
    protocol,
    hostname,
    port,
    maxHeaderSize: LARGEST_HEADERS_BYTES,
    rejectUnauthorized: true,
    // The name in TLS is the proxy's own, not that of the header. An address has none (RFC 6066, section 3).
    ...({ servername: isIP(hostname) === 0 ? hostname : '' } as object),
    headers: {
      ...(options.headers as http.OutgoingHttpHeaders | undefined),
      ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
    },
  });
}
