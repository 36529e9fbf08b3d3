import { randomBytes } from 'node:crypto';
import { startRegistry, type RegistryServer, type RegistryServerOptions } from '../../dev/registry/server.js';
import { clockWithSpeed } from '../../src/clock.js';
import { readProxies, type ProxyFor } from '../../src/http/proxies.js';
import { createNetwork } from '../../src/http/send.js';
import { readRunner } from '../../src/inputs/runner.js';
import { parseReference } from '../../src/images/reference.js';
import type { ReleaseImage } from '../../src/images/registry-map.js';
import { createRegistry } from '../../src/registry/registry.js';
import { Secrets } from '../../src/report/secrets.js';
import { rememberedLog } from '../support/log.js';
import { RegistryError } from '../../src/registry/types.js';
import type {
  InspectedImage,
  InspectionResult,
  Registry,
  RegistryOptions,
} from '../../src/registry/types.js';

export const AMD64 = { os: 'linux', architecture: 'amd64' };
export const ARM64 = { os: 'linux', architecture: 'arm64' };

const closers: (() => unknown)[] = [];

/** Call it after each test: closes what these helpers opened. */
export async function closeAll(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}

export async function serverWith(options: RegistryServerOptions = {}): Promise<RegistryServer> {
  const server = await startRegistry(options);
  closers.push(() => server.close());
  return server;
}

/** A client, and the lines that it logged. Pauses pass 1000 times as fast; time limits at `speed`. */
export function clientFor(
  servers: readonly { readonly host: string; readonly blobHost?: string | undefined }[],
  options: Partial<RegistryOptions> & { readonly speed?: number; readonly proxyFor?: ProxyFor } = {},
): Registry & { readonly lines: string[]; readonly secrets: string[] } {
  const lines: string[] = [];
  const secrets: string[] = [];
  const keep = (line: string): void => void lines.push(line);
  const speed = options.speed ?? 20;
  const clock = clockWithSpeed(speed);
  const limits = { connectMs: 10_000 / speed, silenceMs: 30_000 / speed };
  const network = createNetwork({ limits, proxyFor: options.proxyFor });
  const registry = createRegistry({
    credentialsFor: () => Promise.resolve(undefined),
    plainHttpRegistries: servers.flatMap(({ host, blobHost }) => [host, ...(blobHost ? [blobHost] : [])]),
    insecureRegistries: [],
    userAgent: 'warm-eci-image-cache/0.0.0-test',
    send: network.send,
    requestLimitMs: 60_000 / speed,
    clock: { ...clock, sleep: (milliseconds, signal) => clock.sleep(milliseconds / 50, signal) },
    log: { info: keep, debug: keep, warning: keep, group: (_title, work) => work() },
    onSecret: (secret) => void secrets.push(secret),
    ...options,
  });
  closers.push(() => {
    network.close();
  });
  return { ...registry, lines, secrets };
}

/** The proxies of an environment with these variables. */
export function proxiesOf(env: NodeJS.ProcessEnv): ProxyFor {
  const secrets = new Secrets(() => undefined);
  return readProxies(readRunner({ env }).proxies, { secrets, log: rememberedLog() });
}

export function imageOf(text: string): ReleaseImage {
  return { cachedReference: text, inspect: parseReference(text) };
}

/** Bytes that no other layer has. */
export function layer(sizeBytes = 1000): Buffer {
  return randomBytes(sizeBytes);
}

export function successOf(result: InspectionResult): Extract<InspectionResult, { ok: true }> {
  if (!result.ok) throw new Error(`not found: ${result.error.message}`);
  return result;
}

export function failureOf(result: InspectionResult): RegistryError {
  if (result.ok) throw new Error(`found ${result.image.digest}`);
  if (!(result.error instanceof RegistryError)) throw result.error;
  return result.error;
}

/** `METHOD path` of every request that the server saw. */
export function pathsOf(server: RegistryServer): string[] {
  return server.requests.map(({ method, path }) => `${method} ${path}`);
}

type Client = ReturnType<typeof clientFor>;

/** A registry with app:1, and what inspecting it gives. */
export async function scene(
  server: RegistryServerOptions & { readonly put?: (server: RegistryServer) => void },
  options: Partial<RegistryOptions> & { readonly speed?: number } = {},
): Promise<{
  server: RegistryServer;
  client: Client;
  image: () => Promise<InspectedImage>;
  failure: () => Promise<RegistryError>;
}> {
  const registry = await serverWith(server);
  if (server.put) server.put(registry);
  else registry.putImage('app', '1', { layers: [layer()] });
  const client = clientFor([registry], options);
  const inspect = () => client.inspect(imageOf(`${registry.host}/app:1`), AMD64);
  return {
    server: registry,
    client,
    image: async () => successOf(await inspect()).image,
    failure: async () => failureOf(await inspect()),
  };
}

/** A clock whose time passes in its pauses only. */
export function countingClock(): RegistryOptions['clock'] & { pauses: number[] } {
  const pauses: number[] = [];
  let nowMs = 0;
  return {
    pauses,
    now: () => nowMs,
    sleep: (ms) => {
      pauses.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
}
