import { existsAt, statusAt, type CacheRecord } from '../../dev/eci/caches.js';
import { timestamp } from '../../dev/eci/clock.js';
import { TAG_KEY } from '../../src/cache/identity.js';
import { addressProblems } from './addresses.js';
import type { Outcome } from './attempt.js';
import type { Traced, World } from './world.js';

/** All that is wrong after the last run; nothing where there is exactly one cache, and every run behaved. */
export function problemsOf(world: World, outcomes: readonly Outcome[], sinceMs: number): string[] {
  return [
    ...outcomes.flatMap(misbehaviourOf),
    ...wrongEnd(world, outcomes, sinceMs),
    ...overlaps(world),
    ...lostForeigners(world),
    ...addressProblems(world, (first, second) => isUnpreventable(first, second, world)),
  ];
}

/** A run that was not killed has to end by itself, say why where it failed, and be right where it succeeded. */
function misbehaviourOf({ plan, killedAt, exitCode, timedOut, errors, outputs }: Outcome): string[] {
  const run = `run ${plan.index}`;
  if (timedOut) return [`${run} did not end`];
  if (killedAt !== undefined) return [];
  const rules: readonly [isBroken: boolean, problem: string][] = [
    [exitCode !== 0 && exitCode !== 1, `${run} ended with exit code ${String(exitCode)}`],
    [exitCode === 1 && errors.length === 0, `${run} failed without a word`],
    [exitCode === 0 && outputs['status'] !== 'Ready', `${run} succeeded with a cache that is not Ready`],
    [exitCode === 0 && !outputs['image-cache-id'], `${run} succeeded without an image-cache-id`],
    [
      errors.some((error) => error.includes('Unexpected failure')),
      `${run} met a defect: ${errors.join(' ')}`,
    ],
  ];
  return rules.flatMap(([isBroken, problem]) => (isBroken ? [problem] : []));
}

/** One cache that has not failed, which every success since the last deletion has named; or doubles that are told. */
function wrongEnd(world: World, outcomes: readonly Outcome[], sinceMs: number): string[] {
  const now = world.eci.clock.now();
  const living = world.ours().filter((cache) => existsAt(cache, now) && statusAt(cache, now) !== 'Failed');
  const [oldest] = [...living].sort(byShownAge);
  if (!oldest) return ['no cache that has not failed'];
  const successes = outcomes.filter(({ exitCode, startedAtMs }) => exitCode === 0 && startedAtMs >= sinceMs);
  return [...disagreements(successes, living, oldest.imageCacheId), ...untold(successes, living)];
}

/** The service tells seconds; of two caches of one second the ID decides, in every run. */
function byShownAge(a: CacheRecord, b: CacheRecord): number {
  const [one, other] = [a, b].map(
    ({ createdAtMs, imageCacheId }) => `${timestamp(createdAtMs)} ${imageCacheId}`,
  );
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

/** A run that ended before the newest cache was there could not know of it. */
function disagreements(
  successes: readonly Outcome[],
  living: readonly CacheRecord[],
  imageCacheId: string,
): string[] {
  const newestAtMs = Math.max(...living.map(({ createdAtMs }) => createdAtMs));
  return successes
    .filter(({ endedAtMs }) => living.length === 1 || endedAtMs > newestAtMs)
    .filter(({ outputs }) => outputs['image-cache-id'] !== imageCacheId)
    .map(
      ({ plan, outputs }) =>
        `run ${plan.index} put out ${outputs['image-cache-id'] ?? ''}, not ${imageCacheId}`,
    );
}

/** The last runs, at least, see every cache that is there. */
function untold(successes: readonly Outcome[], living: readonly CacheRecord[]): string[] {
  if (living.length === 1) return [];
  const last = successes.at(-1);
  const isTold = last?.warnings.some((warning) => warning.includes('more than one cache of this content'));
  return isTold ? [] : [`${living.length} caches that have not failed, and no warning`];
}

/**
 * Two at once would both be paid for, even where keep-latest has since removed one of them. Only where the service had
 * forgotten the token, and the second run had looked before the first cache was there, could nobody prevent it.
 */
function overlaps(world: World): string[] {
  const lives = world.ours().map((cache) => ({ cache, endMs: endOf(cache) }));
  return lives.flatMap(({ cache, endMs }, index) =>
    lives
      .slice(index + 1)
      .filter((later) => later.cache.createdAtMs < endMs && !isUnpreventable(cache, later.cache, world))
      .map((later) => `${cache.imageCacheId} and ${later.cache.imageCacheId} lived at the same time`),
  );
}

function isUnpreventable(first: CacheRecord, second: CacheRecord, { trace, schedule }: World): boolean {
  const { tokenKeptMs, indexLags } = schedule.service;
  if (tokenKeptMs === undefined) return false;
  const create = trace.findIndex(({ record }) => idIn(record.answer) === second.imageCacheId);
  const couldShow = ({ record, actedAtMs = -Infinity }: Traced): boolean => {
    const { ImageCacheName: name, 'Tag.1.Key': key } = record.parameters;
    if (name !== first.imageCacheName && key !== TAG_KEY.fingerprint) return false;
    const lagMs = indexLags[name === undefined ? 'tag' : 'name'] ?? 0;
    return actedAtMs >= first.createdAtMs + lagMs && record.answered === 'yes';
  };
  return !trace
    .slice(0, create)
    .filter(({ run, record }) => run === trace[create]?.run && record.action === 'DescribeImageCaches')
    .filter(({ record, fault }) => record.parameters['ImageCacheId'] === undefined && fault === undefined)
    .some(couldShow);
}

function idIn(answer: unknown): unknown {
  return (answer as { readonly ImageCacheId?: unknown } | undefined)?.ImageCacheId;
}

/** When it failed or was deleted. */
function endOf({ plan, createdAtMs, deletedAtMs = Infinity }: CacheRecord): number {
  const failed = plan.timeline.find(({ status }) => status === 'Failed');
  return Math.min(deletedAtMs, failed ? createdAtMs + failed.atMs : Infinity);
}

function lostForeigners({ foreign, eci }: World): string[] {
  const existing = eci.existing();
  return foreign
    .filter((cache) => !existing.includes(cache))
    .map(({ imageCacheName }) => `${imageCacheName}, somebody else's, was deleted`);
}
