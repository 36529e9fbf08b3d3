import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // End-to-end tests wait for their child processes most of the time, so there are more workers than cores.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  // Jest would warn of objects that other packages keep from one test file to the next.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  // Only ends what hangs: no test is about time, and the machines are of all speeds.
  testTimeout: 30_000,
  roots: ['<rootDir>/__tests__'],
  setupFiles: ['<rootDir>/__tests__/support/no-commands.ts'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Imports carry the .js ending that ESM wants; jest resolves the TypeScript source.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    // Types are checked by tsc, in a step of its own.
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } },
    ],
  },
};
