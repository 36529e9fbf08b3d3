import { askForMatch, worstOf, type Match } from '../cache/match.js';
import type { ImageCache } from '../cache/service.js';
import { phaseOf } from '../cache/statuses.js';
import type { ReleaseContext } from '../context.js';
import { ActionError } from '../errors.js';
import type { Inputs } from '../inputs/types.js';
import { inPhase } from '../report/record.js';
import { annotate } from './annotate.js';
import type { RunDeps } from './deps.js';
import { tellOtherContent } from './other-content.js';
import type { Plan } from './plan.js';

/** The answers are useful, but not worth a long wait. */
const PATIENCE_MS = 45_000;

/** Pods with different images are asked for one by one, as long as they are few. */
const MOST_QUESTIONS = 5;

/**
 * What follows once the cache is Ready: the annotated manifests, which cache the service says it would match, and
 * what else might match. Does nothing for a cache that is not Ready.
 *
 * @throws ActionError if the annotated manifests cannot be written
 */
export async function handOver(
  cache: ImageCache,
  plan: Plan,
  inputs: Inputs,
  context: ReleaseContext,
  deps: RunDeps,
): Promise<void> {
  if (phaseOf(cache.status) !== 'ready') return;
  await inPhase('See that it will be used', deps, async () => {
    const { manifests } = inputs;
    const pods = manifests ? await annotate(cache, inputs, manifests, context, deps) : [];
    await Promise.all([
      tellMatch(cache, questionsFor(pods, plan), deps),
      inTime(tellOtherContent(plan, cache, deps), deps).catch((error: unknown) => {
        if (!(error instanceof ActionError)) throw error;
        deps.log.debug(`Cannot tell whether other caches hold the same references: ${error.message}`);
      }),
    ]);
  });
}

/** The sets of images to ask for: those of each annotated pod, or all of the cache's. */
function questionsFor(pods: readonly (readonly string[])[], { query }: Plan): readonly (readonly string[])[] {
  const sets = pods.map((images) => [...new Set(images)].sort()).filter((images) => images.length > 0);
  const different = [...new Map(sets.map((images) => [images.join('\n'), images])).values()];
  return different.length === 0 || different.length > MOST_QUESTIONS ? [query.images] : different;
}

async function tellMatch(
  cache: ImageCache,
  questions: readonly (readonly string[])[],
  deps: RunDeps,
): Promise<void> {
  const match = worstOf(await Promise.all(questions.map((images) => matchOf(cache, images, deps))));
  deps.note({ match });
  if (match.verdict === 'other') deps.log.warning(`${match.text} ${OTHER_HINT}`);
  else deps.log.info(match.text);
}

const OTHER_HINT = 'Name the cache by its ID, or delete the other one if nothing needs it.';

async function matchOf(cache: ImageCache, images: readonly string[], deps: RunDeps): Promise<Match> {
  try {
    const match = await inTime(askForMatch(deps.service, cache, images), deps);
    return (
      match ?? {
        verdict: 'unknown',
        text: 'The service was asked which cache it would match, and did not answer in time.',
      }
    );
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { verdict: 'unknown', text: `Which cache the service would match is not known: ${error.message}` };
  }
}

/** Undefined if it takes too long. */
async function inTime<T>(work: Promise<T>, { clock, signal }: RunDeps): Promise<T | undefined> {
  return (await Promise.race([work, clock.sleep(PATIENCE_MS, signal)])) ?? undefined;
}
