import type { Agent } from 'node:http';
import { HttpClient } from '@actions/http-client';
import type { TrustRules } from './hosts.js';

export interface Agents {
  agentFor(url: URL): Agent;
  close(): void;
}

/**
 * Connections that are kept and that go through the proxies of the environment. @actions/http-client keeps
 * one agent a client, so there is one client for each protocol and each way to look at certificates.
 */
export function createAgents(trust: TrustRules): Agents {
  const clients = new Map<string, HttpClient>();
  return {
    agentFor(url) {
      const ignoreSslError = trust.allowsAnyCertificate(url);
      const key = `${url.protocol} ${ignoreSslError}`;
      const client = clients.get(key) ?? new HttpClient(undefined, [], { keepAlive: true, ignoreSslError });
      clients.set(key, client);
      return client.getAgent(url.href);
    },
    close() {
      for (const client of clients.values()) client.dispose();
      clients.clear();
    },
  };
}
