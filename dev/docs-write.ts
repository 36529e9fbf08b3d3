/**
 * Writes what is made from the sources into the documents; with --check it writes nothing, and fails where a
 * document is not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorTestsPage } from './docs-error-tests.js';
import { withTables } from './readme.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (name: string): string =>
  existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : '';

const made: readonly (readonly [name: string, content: string])[] = [
  ['README.md', withTables(read('README.md'), read('action.yml'))],
  ['docs/error-tests.md', errorTestsPage(root)],
];
const stale = made.filter(([name, content]) => read(name) !== content);
if (!process.argv.includes('--check')) {
  for (const [name, content] of stale) writeFileSync(join(root, name), content);
} else if (stale.length > 0) {
  console.error(`Not what the sources say: ${stale.map(([name]) => name).join(', ')}. Run "npm run docs".`);
  process.exitCode = 1;
}
