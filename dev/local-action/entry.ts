/**
 * What @github/local-action calls: a function `run`, with @actions/core and @actions/github replaced by its own.
 * The action itself is `src/main.ts`, as `src/index.ts` starts it.
 */
import { getInput } from '@actions/core';
import { DEFAULTS, type InputName } from '../../src/inputs/defaults.js';
import { Reader } from '../../src/inputs/reader.js';
import { main } from '../../src/main.js';

export async function run(): Promise<void> {
  const reader = new Reader({ env: process.env });
  // Its getInput reads action.yml itself, defaults and all; ours has the defaults in a table.
  const names = Object.keys(DEFAULTS) as InputName[];
  const differing = names.filter((name) => getInput(name).trim() !== reader.text(name));
  console.log(`inputs-read=${names.length}`);
  console.log(`inputs-that-differ=${JSON.stringify(differing)}`);
  process.exitCode = await main(process.env, new AbortController().signal);
  console.log(`exit-code=${process.exitCode}`);
}
