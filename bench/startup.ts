/**
 * `npm run bench:startup`: how long the built action takes from the start of its process to its first request,
 * and how much memory it holds by then, beside a bare `node -e 0` and beside a bundle that imports nothing but
 * @actions/core. All in one run, taken in turn, so that a noisy machine is noisy for each of them alike.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode24, startAction } from '../dev/runner.js';
import { median, printTable } from './table.js';

const ROUNDS = Number(process.argv[2] ?? 15);
const root = fileURLToPath(new URL('..', import.meta.url));
const node = findNode24() ?? process.execPath;

/** maxRSS is in kibibytes (process.resourceUsage). */
const REPORT_PEAK = 'process.stdout.write(String(process.resourceUsage().maxRSS))';

interface Sample {
  readonly milliseconds: number;
  readonly peakBytes: number;
}

const folder = mkdtempSync(join(tmpdir(), 'startup-'));
try {
  const core = bundleOfCore(folder);
  const subjects: Record<string, () => Promise<Sample>> = {
    'node -e 0': () => untilExit(['-e', REPORT_PEAK]),
    'bundle of @actions/core': () => untilExit([core]),
    'the action, to its first request': untilFirstRequest,
  };
  const samples = new Map(Object.keys(subjects).map((name) => [name, [] as Sample[]]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, measure] of Object.entries(subjects)) {
      const sample = await measure();
      // The first round fills the machine's file cache, and is not counted.
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  report(samples);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report(samples: ReadonlyMap<string, readonly Sample[]>): void {
  const base = samples.get('bundle of @actions/core') ?? [];
  const ratio = (of: readonly Sample[], value: (sample: Sample) => number): string =>
    median(of.map((sample, round) => value(sample) / value(base[round] ?? sample))).toFixed(2);
  console.log(`Node ${nodeVersion()}, ${ROUNDS} rounds, medians; ratios are taken round by round.\n`);
  printTable([
    ['', 'ms', '÷ core', 'peak MiB', '÷ core'],
    ...[...samples].map(([name, of]) => [
      name,
      median(of.map(({ milliseconds }) => milliseconds)).toFixed(0),
      ratio(of, ({ milliseconds }) => milliseconds),
      (median(of.map(({ peakBytes }) => peakBytes)) / 2 ** 20).toFixed(1),
      ratio(of, ({ peakBytes }) => peakBytes),
    ]),
  ]);
}

function bundleOfCore(into: string): string {
  // Below the project, where @actions/core can be found.
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const source = join(cache, 'startup-core.mjs');
  writeFileSync(source, `import '@actions/core';\n${REPORT_PEAK};\n`);
  const out = join(into, 'core');
  const ncc = join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  execFileSync(process.execPath, [ncc, 'build', source, '--out', out, '--no-cache', '--quiet'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(out, 'index.mjs');
}

async function untilExit(args: readonly string[]): Promise<Sample> {
  const start = performance.now();
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return { milliseconds: performance.now() - start, peakBytes: Number(printed) * 1024 };
}

/** The registry is the first that is asked; the request is not answered, and the process is ended. */
async function untilFirstRequest(): Promise<Sample> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = new Promise<number>((resolve) =>
    server.once('request', () => {
      resolve(performance.now());
    }),
  );
  const start = performance.now();
  const run = await startAction({
    node,
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
  const milliseconds = (await asked) - start;
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

function nodeVersion(): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
}
