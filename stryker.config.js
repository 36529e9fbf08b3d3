import { env } from 'node:process';
import { register } from 'tsx/esm/api';
import jestConfig from './jest.config.js';

/**
 * Mutation tests of the core, room by room: docs/mutation.md. The mutants of a room meet that room's tests only,
 * since every mutant loads its test files anew: all of them would take ten times as long, for no other verdict.
 */
export const ROOMS = {
  cache: { mutate: ['src/cache/**/*.ts'], tests: ['unit/cache-*'] },
  images: { mutate: ['src/images/**/*.ts'], tests: ['unit/images-*'] },
  inputs: {
    mutate: ['src/inputs.ts', 'src/inputs/**/*.ts'],
    // The last two hold the tests of inputs/runner.ts.
    tests: ['unit/inputs*', 'unit/docker-config', 'unit/proxy'],
  },
  context: { mutate: ['src/context.ts', 'src/context/**/*.ts'], tests: ['unit/context*'] },
  registry: {
    mutate: ['src/registry/*.ts'],
    tests: [
      ...['unit/registry-*', 'unit/docker-config', 'unit/logins', 'unit/size'],
      ...['integration/registry-*', 'integration/docker-config'],
    ],
  },
  layers: { mutate: ['src/registry/layers/**/*.ts'], tests: ['unit/layers-*'] },
  eci: { mutate: ['src/eci/errors.ts', 'src/eci/hints.ts', 'src/eci/events.ts'], tests: ['unit/eci-*'] },
};

const isInJest = env.MUTATION_RUNNER === 'jest';
const room = env.MUTATION_ROOM;
if (room && !Object.hasOwn(ROOMS, room)) {
  throw new Error(`MUTATION_ROOM is one of ${Object.keys(ROOMS).join(', ')}, not ${room}`);
}
const rooms = room ? [ROOMS[room]] : Object.values(ROOMS);
const tests = [...new Set(rooms.flatMap((each) => each.tests))];

const hasWords = (text) => /\p{L}[,;:.)"]? [("{]?\p{L}/u.test(text);
const isName = ({ type }) => type === 'Identifier' || type === 'MemberExpression';

/**
 * Sentences for people are not emptied: the tests assert their telling words, and the rest may be reworded. A text
 * with anything to work out in it is mutated like all others.
 */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- this is no TypeScript
function ignoredAs({ node }) {
  const isSentence =
    node.type === 'TemplateLiteral'
      ? node.expressions.every(isName) && node.quasis.some(({ value }) => hasWords(value.raw))
      : node.type === 'StringLiteral' && hasWords(node.value);
  return isSentence ? 'a sentence for people' : undefined;
}

// Stryker knows of no TypeScript: from here on, Node takes it.
register();
const { inProcessRunner, strykerValidationSchema } = await import('./dev/mutation/runner.ts');

/** Read by Stryker, since the list of plugins below names this file. */
export const strykerPlugins = [
  { kind: 'Ignore', name: 'sentences', value: { shouldIgnore: ignoredAs } },
  inProcessRunner,
];
export { strykerValidationSchema };

/** The tests run in Stryker's worker, and stay loaded: dev/mutation/runner.ts. */
const inProcess = {
  testRunner: 'in-process',
  inProcess: { tests, testTimeoutMs: jestConfig.testTimeout },
};

/** Jest loads them for each mutant, which takes far longer: to check the other runner against. */
const inJest = {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    configFile: 'jest.config.js',
    // By name, not by what imports what: nearly every test imports nearly every room.
    enableFindRelatedTests: false,
    config: { testMatch: tests.map((test) => `**/__tests__/${test}.test.ts`) },
  },
};

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: rooms.flatMap(({ mutate }) => mutate),
  plugins: ['@stryker-mutator/jest-runner', './stryker.config.js'],
  ignorers: ['sentences'],
  ...(isInJest ? inJest : inProcess),
  coverageAnalysis: 'perTest',
  // Node never lets go of a module: a worker that is not replaced grows with each time that the files are loaded.
  maxTestRunnerReuse: 100,
  concurrency: Number(env.MUTATION_WORKERS ?? 2),
  timeoutMS: 10_000,
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutation-${room ?? 'all'}${isInJest ? '-jest' : ''}.json` },
  thresholds: { high: 95, low: 90, break: 85 },
  ignorePatterns: ['.ci', '.github', 'dist', 'docs', 'examples', 'reports'],
};
