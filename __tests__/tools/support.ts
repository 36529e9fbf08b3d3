import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a tool; its standard output. Rejects with what it wrote to standard error. */
export async function tool(command: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run(command, words, { maxBuffer: 16 * 2 ** 20 });
  return stdout;
}

export interface RealRegistry {
  /** 127.0.0.1:PORT; plain HTTP, open to everybody. */
  readonly host: string;
  /** A folder that goes with it. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Debian's docker-registry on a port of its own choice. Close it at the end. */
export async function startDockerRegistry(): Promise<RealRegistry> {
  const folder = await mkdtemp(path.join(tmpdir(), 'docker-registry-'));
  const config = path.join(folder, 'config.yml');
  const settings = {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: path.join(folder, 'data') } },
    http: { addr: '127.0.0.1:0', secret: 'only for this test' },
  };
  await writeFile(config, JSON.stringify(settings));
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { host: await listeningHost(child), folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The address that it logs, since it chose the port itself. Its log is read to the end, or it would block. */
async function listeningHost(child: ChildProcess): Promise<string> {
  if (!child.stderr) throw new Error('docker-registry has no log');
  const lines = createInterface({ input: child.stderr });
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    lines.on('line', (line) => {
      const host = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (host) resolve(host);
      else if (said.length < 20) said.push(line);
    });
    child.once('error', reject);
    lines.once('close', () => {
      reject(new Error(`docker-registry ended:\n${said.join('\n')}`));
    });
  });
}

/**
 * An image of a layer with so many bytes, half of them zeros, made by umoci and pushed by skopeo.
 *
 * @param format that of the manifest in the registry
 */
export async function pushImage(
  { host, folder }: RealRegistry,
  name: string,
  options: { tag: string; sizeBytes: number; format: 'oci' | 'v2s2' },
): Promise<string> {
  const { tag, sizeBytes, format } = options;
  const layout = path.join(folder, name.replaceAll('/', '-'));
  const content = path.join(folder, 'content');
  await writeFile(content, Buffer.concat([randomBytes(sizeBytes / 2), Buffer.alloc(sizeBytes / 2)]));
  await tool('umoci', 'init', '--layout', layout);
  await tool('umoci', 'new', '--image', `${layout}:${tag}`);
  await tool('umoci', 'insert', '--rootless', '--image', `${layout}:${tag}`, content, '/app/content');
  const reference = `${host}/${name}:${tag}`;
  await tool(
    'skopeo',
    'copy',
    '--insecure-policy',
    '--dest-tls-verify=false',
    `--format=${format}`,
    `oci:${layout}:${tag}`,
    `docker://${reference}`,
  );
  return reference;
}

/** The digest of a reference as skopeo sees it. */
export async function digestBySkopeo(reference: string): Promise<string> {
  return (
    await tool('skopeo', 'inspect', '--tls-verify=false', '--format', '{{.Digest}}', `docker://${reference}`)
  ).trim();
}
