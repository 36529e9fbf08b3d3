import {
  ServiceError,
  type CacheFilter,
  type CreateRequest,
  type ImageCache,
  type ImageCacheService,
  type Tag,
} from '../../src/cache/service.js';
import type { Clock } from '../../src/clock.js';
import { aCache, aServiceError, timeAt } from './caches.js';

/** A cache in the account, also after it is gone. */
export interface ModelCache {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly Tag[];
  readonly images: readonly string[];
  readonly createdAtMs: number;
  readonly token: string;
  /** What becomes of it; a test may change it. */
  fate: 'ready' | 'failed';
  deleted: boolean;
}

export interface ModelOptions {
  readonly clock: Clock;
  /** How long look-ups miss a new cache. */
  readonly lagMs?: () => number;
  /** The same for each look-up by itself, as if each met another replica: a cache that one shows, the next may miss. */
  readonly lookLagMs?: () => number;
  /** How long a call takes before the service acts, and again before the answer is there. */
  readonly latencyMs?: () => number;
  /** From its creation until Ready or Failed. */
  readonly buildMs?: number;
  readonly fateOf?: (index: number) => 'ready' | 'failed';
  readonly quota?: number;
  /** How long a client token is remembered; for ever by default. */
  readonly tokenKeptMs?: number;
  readonly uniqueNames?: boolean;
  /** Whether look-ups by tag show anything; true by default. */
  readonly findsByTag?: boolean;
  /** Throws what the call is to fail with, before or after the service has acted. */
  readonly fault?: (action: Action, when: 'before' | 'after') => void;
}

export type Action =
  | 'create'
  | 'findById'
  | 'findByName'
  | 'findByTag'
  | 'findMatching'
  | 'containerGroupEvents'
  | 'delete'
  | 'usage';

export interface ServiceModel extends ImageCacheService {
  readonly caches: ModelCache[];
  /** Every call that came in. */
  readonly calls: { readonly action: Action; readonly atMs: number }[];
  /** Those that exist and have not failed: what somebody pays for and can use. */
  living(): ModelCache[];
}

/**
 * The service by its vendor's documents: a client token is remembered for ever, with the parameters it came
 * with; look-ups lag behind creates; a cache is Preparing, Creating, then Ready or Failed.
 */
export function serviceModel(options: ModelOptions): ServiceModel {
  const { clock, fault, quota = Infinity, buildMs = 60_000 } = options;
  const lagMs = options.lagMs ?? (() => 0);
  const caches: (ModelCache & { readonly lagMs: number })[] = [];
  const memory = new Map<
    string,
    { readonly parameters: string; readonly id: string; readonly untilMs: number }
  >();
  const calls: { action: Action; atMs: number }[] = [];

  const call = async <T>(action: Action, act: () => T): Promise<T> => {
    calls.push({ action, atMs: clock.now() });
    if (options.latencyMs) await clock.sleep(options.latencyMs());
    fault?.(action, 'before');
    const answer = act();
    if (options.latencyMs) await clock.sleep(options.latencyMs());
    fault?.(action, 'after');
    return answer;
  };

  const statusOf = (cache: ModelCache): string => {
    const age = clock.now() - cache.createdAtMs;
    if (age >= buildMs) return cache.fate === 'ready' ? 'Ready' : 'Failed';
    return age >= buildMs / 2 ? 'Creating' : 'Preparing';
  };
  const shown = (): ImageCache[] => {
    const lookLagMs = options.lookLagMs?.() ?? 0;
    return caches
      .filter((cache) => !cache.deleted && clock.now() >= cache.createdAtMs + cache.lagMs + lookLagMs)
      .map((cache) =>
        aCache({
          imageCacheId: cache.id,
          imageCacheName: cache.name,
          containerGroupId: `eci-of-${cache.id}`,
          creationTime: timeAt(Math.floor(cache.createdAtMs / 1000)),
          status: statusOf(cache),
          images: cache.images,
          tags: cache.tags,
        }),
      );
  };

  const make = (request: CreateRequest, token: string): ModelCache => {
    const parameters = JSON.stringify(request);
    const remembered = memory.get(token);
    const known = remembered && clock.now() < remembered.untilMs ? remembered : undefined;
    if (known && known.parameters !== parameters) throw aServiceError('token-mismatch');
    const first = caches.find(({ id }) => id === known?.id);
    if (first) return first;
    if (caches.filter(({ deleted }) => !deleted).length >= quota)
      throw aServiceError('quota', 'QuotaExceeded', { quota: 'image-cache' });
    const taken = caches.some(({ name, deleted }) => !deleted && name === request.imageCacheName);
    if (options.uniqueNames && taken) throw aServiceError('name-taken');
    const cache = {
      id: `imc-${caches.length + 1}`,
      name: request.imageCacheName,
      tags: request.tags,
      images: request.images,
      createdAtMs: clock.now(),
      token,
      fate: options.fateOf?.(caches.length) ?? ('ready' as const),
      deleted: false,
      lagMs: lagMs(),
    };
    caches.push(cache);
    memory.set(token, { parameters, id: cache.id, untilMs: clock.now() + (options.tokenKeptMs ?? Infinity) });
    return cache;
  };

  return {
    caches,
    calls,
    living: () => caches.filter((cache) => !cache.deleted && statusOf(cache) !== 'Failed'),
    create: (request, token) =>
      call('create', () => {
        const { id } = make(request, token);
        return { imageCacheId: id, containerGroupId: `eci-of-${id}`, requestId: `R-${calls.length}` };
      }),
    find: (filter) =>
      call(lookUpOf(filter), () =>
        filter.tag && options.findsByTag === false ? [] : shown().filter((cache) => fits(cache, filter)),
      ),
    findMatching: ({ images }) =>
      call('findMatching', () =>
        shown().filter(
          (cache) => cache.status === 'Ready' && images.every((image) => cache.images.includes(image)),
        ),
      ),
    containerGroupEvents: () => call('containerGroupEvents', () => undefined),
    delete: (id) =>
      call('delete', () => {
        const cache = caches.find((one) => one.id === id && !one.deleted);
        if (!cache)
          throw new ServiceError(`${id} is gone`, { code: 'ImageCacheNotFound', kind: 'not-found' });
        cache.deleted = true;
      }),
    usage: () =>
      call('usage', () => ({
        maxImageCaches: quota,
        usedImageCaches: caches.filter(({ deleted }) => !deleted).length,
      })),
  };
}

/** The look-up by the key that it uses. */
export function lookUpOf(filter: CacheFilter): 'findById' | 'findByName' | 'findByTag' {
  if (filter.imageCacheId !== undefined) return 'findById';
  return filter.imageCacheName === undefined ? 'findByTag' : 'findByName';
}

function fits(cache: ImageCache, { imageCacheId, imageCacheName, tag }: CacheFilter): boolean {
  return (
    (imageCacheId ?? cache.imageCacheId) === cache.imageCacheId &&
    (imageCacheName ?? cache.imageCacheName) === cache.imageCacheName &&
    (!tag || cache.tags.some(({ key, value }) => key === tag.key && value === tag.value))
  );
}
