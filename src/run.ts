import type { PinnedImage } from './cache/identity.js';
import type { ReleaseContext } from './context.js';
import type { Inputs } from './inputs/types.js';
import { inPhase } from './report/record.js';
import type { RunDeps } from './steps/deps.js';
import { inspectImages } from './steps/inspect.js';
import type { BegunLookUp } from './steps/look-up.js';
import { both } from './steps/both.js';

const loadSteps = () => import('./steps/lazy.js');

/**
 * The whole story: which images, do they exist, is there a cache of them, else make one, wait for it, tidy up.
 * The record is filled in on the way, and the outputs with it, so that they hold what is known when it rejects.
 *
 * @throws ActionError, or ActionErrors for several independent failures
 */
export async function run(inputs: Inputs, context: ReleaseContext, given: RunDeps): Promise<void> {
  let deps = given;
  const phase = <T>(title: string, work: () => Promise<T>): Promise<T> => inPhase(title, deps, work);
  let begun: Promise<BegunLookUp | undefined> | undefined;
  const beginLookUp = (images: readonly PinnedImage[]): void => {
    begun = loadSteps()
      .then((steps) => steps.beginLookUp(steps.planOf(inputs, context, images), deps))
      // What fails here fails below again, and is reported there.
      .catch(() => undefined);
  };
  const { manifests } = inputs;
  if (manifests) {
    await phase('Read the manifests', async () =>
      (await loadSteps()).logManifests(inputs, manifests, context, deps),
    );
  }
  const inspection = await phase('Look the images up in their registry', () =>
    both(
      inspectImages(inputs, deps, beginLookUp, inputs.images.length === 0 && manifests === undefined),
      deps.headStart(loadSteps),
    ),
  );
  if (inspection === undefined) return;
  const steps = await loadSteps();
  steps.warnOfMovingTags(inputs, context, deps);

  const plan = steps.planOf(inputs, context, inspection.pinned);
  const buildEip = await steps.buildEip(inputs, plan, deps);
  deps = { ...deps, buildEip };
  const seen = await phase('Look for a cache that holds them', async () =>
    steps.lookUp(plan, deps, await begun),
  );

  if (inputs.dryRun) {
    await phase('Dry run', () => steps.rehearse(inputs, plan, inspection, seen.matches, deps));
    steps.logStorage(deps);
    return;
  }

  const { usable } = seen.matches;
  const obtained = usable
    ? steps.useExisting(usable, deps)
    : await phase('Create the image cache', () => steps.createCache(inputs, plan, inspection, seen, deps));
  steps.announce(obtained, deps);
  steps.logStorage(deps);
  const early = obtained.result === 'reused' ? seen.answers : undefined;

  if (!inputs.wait) {
    const cache = await steps.settleAtOnce(obtained, plan, deps);
    await buildEip?.atEnd(cache);
    await steps.handOver(cache, plan, inputs, context, deps, early);
    deps.log.info(`Not waiting for ${cache.imageCacheId} (${cache.status}): wait is false.`);
    return;
  }
  const ready =
    obtained.result === 'reused'
      ? obtained.cache
      : await phase('Wait until it is Ready', () => steps.settle(obtained, plan, inputs, deps));
  deps.note({ snapshotId: ready.snapshotId || ready.flashSnapshotId });
  if (buildEip) await phase('Release the EIP', () => buildEip.atEnd(ready));
  await steps.handOver(ready, plan, inputs, context, deps, early);

  const { keepLatest } = inputs;
  if (keepLatest === undefined) return;
  await phase('Remove old caches', () => steps.removeOldCaches(plan, keepLatest, ready.imageCacheId, deps));
}
