import { lookFreshly } from '../cache/fresh.js';
import { Patience } from '../cache/patience.js';
import { ServiceError } from '../cache/service.js';
import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import type { Log } from '../report/log.js';
import { byAge, isFree, isReleasing, isUsable, newestTime, USABLE_MS } from './fate.js';
import {
  allocationOf,
  allocationToken,
  buildOf,
  isBare,
  isSameBuild,
  tagsOfBuild,
  type Build,
} from './identity.js';
import type { EipAddress, EipService } from './service.js';

/** Look-ups may lag behind allocations; one that is not shown for so long was released, and its token remembered. */
const UNSEEN_MEANS_GONE_MS = 120_000;
/** Whoever holds an address of this build is building its cache: look-ups should show that cache by then. */
const HELD_BY_OTHERS_MS = 300_000;
const LOOK_AGAIN_MS = 3_000;
/** How long another call with the same token may be in progress: each is looked for before the next one. */
const CONFLICT_MS = 5_000;
const MOST_CONFLICTS = 6;
/** How many tokens of released addresses one run tries. */
const MOST_TOKENS = 10;

/** An address that this run has allocated. */
export interface Mine {
  readonly allocationId: string;
  /** When, by the run's clock. */
  readonly sinceMs: number;
}

export interface ObtainDeps<Cache> {
  readonly service: EipService;
  readonly clock: Clock;
  /** Milliseconds since 1970, by the runner's clock. */
  readonly wallNow: () => number;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  /** What an earlier call for this build has allocated. */
  readonly mine?: Mine | undefined;
  /** A cache of the content that this run would use or join, if look-ups show one by now. */
  lookForCache(): Promise<Cache | undefined>;
  /** Called as soon as the ID is known, before anything that can still fail. */
  onAddress(allocationId: string, origin: 'allocated' | 'found'): void;
}

/** The free address of exactly this build that a create would name; undefined if it would allocate one. Changes nothing. */
export async function leftForBuild(
  build: Build,
  { service, wallNow }: Pick<ObtainDeps<unknown>, 'service' | 'wallNow'>,
): Promise<string | undefined> {
  const ofBuild = (await service.findByTags(tagsOfBuild(build))).filter((address) => isOf(build, address));
  const nowMs = newestTime(ofBuild, wallNow());
  return ofBuild.filter((address) => isUsable(address, nowMs) && isFree(address)).sort(byAge)[0]
    ?.allocationId;
}

/** An address that is free, to be handed to the create at once; or a cache of another run, which needs none. */
export type Obtained<Cache> = { readonly allocationId: string } | { readonly cache: Cache };

interface Search<Cache> {
  readonly build: Build;
  readonly deps: ObtainDeps<Cache>;
  /** Addresses that cannot be used. */
  readonly passedBy: Set<string>;
  /** What the last allocation answered. */
  mine: Mine | undefined;
  /** Tokens used up. */
  usedTokens: number;
  patience: Patience;
  conflicts: number;
  waitingFor: string;
  waitingSinceMs: number;
}

/**
 * Finds or allocates the address for one build. Any number of runs, retries and kills settle on one: an address of
 * the build is looked for before one is allocated, and again before a failed allocation is repeated; all runs
 * allocate with the same token; and of several, all take the oldest.
 *
 * @throws ServiceError if an address cannot be had, before anything is made where a permission is missing
 */
export async function obtainAddress<Cache>(build: Build, deps: ObtainDeps<Cache>): Promise<Obtained<Cache>> {
  const search: Search<Cache> = {
    build,
    deps,
    passedBy: new Set(),
    mine: deps.mine,
    usedTokens: 0,
    patience: new Patience(deps.clock),
    conflicts: 0,
    waitingFor: '',
    waitingSinceMs: 0,
  };
  let permission: Promise<void> | undefined = deps.service.checkMayRelease();
  while (search.usedTokens < MOST_TOKENS) {
    const look = () => Promise.all([candidates(search), deps.lookForCache(), permission]);
    const [addresses, cache] = await lookFreshly(look, deps.clock, ([, seen]) => seen !== undefined);
    permission = undefined;
    if (cache !== undefined) return { cache };
    const first = addresses[0];
    if (first && isFree(first)) return settleOn(first, search);
    if (first) await waitFor(first.allocationId, true, search);
    else if (search.mine === undefined) await allocate(search);
    else await waitFor(search.mine.allocationId, false, search);
  }
  throw new ActionError('The service answers every allocation with an EIP that is gone.', {
    hint: 'Release the EIPs named warm-image-cache-… in the VPC console, and run the step again.',
  });
}

/** Addresses of exactly this build that may be used, the oldest first: by tag, and by ID where it is known. */
async function candidates<Cache>(search: Search<Cache>): Promise<EipAddress[]> {
  const { build, deps, mine } = search;
  const [tagged, named] = await Promise.all([
    deps.service.findByTags(tagsOfBuild(build)),
    mine && deps.service.findById(mine.allocationId),
  ]);
  // Of two records of one address, the one that is not free counts: it may be the newer one.
  const records = [...tagged, ...(named ? [named] : [])].sort(
    (a, b) => Number(isFree(b)) - Number(isFree(a)),
  );
  const seen = new Map(records.map((one) => [one.allocationId, one]));
  const ofBuild = [...seen.values()].filter(
    (address) => isOf(build, address) || (address.allocationId === mine?.allocationId && isBare(address)),
  );
  const nowMs = newestTime(ofBuild, deps.wallNow());
  for (const address of ofBuild) {
    if (!isUsable(address, nowMs) && !isNew(address, search)) passBy(address.allocationId, search);
  }
  return ofBuild.filter(({ allocationId }) => !search.passedBy.has(allocationId)).sort(byAge);
}

/**
 * Whether this run has allocated it a short while ago. No look had shown it before that, so it is new, whatever its
 * time says: the clock of the runner may be ahead by more than an address is usable for.
 */
function isNew<Cache>(address: EipAddress, { mine, deps }: Search<Cache>): boolean {
  if (address.allocationId !== mine?.allocationId || isReleasing(address)) return false;
  return deps.clock.now() - mine.sinceMs < USABLE_MS;
}

function passBy<Cache>(allocationId: string, search: Search<Cache>): void {
  search.passedBy.add(allocationId);
  if (search.mine?.allocationId !== allocationId) return;
  search.mine = undefined;
  search.usedTokens += 1;
}

function isOf(build: Build, address: EipAddress): boolean {
  const its = buildOf(address, build.owner);
  return its !== undefined && isSameBuild(its, build);
}

function settleOn<Cache>({ allocationId }: EipAddress, { mine, deps }: Search<Cache>): Obtained<Cache> {
  if (allocationId !== mine?.allocationId) {
    deps.log.info(`Using the EIP ${allocationId}, which was allocated for this cache before.`);
    deps.onAddress(allocationId, 'found');
  }
  return { allocationId };
}

async function allocate<Cache>(search: Search<Cache>): Promise<void> {
  const { build, deps, passedBy } = search;
  deps.signal?.throwIfAborted();
  try {
    const allocationId = await deps.service.allocate(
      allocationOf(build),
      allocationToken(build, search.usedTokens),
    );
    if (passedBy.has(allocationId)) {
      search.usedTokens += 1;
      return;
    }
    search.mine = { allocationId, sinceMs: deps.clock.now() };
    deps.log.info(`Allocated the EIP ${allocationId} for the build.`);
    deps.onAddress(allocationId, 'allocated');
  } catch (error) {
    await afterFailure(error, search);
  }
}

/** What can be done about a failed allocation; the caller looks for its address before it is repeated. */
async function afterFailure<Cache>(error: unknown, search: Search<Cache>): Promise<void> {
  const { deps, patience } = search;
  if (!(error instanceof ServiceError)) throw error;
  if (error.kind === 'token-mismatch' || error.kind === 'token-failed') {
    search.usedTokens += 1;
    return;
  }
  const next = patience.after(error, 'AllocateEipAddress');
  if (next) {
    deps.log.info(next.says);
    await deps.clock.sleep(next.pauseMs, deps.signal);
    return;
  }
  search.conflicts += 1;
  if (error.kind !== 'conflict' || search.conflicts >= MOST_CONFLICTS) throw error;
  deps.log.info(`${error.message} Looking for the EIP before asking again.`);
  await deps.clock.sleep(CONFLICT_MS, deps.signal);
}

/** Waits a little until the address is shown and free; ignores it if that takes too long. */
async function waitFor<Cache>(allocationId: string, isShown: boolean, search: Search<Cache>): Promise<void> {
  const longestMs = isShown ? HELD_BY_OTHERS_MS : UNSEEN_MEANS_GONE_MS;
  const { clock, signal, log } = search.deps;
  if (search.waitingFor !== allocationId) {
    search.waitingFor = allocationId;
    search.waitingSinceMs = clock.now();
    log.info(`Waiting for the EIP ${allocationId} to become Available.`);
  }
  if (clock.now() - search.waitingSinceMs < longestMs) {
    await clock.sleep(LOOK_AGAIN_MS, signal);
    return;
  }
  if (isShown && allocationId === search.mine?.allocationId) throw neverFree(allocationId);
  log.info(`The EIP ${allocationId} cannot be used. Allocating another one.`);
  passBy(allocationId, search);
}

/** Another one would most likely fare no better, and each is paid for. */
function neverFree(allocationId: string): ActionError {
  return new ActionError(
    `The EIP ${allocationId}, which this run allocated, is not Available after ${HELD_BY_OTHERS_MS / 60_000} minutes, and no cache shows that is built by way of it.`,
    { hint: 'Look at its state in the VPC console, then run the step again.' },
  );
}
