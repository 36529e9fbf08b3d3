/** Fails unless dist/, untracked files included, is what the sources build. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const fresh = mkdtempSync(join(tmpdir(), 'dist-'));
try {
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'dev/build.ts'), fresh],
    { stdio: 'inherit', cwd: root },
  );
  const differing = differences(join(root, 'dist'), fresh);
  if (differing.length > 0) {
    console.error(
      `dist/ is not what src/ builds: ${differing.join(', ')}. Run "npm run build" and commit dist/.`,
    );
    process.exitCode = 1;
  } else console.log('dist/ is what src/ builds.');
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function differences(committed: string, built: string): string[] {
  const names = new Set([...readdirSync(committed), ...readdirSync(built)]);
  return [...names].filter((name) => contentOf(committed, name) !== contentOf(built, name)).sort();
}

function contentOf(folder: string, name: string): string | undefined {
  return readdirSync(folder).includes(name) ? readFileSync(join(folder, name), 'latin1') : undefined;
}
