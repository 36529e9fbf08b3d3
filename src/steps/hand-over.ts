import { matchIn, worstOf, type Match } from '../cache/match.js';
import type { ImageCache } from '../cache/service.js';
import { phaseOf } from '../cache/statuses.js';
import type { ReleaseContext } from '../context.js';
import { ActionError } from '../errors.js';
import type { Inputs } from '../inputs/types.js';
import { inPhase } from '../report/record.js';
import { annotate } from './annotate.js';
import type { RunDeps } from './deps.js';
import { cachesOfOwner, warnOfOtherContent } from './other-content.js';
import type { Plan } from './plan.js';

/** The answers are useful, but not worth a long wait. */
const PATIENCE_MS = 45_000;

/** Pods with different images are asked for one by one, as long as they are few. */
const MOST_QUESTIONS = 5;

/** What the service answers to the questions of the hand-over. */
export interface EarlyAnswers {
  /** What it would match for all images of the plan. */
  readonly matching: Promise<readonly ImageCache[]>;
  readonly ofOwner: Promise<readonly ImageCache[]>;
}

/**
 * Asks while the cache is still being looked for, so that a run which finds one Ready makes no further round trip. If
 * the cache has yet to be built, these answers are outdated once it is Ready.
 */
export function askEarly(plan: Plan, { service }: RunDeps): EarlyAnswers {
  const answers = {
    matching: service.findMatching({ images: plan.query.images, fullMatch: true }),
    ofOwner: cachesOfOwner(plan, service),
  };
  // A failure counts only if the answer is used.
  for (const answer of Object.values(answers)) answer.catch(() => undefined);
  return answers;
}

/**
 * What follows once the cache is Ready: the annotated manifests, which cache the service says it would match, and
 * what else might match. Does nothing for a cache that is not Ready.
 *
 * @param early answers that are still true
 * @throws ActionError if the annotated manifests cannot be written
 */
export async function handOver(
  cache: ImageCache,
  plan: Plan,
  inputs: Inputs,
  context: ReleaseContext,
  deps: RunDeps,
  early?: EarlyAnswers,
): Promise<void> {
  if (phaseOf(cache.status) !== 'ready') return;
  await inPhase('See that it will be used', deps, async () => {
    const { manifests } = inputs;
    const pods = manifests ? await annotate(cache, inputs, manifests, context, deps) : [];
    const matching = (images: readonly string[]): Promise<readonly ImageCache[]> =>
      early && images === plan.query.images
        ? early.matching
        : deps.service.findMatching({ images, fullMatch: true });
    const matches = questionsFor(pods, plan).map((images) => matchOf(cache, images, matching(images), deps));
    const ofOwner = early?.ofOwner ?? cachesOfOwner(plan, deps.service);
    await Promise.all([reportMatch(matches, deps), lookForOtherContent(ofOwner, cache, plan, deps)]);
  });
}

/** The sets of images to ask for: those of each annotated pod, or all of the cache's. */
function questionsFor(pods: readonly (readonly string[])[], { query }: Plan): readonly (readonly string[])[] {
  const sets = pods.map((images) => [...new Set(images)].sort()).filter((images) => images.length > 0);
  const different = [...new Map(sets.map((images) => [images.join('\n'), images])).values()];
  return different.length === 0 || different.length > MOST_QUESTIONS ? [query.images] : different;
}

async function reportMatch(matches: readonly Promise<Match>[], { note, log }: RunDeps): Promise<void> {
  const match = worstOf(await Promise.all(matches));
  note({ match });
  if (match.verdict === 'other') log.warning(`${match.text} ${OTHER_HINT}`);
  else log.info(match.text);
}

const OTHER_HINT = 'Name the cache by its ID, or delete the other one if nothing needs it.';

async function matchOf(
  cache: ImageCache,
  images: readonly string[],
  matching: Promise<readonly ImageCache[]>,
  deps: RunDeps,
): Promise<Match> {
  try {
    const caches = await inTime(matching, deps);
    if (caches) return matchIn(caches, cache, images);
    return {
      verdict: 'unknown',
      text: 'The service was asked which cache it would match, and did not answer in time.',
    };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { verdict: 'unknown', text: `Which cache the service would match is not known: ${error.message}` };
  }
}

async function lookForOtherContent(
  ofOwner: Promise<readonly ImageCache[]>,
  cache: ImageCache,
  plan: Plan,
  deps: RunDeps,
): Promise<void> {
  try {
    const caches = await inTime(ofOwner, deps);
    if (caches) warnOfOtherContent(caches, plan, cache, deps);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    deps.log.debug(`Cannot tell whether other caches hold the same references: ${error.message}`);
  }
}

/** Undefined if it takes too long. */
async function inTime<T>(work: Promise<T>, { clock, signal }: RunDeps): Promise<T | undefined> {
  return (await Promise.race([work, clock.sleep(PATIENCE_MS, signal)])) ?? undefined;
}
