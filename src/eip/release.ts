import { isTransient } from '../cache/service.js';
import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import type { Log } from '../report/log.js';
import { fateOf, isFree, isReleasing, newestTime, type ContentState, type Fate } from './fate.js';
import { buildOf, isBare, tagsOfOwner, type Build, type Content } from './identity.js';
import type { EipAddress, EipService, ReleaseOutcome } from './service.js';

/** How long the instance of a finished build may take to let go of its address. */
const HELD_AFTER_BUILD_MS = 300_000;
const LOOK_AGAIN_MS = 5_000;
/** A create of another run that was answered before ours was refused shows its cache, or takes the address, by then. */
const OTHERS_SHOW_MS = 30_000;

/** Why an address is left. */
export type LeftBecause = 'held' | 'failed' | Exclude<Fate, 'release'>;

export interface ReleaseDeps {
  readonly service: EipService;
  readonly clock: Clock;
  /** Milliseconds since 1970, by the runner's clock. */
  readonly wallNow: () => number;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  /** Whether to wait until a finished build lets go of its address; true unless given. */
  readonly waits?: boolean | undefined;
  /** What look-ups show of the caches of this content now. */
  stateOf(content: Content): Promise<ContentState>;
  readonly onReleased: (allocationId: string) => void;
  /** An address of this run's content that could not be released yet; a later run will. */
  readonly onLeft: (allocationId: string, why: LeftBecause) => void;
}

/** The content of this run. */
export interface Own extends Content {
  /** The address that this run allocated or found for its build, if it did. */
  readonly allocationId?: string | undefined;
  /** What that address is for. */
  readonly build?: Build | undefined;
  /** The build that this run knows to be over, though look-ups may not show it: its cache is Ready, failed or gone, or was refused. */
  readonly over?: Build | undefined;
}

interface Left {
  readonly allocationId: string;
  readonly why: LeftBecause;
}

/** What has come of the releases so far. */
interface Tried {
  readonly gone: Set<string>;
  /** By allocation ID: why the last try failed. */
  readonly failed: Map<string, ActionError>;
}

/** An address of ours, and what happens to it. */
interface Judged {
  readonly address: EipAddress;
  readonly build: Build;
  readonly fate: Fate;
}

/**
 * Releases every address of the owner whose build is over: this run's own, those left by runs that never came back,
 * and surplus ones. Those of this run's own content are waited for until nothing holds them. Never one
 * without our tags, one of another owner, or one that is in use. A failure is a warning, and keeps none of the others.
 */
export async function releaseAddresses(owner: string, own: Own, deps: ReleaseDeps): Promise<void> {
  const end = deps.clock.now() + (deps.waits === false ? 0 : HELD_AFTER_BUILD_MS);
  const tried: Tried = { gone: new Set(), failed: new Map() };
  let hasLooked = false;
  try {
    for (;;) {
      const isLast = deps.clock.now() >= end;
      // A run without an address of its own does not wait for a service that it cannot reach at all.
      const mayFail = !isLast && (own.allocationId !== undefined || hasLooked);
      const left = await tryAll(owner, own, deps, tried, mayFail);
      hasLooked ||= left !== undefined;
      if (left && (isLast || !left.some((one) => mayChange(one, tried)))) {
        for (const { allocationId, why } of left) deps.onLeft(allocationId, why);
        return;
      }
      await deps.clock.sleep(LOOK_AGAIN_MS, deps.signal);
    }
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    deps.log.warning(`EIPs could not be released: ${error.message} ${error.hint ?? ''}`.trim());
    if (own.allocationId !== undefined) deps.onLeft(own.allocationId, 'failed');
  } finally {
    warnOfFailed(tried, deps);
  }
}

/** @returns what is left; undefined if it cannot be known for now, which is an error unless it `mayFail` */
async function tryAll(
  owner: string,
  own: Own,
  deps: ReleaseDeps,
  tried: Tried,
  mayFail: boolean,
): Promise<Left[] | undefined> {
  try {
    return await releaseFree(await judge(owner, own, deps, tried.gone), own, deps, tried);
  } catch (error) {
    if (!mayFail || !isTransient(error)) throw error;
    return undefined;
  }
}

function mayChange({ allocationId, why }: Left, { failed }: Tried): boolean {
  return why === 'held' || isTransient(failed.get(allocationId));
}

function warnOfFailed({ failed }: Tried, { log }: ReleaseDeps): void {
  const [first] = failed.values();
  if (!first) return;
  const which = [...failed.keys()].join(', ');
  log.warning(`EIPs could not be released (${which}): ${first.message} ${first.hint ?? ''}`.trim());
}

/**
 * This build is over: its create was refused, as every run's would be, so that its address built nothing; or its cache
 * is gone. Another run of the same content may have succeeded with it before, so the release waits for that.
 */
export async function releaseUnused(own: Own & { readonly over: Build }, deps: ReleaseDeps): Promise<void> {
  await deps.clock.sleep(OTHERS_SHOW_MS, deps.signal);
  await releaseAddresses(own.over.owner, own, deps);
}

/** Those that releaseAddresses would release now. Changes nothing. */
export async function releasable(owner: string, own: Own, deps: ReleaseDeps): Promise<string[]> {
  return (await judge(owner, own, deps))
    .filter(({ address, fate }) => fate === 'release' && isFree(address))
    .map(({ address }) => address.allocationId);
}

/** All addresses of the owner. The caches are looked up after them: what is free then, was so before. */
async function judge(
  owner: string,
  own: Own,
  deps: ReleaseDeps,
  gone: ReadonlySet<string> = new Set(),
): Promise<Judged[]> {
  const addresses = await ofOwner(owner, own, deps);
  const nowMs = newestTime(addresses, deps.wallNow());
  const states = new Map<string, Promise<ContentState>>();
  const judged: Judged[] = [];
  for (const { address, build, isShown } of withUnseen(addresses, owner, own, gone)) {
    const key = JSON.stringify([build.fingerprint, build.attempt]);
    const seen = states.get(key) ?? deps.stateOf(build);
    states.set(key, seen);
    const fate = fateOf(address, build, knowing(await seen, build, own), nowMs);
    if (isShown || fate === 'release') judged.push({ address, build, fate });
  }
  return judged;
}

/**
 * Those that carry the tags of a build; and this run's own where look-ups do not show it: that lags, or another run has
 * released it. The answer to its release tells.
 */
function withUnseen(
  addresses: readonly EipAddress[],
  owner: string,
  { allocationId, build }: Own,
  gone: ReadonlySet<string>,
): (Omit<Judged, 'fate'> & { readonly isShown: boolean })[] {
  const shown = addresses.flatMap((address) => {
    const isBareOwn = address.allocationId === allocationId && isBare(address);
    const its = isBareOwn ? build : buildOf(address, owner);
    return its ? [{ address, build: its, isShown: true }] : [];
  });
  const isKnown = allocationId === undefined || gone.has(allocationId);
  if (isKnown || !build || addresses.some((one) => one.allocationId === allocationId)) return shown;
  const unseen = { allocationId, status: 'Available', allocationTime: '', tags: [] };
  return [...shown, { address: unseen, build, isShown: false }];
}

/** By tag; this run's own by its ID as well, which is another index of the service's. */
async function ofOwner(
  owner: string,
  { allocationId }: Own,
  { service }: ReleaseDeps,
): Promise<EipAddress[]> {
  const [tagged, named] = await Promise.all([
    service.findByTags(tagsOfOwner(owner)),
    allocationId === undefined ? undefined : service.findById(allocationId),
  ]);
  const all = [...tagged, ...(named ? [named] : [])];
  return [...new Map(all.map((one) => [one.allocationId, one])).values()];
}

/** What this run knows beyond what look-ups show. */
function knowing(state: ContentState, build: Build, own: Own): ContentState {
  if (!own.over || !isOwn(build, own)) return state;
  return { ...state, generation: Math.max(state.generation, own.over.generation + 1) };
}

function isOwn(build: Build, own: Own): boolean {
  return build.fingerprint === own.fingerprint && build.attempt === own.attempt;
}

/** @returns those of this run's own content that are left for now */
async function releaseFree(
  judged: readonly Judged[],
  own: Own,
  deps: ReleaseDeps,
  tried: Tried,
): Promise<Left[]> {
  const left: Left[] = [];
  for (const { address, build, fate } of judged) {
    const why = fate === 'release' ? await releaseOne(address, deps, tried) : fate;
    if (why === undefined) {
      tried.gone.add(address.allocationId);
      continue;
    }
    deps.log.debug(`The EIP ${address.allocationId} (${address.status}) is left: ${why}.`);
    if (isOwn(build, own)) left.push({ allocationId: address.allocationId, why });
  }
  return left;
}

/** @returns why it is left; undefined if it is gone */
async function releaseOne(
  address: EipAddress,
  { service, log, onReleased }: ReleaseDeps,
  { failed }: Tried,
): Promise<'held' | 'failed' | undefined> {
  const { allocationId } = address;
  if (isReleasing(address)) return undefined;
  if (!isFree(address)) return 'held';
  const before = failed.get(allocationId);
  if (before && !isTransient(before)) return 'failed';
  let outcome: ReleaseOutcome;
  try {
    outcome = await service.release(allocationId);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    failed.set(allocationId, error);
    return 'failed';
  }
  failed.delete(allocationId);
  if (outcome === 'held') return 'held';
  onReleased(allocationId);
  log.info(
    outcome === 'released' ? `Released the EIP ${allocationId}.` : `The EIP ${allocationId} is gone already.`,
  );
  return undefined;
}
