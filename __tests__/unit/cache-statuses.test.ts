import { expect, it } from '@jest/globals';
import { isKnownStatus, knownSpelling, phaseOf } from '../../src/cache/statuses.js';

it.each([
  ['Preparing', 'in-progress', true],
  ['Creating', 'in-progress', true],
  ['Updating', 'in-progress', true],
  ['Ready', 'ready', true],
  ['Failed', 'failed', true],
  ['UpdateFailed', 'failed', true],
  ['Hibernating', 'in-progress', false],
  ['', 'in-progress', false],
  ['READY', 'ready', true],
  ['updatefailed', 'failed', true],
  [' Creating ', 'in-progress', true],
  ['Deleted', 'gone', true],
  ['DELETING', 'gone', true],
  ['Releasing', 'gone', true],
  ['Expired', 'gone', true],
  ['PendingDelete', 'gone', true],
  ['ToBeDeleted', 'gone', true],
  ['DELETE_COMPLETE', 'gone', true],
  ['Recycled', 'gone', true],
  ['Eliminated', 'gone', true],
  ['CreateFailed', 'failed', true],
  ['CREATE_FAILED', 'failed', true],
  ['DeleteFailed', 'failed', true],
  ['Error', 'failed', true],
  ['Canceled', 'failed', true],
  // Only what the table holds itself counts.
  ['constructor', 'in-progress', false],
  ['__proto__', 'in-progress', false],
  ['toString', 'in-progress', false],
])('%s is %s, known: %s', (status, standing, known) => {
  expect(phaseOf(status)).toBe(standing);
  expect(isKnownStatus(status)).toBe(known);
});

it.each([
  ['READY', 'Ready'],
  ['updateFailed', 'UpdateFailed'],
  ['Polishing', 'Polishing'],
  ['DELETED', 'DELETED'],
])('%s is spelled %s', (status, spelled) => {
  expect(knownSpelling(status)).toBe(spelled);
});
