/** Defines the tests of a file once and runs them any number of times, with jest-circus, the runner inside of jest. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { jestExpect } from '@jest/expect';
import * as circus from 'jest-circus';
import { restoreGlobals } from './globals.js';

/** The tests of one file, as the file defined them when it was loaded. */
export type Definition = circus.State;

type Block = Definition['rootDescribeBlock'];
type Test = Exclude<Block['children'][number], Block>;

/** What became of one test. */
export interface Outcome {
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  durationMs: number;
  /** Of a test that failed. */
  message: string;
}

export interface Choice {
  /** Which tests to run, by name. */
  isWanted: (name: string) => boolean;
  /** Skips all tests that follow one that failed. */
  bail: boolean;
  /** Called with the name of each test before it runs, hooks included, and with undefined after it. */
  onTest: (name: string | undefined) => void;
}

/** Whose work it is: a rejection that comes late, of a run that is over, is told to a state that nobody reads. */
const running = new AsyncLocalStorage<Definition>();

/** Takes note of errors that nobody catches, for as long as the process lives; without it they would end it. */
export function catchUnhandled(): void {
  const blame = (error: unknown): void => {
    const { currentlyRunningTest: test, unhandledErrors } = running.getStore() ?? circus.getState();
    (test?.errors ?? unhandledErrors).push(error);
  };
  process.on('unhandledRejection', blame);
  process.on('uncaughtException', blame);
}

/** Runs `load`, which imports a test file, and takes down the tests that it defines. */
export async function define(load: () => Promise<unknown>, testTimeoutMs: number): Promise<Definition> {
  circus.resetState();
  const definition = circus.getState();
  definition.testTimeout = testTimeoutMs;
  await load();
  return definition;
}

/** The names of all tests of a file. Names need not be unique. */
export const namesIn = (block: Block): string[] =>
  block.children.flatMap((child) => (child.type === 'test' ? [nameOf(child)] : namesIn(child)));

/**
 * Runs the chosen tests of a file, and reports on them and no others.
 * @throws Error where no test fails, but something around them: a hook after all tests, a rejection of nobody's.
 */
export async function run(definition: Definition, { isWanted, bail, onTest }: Choice): Promise<Outcome[]> {
  const root = copyOf(definition.rootDescribeBlock, undefined, isWanted);
  if (root.children.length === 0) return [];
  const state = circus.setState({
    ...definition,
    rootDescribeBlock: root,
    currentDescribeBlock: root,
    unhandledErrors: definition.unhandledErrors.slice(),
  });

  const follow = async (event: circus.Event): Promise<void> => {
    if (event.name === 'test_start') onTest(nameOf(event.test));
    if (event.name !== 'test_done') return;
    // Node tells of unhandled rejections between two turns of its loop; this test's are to be its own.
    state.currentlyRunningTest = event.test;
    await setImmediate();
    state.currentlyRunningTest = null;
    for (const { error } of jestExpect.extractExpectedAssertionsErrors()) event.test.errors.push(error);
    onTest(undefined);
    if (bail && event.test.errors.length > 0) skipAll(root);
  };
  circus.addEventHandler(follow);
  try {
    return outcomesOf(await running.run(state, () => circus.run()));
  } finally {
    circus.removeEventHandler(follow);
    restoreGlobals();
  }
}

function outcomesOf({ testResults, unhandledErrors }: Awaited<ReturnType<typeof circus.run>>): Outcome[] {
  const outcomes = testResults.map(({ testPath, status, errors, duration }) => ({
    name: fullName(testPath.slice(1)),
    status:
      status !== 'done'
        ? ('skipped' as const)
        : errors.length > 0
          ? ('failed' as const)
          : ('passed' as const),
    durationMs: duration ?? 0,
    message: errors.join('\n'),
  }));
  if (unhandledErrors.length > 0 && !outcomes.some(({ status }) => status === 'failed')) {
    throw new Error(`Failed outside of the tests: ${unhandledErrors.join('\n')}`);
  }
  return outcomes;
}

/** A test's name with those of its blocks. The root block's is circus's own. */
function nameOf(test: Test): string {
  const names = [test.name];
  for (let block = test.parent; block.parent; block = block.parent) names.unshift(block.name);
  return fullName(names);
}

/** As jest prints it, but for more lines: those are of an error in a table of cases, with the addresses of modules. */
const fullName = (names: string[]): string => names.map((name) => name.replace(/\n.*/s, '')).join(' ');

/** Circus writes into tests what became of them, so that each run has its own. Blocks without tests are left out. */
function copyOf(block: Block, parent: Block | undefined, isWanted: Choice['isWanted']): Block {
  const copy: Block = { ...block, ...(parent && { parent }), children: [], hooks: [] };
  copy.hooks = block.hooks.map((hook) => ({ ...hook, parent: copy }));
  for (const child of block.children) {
    if (child.type === 'describeBlock') {
      const inner = copyOf(child, copy, isWanted);
      if (inner.children.length > 0) copy.children.push(inner);
    } else if (isWanted(nameOf(child))) {
      const test: Test = { ...child, parent: copy, errors: [], retryReasons: [] };
      test.unhandledRejectionErrorByPromise = new Map();
      copy.children.push(test);
    }
  }
  return copy;
}

function skipAll(block: Block): void {
  for (const child of block.children) {
    if (child.type === 'test') child.mode = 'skip';
    else skipAll(child);
  }
}
