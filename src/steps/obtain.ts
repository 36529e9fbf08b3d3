import { ensureCache, resultFor, type Ensured, type Seen } from '../cache/ensure.js';
import {
  isTransient,
  ServiceError,
  type ImageCache,
  type ImageCacheService,
  type Usage,
} from '../cache/service.js';
import { ActionError } from '../errors.js';
import type { Inputs } from '../inputs/types.js';
import { cacheFacts } from './cache-facts.js';
import type { RunDeps } from './deps.js';
import type { Inspection } from './inspect.js';
import { leftBuilding } from './left-building.js';
import type { Plan } from './plan.js';
import { decideSize } from './size.js';
import { makeRoom } from './tidy.js';

/** Above this share of the quota, the next releases are at risk. */
const QUOTA_NEARLY_USED = 0.9;
const QUOTA_PATIENCE_MS = 5_000;

export function useExisting(cache: ImageCache, { log }: RunDeps): Ensured {
  const result = resultFor(cache);
  log.info(
    result === 'reused'
      ? `Reusing ${cache.imageCacheId}: it is Ready and holds these images.`
      : `Joining ${cache.imageCacheId}: another run asked for it, and it is being built (${cache.status}).`,
  );
  return { result, cache };
}

export async function createCache(
  inputs: Inputs,
  plan: Plan,
  inspection: Inspection,
  seen: Seen,
  deps: RunDeps,
): Promise<Ensured> {
  const { note, log, buildEip } = deps;
  const [size, usage] = await Promise.all([decideSize(inspection, inputs, deps), usageOf(deps)]);
  if (usage) warnOfQuota(usage, deps);
  note(size);
  const wanted = {
    ...plan.query,
    chosenToken: inputs.clientToken,
    request: (generation: number) => plan.request(size.imageCacheSizeGiB, generation),
  };
  const work = ensureCache(wanted, seen, {
    ...deps,
    service: notingCreates(deps),
    onCreated: ({ imageCacheId, containerGroupId, requestId }) => {
      note({ imageCacheId, containerGroupId, requestId });
      log.info(`Requested ${imageCacheId} (request ID ${requestId}).`);
    },
    onGone: () => {
      note({ imageCacheId: undefined, containerGroupId: undefined, requestId: undefined });
    },
    makeRoom: () => makeRoom(plan, inputs.keepLatest, deps),
    showsAll: () => showsAll(inputs, deps),
    ...(buildEip && { eipFor: (...asked) => buildEip.eipFor(...asked) }),
  });
  try {
    return await work;
  } catch (error) {
    const failure = leftBuilding(error, deps);
    if (error instanceof ActionError) await buildEip?.afterRefusal(error);
    throw failure;
  } finally {
    // A cancel reports whether one may have been made.
    if (!deps.signal?.aborted) note({ creating: false });
  }
}

/** Records whether a create is under way, or may be although its answer was lost: a cancel waits for it. */
function notingCreates({ service, note, signal, buildEip }: RunDeps): ImageCacheService {
  return {
    ...service,
    create: async (request, clientToken) => {
      // A cancelled run that has reported no cache must not create one.
      signal?.throwIfAborted();
      note({ creating: true });
      try {
        const created = await service.create(request, clientToken);
        buildEip?.markUsed();
        note({ creating: false });
        return created;
      } catch (error) {
        if (!(error instanceof ServiceError) || error.mayHaveActed) buildEip?.markUsed();
        if (!isTransient(error)) note({ creating: false });
        throw error;
      }
    },
  };
}

/** Notes which cache it is; from here on a failure can name it. */
export function announce({ result, cache }: Ensured, { note, record }: RunDeps): void {
  const created = result === 'created';
  note({
    result,
    ...cacheFacts(cache),
    imageCacheSizeGiB: cache.imageCacheSizeGiB ?? record.imageCacheSizeGiB,
    containerGroupId: created ? record.containerGroupId : undefined,
    requestId: created ? record.requestId : undefined,
  });
}

/** Undefined if it cannot be read soon: it is not worth failing or waiting for. */
async function usageOf({ service, clock, log }: RunDeps): Promise<Usage | undefined> {
  try {
    return (await Promise.race([service.usage(), clock.sleep(QUOTA_PATIENCE_MS)])) ?? undefined;
  } catch (error) {
    log.debug(`The quota cannot be read (this needs eci:ListUsage): ${String(error)}`);
    return undefined;
  }
}

/**
 * Whether look-ups show as many caches as the account has; undefined if that is not known. Nothing against nothing
 * proves nothing: a look-up that cannot see shows none, and a count may be late. Nor does a look-up of one resource
 * group: the account is counted as a whole.
 */
async function showsAll({ resourceGroupId }: Inputs, deps: RunDeps): Promise<boolean | undefined> {
  if (resourceGroupId !== undefined) return undefined;
  try {
    const [usage, shown] = await Promise.all([usageOf(deps), deps.service.find({})]);
    if (!usage || usage.usedImageCaches === 0) return undefined;
    return shown.length === usage.usedImageCaches;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return undefined;
  }
}

/** A warning before a release fails because of the quota. */
function warnOfQuota({ usedImageCaches, maxImageCaches }: Usage, { log }: RunDeps): void {
  if (usedImageCaches < maxImageCaches * QUOTA_NEARLY_USED) return;
  log.warning(
    `${usedImageCaches} of ${maxImageCaches} image caches of this account and region are in use. Set keep-latest or retention-days, or raise the quota, before releases start to fail.`,
  );
}
