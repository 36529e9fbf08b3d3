import { statSync } from 'node:fs';
import path from 'node:path';

/**
 * The entry file of the build to run: the one that was named, file or folder, else the one in ACTION_DIST;
 * undefined for the project's own.
 */
export function distFile(named: string | undefined): string | undefined {
  const given = [named, process.env['ACTION_DIST']].find(Boolean);
  if (given === undefined) return undefined;
  const file = path.resolve(given);
  return statSync(file).isDirectory() ? path.join(file, 'index.js') : file;
}
