import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Question } from './dev-mutation-child.js';

const CHILD = fileURLToPath(new URL('dev-mutation-child.ts', import.meta.url));
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const [PASSED, FAILED, SKIPPED] = [0, 1, 2];

/** A test file for each, and what becomes of its test `a x`. */
const TESTS: [what: string, test: string, status: number | undefined, message: string][] = [
  ['passes', `it('x', () => { expect(1).toBe(1); });`, PASSED, ''],
  ['fails', `it('x', () => { expect(1).toBe(2); });`, FAILED, 'Expected: '],
  ['is skipped', `it.skip('x', () => { expect(1).toBe(2); });`, SKIPPED, ''],
  ['never ends', `it('x', () => new Promise(() => {}));`, FAILED, 'Exceeded timeout of 300 ms'],
  [
    'sets its own time',
    `jest.setTimeout(1); it('x', () => new Promise(() => {}));`,
    FAILED,
    'timeout of 1 ms',
  ],
  ['asserts too little', `it('x', () => { expect.assertions(1); });`, FAILED, 'expect.assertions(1)'],
  ['rejects unnoticed', `it('x', () => { void Promise.reject(new Error('late')); });`, FAILED, 'late'],
  [
    'throws unnoticed',
    `it('x', () => { setImmediate(() => { throw new Error('late'); }); });`,
    FAILED,
    'late',
  ],
  [
    'has a hook that fails',
    `beforeAll(() => { throw new Error('early'); }); it('x', () => {});`,
    FAILED,
    'early',
  ],
  [
    'wants a module mocked',
    `it('x', () => { jest.mock('node:fs'); });`,
    FAILED,
    'jest.mock is not a function',
  ],
  [
    'uses mocks',
    `it('x', () => {
      const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
      const fn = jest.fn(() => Math.random());
      expect([fn(), fn.mock.calls.length, random.mock.calls.length]).toEqual([0.5, 1, 1]);
      jest.restoreAllMocks();
      expect(jest.isMockFunction(Math.random)).toBe(false);
    });`,
    PASSED,
    '',
  ],
  ['leaves a mock behind', `it('x', () => { jest.spyOn(Math, 'min').mockReturnValue(7); });`, PASSED, ''],
  ['finds the mock of another file gone', `it('x', () => { expect(Math.min(1, 2)).toBe(1); });`, PASSED, ''],
  [
    'uses fake timers',
    `it('x', async () => {
      jest.useFakeTimers().setSystemTime(0);
      let done = false;
      setTimeout(() => { done = true; }, 60_000);
      await jest.advanceTimersByTimeAsync(60_000);
      expect([done, Date.now()]).toEqual([true, 60_000]);
      jest.useRealTimers();
      expect(Date.now()).toBeGreaterThan(60_000);
    });`,
    PASSED,
    '',
  ],
];

/** Files that no verdict can be had from, and what is said of them. */
const ERRORS: [what: string, text: string, message: string][] = [
  ['cannot be loaded', `throw new Error('broken');`, 'broken'],
  [
    'imports what is not offered',
    `import { bench } from '@jest/globals'; bench('x');`,
    `export named 'bench'`,
  ],
  ['fails after all tests', `it('x', () => {}); afterAll(() => { throw new Error('untidy'); });`, 'untidy'],
  [
    'cannot be run twice',
    `let n = 0; it('x', () => { n += 1; expect(n).toBe(1); });`,
    'run twice in a process',
  ],
];

/** As Stryker writes its mutants into the code. */
const MUTATED = `const isOn = (id) => globalThis.__stryker__?.activeMutant === id;
export const loaded = isOn('static') ? 'wrong' : 'right';
export const called = () => (isOn('runtime') ? 'wrong' : 'right');
export function breaks() {
  if (isOn('breaking')) globalThis.broken = true;
  return globalThis.broken ? 'wrong' : 'right';
}
export function loops() {
  if (isOn('endless')) {
    globalThis.__stryker__.hitCount = 1_000;
    throw new Error('Stryker: Hit limit reached');
  }
  return 'right';
}
export async function rejectsLate() {
  if (isOn('late')) setTimeout(() => void Promise.reject(new Error('late')), 5);
  return isOn('late') ? 'wrong' : 'right';
}
export async function waits() {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return 'right';
}`;
const LAZY = `export const loadedBy = globalThis.__stryker__?.currentTestId ?? 'nobody';`;
const MUTATED_TEST = `import * as mutated from '../../src.js';
it('loaded', () => { expect(mutated.loaded).toBe('right'); });
it('lazy', async () => { expect((await import('../../lazy.js')).loadedBy).toBe('nobody'); });
it.each([new Error('of a case')])('named %s', () => {});
it.each(['called', 'breaks', 'loops', 'rejectsLate', 'waits'])('%s', async (name) => {
  expect(await mutated[name]()).toBe('right');
});`;

const QUICK_TEST = `import { loaded } from '../../src.js';
it('quick', () => { expect(loaded).toBe('right'); });`;

type Mutant = Question['mutants'][number];

const COMMON: Mutant = { hitLimit: 100, disableBail: false };

const called = (id: string, test: string, reloadEnvironment = false): Mutant => ({
  ...COMMON,
  activeMutant: { id } as never,
  mutantActivation: 'runtime',
  testFilter: [`unit/0 > ${test}`],
  reloadEnvironment,
});

const loaded = (id: string): Mutant => ({
  ...COMMON,
  activeMutant: { id } as never,
  mutantActivation: 'static',
  reloadEnvironment: true,
});

/** In this order, in one process. */
const MUTANTS: [what: string, mutant: Mutant, result: object][] = [
  ['noticed', called('runtime', 'called'), { status: 'killed', killedBy: ['unit/0 > called'] }],
  [
    'not noticed by the tests that it meets',
    called('runtime', 'loops'),
    { status: 'survived', nrOfTests: 1 },
  ],
  [
    'noticed when loaded anew, by the quicker file',
    loaded('static'),
    { status: 'killed', killedBy: ['unit/1 > quick'] },
  ],
  ['gone when loaded anew', called('runtime', 'loaded', true), { status: 'survived' }],
  ['endless', called('endless', 'loops'), { status: 'timeout' }],
  ['met by a test that is not there', called('runtime', 'nobody'), { status: 'error' }],
  [
    'met by a test with a stack in its name',
    called('none', 'named Error: of a case'),
    { status: 'survived' },
  ],
  ['leaving work behind', called('late', 'rejectsLate'), { status: 'killed' }],
  ['not noticed by what another left behind', called('none', 'waits'), { status: 'survived' }],
  [
    'breaking its process',
    called('breaking', 'breaks'),
    { thrown: 'Error: Without the mutant, too, there fails unit/0 > breaks' },
  ],
];

describe('the runner of mutation tests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  let answers: Answer[] = [];
  beforeAll(() => {
    const questions = [
      questionOf(
        'tests',
        TESTS.map(([, test]) => `describe('a', () => { ${test} });`),
      ),
      ...ERRORS.map(([what, text]) => questionOf(what, [text])),
      questionOf(
        'mutants',
        [MUTATED_TEST, QUICK_TEST],
        MUTANTS.map(([, options]) => options),
      ),
    ];
    writeFileSync(join(folder, 'mutants', 'src.js'), MUTATED);
    writeFileSync(join(folder, 'mutants', 'lazy.js'), LAZY);
    const args = ['--import', 'tsx', CHILD, JSON.stringify(questions)];
    const printed = execFileSync(process.execPath, args, { cwd: PROJECT, encoding: 'utf8' });
    answers = JSON.parse(printed.trim().split('\n').at(-1) ?? '') as Answer[];
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Writes the test files: `unit/0`, `unit/1` and so on. */
  function questionOf(name: string, texts: string[], mutants: Mutant[] = []): Question {
    const tests = join(folder, name, '__tests__', 'unit');
    mkdirSync(tests, { recursive: true });
    writeFileSync(join(folder, name, 'package.json'), '{"type":"module"}');
    for (const [index, text] of texts.entries()) {
      const imports = `import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';`;
      writeFileSync(join(tests, `${index}.test.ts`), `${imports}\n${text}`);
    }
    const code = mutants.length > 0 ? ['src.js', 'lazy.js'] : [];
    return { folder: join(folder, name), code, mutants };
  }

  it.each(TESTS.map(([what, , status, message], index) => ({ what, status, message, index })))(
    'a test that $what',
    ({ status, message, index }) => {
      const { dryRun } = answers[0] ?? {};
      const tests = dryRun && 'tests' in dryRun ? dryRun.tests : [];
      const test = tests.find(({ id }) => id === `unit/${index} > a x`);
      expect(test?.status).toBe(status);
      expect(test && 'failureMessage' in test ? test.failureMessage : '').toContain(message);
    },
  );

  it.each(ERRORS.map(([what, , message], index) => ({ what, message, index })))(
    'a file that $what is an error, not a survivor',
    ({ message, index }) => {
      const { dryRun } = answers[1 + index] ?? {};
      expect(dryRun?.status).toBe('error');
      expect(dryRun && 'errorMessage' in dryRun ? dryRun.errorMessage : '').toContain(message);
    },
  );

  it('has all that is mutated loaded before the first test', () => {
    expect(answers.at(-1)?.dryRun).toMatchObject({
      tests: expect.arrayContaining([
        expect.objectContaining({ id: 'unit/0 > lazy', status: PASSED }),
      ]) as object,
    });
  });

  it.each(MUTANTS.map(([what, , result], index) => ({ what, result, index })))(
    'a mutant that is $what',
    ({ result, index }) => {
      expect(answers.at(-1)?.mutantRuns[index]).toMatchObject(result);
    },
  );
});
