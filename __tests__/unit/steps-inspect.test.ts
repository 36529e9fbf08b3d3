import { describe, expect, it } from '@jest/globals';
import type { PinnedImage } from '../../src/cache/identity.js';
import { ActionErrors } from '../../src/errors.js';
import { parseReference } from '../../src/images/reference.js';
import type { ReleaseImage } from '../../src/images/registry-map.js';
import type { Inputs } from '../../src/inputs/types.js';
import { RegistryError, type Registry } from '../../src/registry/types.js';
import { inspectImages } from '../../src/steps/inspect.js';
import { depsWith } from '../support/run-deps.js';

const images = ['r.example/shop:1', 'r.example/worker:1'].map((text): ReleaseImage => ({
  cachedReference: text,
  inspect: parseReference(text),
}));

const inputs = {
  releaseImages: images,
  imageCacheSizeGiB: 'auto',
  platform: { os: 'linux', architecture: 'amd64' },
} as unknown as Inputs;

/** Looks up, where the registry tells these digests of each image in turn, and then fails. */
async function toldOf(digestsOf: readonly (readonly string[])[]): Promise<(readonly PinnedImage[])[]> {
  const told: (readonly PinnedImage[])[] = [];
  const registry: Registry = {
    inspect: (image, _platform, onDigest) => {
      for (const digest of digestsOf[images.indexOf(image)] ?? []) onDigest?.(digest);
      return Promise.resolve({ ok: false, image, error: new RegistryError('not-found', 'gone') });
    },
  };
  const inspected = inspectImages(inputs, depsWith({ registry }), (pinned) => told.push(pinned));
  await expect(inspected).rejects.toThrow(ActionErrors);
  return told;
}

describe('the digests that the images are likely to have', () => {
  it.each<[string, string[][], string[][]]>([
    ['are told once all are known', [['a'], ['b']], [['a', 'b']]],
    ['are told once', [['a'], ['b', 'c']], [['a', 'b']]],
    ['are the latest ones', [['a', 'c'], ['b']], [['c', 'b']]],
    ['are not told while one is not known', [['a'], []], []],
  ])('%s', async (_, digestsOf, expected) => {
    const told = await toldOf(digestsOf);
    expect(told.map((pinned) => pinned.map(({ digest }) => digest))).toEqual(expected);
    for (const pinned of told) {
      expect(pinned.map(({ cachedReference }) => cachedReference)).toEqual([
        'r.example/shop:1',
        'r.example/worker:1',
      ]);
    }
  });
});
