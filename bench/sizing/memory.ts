import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { shell } from '../corpus/shell.js';

export interface Memory {
  /** Largest resident set of the process, Node.js and all. */
  readonly peakBytes: number;
  readonly fetchedBytes: number;
  readonly unpackedBytes: number;
  readonly milliseconds: number;
}

/** Bundles what measures one image as dist/ is bundled, so that no compiler shares its memory. */
export async function bundleMeasure(folder: string): Promise<string> {
  const ncc = fileURLToPath(new URL('../../node_modules/@vercel/ncc/dist/ncc/cli.js', import.meta.url));
  const entry = fileURLToPath(new URL('one-image.ts', import.meta.url));
  const out = join(folder, 'bundle');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await shell(`node ${ncc} build ${entry} --out ${out} --no-cache --transpile-only --quiet`, root);
  return join(out, 'index.js');
}

/** Measures one image in a process of its own. */
export async function measureMemory(
  bundle: string,
  reference: string,
  streamBudgetBytes: number,
): Promise<Memory> {
  return JSON.parse(await shell(`node ${bundle} ${reference} ${streamBudgetBytes}`, '/')) as Memory;
}
