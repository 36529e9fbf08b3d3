import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { importsOf, isOfProject, pathOfImport } from '../support/imports.js';

const page = readFileSync('docs/architecture.md', 'utf8');

/** The table of rooms: each with the rooms whose code it runs. */
const table = new Map(
  [...page.matchAll(/^\| `([\w-]+)` \| .+? \| ?((?:`[\w-]+`(?:, )?)*) ?\|$/gm)].map(
    ([, room = '', uses = '']) => [
      room,
      uses
        .split(', ')
        .map((name) => name.replaceAll('`', ''))
        .filter(Boolean)
        .sort(),
    ],
  ),
);

/** Everybody's. */
const COMMON = new Set(['errors', 'clock', 'printable', 'version']);

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts'));

/** `inputs` of inputs.ts and of inputs/tags.ts. */
function roomOf(file: string): string {
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

/** The rooms whose code the file runs: imports of types are not among them. */
function usedBy(file: string): string[] {
  const source = readFileSync(join('src', file), 'utf8');
  const later = [...source.matchAll(/(?<!typeof )import\('(\.[^']+)'\)/g)].map(([, name = '']) => name);
  const imported = [...importsOf(source), ...later]
    .filter(isOfProject)
    .map((name) => roomOf(pathOfImport(file, name)));
  return imported.filter((room) => room !== roomOf(file) && !COMMON.has(room));
}

describe('docs/architecture.md', () => {
  it('names every room', () => {
    const rooms = new Set(files.map(roomOf).filter((room) => !COMMON.has(room)));
    expect([...table.keys()].sort()).toEqual([...rooms].sort());
  });

  it.each([...table])('says which rooms %s uses', (room, uses) => {
    const used = files.filter((file) => roomOf(file) === room).flatMap(usedBy);
    expect([...new Set(used)].sort()).toEqual(uses);
  });

  it.each([...page.matchAll(/`((?:src|dev)\/[\w./-]+\.ts)`/g)].map(([, path = '']) => path))(
    'names %s, which is there',
    (path) => {
      expect(existsSync(path)).toBe(true);
    },
  );
});
