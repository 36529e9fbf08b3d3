/**
 * Builds dist/ from src/ with ncc: one entry, and a chunk for whatever is imported only when it is needed.
 * The same sources and lock file give the same bytes; `npm run check-dist` holds us to it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = process.argv[2] ?? join(root, 'dist');

rmSync(out, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [
    join(root, 'node_modules/@vercel/ncc/dist/ncc/cli.js'),
    'build',
    join(root, 'src/index.ts'),
    '--out',
    out,
    '--license',
    'licenses.txt',
    '--no-cache',
    // Types are checked by a step of their own.
    '--transpile-only',
    '--quiet',
  ],
  { stdio: ['ignore', 'ignore', 'inherit'], cwd: root },
);
completeLicences();

/** ncc lists what it bundled; a dependency of which nothing was left still belongs on the list. */
function completeLicences(): void {
  const file = join(out, 'licenses.txt');
  const listed = readFileSync(file, 'utf8');
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; license?: string; version?: string }>;
  };
  const missing = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { license, version }]) => ({
      name: path.split('node_modules/').at(-1) ?? '',
      license,
      version,
    }))
    .filter(({ name }) => !new RegExp(`^${name}$`, 'm').test(listed))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = [
    ...new Set(missing.map(({ name, license }) => `${name}\n${license ?? 'see its package'}\n`)),
  ];
  writeFileSync(file, [listed, ...names].join('\n'));
}
