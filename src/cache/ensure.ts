import { ActionError } from '../errors.js';
import { decide, type Remedies, type Tried } from './decide.js';
import { allRepeated, cannotBeSeen, tokenUsedBefore } from './ensure-errors.js';
import { findCaches, holds, type CacheMatches, type CacheQuery } from './find.js';
import { FRESH_MS, lookFreshly } from './fresh.js';
import { clientToken, clientTokenFrom } from './identity.js';
import { Patience } from './patience.js';
import { ServiceError, type Created, type CreateRequest, type ImageCache } from './service.js';
import { lookUntil, sightingOf, type LookDeps, type Sighting } from './sighting.js';
import { phaseOf } from './statuses.js';

/** How many client tokens one run tries. */
const MOST_GENERATIONS = 10;
/** Caches that were made and that no look-up shows: a third one would not show either, and each is paid for. */
const MOST_UNSEEN = 2;

/** The cache that a run needs, whether it has to be made or not. */
export interface Wanted extends CacheQuery {
  /** The token that the user chose, if any. */
  readonly chosenToken: string | undefined;
  /** @param generation number of caches of this content that failed or are gone */
  request(generation: number): CreateRequest;
}

export interface EnsureDeps extends LookDeps, Remedies {
  /** Called as soon as the ID is known, before anything that can still fail. */
  onCreated(created: Created): void;
  /** Called if that cache turns out to hold different content, or not to exist. */
  onGone(created: Created): void;
  /**
   * Gets the EIP that a create of this generation is to name; left out where the request names what it needs itself.
   *
   * @param look shows the caches of the content, where this create is not needed any more
   * @returns its ID, or what `look` has shown
   */
  eipFor?(
    generation: number,
    look: () => Promise<CacheMatches | undefined>,
  ): Promise<{ readonly allocationId: string } | { readonly cache: CacheMatches }>;
}

export interface Ensured {
  readonly result: 'created' | 'joined' | 'reused';
  readonly cache: ImageCache;
}

/** What look-ups have shown, and when. */
export interface Seen {
  readonly matches: CacheMatches;
  /** By the run's clock. */
  readonly seenAtMs: number;
}

/** What is known so far. */
interface Search extends Tried {
  readonly wanted: Wanted;
  readonly deps: EnsureDeps;
  patience: Patience;
  matches: CacheMatches;
  seenAtMs: number;
  /** The highest generation whose name was looked for. */
  lookedUpTo: number;
  /** The one to ask for next. */
  generation: number;
  /** IDs that creates named and no look-up showed, most likely of new caches. */
  readonly unseen: string[];
  /** A create was answered with a cache that had failed before. */
  metFailed: boolean;
}

/**
 * Requests the cache until there is one. Any number of runs, retries and kills for one content leave one cache, if the
 * service keeps at least one of three promises: it remembers client tokens; look-ups by tag show the cache; look-ups by
 * name show it. So a create is sent only after a look by both, and repeated only with the same token. A
 * token whose cache has failed or is gone is used up, and so is its name: the next generation has its own.
 *
 * @throws ServiceError, or ActionError if asking again does not lead to a cache
 */
export async function ensureCache(wanted: Wanted, seen: Seen, deps: EnsureDeps): Promise<Ensured> {
  const search = startSearch(wanted, seen, deps);
  const last = search.generation + MOST_GENERATIONS;
  while (search.generation < last) {
    await lookIfStale(search);
    const found = joinable(search.matches) ?? (await askOnce(search));
    if (found) return found;
  }
  throw allRepeated();
}

function startSearch(wanted: Wanted, { matches, seenAtMs }: Seen, deps: EnsureDeps): Search {
  return {
    wanted,
    deps,
    patience: new Patience(deps.clock),
    conflicts: 0,
    madeRoom: false,
    matches,
    seenAtMs,
    lookedUpTo: 0,
    generation: matches.nextGeneration,
    unseen: [],
    metFailed: false,
  };
}

/**
 * What a look shows may call for the next generation: then its name is looked for, too, before it is asked for. But a
 * cache that can be used ends it: the next look may meet another replica, which does not show that cache yet.
 */
async function lookIfStale(search: Search): Promise<void> {
  const { deps, wanted, generation } = search;
  const isFresh = generation <= search.lookedUpTo && deps.clock.now() - search.seenAtMs < FRESH_MS;
  if (isFresh || search.matches.usable) return;
  const look = (): Promise<CacheMatches> => findCaches(deps.service, wanted, generation);
  take(await lookFreshly(look, deps.clock, ({ usable }) => usable !== undefined), generation, search);
  await lookIfStale(search);
}

/** Adds what a look has shown to what is known. */
function take(matches: CacheMatches, lookedUpTo: number, search: Search): void {
  search.matches = matches;
  search.seenAtMs = search.deps.clock.now();
  search.lookedUpTo = lookedUpTo;
  if (matches.nextGeneration > search.generation) goOnWith(matches.nextGeneration, search);
}

function goOnWith(generation: number, search: Search): void {
  search.generation = generation;
  search.patience = new Patience(search.deps.clock);
}

/** Sends one create, and does what its answer asks for; undefined if another one has to follow. */
async function askOnce(search: Search): Promise<Ensured | undefined> {
  const { wanted, deps, generation } = search;
  // Getting an EIP takes many calls: caches come and go meanwhile.
  const eip = await deps.eipFor?.(generation, async () => {
    const matches = await findCaches(deps.service, wanted, generation);
    return matches.usable || matches.nextGeneration > generation ? matches : undefined;
  });
  if (eip && 'cache' in eip) {
    take(eip.cache, generation, search);
    return joinable(eip.cache);
  }
  const request = { ...wanted.request(generation), ...(eip && { eipInstanceId: eip.allocationId }) };
  let created: Created;
  try {
    created = await deps.service.create(request, tokenFor(wanted, generation));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return afterRefusal(error, request.imageCacheName, search);
  }
  deps.onCreated(created);
  return afterCreate(created, search);
}

async function afterRefusal(
  refusal: ServiceError,
  name: string,
  search: Search,
): Promise<Ensured | undefined> {
  const { wanted, deps, generation } = search;
  const asked = { ...wanted, name, hasOwnEip: deps.eipFor !== undefined };
  const decision = await decide(refusal, asked, search, deps);
  if (decision.says !== '') deps.log.info(decision.says);
  if (decision.pauseMs !== undefined) await deps.clock.sleep(decision.pauseMs, deps.signal);
  const matches = await lookUntil(
    decision.lookMs,
    wanted,
    generation,
    deps,
    (seen) =>
      seen.usable !== undefined || seen.nextGeneration > generation || (decision.lookFor?.(seen) ?? false),
  );
  take(matches, generation, search);
  const found = joinable(matches);
  if (found ?? search.generation > generation) return found;
  const next = decision.otherwise(matches);
  if (next instanceof ActionError) throw next;
  if (next === 'next-generation') goOnWith(generation + 1, search);
  return undefined;
}

/** The cache that a create named may be new, remembered for the token, used up, or of different content. */
async function afterCreate(created: Created, search: Search): Promise<Ensured | undefined> {
  const { wanted, deps, generation } = search;
  const known = search.matches.failed.some(({ imageCacheId }) => imageCacheId === created.imageCacheId);
  const sighting = await sightingOf(created, wanted, generation, deps);
  const { cache, matches } = sighting;
  if (matches) take(matches, generation, search);
  if (cache && !holds(cache, wanted)) {
    deps.onGone(created);
    throw tokenUsedBefore(cache, wanted.chosenToken !== undefined);
  }
  if (cache && !isUsedUp(cache, known, sighting, search)) return { result: 'created', cache };
  const other = matches && joinable(matches);
  if (!cache && !other) await countUnseen(created, sighting, search);
  deps.onGone(created);
  if (other) return other;
  goOnWith(Math.max(search.generation, generation + 1), search);
  return undefined;
}

/** A cache that is already Failed at the first look is an old one: its token is remembered, and look-ups missed it. */
function isUsedUp(cache: ImageCache, known: boolean, { looks }: Sighting, search: Search): boolean {
  const { imageCacheId, status } = cache;
  const phase = phaseOf(status);
  if (phase === 'gone') {
    search.deps.log.info(
      `The service answered with ${imageCacheId}, which an earlier request made and which is ${status}. Requesting a new one.`,
    );
    return true;
  }
  if (phase !== 'failed' || (!known && (looks > 1 || search.metFailed))) return false;
  search.metFailed ||= !known;
  search.deps.log.info(
    `The service answered with ${imageCacheId}, which an earlier request made and which failed. Requesting a new one with the next client token.`,
  );
  return true;
}

/**
 * A create that named a cache which cannot be seen has made it, or was answered from memory with one that is gone. Only
 * where look-ups show all caches of the account is it certain that it is gone.
 *
 * @throws ActionError if another create might make another cache that nobody sees
 */
async function countUnseen(created: Created, { isNew }: Sighting, search: Search): Promise<void> {
  const { deps, unseen } = search;
  if (isNew || !(await deps.showsAll())) unseen.push(created.imageCacheId);
  if (isNew || unseen.length >= MOST_UNSEEN) throw cannotBeSeen(unseen, isNew);
  deps.log.info(
    `${created.imageCacheId} cannot be found by ID, tag or name: most likely an earlier request made it, and it was deleted since. Requesting a new one.`,
  );
}

function tokenFor(wanted: Wanted, generation: number): string {
  if (wanted.chosenToken !== undefined) return clientTokenFrom(wanted.chosenToken, generation);
  return clientToken(wanted.fingerprint, generation, wanted.attempt);
}

function joinable({ usable }: CacheMatches): Ensured | undefined {
  return usable && { result: resultFor(usable), cache: usable };
}

/** What the outputs call a cache that was found, not made. */
export function resultFor(cache: ImageCache): 'reused' | 'joined' {
  return phaseOf(cache.status) === 'ready' ? 'reused' : 'joined';
}
