import type { CacheMatches } from '../cache/find.js';
import { cachesOfGroup, cachesToDelete } from '../cache/prune.js';
import { printableRequest } from '../cache/request.js';
import type { Inputs } from '../inputs/types.js';
import { cacheFacts } from './cache-facts.js';
import type { RunDeps } from './deps.js';
import type { Inspection } from './inspect.js';
import type { Plan } from './plan.js';
import { decideSize } from './size.js';
import { reportKept } from './tidy.js';

/** dry-run: everything but the create, the wait and the deletions, which are only reported. */
export async function rehearse(
  inputs: Inputs,
  plan: Plan,
  inspection: Inspection,
  { usable, nextGeneration }: CacheMatches,
  deps: RunDeps,
): Promise<void> {
  const { log, note } = deps;
  note({ result: 'dry-run', ...(usable && cacheFacts(usable)) });
  if (usable) log.info(`Would use ${usable.imageCacheId} (${usable.status}), and create nothing.`);
  const size = await decideSize(inspection, inputs, deps);
  const eipInstanceId = await deps.buildEip?.rehearse(usable ? undefined : nextGeneration);
  const request = {
    ...plan.request(size.imageCacheSizeGiB, nextGeneration),
    ...(eipInstanceId !== undefined && { eipInstanceId }),
  };
  // Log and summary show the cache that is there, where one is; the sum behind the size is the request's.
  if (!usable) note({ imageCacheName: request.imageCacheName, ...size });
  log.info(usable ? 'Without it, this would be the request:' : 'This would be the request:');
  for (const line of printableRequest(request)) log.info(line);
  if (inputs.keepLatest !== undefined) {
    await rehearseRemoval(plan, inputs.keepLatest, usable?.imageCacheId, deps);
  }
}

async function rehearseRemoval(
  { owner }: Plan,
  keepLatest: number,
  usableId: string | undefined,
  deps: RunDeps,
): Promise<void> {
  const { service, log, note } = deps;
  // A cache that is yet to be made would be the newest; one that is being built would be Ready by then.
  const keep = usableId === undefined ? keepLatest - 1 : keepLatest;
  const caches = (await cachesOfGroup(service, owner)).map((cache) =>
    cache.imageCacheId === usableId ? { ...cache, status: 'Ready' } : cache,
  );
  const pruning = cachesToDelete(caches, owner, keep, usableId);
  reportKept(pruning, deps);
  const { old } = pruning;
  note({ wouldDelete: old.map(({ imageCacheId }) => imageCacheId) });
  log.info(`Would delete: ${old.map(({ imageCacheId }) => imageCacheId).join(', ') || 'nothing'}.`);
}
