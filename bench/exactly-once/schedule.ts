import { makeKill, type Kill } from './kills.js';
import { diceFor, type Dice } from './random.js';

/**
 * What happens in one schedule, made from its seed alone. Times that end in `Ms` are the service's, which runs
 * `SPEED` times as fast as the wall clock; those in `WallMs` are the wall clock's.
 */
export interface Schedule {
  readonly seed: number;
  readonly acts: readonly Act[];
  /** Builds that fail before one succeeds. */
  readonly failures: number;
  /** Part of the requests to the service that something happens to, in the storm. */
  readonly faultPart: number;
  readonly registryFaults: boolean;
  readonly lookUps: LookUps;
  readonly service: ServiceRules;
  readonly temporaryLogins: boolean;
  /** The runs differ in inputs that say nothing of the content. */
  readonly unlikeInputs: boolean;
  readonly reuse: boolean;
  readonly clientToken: string;
  readonly keepLatest: string;
  /** See surroundings.ts. */
  readonly everything: boolean;
  /** The rules of the addresses where the runs have `eip-instance-id: auto`. */
  readonly eip: EipRules | undefined;
}

/** What no document says of the address of a build. */
export interface EipRules {
  /** How long look-ups do not show a new address. */
  readonly lagMs: number;
  /** How old the statuses are that look-ups show. */
  readonly statusLagMs: number;
  readonly tokenKeptMs: number | undefined;
  /** From a create until its address shows that it is taken, and from the end of the build until it is free. */
  readonly untakenMs: number;
  readonly heldMs: number;
}

/** How far look-ups lag behind creates. */
export interface LookUps {
  readonly mostLagMs: number;
  /** Every look-up has a lag of its own, as if it met another replica; otherwise every cache has one. */
  readonly replicas: boolean;
}

/** What no document says of the service: any of it may be so. */
export interface ServiceRules {
  /** How long a client token is remembered; undefined for ever. */
  readonly tokenKeptMs: number | undefined;
  readonly mismatch: readonly [status: number, code: string];
  readonly conflict: readonly [status: number, code: string];
  /** The first create fails, and its token with it. */
  readonly firstTokenFails: boolean;
  readonly uniqueNames: boolean;
  /** Look-ups show only the resource group that they name, and every run names one. */
  readonly groupScoped: boolean;
  /** The index that lags behind the others, beside what each cache lags. */
  readonly indexLags: Readonly<Partial<Record<'id' | 'tag' | 'name', number>>>;
}

export type Act =
  /** Runs that start together, most of which are killed. */
  | { readonly kind: 'storm'; readonly runs: number }
  /** Undisturbed by kills, so many at once, again and again until all of them succeed. */
  | { readonly kind: 'succeed'; readonly runs: number }
  /** Somebody deletes every cache of the content. The service still remembers the client tokens. */
  | { readonly kind: 'delete' };

/** One process. */
export interface RunPlan {
  /** 0 for the first process of the schedule. */
  readonly index: number;
  readonly startAfterWallMs: number;
  readonly kill: Kill | undefined;
  readonly faultPart: number;
  /** Inputs besides those that all runs share. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly login: number;
}

/**
 * A process starts in 0.4 s, so 24 s of the service pass; a client gives a lagging look-up 120 s, so 2 s. Builds
 * and lags are made to match.
 */
export const SPEED = 60;
/** Temporary logins to choose from: few, so that some runs have the same. */
export const LOGINS = 3;
const SHORTEST_BUILD_MS = 15_000;
const LONGEST_BUILD_MS = 120_000;

/**
 * @param everything switches on whatever the action has; what befalls it is the same
 * @param withEip gives every run `eip-instance-id: auto`; otherwise a third of the schedules have it
 */
export function makeSchedule(seed: number, everything = false, withEip = false): Schedule {
  const dice = diceFor(seed);
  const service = makeService(diceFor(seed, 0, 0, 3));
  const schedule = {
    seed,
    acts: makeActs(dice),
    failures: dice.oneOf([0, 0, 0, 0, 1, 1, 2]),
    faultPart: dice.oneOf([0, 0.1, 0.25, 0.4]),
    registryFaults: dice.chance(0.3),
    // A client may take a cache for gone after 120 s: the lag stays well below.
    lookUps: makeLookUps(dice, service),
    service,
    temporaryLogins: dice.chance(0.4),
    unlikeInputs: dice.chance(0.4),
    reuse: !dice.chance(0.1),
    clientToken: dice.chance(0.1) ? `chosen-by-the-user-${seed}` : '',
    keepLatest: dice.chance(0.25) || everything ? '1' : '',
    everything,
    eip: makeEip(diceFor(seed, 0, 0, 4), withEip),
  };
  return { ...schedule, ...possible(schedule) };
}

function makeEip(dice: Dice, always: boolean): EipRules | undefined {
  if (!dice.chance(1 / 3) && !always) return undefined;
  return {
    // A spare address that is shown only after the last run has ended is beyond what that run can know.
    lagMs: dice.oneOf([0, 0, 5_000, 15_000]),
    statusLagMs: dice.oneOf([0, 0, 5_000]),
    tokenKeptMs: dice.oneOf([undefined, undefined, 10_000, 0]),
    untakenMs: dice.oneOf([0, 3_000, 20_000]),
    heldMs: dice.oneOf([0, 10_000, 60_000]),
  };
}

/** Where neither the token is remembered nor look-ups show the cache, nothing could prevent a second one. */
function makeLookUps(dice: Dice, { tokenKeptMs }: ServiceRules): LookUps {
  const lookUps = { mostLagMs: dice.oneOf([0, 10_000, 40_000, 75_000]), replicas: dice.chance(0.3) };
  return tokenKeptMs === undefined ? lookUps : { mostLagMs: 0, replicas: false };
}

const MISMATCHES: readonly [ServiceRules['mismatch'], ...ServiceRules['mismatch'][]] = [
  [400, 'IdempotentParameterMismatch'],
  [400, 'IdempotenceParamNotMatch'],
  [403, 'InvalidIdempotenceParameter.Mismatch'],
];
const CONFLICTS: readonly [ServiceRules['conflict'], ...ServiceRules['conflict'][]] = [
  [409, 'OperationConflict'],
  [403, 'IdempotentProcessing'],
  [403, 'LastTokenProcessing'],
  [400, 'OperationFailed.LastTokenProcessing'],
];

function makeService(dice: Dice): ServiceRules {
  const tokenKeptMs = dice.oneOf([undefined, undefined, undefined, 10_000, 0]);
  const lagMs = dice.oneOf([10_000, 40_000, 600_000]);
  const index = dice.oneOf(['id', 'tag', 'name', undefined, undefined]);
  return {
    tokenKeptMs,
    mismatch: dice.oneOf(MISMATCHES),
    conflict: dice.oneOf(CONFLICTS),
    firstTokenFails: dice.chance(0.15),
    uniqueNames: dice.chance(0.4),
    groupScoped: dice.chance(0.3),
    indexLags: index === undefined ? {} : { [index]: lagMs },
  };
}

/**
 * What has to be otherwise so that a run can succeed after a deletion. Where the user chose the token, a deleted cache of
 * it can only be had again by the same request. And where look-ups show one resource group only, nobody can tell two
 * deleted caches that remembered tokens name from two that do not show: a run asks for no third one.
 */
function possible({
  acts,
  service,
  clientToken,
  temporaryLogins,
  unlikeInputs,
}: Schedule): Partial<Schedule> {
  if (!acts.some(({ kind }) => kind === 'delete')) return {};
  const runsDiffer = temporaryLogins || unlikeInputs;
  return { service: { ...service, groupScoped: false }, clientToken: runsDiffer ? '' : clientToken };
}

function makeActs(dice: Dice): Act[] {
  const storms = Array.from({ length: dice.oneOf([1, 1, 2, 2, 3]) }, () => makeStorm(dice));
  const end: Act = { kind: 'succeed', runs: dice.oneOf([1, 1, 2]) };
  if (!dice.chance(0.25)) return [...storms, end];
  const again = dice.chance(0.6) ? [makeStorm(dice)] : [];
  return [...storms, { kind: 'succeed', runs: 1 }, { kind: 'delete' }, ...again, end];
}

function makeStorm(dice: Dice): Act {
  return { kind: 'storm', runs: dice.oneOf([1, 1, 2, 2, 3]) };
}

/** The plan of one process; `disturbed` is what tells the storm from what comes after it. */
export function planRun(schedule: Schedule, index: number, disturbed: boolean): RunPlan {
  const dice = diceFor(schedule.seed, index + 1);
  return {
    index,
    startAfterWallMs: dice.chance(0.5) ? 0 : dice.between(0, 400),
    kill: disturbed && dice.chance(0.75) ? makeKill(dice, schedule.eip !== undefined) : undefined,
    faultPart: disturbed ? schedule.faultPart : schedule.faultPart / 4,
    inputs: schedule.unlikeInputs ? dice.oneOf(INPUTS) : INPUTS[0],
    login: schedule.temporaryLogins ? dice.between(0, LOGINS - 1) : 0,
  };
}

/** They differ in what the request says, not in what the cache holds. */
const INPUTS: readonly [RunPlan['inputs'], ...RunPlan['inputs'][]] = [
  { 'vswitch-id': 'vsw-uf6h3rbwbm90urjwa000' },
  { 'vswitch-id': 'vsw-uf6h3rbwbm90urjwa111' },
  { 'vswitch-id': 'vsw-uf6h3rbwbm90urjwa000', 'image-cache-size': '30' },
];

/** How one build goes; `number` is 1 for the first cache of the schedule. */
export function planBuild(
  { seed, failures, lookUps }: Schedule,
  number: number,
): { readonly fails: boolean; readonly buildMs: number; readonly lagMs: number } {
  const dice = diceFor(seed, 0, number);
  return {
    fails: number <= failures,
    buildMs: dice.between(SHORTEST_BUILD_MS, LONGEST_BUILD_MS),
    lagMs: dice.between(0, lookUps.mostLagMs),
  };
}

/** How far this look-up lags, where every one has a lag of its own. */
export function lagOfLookUp({ seed, lookUps }: Schedule, run: number, nth: number): number {
  return diceFor(seed, run + 1, nth, 2).between(0, lookUps.mostLagMs);
}
