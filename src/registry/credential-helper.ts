import { execFile } from 'node:child_process';
import path from 'node:path';
import type { Login } from './types.js';

/** Why a helper gave no answer: words that follow its name. They quote nothing that it printed. */
export class HelperError extends Error {}

export interface HelperOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeLimitMs: number;
}

const LARGEST_ANSWER_BYTES = 64 * 1024;

/**
 * Asks `docker-credential-NAME get` for the login to a server, by the protocol of docker-credential-helpers
 * (https://github.com/docker/docker-credential-helpers, "Development"): the server's name on stdin, JSON with
 * ServerURL, Username and Secret on stdout. No shell is in between.
 *
 * @returns undefined if the helper has none
 * @throws HelperError
 */
export async function askHelper(
  name: string,
  server: string,
  options: HelperOptions,
): Promise<Login | undefined> {
  // The name becomes part of a program's: it must not lead to another folder.
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(name)) throw new HelperError('has a name that no helper has');
  const { error, stdout } = await runHelper(`docker-credential-${name}`, server, options);
  if (!error) return loginOf(stdout);
  if (stdout.includes('credentials not found in native keychain')) return undefined;
  throw new HelperError(faultOf(error, options));
}

type Failure = Error & { readonly code?: unknown; readonly killed?: boolean };

function runHelper(
  program: string,
  server: string,
  { environment, timeLimitMs }: HelperOptions,
): Promise<{ error: Failure | null; stdout: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      ['get'],
      {
        env: environment,
        // Windows looks for programs in the current folder first, and ours is what the job checked out.
        cwd: path.dirname(process.execPath),
        timeout: timeLimitMs,
        killSignal: 'SIGKILL',
        maxBuffer: LARGEST_ANSWER_BYTES,
        windowsHide: true,
      },
      (error, stdout) => {
        resolve({ error: error as Failure | null, stdout });
      },
    );
    // A helper that ends without reading it is reported by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(server);
  });
}

function faultOf({ code, killed }: Failure, { timeLimitMs }: HelperOptions): string {
  if (code === 'ENOENT') return 'is not on PATH';
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed more than a login';
  if (killed) return `did not end within ${timeLimitMs / 1000} s`;
  return typeof code === 'number' ? `ended with exit code ${code}` : 'could not be run';
}

function loginOf(stdout: string): Login | undefined {
  const { Username: username, Secret: secret } = parse(stdout);
  if (typeof username !== 'string' || typeof secret !== 'string') {
    throw new HelperError('gave an answer without Username and Secret');
  }
  if (secret === '') return undefined;
  return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}

function parse(stdout: string): { Username?: unknown; Secret?: unknown } {
  try {
    return (JSON.parse(stdout) ?? {}) as object;
  } catch {
    throw new HelperError('gave an answer that is not JSON');
  }
}
