/** Start-up: how long a process takes to its first request, or a bundle to its end, and the memory it holds by then. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAction } from '../../dev/runner.js';
import { interleaved } from '../interleave.js';

export interface Sample {
  readonly milliseconds: number;
  readonly peakBytes: number;
}

export const BARE_NODE = 'node -e 0';
export const CORE_ALONE = 'bundle of @actions/core';
export const ACTION = 'the action, to its first request';

/** maxRSS is in kibibytes (process.resourceUsage). */
const REPORT_PEAK = 'process.stdout.write(String(process.resourceUsage().maxRSS))';
const root = fileURLToPath(new URL('../..', import.meta.url));

export interface StartupOptions {
  readonly rounds: number;
  readonly node: string;
  readonly dist: string | undefined;
  /** Where the bundle of @actions/core is put. */
  readonly folder: string;
}

/** All in turn, so that a noisy machine is noisy for each of them alike. */
export async function measureStartup(options: StartupOptions): Promise<Map<string, Sample[]>> {
  const { node, dist, folder, rounds } = options;
  const core = bundleOfCore(folder);
  return interleaved(rounds, {
    [BARE_NODE]: () => untilExit(node, ['-e', REPORT_PEAK]),
    [CORE_ALONE]: () => untilExit(node, [core]),
    [ACTION]: () => untilFirstRequest(node, dist),
  });
}

/** Built as dist/ is built; returns its entry file. */
export function bundleOfCore(into: string): string {
  // Below the project, where @actions/core can be found.
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const source = join(cache, 'startup-core.mjs');
  writeFileSync(source, `import '@actions/core';\n${REPORT_PEAK};\n`);
  const file = coreBundleIn(into);
  const ncc = join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  execFileSync(process.execPath, [ncc, 'build', source, '--out', dirname(file), '--no-cache', '--quiet'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return file;
}

export function coreBundleIn(folder: string): string {
  return join(folder, 'core', 'index.mjs');
}

/** A process from its start to its end; it prints its peak. */
export async function untilExit(node: string, args: readonly string[]): Promise<Sample> {
  const start = performance.now();
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return { milliseconds: performance.now() - start, peakBytes: Number(printed) * 1024 };
}

/** The registry is the first that is asked; the request is not answered, and the process is ended. */
async function untilFirstRequest(node: string, dist: string | undefined): Promise<Sample> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = new Promise<number>((resolve) =>
    server.once('request', () => {
      resolve(performance.now());
    }),
  );
  const run = await startAction({
    node,
    ...(dist === undefined ? {} : { dist }),
    inputs: {
      images: `${host}/acme/shop`,
      'plain-http-registry': host,
      'region-id': 'cn-hangzhou',
      'security-group-id': 'sg-1',
      'vswitch-id': 'vsw-1',
      'access-key-id': 'id',
      'access-key-secret': 'secret',
      endpoint: `http://${host}`,
    },
  });
  const milliseconds = (await asked) - run.startedMs;
  const peakBytes = peakOf(run.pid);
  run.kill('SIGKILL');
  await run.done;
  server.closeAllConnections();
  server.close();
  return { milliseconds, peakBytes };
}

/** VmHWM is in kibibytes (proc(5)); NaN where there is no /proc. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  } catch {
    return NaN;
  }
}

export function nodeVersion(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
}
