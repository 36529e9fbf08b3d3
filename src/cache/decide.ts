import { ActionError } from '../errors.js';
import { GONE_AFTER_MS, holds, type CacheMatches, type CacheQuery } from './find.js';
import type { Patience } from './patience.js';
import type { ServiceError } from './service.js';
import { BUILDING_UNSEEN_MS, type LookDeps } from './sighting.js';

/** How long another call for the same cache may take to show it. */
const CONFLICT_LASTS_MS = 30_000;
/** Calls that conflict for longer than this are stuck. */
const MOST_CONFLICTS = 4;
/** InvalidAllocationId.NotFound, InvalidEipInstanceId.NotFound: about the EIP that a create names. */
const OF_THE_EIP = /Eip|AllocationId/i;
/** The service that has allocated an EIP is not the one that is asked to use it. */
const EIP_SHOWS_MS = 10_000;

/** What to do about a refusal. */
export interface Decision {
  readonly says: string;
  /** Wait so long before the first look. */
  readonly pauseMs?: number;
  /** Look so long for a cache of the content… */
  readonly lookMs: number;
  /** …or for this. */
  readonly lookFor?: (matches: CacheMatches) => boolean;
  /** What follows where none shows that can be used, and the generation is not used up. */
  readonly otherwise: (matches: CacheMatches) => 'ask-again' | 'next-generation' | ActionError;
}

export interface Remedies extends Pick<LookDeps, 'showsAll'> {
  /** Makes room when the quota of image caches is exhausted; false if nothing could be removed. */
  makeRoom(): Promise<boolean>;
}

/** What has been tried within this run. */
export interface Tried {
  readonly patience: Patience;
  conflicts: number;
  madeRoom: boolean;
}

/** What a request was for. */
export interface Asked extends CacheQuery {
  readonly chosenToken: string | undefined;
  readonly name: string;
  /** The request named an EIP of its own, so that it differs from the one before even if the inputs are the same. */
  readonly hasOwnEip: boolean;
}

/**
 * What follows a refused create. Every path starts with a look-up: whatever the service says, this request or another
 * run may have made the cache.
 *
 * @throws the refusal where nothing can be done about it
 */
export async function decide(
  refusal: ServiceError,
  asked: Asked,
  tried: Tried,
  deps: Remedies,
): Promise<Decision> {
  const again = tried.patience.after(refusal, 'CreateImageCache');
  if (again) return { ...again, lookMs: 0, otherwise: () => 'ask-again' };
  const unlessStuck = () => (tried.conflicts < MOST_CONFLICTS ? 'ask-again' : refusal);
  if (asked.hasOwnEip && OF_THE_EIP.test(refusal.code) && ['permanent', 'not-found'].includes(refusal.kind)) {
    tried.conflicts += 1;
    return {
      says: `${refusal.message} Looking at the EIP again.`,
      pauseMs: EIP_SHOWS_MS,
      lookMs: 0,
      otherwise: unlessStuck,
    };
  }
  switch (refusal.kind) {
    case 'conflict':
      tried.conflicts += 1;
      return {
        says: `Another run has asked for the same cache (${refusal.code}). Looking for it.`,
        lookMs: CONFLICT_LASTS_MS,
        otherwise: unlessStuck,
      };
    case 'token-mismatch':
      return {
        says: `Another run has asked for the same cache (${refusal.code}). Looking for it.`,
        lookMs: await timeToShow(deps),
        // A token that the user chose is not replaced silently.
        otherwise: () => (asked.chosenToken === undefined || asked.hasOwnEip ? 'next-generation' : refusal),
      };
    case 'token-failed':
      return {
        says: `An earlier request with this client token failed, and the service repeats that answer (${refusal.code}). Taking the next token.`,
        lookMs: 0,
        otherwise: () => 'next-generation',
      };
    case 'name-taken':
      return {
        says: `The name ${asked.name} is taken (${refusal.code}). Looking for the cache that has it.`,
        lookMs: await timeToShow(deps),
        lookFor: (matches) => holderOf(asked.name, matches) !== undefined,
        otherwise: (matches) => afterTakenName(refusal, asked, matches),
      };
    case 'quota':
      if (refusal.quota === 'image-cache' && !tried.madeRoom) {
        tried.madeRoom = true;
        if (await deps.makeRoom()) return { says: '', lookMs: 0, otherwise: () => 'ask-again' };
      }
  }
  throw refusal;
}

/** How long a cache that must be there may take to show: longer if the account has more caches than look-ups show. */
async function timeToShow(deps: Remedies): Promise<number> {
  return (await deps.showsAll()) === false ? BUILDING_UNSEEN_MS : GONE_AFTER_MS;
}

function holderOf(name: string, { all }: CacheMatches): CacheMatches['all'][number] | undefined {
  return all.find(({ imageCacheName }) => imageCacheName === name);
}

function afterTakenName(
  refusal: ServiceError,
  asked: Asked,
  matches: CacheMatches,
): 'next-generation' | ActionError {
  const holder = holderOf(asked.name, matches);
  if (holder && (holds(holder, asked) || !asked.isNameChosen)) return 'next-generation';
  const who = holder
    ? `${holder.imageCacheId}, which holds ${holder.images.join(', ') || 'different content'}`
    : 'a cache that no look-up shows';
  const name = `${asked.isNameChosen ? 'Input image-cache-name: the' : 'The'} name ${asked.name}`;
  const hint = asked.isNameChosen
    ? 'Choose a name that no other release has, or leave image-cache-name out: a name is then made from repository, tag and content.'
    : 'Nothing else has this name, so the cache is most likely there: run this step again in a few minutes to join it. If it never appears, grant eci:DescribeImageCaches, set resource-group-id to the group that the credentials are limited to, or run with reuse: false.';
  return new ActionError(`${name} is taken by ${who}. ${refusal.message}`, { hint, cause: refusal });
}
