import { existsSync, statSync, truncateSync } from 'node:fs';
import { ActionError } from '../errors.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on its disk',
  EDQUOT: 'the disk quota of the user is used up',
  EROFS: 'its disk is read-only',
  EACCES: 'the user of this step has no permission to write it',
  EPERM: 'the user of this step has no permission to write it',
  EISDIR: 'it is a folder',
  EIO: 'its disk reports an error',
  ENOENT: 'it is gone',
};

const GONE_HINT =
  'The runner makes this file before the step starts: find what removes it, e.g. an earlier step that empties RUNNER_TEMP. Then run this step again.';
const FULL_HINT = 'Make room for it on the runner, then run this step again.';

/**
 * Writes to the file from which the runner reads outputs or the summary. After a failure, the partial entry is removed:
 * it would spoil the entries before it.
 *
 * @param variable names the file
 * @throws ActionError that says which file, and why
 */
export function writeCommandFile(
  variable: 'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY',
  env: NodeJS.ProcessEnv,
  write: () => void,
): void {
  const file = env[variable] ?? '';
  const sizeBytes = sizeOf(file);
  try {
    if (file !== '' && !existsSync(file)) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
    write();
  } catch (error) {
    restore(file, sizeBytes);
    const { code = '' } = error as NodeJS.ErrnoException;
    const reason = REASONS[code] ?? (code || String(error));
    throw new ActionError(`${file} (${variable}) cannot be written: ${reason}.`, {
      hint: code === 'ENOENT' ? GONE_HINT : FULL_HINT,
      cause: error,
    });
  }
}

function sizeOf(file: string): number | undefined {
  try {
    const stats = statSync(file);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

function restore(file: string, sizeBytes: number | undefined): void {
  try {
    if (sizeBytes !== undefined) truncateSync(file, sizeBytes);
  } catch {
    // The error that is reported anyway says more.
  }
}
