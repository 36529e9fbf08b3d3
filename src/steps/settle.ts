import { resultFor, type Ensured } from '../cache/ensure.js';
import type { ImageCache } from '../cache/service.js';
import { CacheFailedError, waitUntilReady } from '../cache/wait.js';
import { ActionError } from '../errors.js';
import type { Inputs } from '../inputs/types.js';
import { awaitReady } from './await-ready.js';
import type { RunDeps } from './deps.js';
import { warnOfExpiry } from './expiry.js';
import { announce } from './obtain.js';
import type { Plan } from './plan.js';
import { lookOnceMore } from './surplus.js';

/**
 * Waits until the cache is Ready, then looks once more: if another run has made one too, all runs switch to the
 * same one, which may still have to become Ready.
 *
 * @returns the cache that every run uses, Ready
 * @throws what awaitReady throws
 */
export async function settle(
  { cache }: Ensured,
  plan: Plan,
  inputs: Inputs,
  deps: RunDeps,
): Promise<ImageCache> {
  warnOfExpiry(inputs, deps);
  const endMs = deps.clock.now() + inputs.waitTimeoutMinutes * 60_000;
  const ready = await awaitReady(cache, plan, inputs.waitTimeoutMinutes * 60_000, deps);
  for (;;) {
    const chosen = (await lookOnceMore(plan, ready, deps)) ?? ready;
    if (chosen.imageCacheId === ready.imageCacheId) return ready;
    deps.log.info(`Switching to ${chosen.imageCacheId} (${chosen.status}), the cache that every run uses.`);
    try {
      const other = await waitUntilReady(chosen, Math.max(0, endMs - deps.clock.now()), {
        ...deps,
        query: plan.query,
        onStatus: () => undefined,
      });
      announce({ result: resultFor(chosen), cache: other }, deps);
      return other;
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      deps.log.warning(`${error.message} Staying with ${ready.imageCacheId}, which is Ready.`);
      // One that has failed is out of the question from now on; another one may be the oldest then.
      if (!(error instanceof CacheFailedError)) return ready;
    }
  }
}

/** The same without a wait: a cache that was just created may not be the only one. */
export async function settleAtOnce(obtained: Ensured, plan: Plan, deps: RunDeps): Promise<ImageCache> {
  if (obtained.result !== 'created') return obtained.cache;
  const chosen = await lookOnceMore(plan, obtained.cache, deps);
  if (!chosen || chosen.imageCacheId === obtained.cache.imageCacheId) return obtained.cache;
  announce({ result: resultFor(chosen), cache: chosen }, deps);
  return chosen;
}
