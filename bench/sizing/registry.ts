import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
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
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
