import { dirname, join } from 'node:path';

/** What the code of a file runs when it is loaded, by name; imports of types are not among it. */
export function importsOf(source: string): string[] {
  return [...source.matchAll(/^(?:import (?!type)|export [*{])[^;]*?from '([^']+)';/gm)].map(
    ([, name = '']) => name,
  );
}

/** Whether it names a file of the project. */
export function isOfProject(name: string): boolean {
  return name.startsWith('.') && !name.includes('node_modules');
}

/** The path of the source that a file imports by this name, with slashes. */
export function pathOfImport(file: string, name: string): string {
  return join(dirname(file), name).replaceAll('\\', '/').replace(/\.js$/, '.ts');
}
