import { ensureCache, type EnsureDeps } from '../../src/cache/ensure.js';
import { findCaches } from '../../src/cache/find.js';
import { withRetries as withCacheRetries } from '../../src/cache/retry.js';
import { ServiceError, type ImageCache, type ImageCacheService } from '../../src/cache/service.js';
import { CacheFailedError, waitUntilReady } from '../../src/cache/wait.js';
import type { Clock } from '../../src/clock.js';
import { stateIn } from '../../src/eip/content.js';
import type { Build, Content } from '../../src/eip/identity.js';
import { obtainAddress } from '../../src/eip/obtain.js';
import { releaseAddresses, type LeftBecause } from '../../src/eip/release.js';
import { withRetries } from '../../src/eip/retry.js';
import type { EipService } from '../../src/eip/service.js';
import { aQuery, aRequest, aServiceError, FINGERPRINT, FINGERPRINT_TAG, timeAt } from './caches.js';
import { naming } from './eip-model.js';
import { rememberedLog, type RememberedLog } from './log.js';

export const OWNER = 'github.com/123456';
export const CONTENT: Content = { fingerprint: FINGERPRINT, attempt: '' };
const QUERY = aQuery();
export const BUILD: Build = { ...CONTENT, owner: OWNER, generation: 0 };

/** Milliseconds since 1970 of the models' time. */
export const wallOf = (clock: Clock) => (): number => Date.parse(timeAt(0)) + clock.now();

export interface RunOfModel {
  readonly caches: ImageCacheService;
  readonly eips: EipService;
  readonly clock: Clock;
  readonly log?: RememberedLog;
}

export interface Ended {
  readonly cacheId: string;
  readonly status: 'Ready' | 'Failed';
  readonly left: readonly LeftBecause[];
}

/** A run with `eip-instance-id: auto`, as the action tells its story. */
export async function runWithAddress(run: RunOfModel): Promise<Ended> {
  const { clock, log = rememberedLog() } = run;
  const common = { clock, log, signal: undefined };
  const caches = withCacheRetries(run.caches, common);
  const eips = { service: withRetries(run.eips, common), wallNow: wallOf(clock), clock, log };
  const found = await findCaches(caches, QUERY);
  let allocationId: string | undefined;
  const eipFor: EnsureDeps['eipFor'] = async (generation, lookForCache) => {
    const obtained = await obtainAddress(
      { ...BUILD, generation },
      { ...eips, lookForCache, onAddress: () => undefined },
    );
    if ('allocationId' in obtained) allocationId = obtained.allocationId;
    return obtained;
  };
  // The model of the caches reads the address in their tags.
  const creating: ImageCacheService = {
    ...caches,
    create: (request, token) =>
      caches.create({ ...request, tags: [...request.tags, naming(request.eipInstanceId ?? 'none')] }, token),
  };
  const cache: ImageCache =
    found.usable ??
    (
      await ensureCache(
        {
          ...QUERY,
          chosenToken: undefined,
          request: (generation) =>
            aRequest({ imageCacheName: QUERY.nameOf(generation), tags: [FINGERPRINT_TAG] }),
        },
        { matches: found, seenAtMs: clock.now() },
        {
          ...common,
          service: creating,
          onCreated: () => undefined,
          onGone: () => undefined,
          makeRoom: () => Promise.resolve(false),
          showsAll: () => Promise.resolve(false),
          eipFor,
        },
      )
    ).cache;
  const status = await ending(cache, caches, clock, log);
  const left: LeftBecause[] = [];
  await releaseAddresses(
    OWNER,
    { ...CONTENT, allocationId },
    {
      ...eips,
      stateOf: async () => stateIn(await findCaches(caches, QUERY)),
      onReleased: () => undefined,
      onLeft: (_id, why) => void left.push(why),
    },
  );
  return { cacheId: cache.imageCacheId, status, left };
}

async function ending(
  cache: ImageCache,
  service: ImageCacheService,
  clock: Clock,
  log: RememberedLog,
): Promise<'Ready' | 'Failed'> {
  try {
    await waitUntilReady(cache, 3_600_000, { service, clock, log, query: QUERY, onStatus: () => undefined });
    return 'Ready';
  } catch (error) {
    if (error instanceof CacheFailedError) return 'Failed';
    throw error;
  }
}

/** The process is no more: no call of it gets through from then on. */
export class Killed extends Error {}

/** What befalls the calls of one run. */
export interface Misfortune {
  /** The call that it is killed at, counted from 1, and whether the service still acts. */
  readonly kill: { readonly nth: number; readonly acts: boolean } | undefined;
  /** For each call: what fails, and whether the service has acted by then. */
  readonly fault: () => 'before' | 'after' | undefined;
}

/** The services as this run sees them. */
export function befallen(
  { caches, eips }: Pick<RunOfModel, 'caches' | 'eips'>,
  { kill, fault }: Misfortune,
): Pick<RunOfModel, 'caches' | 'eips'> {
  let calls = 0;
  let isDead = false;
  const checkAlive = (): void => {
    if (isDead) throw new Killed();
  };
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    checkAlive();
    calls += 1;
    if (kill?.nth === calls) {
      isDead = true;
      // It goes out, and nobody hears the answer.
      if (kill.acts) void call().catch(() => undefined);
      throw new Killed();
    }
    const when = fault();
    if (when === 'before') throw lost();
    const answer = await call();
    checkAlive();
    if (when === 'after') throw lost();
    return answer;
  };
  return { caches: wrapped(caches, through), eips: wrapped(eips, through) };
}

function lost(): ServiceError {
  return aServiceError('transient', 'ConnectionLost');
}

function wrapped<S extends object>(service: S, through: <T>(call: () => Promise<T>) => Promise<T>): S {
  type Method = (...parameters: unknown[]) => Promise<unknown>;
  const methods = Object.entries(service as Record<string, Method>).map(([name, method]) => [
    name,
    (...parameters: unknown[]) => through(() => method(...parameters)),
  ]);
  return Object.fromEntries(methods) as S;
}
