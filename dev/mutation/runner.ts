/**
 * A test runner for Stryker that runs jest's test files in the worker itself, with the parts that jest is made of. The
 * files stay loaded from one mutant to the next; they are loaded anew for a mutant of what is worked out while modules
 * are loaded, and after it.
 *
 * Why not Stryker's own runner for jest: it has jest load every test file anew, with all that the file imports, for
 * each mutant (docs/mutation.md has the times). It stays in stryker.config.js to check this one against.
 */
import { register } from 'node:module';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import type { InstrumenterContext, StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  MutantRunStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import type {
  CompleteDryRunResult,
  DryRunOptions,
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestRunner,
  TestRunnerCapabilities,
} from '@stryker-mutator/api/test-runner';
import { catchUnhandled } from './circus.js';
import { findTests, hasFailed, loadCode, loadTests, noteTimes, runTests } from './test-files.js';
import type { TestFile } from './test-files.js';

/** What stryker.config.js sets for this runner. */
interface Options extends StrykerOptions {
  inProcess: { tests: string[]; testTimeoutMs: number };
}

const LARGEST_PROCESS_BYTES = 2 ** 30;

class InProcessRunner implements TestRunner {
  static inject = tokens(commonTokens.options);

  readonly #options: Options['inProcess'];
  /** What the mutants in the code look at: which of them is on, and which test runs. */
  readonly #mutants: InstrumenterContext;
  #files: TestFile[] | undefined;

  constructor(options: StrykerOptions) {
    this.#options = (options as Options).inProcess;
    const namespace = globalThis as { [INSTRUMENTER_CONSTANTS.NAMESPACE]?: InstrumenterContext };
    this.#mutants = namespace[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
  }

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true };
  }

  init(): Promise<void> {
    register('./resolve.ts', import.meta.url);
    catchUnhandled();
    return Promise.resolve();
  }

  /** Runs all tests twice: a test that is broken by its own first run would notice every mutant. */
  dryRun({ files = [] }: DryRunOptions): Promise<DryRunResult> {
    return orError(async () => {
      await loadTests(this.#find());
      // What the code imports only when it comes to it, too: what such a module works out then is not one test's.
      await loadCode(files);
      const first = await this.#runTests(undefined, true);
      if (first.tests.some(hasFailed)) return first;
      const broken = (await this.#runTests(undefined, false)).tests.find(hasFailed);
      noteTimes(first.tests);
      if (!broken) return first;
      throw new Error(`"${broken.name}" fails when it is run twice in a process: ${broken.failureMessage}`);
    });
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, testFilter, disableBail, hitLimit, mutantActivation, reloadEnvironment } = options;
    if (reloadEnvironment) this.#unload();
    if (mutantActivation === 'runtime') await loadTests(this.#find());
    Object.assign(this.#mutants, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit && 0 });
    const run = await orError(() => this.#runTests(testFilter, disableBail));
    const timeout = determineHitLimitReached(this.#mutants.hitCount, hitLimit);
    Object.assign(this.#mutants, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined });
    const result = toMutantRunResult(timeout ?? run, disableBail);
    if (mutantActivation === 'runtime') await this.#confirm(result);
    return result;
  }

  /**
   * Sees that the test which noticed a mutant passes without it. Where it does not, an earlier mutant has left the
   * process broken.
   * @throws Error, upon which Stryker replaces the process and tries the mutant again.
   */
  async #confirm(result: MutantRunResult): Promise<void> {
    if (result.status !== MutantRunStatus.Killed) return;
    const { tests } = await this.#runTests(result.killedBy, true);
    if (!tests.some(hasFailed)) return;
    throw new Error(`Without the mutant, too, there fails ${result.killedBy.join(', ')}`);
  }

  async #runTests(ids: string[] | undefined, disableBail: boolean): Promise<CompleteDryRunResult> {
    const tests = await runTests(this.#find(), ids, { bail: !disableBail, context: this.#mutants });
    const { mutantCoverage } = this.#mutants;
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage && { mutantCoverage }) };
  }

  #find(): TestFile[] {
    return (this.#files ??= findTests(this.#options.tests, this.#options.testTimeoutMs));
  }

  /**
   * Has the files loaded anew. Node never lets go of a module, so that a process grows with each time.
   * @throws Error where it has grown too large, upon which Stryker replaces it and tries the mutant again.
   */
  #unload(): void {
    if (this.#files && process.memoryUsage.rss() > LARGEST_PROCESS_BYTES)
      throw new Error('Has grown too large');
    this.#files = undefined;
  }
}

/** What no test failed for, such as a file that cannot be loaded, is no verdict. */
async function orError(work: () => Promise<DryRunResult>): Promise<DryRunResult> {
  try {
    return await work();
  } catch (error) {
    return { status: DryRunStatus.Error, errorMessage: String((error as Error).stack) };
  }
}

/** The plugin, and what Stryker checks its options by: stryker.config.js hands on both. */
export const inProcessRunner = declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner);

export const strykerValidationSchema = {
  properties: {
    inProcess: {
      type: 'object',
      required: ['tests', 'testTimeoutMs'],
      additionalProperties: false,
      properties: {
        tests: { type: 'array', items: { type: 'string' } },
        testTimeoutMs: { type: 'number' },
      },
    },
  },
};
