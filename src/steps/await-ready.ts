import { diagnose } from '../cache/diagnose.js';
import type { ImageCache } from '../cache/service.js';
import { knownSpelling } from '../cache/statuses.js';
import { CacheFailedError, describeEvent, waitUntilReady } from '../cache/wait.js';
import { ActionError } from '../errors.js';
import type { RunDeps } from './deps.js';
import { leftBuilding } from './left-building.js';
import type { Plan } from './plan.js';

/**
 * Waits for Ready. @throws what waitUntilReady throws; for a cache that failed, an ActionError that says why.
 */
export async function awaitReady(
  cache: ImageCache,
  { query }: Plan,
  timeoutMs: number,
  deps: RunDeps,
): Promise<ImageCache> {
  try {
    return await waitUntilReady(cache, timeoutMs, {
      ...deps,
      query,
      onStatus: (status) => {
        deps.note({ status: knownSpelling(status) });
      },
    });
  } catch (error) {
    const failure =
      error instanceof CacheFailedError ? await explained(error, deps) : leftBuilding(error, deps);
    await deps.buildEip?.afterWait(error, cache);
    throw failure;
  }
}

async function explained(error: CacheFailedError, deps: RunDeps): Promise<ActionError> {
  const diagnosis = await diagnose(error.cache, deps.service, deps.explainEvent, deps.log);
  deps.note({ diagnosis });
  // The cache's own events were shown while it was waited for.
  const shown = new Set(error.cache.events.map(describeEvent));
  for (const event of diagnosis.events.filter((line) => !shown.has(line))) {
    deps.log.info(`Event of the build instance: ${event}`);
  }
  return new ActionError([error.message, diagnosis.cause].filter(Boolean).join(' '), {
    hint: diagnosis.hints.join(' '),
    cause: error,
  });
}
