import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { scenario } from './support.js';

const DIST = path.dirname(process.env['ACTION_DIST'] ?? 'dist/index.js');

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A copy of dist/ without the file that is loaded later and holds this text; returns its entry. */
function distWithout(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'chunks-'));
  folders.push(folder);
  cpSync(DIST, folder, { recursive: true });
  const [file, ...others] = readdirSync(folder).filter(
    (name) => name.endsWith('.index.js') && readFileSync(path.join(folder, name), 'utf8').includes(text),
  );
  if (file === undefined || others.length > 0) throw new Error(`no file, or several, of dist/ holds ${text}`);
  rmSync(path.join(folder, file));
  return path.join(folder, 'index.js');
}

describe('where a file of dist/ is missing', () => {
  it.concurrent('that of the summary: a run that succeeded has succeeded', async () => {
    const { run } = await scenario();
    const { exitCode, outputs, warnings, errors, stderr } = await run(
      {},
      { dist: distWithout('Deploy with it') },
    );
    expect({ exitCode, errors, stderr }).toEqual({ exitCode: 0, errors: [], stderr: '' });
    expect(outputs['status']).toBe('Ready');
    expect(warnings).toEqual([expect.stringMatching(/^The job summary cannot be written/)]);
  });

  it.concurrent.each([
    ['the later steps', 'as keep-latest allows'],
    ['the SDK', 'Lodash <https://lodash.com/>'],
  ])('that of %s: one error, and nothing is made', async (_, text) => {
    const { run, eci } = await scenario();
    const { exitCode, errors, stderr } = await run({}, { dist: distWithout(text) });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(errors).toHaveLength(1);
    expect(eci.caches).toEqual([]);
  });
});
