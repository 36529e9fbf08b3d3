import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { NetworkError, TransientStatusError } from '../../src/registry/failures.js';
import { assertNotTransient, pauseAfter } from '../../src/registry/retries.js';
import { jumpingClock } from '../support/clock.js';
import { rememberedLog } from '../support/log.js';
import { anAnswer } from './support/answers.js';

const CUT = new NetworkError('it was cut', 'ECONNRESET');

describe('the pause after an attempt', () => {
  let chance = 0;
  beforeEach(() => {
    jest.spyOn(Math, 'random').mockImplementation(() => chance);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each<[number, Error, number, number]>([
    [1, CUT, 0, 500],
    [2, CUT, 0, 1000],
    [3, CUT, 0, 2000],
    [3, CUT, 0.5, 2500],
    [1, new TransientStatusError(503, undefined, ''), 0, 500],
    [1, new TransientStatusError(429, 7000, ''), 0, 7000],
    [2, new TransientStatusError(429, 7000, ''), 0.5, 8750],
  ])('%d, that failed with %p, is by chance %d: %d ms', async (attempt, error, random, waitMs) => {
    chance = random;
    const [clock, log] = [jumpingClock(), rememberedLog()];
    const tools = { clock, log, signal: new AbortController().signal };
    expect(await pauseAfter(error, attempt, 'ghcr.io, a layer', tools)).toBe(true);
    expect(clock.now()).toBe(waitMs);
    expect(log.infos).toEqual([
      `ghcr.io, a layer: ${error.message}; attempt ${attempt + 1} of 4 in ${(waitMs / 1000).toFixed(1)} s`,
    ]);
  });

  it.each<[string, number, Error, AbortSignal]>([
    ['the fourth', 4, CUT, new AbortController().signal],
    [
      'one that no other can better',
      1,
      new NetworkError('', 'CERT_HAS_EXPIRED'),
      new AbortController().signal,
    ],
    ['a cancel', 1, CUT, AbortSignal.abort()],
  ])('is none after %s', async (_, attempt, error, signal) => {
    const [clock, log] = [jumpingClock(), rememberedLog()];
    expect(await pauseAfter(error, attempt, 'ghcr.io', { clock, log, signal })).toBe(false);
    expect([clock.now(), log.infos]).toEqual([0, []]);
  });
});

describe('an answer', () => {
  it.each([200, 206, 302, 401, 404, 409, 499])('%d counts', async (status) => {
    await expect(assertNotTransient(anAnswer(status))).resolves.toBeUndefined();
  });

  it.each([408, 429, 500, 503])('%d asks for another try', async (status) => {
    const answer = anAnswer(status, 'busy', { 'retry-after': '5' });
    await expect(assertNotTransient(answer)).rejects.toMatchObject({
      status,
      retryAfterMs: 5000,
      detail: 'busy',
    });
  });
});
