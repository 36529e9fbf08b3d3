import type { CacheQuery } from '../cache/find.js';
import {
  cacheName,
  chosenCacheName,
  fingerprintOf,
  groupOf,
  ownTags,
  type PinnedImage,
  type Release,
} from '../cache/identity.js';
import type { Owner } from '../cache/prune.js';
import { createRequest } from '../cache/request.js';
import type { CreateRequest } from '../cache/service.js';
import type { ReleaseContext } from '../context.js';
import type { Inputs } from '../inputs/types.js';

/** Which cache the run needs: fixed as soon as the images' digests are known. */
export interface Plan {
  readonly query: CacheQuery;
  readonly owner: Owner;
  /**
   * The fingerprint that a cache of only these references would have; undefined if one of them is none of the
   * plan's, or where a digest is not known.
   */
  readonly fingerprintWith: (references: readonly string[]) => string | undefined;
  /** @param generation how many caches of this content failed or are gone, by which each gets a name of its own */
  request(sizeGiB: number, generation: number): CreateRequest;
}

export function planOf(inputs: Inputs, context: ReleaseContext, images: readonly PinnedImage[]): Plan {
  const release: Release = {
    owner: context.owner,
    repository: context.repository,
    regionId: inputs.regionId,
    ref: context.ref,
    commit: context.sha,
    label: context.tag.known ? context.tag.name : context.sha.slice(0, 7),
    // Once per run attempt: the jobs of one attempt share the new cache, a re-run makes another.
    attempt: inputs.reuse ? '' : `r${context.runId}-${context.runAttempt}`,
    images,
  };
  const { imageCacheName: chosen } = inputs;
  const query: CacheQuery = {
    fingerprint: fingerprintOf(release),
    attempt: release.attempt,
    images: images.map(({ cachedReference }) => cachedReference),
    nameOf: (generation) =>
      chosen === undefined ? cacheName(release, generation) : chosenCacheName(chosen, generation),
    isNameChosen: chosen !== undefined,
  };
  return {
    query,
    owner: { owner: context.owner, group: groupOf(images) },
    fingerprintWith: (references) => {
      const wanted = new Set(references);
      const some = images.filter(({ cachedReference }) => wanted.has(cachedReference));
      const areKnown = some.length === wanted.size && some.every(({ digest }) => digest !== undefined);
      return areKnown ? fingerprintOf({ ...release, images: some }) : undefined;
    },
    request: (imageCacheSizeGiB, generation) =>
      createRequest(inputs, {
        imageCacheName: query.nameOf(generation),
        imageCacheSizeGiB,
        images: query.images,
        ownTags: ownTags(release),
      }),
  };
}
