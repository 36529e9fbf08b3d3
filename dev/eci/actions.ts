import {
  type CacheIndex,
  type CacheRecord,
  describeCache,
  describeContainerGroup,
  existsAt,
  idOf,
  isListedAt,
  type Listing,
  statusAt,
} from './caches.js';
import { type ServiceClock } from './clock.js';
import { checkCreateLimits, grantedSizeGiB } from './limits.js';
import { type Flat, invalid, listOf, recordsOf } from './parameters.js';
import { type Matching, matchesImages, rankMatches, withoutMatch } from './matching.js';
import { type CachePlan } from './plans.js';
import { RpcError } from './rpc.js';

/** The account's caches and what the test decided about the service. */
export interface ServiceState {
  readonly clock: ServiceClock;
  readonly caches: CacheRecord[];
  /** What becomes of a new cache. */
  plan: (request: Flat, number: number) => CachePlan;
  /** How long look-ups do not show a new cache. */
  lagMs: number;
  maxImageCaches: number;
  /** Records on one page of DescribeImageCaches at most. */
  pageSize: number;
  /** A full page always has a NextToken, also where nothing follows. */
  emptyLastPage: boolean;
  readonly listing: Listing;
  /** A look-up shows only caches of the resource group that it names, and of the default group where it names none. */
  readonly groupScoped: boolean;
  /** How a look-up with MatchImage is answered. */
  matching: Matching;
  /** No two caches have one name. */
  readonly uniqueNames: boolean;
}

type Action = (state: ServiceState, flat: Flat) => object;

export const ACTIONS: Readonly<Record<string, Action>> = {
  CreateImageCache: createImageCache,
  DescribeImageCaches: describeImageCaches,
  DeleteImageCache: deleteImageCache,
  DescribeContainerGroupEvents: describeContainerGroupEvents,
  ListUsage: listUsage,
};

/** The caches that the service has now, in the order of their creation. */
export function existing({ caches, clock }: ServiceState): CacheRecord[] {
  return caches.filter((cache) => existsAt(cache, clock.now()));
}

function createImageCache(state: ServiceState, flat: Flat): object {
  checkCreateLimits(flat);
  checkName(state, flat);
  makeRoom(state);
  const number = state.caches.length + 1;
  const plan = state.plan(flat, number);
  const cache: CacheRecord = {
    imageCacheId: idOf('imc', String(number)),
    containerGroupId: idOf('eci', String(number)),
    imageCacheName: flat['ImageCacheName'] ?? '',
    regionId: flat['RegionId'] ?? '',
    sizeGiB: grantedSizeGiB(flat),
    images: listOf(flat, 'Image'),
    tags: recordsOf(flat, 'Tag').map(({ Key = '', Value = '' }) => ({ key: Key, value: Value })),
    flash: flat['Flash'] === 'true',
    eliminationStrategy: flat['EliminationStrategy'] ?? '',
    resourceGroupId: flat['ResourceGroupId'] ?? '',
    retentionDays: flat['RetentionDays'] === undefined ? undefined : Number(flat['RetentionDays']),
    createdAtMs: state.clock.now(),
    lagMs: plan.lagMs ?? state.lagMs,
    plan,
    parameters: flat,
  };
  state.caches.push(cache);
  return { ImageCacheId: cache.imageCacheId, ContainerGroupId: cache.containerGroupId };
}

/** Whether names have to be unique is not documented; the code is that of this vendor's other products. */
function checkName(state: ServiceState, flat: Flat): void {
  if (!state.uniqueNames) return;
  if (!existing(state).some(({ imageCacheName }) => imageCacheName === flat['ImageCacheName'])) return;
  throw new RpcError(400, 'ImageCacheName.Duplicated', 'The specified ImageCacheName already exists.');
}

/** At the quota the oldest cache with the strategy LRU goes; where there is none, the create is refused. */
function makeRoom(state: ServiceState): void {
  const present = existing(state);
  if (present.length < state.maxImageCaches) return;
  const now = state.clock.now();
  const [oldest] = present
    .filter((cache) => cache.eliminationStrategy === 'LRU' && statusAt(cache, now) === 'Ready')
    .sort((a, b) => a.createdAtMs - b.createdAtMs);
  if (!oldest) throw new RpcError(403, 'QuotaExceeded', 'ImageCache quota exceeded.');
  remove(oldest, 'LRU', now);
}

function remove(cache: CacheRecord, by: 'DeleteImageCache' | 'LRU', nowMs: number): void {
  cache.statusWhenDeleted = statusAt(cache, nowMs);
  cache.deletedBy = by;
  cache.deletedAtMs = nowMs;
}

function describeImageCaches(state: ServiceState, flat: Flat): object {
  const now = state.clock.now();
  const indexes = indexesOf(flat);
  const matching = state.caches
    .filter((cache) => isListedAt(cache, now, state.listing, indexes) && isInGroup(cache, flat, state))
    .filter(matcherOf(state.matching === 'ignored' ? withoutMatch(flat) : flat, now))
    .reverse();
  rankMatches(state.matching, flat, matching);
  const limit = Number(flat['Limit'] ?? state.pageSize);
  if (limit < 1) throw invalid('Limit', '1 or more');
  const size = Math.min(limit, state.pageSize);
  const rest = matching.slice(startOf(state, matching, flat['NextToken']));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = rest.length > size || (state.emptyLastPage && page.length === size);
  return {
    ImageCaches: page.map((cache) => describeCache(cache, now, state.listing)),
    TotalCount: matching.length,
    NextToken: last && more ? tokenAfter(state, last) : '',
  };
}

const INDEXES: Readonly<Record<CacheIndex, string>> = {
  id: 'ImageCacheId',
  tag: 'Tag.1.Key',
  name: 'ImageCacheName',
};

/** The indexes that a look-up goes by. */
function indexesOf(flat: Flat): CacheIndex[] {
  return (Object.keys(INDEXES) as CacheIndex[]).filter((index) => flat[INDEXES[index]]);
}

function isInGroup({ resourceGroupId }: CacheRecord, flat: Flat, { groupScoped }: ServiceState): boolean {
  return !groupScoped || resourceGroupId === (flat['ResourceGroupId'] ?? '');
}

/** A token names the record after which the next page starts, so that deletions do not shift it. */
function tokenAfter(state: ServiceState, cache: CacheRecord): string {
  return Buffer.from(`after ${state.caches.indexOf(cache)}`).toString('base64url');
}

function startOf(state: ServiceState, matching: readonly CacheRecord[], token: string | undefined): number {
  if (!token) return 0;
  const position = /^after (\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (position === undefined) throw invalid('NextToken', 'it is none of ours');
  const at = matching.findIndex((cache) => state.caches.indexOf(cache) < Number(position));
  return at < 0 ? matching.length : at;
}

type Filter = (cache: CacheRecord, flat: Flat, nowMs: number) => boolean;

const FILTERS: readonly Filter[] = [
  (cache, flat) => cache.regionId === flat['RegionId'],
  (cache, flat) => isUnsetOr(flat['ImageCacheId'], cache.imageCacheId),
  (cache, flat) => isUnsetOr(flat['ImageCacheName'], cache.imageCacheName),
  (cache, flat) => isUnsetOr(flat['ResourceGroupId'], cache.resourceGroupId),
  (cache, flat) => !flat['Image'] || cache.images.includes(flat['Image']),
  (cache, flat, nowMs) =>
    !flat['SnapshotId'] || flat['SnapshotId'] === describeCache(cache, nowMs)['SnapshotId'],
  matchesImages,
];

/** Whether a cache is among those that are asked for. */
function matcherOf(flat: Flat, nowMs: number): (cache: CacheRecord) => boolean {
  // Read once, and not for each of thousands of caches.
  const tags = recordsOf(flat, 'Tag');
  return (cache) =>
    FILTERS.every((filter) => filter(cache, flat, nowMs)) &&
    tags.every(({ Key, Value }) =>
      cache.tags.some(({ key, value }) => key === Key && (!Value || value === Value)),
    );
}

function isUnsetOr(wanted: string | undefined, actual: string): boolean {
  return !wanted || wanted === actual;
}

function deleteImageCache(state: ServiceState, flat: Flat): object {
  const cache = existing(state).find(
    ({ imageCacheId, regionId }) => imageCacheId === flat['ImageCacheId'] && regionId === flat['RegionId'],
  );
  if (!cache) {
    throw new RpcError(404, 'InvalidImageCacheId.NotFound', 'The specified ImageCacheId does not exist.');
  }
  remove(cache, 'DeleteImageCache', state.clock.now());
  return {};
}

function describeContainerGroupEvents(state: ServiceState, flat: Flat): object {
  const ids = parseIds(flat['ContainerGroupIds']);
  const now = state.clock.now();
  const since = flat['SinceSecond'];
  const data = existing(state)
    .filter((cache) => cache.regionId === flat['RegionId'])
    .filter(({ containerGroupId }) => ids?.includes(containerGroupId) ?? true)
    .slice(0, Number(flat['Limit'] ?? 200))
    .map((cache) =>
      describeContainerGroup(cache, now, {
        source: flat['EventSource'],
        sinceMs: since === undefined ? undefined : Number(since) * 1_000,
      }),
    );
  return { Data: data, TotalCount: data.length };
}

/** A JSON array in a string, at most 20 IDs. */
function parseIds(text: string | undefined): string[] | undefined {
  if (!text) return undefined;
  let ids: unknown;
  try {
    ids = JSON.parse(text);
  } catch {
    throw invalid('ContainerGroupIds', 'it is no JSON');
  }
  if (!Array.isArray(ids) || ids.length > 20 || ids.some((id) => typeof id !== 'string')) {
    throw invalid('ContainerGroupIds', 'it is no array of at most 20 IDs');
  }
  return ids as string[];
}

function listUsage(state: ServiceState): object {
  return {
    Attributes: {
      MaxImageCacheCount: state.maxImageCaches,
      UsedImageCacheCount: existing(state).length,
      MaxAutoImageCacheCount: 50,
      UsedAutoImageCacheCount: 0,
      MaxCpu: 1_000,
      UsedCpu: 2,
      MaxDataCacheCount: 50,
      UsedDataCacheCount: 0,
    },
  };
}
