import { ServiceError } from '../cache/service.js';
import { ActionError } from '../errors.js';
import type { RunDeps } from './deps.js';

/**
 * The failure of a call that came after the create, with what it leaves behind: expired credentials or a revoked policy
 * end the run, but not the build.
 */
export function leftBuilding(error: unknown, { record }: RunDeps): unknown {
  const { imageCacheId, creating } = record;
  if (!(error instanceof ServiceError)) return error;
  if (imageCacheId === undefined && !creating) return error;
  const left =
    imageCacheId === undefined
      ? 'A cache may have been created anyway: the answer to the create request was lost.'
      : `Image cache ${imageCacheId} was left alone and keeps building.`;
  const next = 'Then run this step again: it joins the cache, if there is one, and waits for it.';
  return new ActionError(`${error.message} ${left}`, {
    hint: [error.hint, imageCacheId === undefined ? next : next.replace(', if there is one,', '')]
      .filter(Boolean)
      .join(' '),
    cause: error,
  });
}
