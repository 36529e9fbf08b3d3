import { jest } from '@jest/globals';
import fc from 'fast-check';

/** Cases of each property: a short look by default, 10,000 with `npm run fuzz`. */
export const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);

jest.setTimeout(60_000 + RUNS * 100);

// FUZZ_SEED goes the way of a failure again: it is the seed that the failure printed.
const seed = process.env['FUZZ_SEED'];
fc.configureGlobal({ numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) });
