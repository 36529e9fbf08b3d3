/**
 * What the tests import from `@jest/globals` when they run in this process: jest's own parts, put together without
 * jest's module system. A name that is missing here fails the test file that asks for it: an export when the file is
 * loaded, a function of `jest` when it is called (`jest.mock` and its like have no meaning without that system).
 */
import { jestExpect } from '@jest/expect';
import { ModernFakeTimers } from '@jest/fake-timers';
import type { jest as Jest } from '@jest/globals';
import { getState } from 'jest-circus';
import { ModuleMocker } from 'jest-mock';

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from 'jest-circus';
export { jestExpect as expect };

type FakeTimersConfig = Parameters<ModernFakeTimers['useFakeTimers']>[0];
type ProjectConfig = ConstructorParameters<typeof ModernFakeTimers>[0]['config'];

const mocker = new ModuleMocker(globalThis);
// Of a project's configuration the timers read no more than these two; the root only shortens the stack of a warning.
const timers = new ModernFakeTimers({
  global: globalThis,
  config: { fakeTimers: {}, rootDir: process.cwd() } as ProjectConfig,
});

/** A function of `jest` that can be followed by another one: `jest.useFakeTimers().setSystemTime(0)`. */
const chained =
  <Given extends unknown[]>(act: (...given: Given) => void) =>
  (...given: Given): typeof Jest => {
    act(...given);
    return jest as typeof Jest;
  };

export const jest: Partial<typeof Jest> = {
  fn: mocker.fn.bind(mocker),
  spyOn: mocker.spyOn.bind(mocker),
  replaceProperty: mocker.replaceProperty.bind(mocker),
  mocked: mocker.mocked.bind(mocker),
  isMockFunction: mocker.isMockFunction.bind(mocker),
  clearAllMocks: chained(mocker.clearAllMocks.bind(mocker)),
  resetAllMocks: chained(mocker.resetAllMocks.bind(mocker)),
  restoreAllMocks: chained(mocker.restoreAllMocks.bind(mocker)),

  useFakeTimers: chained<Parameters<typeof Jest.useFakeTimers>>((config) => {
    timers.useFakeTimers(config as FakeTimersConfig);
  }),
  useRealTimers: chained(timers.useRealTimers.bind(timers)),
  setSystemTime: timers.setSystemTime.bind(timers),
  getRealSystemTime: timers.getRealSystemTime.bind(timers),
  now: timers.now.bind(timers),
  getTimerCount: timers.getTimerCount.bind(timers),
  clearAllTimers: timers.clearAllTimers.bind(timers),
  runAllTimers: timers.runAllTimers.bind(timers),
  runAllTimersAsync: timers.runAllTimersAsync.bind(timers),
  runOnlyPendingTimers: timers.runOnlyPendingTimers.bind(timers),
  runOnlyPendingTimersAsync: timers.runOnlyPendingTimersAsync.bind(timers),
  advanceTimersByTime: timers.advanceTimersByTime.bind(timers),
  advanceTimersByTimeAsync: timers.advanceTimersByTimeAsync.bind(timers),

  setTimeout: chained((timeoutMs) => {
    getState().testTimeout = timeoutMs;
  }),
};

/** What jest throws away with a test file's world is put back here: mocks and timers that a test left behind. */
export function restoreGlobals(): void {
  timers.useRealTimers();
  mocker.restoreAllMocks();
}
