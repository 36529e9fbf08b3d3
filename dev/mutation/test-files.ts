/** The test files of a room: finds and loads them, and runs their tests by the IDs that Stryker knows them by. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InstrumenterContext } from '@stryker-mutator/api/core';
import { TestStatus } from '@stryker-mutator/api/test-runner';
import type { FailedTestResult, TestResult } from '@stryker-mutator/api/test-runner';
import { define, namesIn, run } from './circus.js';
import type { Choice, Definition, Outcome } from './circus.js';

export interface TestFile {
  /** Within the folder of tests, without its ending: `unit/cache-find`. */
  name: string;
  /** Loads the file the first time. @throws whatever the file throws then */
  definition: () => Promise<Definition>;
}

const FOLDER = '__tests__';
const ENDING = '.test.ts';

/** How long each file takes. Here all workers find it: they work in Stryker's copy of the project, which goes with it. */
const TIMES = '.test-times.json';

/** A number for each time that the files are loaded anew: resolve.ts tells why. */
let loads = 0;

/**
 * The test files that the patterns name: `unit/cache-find`, or `unit/cache-*` for all that begin so. They are loaded
 * anew, with all that they import, though not before they are needed: the quick ones come first, since most mutants
 * are noticed by the tests of small things.
 * @throws Error for a pattern that fits no file.
 */
export function findTests(patterns: string[], testTimeoutMs: number): TestFile[] {
  loads += 1;
  const times = existsSync(TIMES) ? (JSON.parse(readFileSync(TIMES, 'utf8')) as Record<string, number>) : {};
  const names = namesOf(patterns).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  return names.map((name) => {
    const url = urlOf(pathOf(name));
    let loaded: Promise<Definition> | undefined;
    return { name, definition: () => (loaded ??= define(() => import(url), testTimeoutMs)) };
  });
}

/** Takes down how long the files took, once all their tests have run. */
export function noteTimes(results: readonly TestResult[]): void {
  const times: Record<string, number> = {};
  for (const { id, timeSpentMs } of results) {
    const [name = ''] = id.split(' > ');
    times[name] = (times[name] ?? 0) + timeSpentMs;
  }
  writeFileSync(TIMES, JSON.stringify(times));
}

/** Loads the test files that are not loaded yet. */
export async function loadTests(files: TestFile[]): Promise<void> {
  for (const file of files) await file.definition();
}

/** Loads these files of the code, as the tests that were found last will meet them. */
export async function loadCode(paths: readonly string[]): Promise<void> {
  for (const path of paths) await import(urlOf(path));
}

const urlOf = (path: string): string => `${pathToFileURL(path).href}?load=${loads}`;

/** All names are those of files that are there, each of them once. */
function namesOf(patterns: string[]): string[] {
  const all = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ENDING))
    .map((path) => path.slice(0, -ENDING.length).replaceAll('\\', '/'))
    .sort();
  const fitting = patterns.flatMap((pattern) => {
    const found = all.filter((name) =>
      pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
    );
    if (found.length === 0) throw new Error(`No test file in ${FOLDER}/ is named ${pattern}`);
    return found;
  });
  return [...new Set(fitting)];
}

const pathOf = (name: string): string => resolve(FOLDER, `${name}${ENDING}`);

/**
 * Runs the tests with these IDs, or all. With `bail`, none after one that failed. `context` is told which one runs.
 * @throws Error for an ID that no test has: a test has to have the same name each time its file is loaded.
 */
export async function runTests(
  files: TestFile[],
  ids: string[] | undefined,
  { bail, context }: { bail: boolean; context: InstrumenterContext },
): Promise<TestResult[]> {
  const wanted = ids && new Set(ids);
  if (wanted) await assertKnown(files, wanted);
  const results: TestResult[] = [];
  for (const { name: file, definition } of files) {
    const choice: Choice = {
      isWanted: (name) => wanted?.has(idOf(file, name)) ?? true,
      bail,
      onTest: (name) => Object.assign(context, { currentTestId: name && idOf(file, name) }),
    };
    results.push(...(await run(await definition(), choice)).map((outcome) => resultOf(file, outcome)));
    if (bail && results.some(hasFailed)) break;
  }
  return results;
}

export const hasFailed = (result: TestResult): result is FailedTestResult =>
  result.status === TestStatus.Failed;

const idOf = (file: string, name: string): string => `${file} > ${name}`;

async function assertKnown(files: TestFile[], wanted: Set<string>): Promise<void> {
  const unknown = new Set(wanted);
  for (const { name: file, definition } of files) {
    for (const name of namesIn((await definition()).rootDescribeBlock)) unknown.delete(idOf(file, name));
  }
  if (unknown.size > 0) throw new Error(`There is no test named ${[...unknown].join(', ')}`);
}

function resultOf(file: string, { name, status, durationMs, message }: Outcome): TestResult {
  const id = idOf(file, name);
  const result = { id, name: id, timeSpentMs: durationMs, fileName: pathOf(file) };
  if (status === 'failed') return { ...result, status: TestStatus.Failed, failureMessage: message };
  return { ...result, status: status === 'passed' ? TestStatus.Success : TestStatus.Skipped };
}
