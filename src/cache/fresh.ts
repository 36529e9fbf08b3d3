import type { Clock } from '../clock.js';

/** A look that is older than this is made again before anything is created: caches come and go meanwhile. */
export const FRESH_MS = 10_000;

/** A service that throttles may take longer for each look: then the last one has to do. */
const MOST_LOOKS = 3;

/**
 * Looks again where a look took so long that a part of its answer may be old: its parts are asked for at the same time,
 * and one may have had to be asked for again and again.
 *
 * @param isEnough whether the answer shows what was looked for, however old it is: the next look may miss it
 */
export async function lookFreshly<T>(
  look: () => Promise<T>,
  clock: Clock,
  isEnough: (answer: T) => boolean,
): Promise<T> {
  for (let looks = 1; ; looks += 1) {
    const askedAtMs = clock.now();
    const answer = await look();
    const isFresh = clock.now() - askedAtMs < FRESH_MS;
    if (isFresh || looks === MOST_LOOKS || isEnough(answer)) return answer;
  }
}
