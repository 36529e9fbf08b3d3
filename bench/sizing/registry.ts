import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunningRegistry {
  /** host:port */
  readonly host: string;
  stop(): Promise<void>;
}

/** Starts Debian's docker-registry on a free port, with its data in the folder. */
export async function startRegistry(folder: string): Promise<RunningRegistry> {
  const port = await freePort();
  await mkdir(join(folder, 'registry'), { recursive: true });
  const config = [
    'version: 0.1',
    'log: {level: error, accesslog: {disabled: true}}',
    `storage: {filesystem: {rootdirectory: ${JSON.stringify(join(folder, 'registry'))}}}`,
    `http: {addr: "127.0.0.1:${port}"}`,
  ].join('\n');
  await writeFile(join(folder, 'registry.yml'), config);
  const child = spawn('docker-registry', ['serve', join(folder, 'registry.yml')], { stdio: 'ignore' });
  const host = `127.0.0.1:${port}`;
  await answering(`http://${host}/v2/`, child);
  return { host, stop: () => ended(child) };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await delay(100);
  }
  throw new Error('docker-registry did not start');
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.kill();
  });
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Traffic {
  requests: number;
  /** Of answers' bodies, as far as they were sent. */
  bytes: number;
}

export interface Proxy extends RunningRegistry {
  /** What has gone through since the last call. */
  take(): Traffic;
}

/** Stands in front of a registry, counts, and makes each request wait. */
export async function startProxy(registryHost: string, latencyMs: number): Promise<Proxy> {
  const [hostname, port] = registryHost.split(':');
  let traffic: Traffic = { requests: 0, bytes: 0 };
  const server = createServer((incoming, outgoing) => {
    const counted = traffic;
    counted.requests += 1;
    void delay(latencyMs).then(() => {
      const upstream = request(
        { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.on('data', (chunk: Buffer) => (counted.bytes += chunk.length));
          answer.on('error', () => outgoing.destroy());
          answer.pipe(outgoing);
        },
      );
      upstream.on('error', () => outgoing.destroy());
      outgoing.on('close', () => upstream.destroy());
      incoming.pipe(upstream);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = traffic;
      traffic = { requests: 0, bytes: 0 };
      return taken;
    },
    stop: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
