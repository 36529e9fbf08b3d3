/**
 * The runner's commands, from files of @actions/core. Its entry is not used: it loads an HTTP client (undici, a megabyte
 * of code) and a way to start programs, which would take most of the time to our first request.
 */
import { EOL } from 'node:os';
import { issue, issueCommand } from '../../node_modules/@actions/core/lib/command.js';
import {
  issueFileCommand,
  prepareKeyValueMessage,
} from '../../node_modules/@actions/core/lib/file-command.js';

export function info(line: string): void {
  process.stdout.write(`${line}${EOL}`);
}

/** Shown where step debugging is on. */
export function debug(line: string): void {
  issue('debug', line);
}

/** An annotation, whose line breaks are escaped. */
export function annotation(kind: 'error' | 'warning' | 'notice', message: string): void {
  issue(kind, message);
}

export function setSecret(secret: string): void {
  issue('add-mask', secret);
}

/** Runs the work inside a foldable group. */
export async function group<T>(title: string, work: () => Promise<T>): Promise<T> {
  issue('group', title);
  try {
    return await work();
  } finally {
    endGroup();
  }
}

export function endGroup(): void {
  issue('endgroup');
}

/** Uses the runner's file, or a command on runners without one. Throws if the file cannot be written. */
export function setOutput(name: string, value: string): void {
  if (process.env['GITHUB_OUTPUT']) {
    issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
    return;
  }
  info('');
  issueCommand('set-output', { name }, value);
}
