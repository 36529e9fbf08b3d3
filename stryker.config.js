import { env } from 'node:process';

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

const room = env.MUTATION_ROOM;
if (room && !Object.hasOwn(ROOMS, room)) {
  throw new Error(`MUTATION_ROOM is one of ${Object.keys(ROOMS).join(', ')}, not ${room}`);
}
const rooms = room ? [ROOMS[room]] : Object.values(ROOMS);

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

/** Read by Stryker, since the list of plugins below names this file. */
export const strykerPlugins = [{ kind: 'Ignore', name: 'sentences', value: { shouldIgnore: ignoredAs } }];

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: rooms.flatMap(({ mutate }) => mutate),
  plugins: ['@stryker-mutator/jest-runner', './stryker.config.js'],
  ignorers: ['sentences'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    configFile: 'jest.config.js',
    // By name, not by what imports what: nearly every test imports nearly every room.
    enableFindRelatedTests: false,
    config: { testMatch: rooms.flatMap(({ tests }) => tests.map((test) => `**/__tests__/${test}.test.ts`)) },
  },
  coverageAnalysis: 'perTest',
  // Jest's modules of ESM are never collected: a worker that is not replaced grows by megabytes for each mutant.
  maxTestRunnerReuse: 100,
  concurrency: Number(env.MUTATION_WORKERS ?? 2),
  timeoutMS: 10_000,
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false },
  jsonReporter: { fileName: `reports/mutation-${room ?? 'all'}.json` },
  thresholds: { high: 95, low: 90, break: 85 },
  ignorePatterns: ['.ci', '.github', 'dist', 'docs', 'examples', 'reports'],
};
