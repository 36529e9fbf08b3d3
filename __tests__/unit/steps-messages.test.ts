import { tarHeader } from '../../dev/tar.js';
import { describe, expect, it } from '@jest/globals';
import { sortOut } from '../../src/cache/find.js';
import { parseReference } from '../../src/images/reference.js';
import type { Inputs } from '../../src/inputs/types.js';
import { RegistryError, type InspectionResult } from '../../src/registry/types.js';
import { inspectImages, type Inspection } from '../../src/steps/inspect.js';
import { createCache } from '../../src/steps/obtain.js';
import type { Plan } from '../../src/steps/plan.js';
import { decideSize } from '../../src/steps/size.js';
import { removeOldCaches } from '../../src/steps/tidy.js';
import { aQuery, aRequest, aServiceError } from '../support/caches.js';
import { jumpingClock } from '../support/clock.js';
import { depsWith } from '../support/run-deps.js';
import { serviceModel } from '../support/service-model.js';

// The texts as the troubleshooting page has them.

const reference = 'ghcr.io/acme/shop:1';
const image = { cachedReference: reference, inspect: parseReference(reference) };
const DIGEST = `sha256:${'a'.repeat(64)}`;

it('makes nothing once the run was cancelled, as it has said by then', async () => {
  const reason = new Error('cancelled');
  const service = serviceModel({ clock: jumpingClock() });
  const deps = depsWith({ service, signal: AbortSignal.abort(reason) });
  const inputs = { imageCacheSizeGiB: 40, clientToken: undefined } as unknown as Inputs;
  const plan = { query: aQuery(), request: () => aRequest() } as unknown as Plan;
  const nothing = { matches: sortOut([], plan.query), seenAtMs: 0 };
  const inspection: Inspection = { pinned: [], read: [], unread: [] };
  await expect(createCache(inputs, plan, inspection, nothing, deps)).rejects.toBe(reason);
  expect(service.calls.filter(({ action }) => action === 'create')).toEqual([]);
});

it('warns where old caches cannot be listed, and lets the release succeed', async () => {
  const service = {
    ...serviceModel({ clock: jumpingClock() }),
    find: () => Promise.reject(aServiceError('permanent', 'NoPermission')),
  };
  const deps = depsWith({ service });
  const plan = { owner: { owner: 'github.com/1', group: 'g1' } } as Plan;
  expect(await removeOldCaches(plan, 3, 'imc-1', deps)).toBe(0);
  expect(deps.log.warnings).toEqual([
    'Old caches could not be removed: Call failed: NoPermission. Mend NoPermission.',
  ]);
});

it('warns of an image that could not be read, where the size is explicit', async () => {
  const error = new RegistryError('unauthorized', 'Image ghcr.io/acme/shop:1: no login', { hint: 'Log in.' });
  const failed: InspectionResult = { ok: false, image, error };
  const deps = depsWith({ registry: { inspect: () => Promise.resolve(failed) } });
  const inputs = {
    releaseImages: [image],
    imageCacheSizeGiB: 40,
    platform: { os: 'linux', architecture: 'amd64' },
    registryCredentials: [],
    acrRegistryInfos: [],
  } as unknown as Inputs;
  await inspectImages(inputs, deps);
  expect(deps.log.warnings).toEqual([
    'Image ghcr.io/acme/shop:1: no login. The size is explicit, so the run goes on. Without the digest, only the commit identifies the content of ghcr.io/acme/shop:1. Log in.',
  ]);
});

describe('an explicit size below the computed one', () => {
  const start = tarHeader({ name: 'model' }, 40 * 2 ** 30 - 1536);
  /** One layer of 40 GiB that is not compressed, so that its start tells everything. */
  const read = {
    ok: true,
    image: {
      image,
      digest: DIGEST,
      platform: undefined,
      configDigest: `sha256:${'b'.repeat(64)}`,
      configSizeBytes: 0,
      layers: [
        {
          digest: DIGEST,
          mediaType: 'application/vnd.oci.image.layer.v1.tar',
          sizeBytes: 40 * 2 ** 30,
          annotations: {},
          urls: [],
        },
      ],
    },
    blobs: { range: () => Promise.resolve(start), stream: () => [] as never },
  } as const;

  it.each([
    ['', []],
    ['at least ', [image]],
  ])('is a warning with "%s" before the number', async (least, unread) => {
    const deps = depsWith({});
    const inspection: Inspection = { pinned: [], read: [read], unread };
    await decideSize(inspection, { imageCacheSizeGiB: 30, sizeMarginPercent: 0 }, deps);
    expect(deps.log.warnings).toEqual([
      `image-cache-size is 30 GiB, but the computed size is ${least}92 GiB. If the images do not fit, the build fails. Raise the input, or leave it at auto.`,
    ]);
  });
});
