import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from './row.js';

/** The size of what a runner fetches and starts; beside it a bundle that was built in the same way. */
export function distRows(dist: string | undefined, coreBundle: string): Row[] {
  const folder = dist === undefined ? fileURLToPath(new URL('../../dist', import.meta.url)) : dirname(dist);
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const kibibytes = (file: string): number => statSync(file).size / 1024;
  const all = scripts.reduce((sum, name) => sum + kibibytes(join(folder, name)), 0);
  const beside = { value: kibibytes(coreBundle), name: 'bundle of @actions/core' };
  return [
    { what: 'dist: all scripts', measured: all, unit: 'KiB', beside },
    {
      what: 'dist: what is loaded before the first request',
      measured: kibibytes(join(folder, 'index.js')),
      unit: 'KiB',
      beside,
    },
    { what: 'dist: chunks that are loaded later, or never', measured: scripts.length - 1, unit: 'chunks' },
  ];
}
