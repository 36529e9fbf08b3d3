import http from 'node:http';
import https from 'node:https';
import { getProxyUrl, HttpClient } from '@actions/http-client';
import type { TrustRules } from './hosts.js';

/** How a URL is reached. */
export interface Way {
  readonly agent: http.Agent;
  /** The proxy that is asked for the URL itself; undefined where the agent leads to its host. */
  readonly proxy?: URL | undefined;
}

export interface Agents {
  wayTo(url: URL): Way;
  close(): void;
}

/**
 * Connections that are kept and that go through the proxies of the environment. @actions/http-client keeps
 * one agent a client, so there is one client for each protocol and each way to look at certificates.
 *
 * Its agents have every proxy make a tunnel. For plain HTTP, proxies expect to be asked for the URL instead (RFC
 * 9112, section 3.2.2), and many let tunnels lead to port 443 only.
 */
export function createAgents(trust: TrustRules): Agents {
  const clients = new Map<string, HttpClient>();
  const toProxies = new Map<string, http.Agent>();
  const throughProxy = (proxy: URL): Way => {
    const { Agent } = proxy.protocol === 'https:' ? https : http;
    const agent = toProxies.get(proxy.protocol) ?? new Agent({ keepAlive: true });
    toProxies.set(proxy.protocol, agent);
    return { agent, proxy };
  };
  return {
    wayTo(url) {
      const proxy = url.protocol === 'http:' ? getProxyUrl(url.href) : '';
      if (proxy !== '') return throughProxy(new URL(proxy));
      const ignoreSslError = trust.allowsAnyCertificate(url);
      const key = `${url.protocol} ${ignoreSslError}`;
      const client = clients.get(key) ?? new HttpClient(undefined, [], { keepAlive: true, ignoreSslError });
      clients.set(key, client);
      return { agent: client.getAgent(url.href) };
    },
    close() {
      for (const client of clients.values()) client.dispose();
      for (const agent of toProxies.values()) agent.destroy();
      clients.clear();
      toProxies.clear();
    },
  };
}
