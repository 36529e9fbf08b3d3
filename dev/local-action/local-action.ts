/** Runs the action under @github/local-action, a runner for actions under development that nobody here wrote. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PROJECT = path.resolve(HERE, '..', '..');
const PACKAGE = path.join(HERE, 'package');
const BINARY = path.join(PACKAGE, 'node_modules', '@github', 'local-action', 'bin', 'local-action.js');
const TIMEOUT_MS = 120_000;

export interface LocalActionResult {
  readonly exitCode: number | null;
  /** What it printed, colours left out. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly summary: string;
  /** What entry.ts says: how many inputs were read, and which ones the two of us read differently. */
  readonly inputsRead: number;
  readonly inputsThatDiffer: readonly string[];
}

/**
 * It has hundreds of packages, so it is installed only when it is wanted, and into a folder of its own: above it, our
 * code would find its copy of @actions/core in place of the one that it replaces.
 */
export function installLocalAction(): void {
  if (existsSync(BINARY)) return;
  console.log('Installing @github/local-action…');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: PACKAGE,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

/** @param variables what its .env file holds: the runner's variables, and inputs as INPUT_NAME */
export async function runLocalAction(
  variables: Readonly<Record<string, string>>,
): Promise<LocalActionResult> {
  const home = mkdtempSync(path.join(tmpdir(), 'local-action-'));
  const [dotenv, summary] = [path.join(home, '.env'), path.join(home, 'summary.md')];
  try {
    const all = { ...variables, GITHUB_STEP_SUMMARY: summary };
    writeFileSync(
      dotenv,
      Object.entries(all)
        .map(([name, value]) => `${name}=${quoted(value)}\n`)
        .join(''),
    );
    const { exitCode, log } = await spawned([BINARY, '.', 'dev/local-action/entry.ts', dotenv], home);
    return {
      exitCode,
      log,
      outputs: Object.fromEntries(found(log, /^::set-output name=([\w-]+)::(.*)$/gm)),
      errors: found(log, /^::error::(.*)$/gm).map(([message]) => message),
      warnings: found(log, /^::warning::(.*)$/gm).map(([message]) => message),
      summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '',
      inputsRead: Number(/^inputs-read=(\d+)$/m.exec(log)?.[1] ?? 0),
      inputsThatDiffer: JSON.parse(/^inputs-that-differ=(.*)$/m.exec(log)?.[1] ?? '[]') as string[],
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A value of dotenv: between single quotes, several lines and all. */
function quoted(value: string): string {
  if (value.includes("'")) throw new Error('a value of this .env file cannot hold a single quote');
  return `'${value}'`;
}

/** The groups of every match. */
function found(text: string, pattern: RegExp): [string, string][] {
  return [...text.matchAll(pattern)].map(([, first = '', second = '']) => [first, second]);
}

function spawned(words: readonly string[], home: string): Promise<{ exitCode: number | null; log: string }> {
  return new Promise((resolve, reject) => {
    // npm looks into HOME; everything else that the action reads is in the .env file.
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      NO_COLOR: '1',
      npm_config_update_notifier: 'false',
    };
    const child = spawn(process.execPath, words, { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      // eslint-disable-next-line no-control-regex -- a colour starts with one
      resolve({ exitCode, log: log.replace(/\u001b\[[\d;]*m/g, '') });
    });
  });
}
