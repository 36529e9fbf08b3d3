import { describe, expect, it } from '@jest/globals';
import { TAG_KEY } from '../../src/cache/identity.js';
import type { ImageCache, ImageCacheService } from '../../src/cache/service.js';
import { beginLookUp, lookUp } from '../../src/steps/look-up.js';
import type { Plan } from '../../src/steps/plan.js';
import { aCache, aQuery, aServiceError } from '../support/caches.js';
import { jumpingClock } from '../support/clock.js';
import { depsWith } from '../support/run-deps.js';
import { serviceModel } from '../support/service-model.js';

function planOf(fingerprint: string, attempt = ''): Plan {
  return { query: aQuery({ fingerprint, attempt }), owner: { owner: 'github.com/1' } } as Plan;
}

/** With a service that holds one Ready cache of each content that is asked for, by the content's name. */
function withCaches(): { deps: ReturnType<typeof depsWith>; asked: string[] } {
  const asked: string[] = [];
  const deps = depsFinding(({ tag }) => {
    // By name, and the early question about the owner's caches.
    if (tag === undefined || tag.key === TAG_KEY.repository) return Promise.resolve([]);
    expect(tag.key).toBe(TAG_KEY.fingerprint);
    asked.push(tag.value);
    return Promise.resolve([aCache({ imageCacheId: `imc-${tag.value}`, status: 'Ready', tags: [tag] })]);
  });
  return { deps, asked };
}

function depsFinding(find: ImageCacheService['find']): ReturnType<typeof depsWith> {
  const clock = jumpingClock();
  return depsWith({ clock, service: { ...serviceModel({ clock }), find } });
}

describe('a look-up that was begun early', () => {
  it('is the answer where the images are those that it was begun for', async () => {
    const { deps, asked } = withCaches();
    const begun = beginLookUp(planOf('a'), deps);
    expect(asked).toEqual(['a']);
    expect((await lookUp(planOf('a'), deps, begun)).matches.usable?.imageCacheId).toBe('imc-a');
    expect(asked).toEqual(['a']);
  });

  it('is of no use where they are others', async () => {
    const { deps, asked } = withCaches();
    const begun = beginLookUp(planOf('a'), deps);
    expect((await lookUp(planOf('b'), deps, begun)).matches.usable?.imageCacheId).toBe('imc-b');
    expect(asked).toEqual(['a', 'b']);
  });

  it('tells its failure to whoever waits for it', async () => {
    const error = aServiceError('permanent', 'NoPermission');
    const deps = depsFinding(() => Promise.reject(error));
    await expect(lookUp(planOf('a'), deps, beginLookUp(planOf('a'), deps))).rejects.toBe(error);
  });

  it.each([
    [9_999, ['a']],
    [10_000, ['a', 'a']],
  ])('%d ms after its end: the contents that were asked for are %j', async (ageMs, contents) => {
    const { deps, asked } = withCaches();
    const begun = beginLookUp(planOf('a'), deps);
    await begun.endedMs;
    await deps.clock.sleep(ageMs);
    expect((await lookUp(planOf('a'), deps, begun)).matches.usable?.imageCacheId).toBe('imc-a');
    expect(asked).toEqual(contents);
  });

  it('that failed long ago is made again', async () => {
    let failing = true;
    const deps = depsFinding(() =>
      failing ? Promise.reject(aServiceError('transient')) : Promise.resolve([]),
    );
    const begun = beginLookUp(planOf('a'), deps);
    await begun.endedMs;
    await deps.clock.sleep(60_000);
    failing = false;
    expect((await lookUp(planOf('a'), deps, begun)).matches.usable).toBeUndefined();
  });

  // Jest fails a test in which a rejection is left unhandled.
  it('fails in silence where nobody waits for it', async () => {
    const deps = depsFinding(() => Promise.reject(aServiceError('permanent', 'NoPermission')));
    await beginLookUp(planOf('a'), deps).endedMs;
  });
});

describe('a look-up', () => {
  it('is made where none was begun', async () => {
    const { deps, asked } = withCaches();
    expect((await lookUp(planOf('a'), deps)).matches.usable?.imageCacheId).toBe('imc-a');
    expect(asked).toEqual(['a']);
    expect(deps.log.infos).toEqual([]);
  });

  it('tells of caches that failed, and of the content where there is none', async () => {
    const failed: ImageCache = aCache({
      imageCacheId: 'imc-1',
      status: 'Failed',
      creationTime: 'then',
      tags: [{ key: TAG_KEY.fingerprint, value: 'a' }],
    });
    const deps = depsFinding(() => Promise.resolve([failed]));
    await lookUp(planOf('a'), deps);
    expect(deps.record.failedBefore).toEqual(['imc-1']);
    expect(deps.log.infos).toEqual([
      'imc-1 (created then) holds the same images, but it failed. It is not used.',
      'No cache holds these images yet. Fingerprint of the content: a',
    ]);
  });

  it('warns of a cache with the tag and other images, and uses none', async () => {
    const stranger = aCache({
      status: 'Ready',
      images: ['ghcr.io/acme/other:v1'],
      tags: [{ key: TAG_KEY.fingerprint, value: 'a' }],
    });
    const deps = depsFinding(() => Promise.resolve([stranger]));
    expect((await lookUp(planOf('a'), deps)).matches.usable).toBeUndefined();
    expect(deps.log.warnings).toEqual([
      'imc-1 has the tag of this content, but holds other images (ghcr.io/acme/other:v1). It is not used.',
    ]);
  });

  it.each([
    ['warns of one with the chosen name, and no tags', true, ['ghcr.io/acme/shop:v1'], 1],
    ['has nothing to say of one with other images', true, ['ghcr.io/acme/other:v1'], 0],
    ['uses one with a name that it makes itself', false, ['ghcr.io/acme/shop:v1'], 0],
  ])('%s', async (_, isNameChosen, images, warnings) => {
    const plan = planOf('a');
    const named = { ...plan, query: { ...plan.query, isNameChosen } };
    const found = aCache({ imageCacheName: plan.query.nameOf(0), status: 'Ready', images, tags: [] });
    const deps = depsFinding(({ tag }) => Promise.resolve(tag ? [] : [found]));
    const { matches } = await lookUp(named, deps);
    expect(matches.usable !== undefined).toBe(!isNameChosen);
    expect(deps.log.warnings).toHaveLength(warnings);
    for (const text of deps.log.warnings)
      expect(text).toMatch(/imc-1 has the name.*Leave image-cache-name out/);
  });

  it('says what it passes by where reuse is false', async () => {
    const { deps } = withCaches();
    expect((await lookUp(planOf('a', 'r1-1'), deps)).matches.usable).toBeUndefined();
    expect(deps.log.infos[0]).toMatch(/^reuse is false: caches that other runs made/);
  });
});
