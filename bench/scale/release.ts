/** One run of the built action against a registry and an account of any size. */
import type { EciServer } from '../../dev/eci/server.js';
import { localInputs } from '../../dev/local-inputs.js';
import { findNode24, runAction, type RunResult } from '../../dev/runner.js';
import { distFile } from '../exactly-once/dist.js';

export interface Cost {
  readonly milliseconds: number;
  /** Requests to ECI, by action; and to the registry. */
  readonly calls: Readonly<Record<string, number>>;
  readonly peakBytes: number;
  readonly logLines: number;
}

export interface Servers {
  readonly eci: EciServer;
  readonly registry: { readonly host: string; readonly requests: readonly { readonly kind: string }[] };
}

/** @throws Error with the log where the action fails */
export async function release(
  { eci, registry }: Servers,
  inputs: Readonly<Record<string, string>>,
  options: { readonly dist?: string | undefined; readonly speed?: number } = {},
): Promise<{ readonly result: RunResult; readonly cost: Cost }> {
  const dist = distFile(options.dist);
  const requestsBefore = { eci: eci.requests.length, registry: registry.requests.length };
  const result = await runAction({
    node: findNode24() ?? process.execPath,
    ...(dist === undefined ? {} : { dist }),
    inputs: {
      ...localInputs(eci, registry),
      ...inputs,
    },
    env: { ECI_CACHE_CLOCK_SPEED: String(options.speed ?? 1) },
    measureMemory: true,
  });
  if (result.exitCode !== 0) throw new Error(`The action failed:\n${result.stdout}${result.stderr}`);
  const calls = [
    ...eci.requests.slice(requestsBefore.eci).map(({ action }) => action),
    ...registry.requests.slice(requestsBefore.registry).map(({ kind }) => kind),
  ];
  return {
    result,
    cost: {
      milliseconds: result.durationMs,
      calls: counted(calls),
      peakBytes: result.peakMemoryBytes ?? NaN,
      logLines: result.lines.length,
    },
  };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
