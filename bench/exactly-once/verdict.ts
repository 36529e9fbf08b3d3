import { existsAt, statusAt, type CacheRecord } from '../../dev/eci/caches.js';
import type { Outcome } from './attempt.js';
import type { World } from './world.js';

/** All that is wrong after the last run; nothing where there is exactly one cache, and every run behaved. */
export function problemsOf(world: World, outcomes: readonly Outcome[], sinceMs: number): string[] {
  return [
    ...outcomes.flatMap(misbehaviourOf),
    ...wrongEnd(world, outcomes, sinceMs),
    ...overlaps(world),
    ...lostForeigners(world),
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

/** Exactly one cache that has not failed, and every success since the last deletion has named it. */
function wrongEnd(world: World, outcomes: readonly Outcome[], sinceMs: number): string[] {
  const now = world.eci.clock.now();
  const living = world.ours().filter((cache) => existsAt(cache, now) && statusAt(cache, now) !== 'Failed');
  const [only] = living;
  if (!only || living.length > 1) {
    return [
      `${living.length} caches that have not failed: ${living.map(({ imageCacheId }) => imageCacheId).join(', ')}`,
    ];
  }
  const { imageCacheId } = only;
  return outcomes
    .filter(({ exitCode, startedAtMs }) => exitCode === 0 && startedAtMs >= sinceMs)
    .filter(({ outputs }) => outputs['image-cache-id'] !== imageCacheId)
    .map(
      ({ plan, outputs }) =>
        `run ${plan.index} put out ${outputs['image-cache-id'] ?? ''}, not ${imageCacheId}`,
    );
}

/** Two at once would both be paid for, even where keep-latest has since removed one of them. */
function overlaps(world: World): string[] {
  const lives = world.ours().map((cache) => ({ cache, endMs: endOf(cache) }));
  return lives.flatMap(({ cache, endMs }, index) =>
    lives
      .slice(index + 1)
      .filter((later) => later.cache.createdAtMs < endMs)
      .map((later) => `${cache.imageCacheId} and ${later.cache.imageCacheId} lived at the same time`),
  );
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
