/**
 * Asks the runner of mutation tests what its argument says, in a process of its own, since that runner takes a process
 * over: for each folder with `__tests__/` a dry run, and then the runs of mutants. Prints the answers.
 */
import type { StrykerOptions } from '@stryker-mutator/api/core';
import type {
  DryRunOptions,
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { inProcessRunner } from '../../dev/mutation/runner.js';

export interface Question {
  folder: string;
  /** Files of the code that is mutated. */
  code: string[];
  mutants: Partial<MutantRunOptions>[];
}

export interface Answer {
  dryRun: DryRunResult;
  mutantRuns: (MutantRunResult | { thrown: string })[];
}

const runnerOf = (patterns: string[]) => {
  const options = { inProcess: { tests: patterns, testTimeoutMs: 300 } };
  return new inProcessRunner.injectableClass(options as unknown as StrykerOptions);
};

async function answer({ folder, code, mutants }: Question): Promise<Answer> {
  process.chdir(folder);
  const runner = runnerOf(['unit/*']);
  const dryRun = await runner.dryRun({ files: code } as DryRunOptions);
  const mutantRuns: Answer['mutantRuns'] = [];
  for (const mutant of mutants) {
    const run = runner.mutantRun(mutant as MutantRunOptions);
    mutantRuns.push(await run.catch((error: unknown) => ({ thrown: String(error) })));
  }
  return { dryRun, mutantRuns };
}

await runnerOf([]).init?.();
const answers: Answer[] = [];
for (const question of JSON.parse(process.argv[2] ?? '[]') as Question[])
  answers.push(await answer(question));
console.log(JSON.stringify(answers));
process.exit();
