import { afterAll, describe, expect, it } from '@jest/globals';
import { startEciServer } from '../../dev/eci/server.js';
import type { RunResult } from '../../dev/runner.js';
import { inputsFor, inspect, pushOf, quickPlan, SPEED, startDist } from '../e2e/support.js';
import { digestBySkopeo, pushImage, startDockerRegistry } from './support.js';

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
});

describe("the built action against Debian's docker-registry and the local ECI", () => {
  it('caches the images that umoci made and skopeo pushed, at the digests that skopeo reads', async () => {
    const registry = await startDockerRegistry();
    closers.push(() => registry.close());
    const eci = await startEciServer({ speed: SPEED, plan: () => quickPlan() });
    closers.push(() => eci.close());
    const images = [
      await pushImage(registry, 'acme/shop', { tag: 'v1.2.3', sizeBytes: 12 * 2 ** 20, format: 'oci' }),
      await pushImage(registry, 'acme/worker', { tag: 'v1.2.3', sizeBytes: 2 ** 20, format: 'v2s2' }),
    ];
    const release = async (tag: string): Promise<RunResult> => {
      const env = { ECI_CACHE_CLOCK_SPEED: String(SPEED) };
      const handle = await startDist({ inputs: inputsFor(eci, registry), event: pushOf(tag), env });
      const result = await handle.done;
      inspect(result, []);
      return result;
    };

    const result = await release('v1.2.3');
    expect(result).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
    const [create] = eci.requestsOf('CreateImageCache');
    expect(create).toMatchObject({ status: 200, parameters: { 'Image.1': images[0], 'Image.2': images[1] } });
    expect(result.outputs).toMatchObject({
      'image-cache-id': eci.existing()[0]?.imageCacheId,
      status: 'Ready',
      result: 'created',
      images: JSON.stringify(images),
    });
    expect(JSON.parse(result.outputs['digests'] ?? '')).toEqual(
      Object.fromEntries(
        await Promise.all(images.map(async (image) => [image, await digestBySkopeo(image)] as const)),
      ),
    );
    // 12 MiB and a tar's frame.
    expect(result.stdout).toMatch(/acme\/shop:v1\.2\.3 +6\.\d MiB +12\.\d MiB +0 B/);

    expect(await release('v1.2.3')).toMatchObject({ exitCode: 0, outputs: { result: 'reused' } });
    expect(eci.requestsOf('CreateImageCache')).toHaveLength(1);
  });

  it('names the tag that is there where the pushed one is not', async () => {
    const registry = await startDockerRegistry();
    closers.push(() => registry.close());
    const eci = await startEciServer();
    closers.push(() => eci.close());
    await pushImage(registry, 'acme/shop', { tag: '1.2.3', sizeBytes: 1024, format: 'oci' });
    const inputs = { ...inputsFor(eci, registry), images: `${registry.host}/acme/shop` };
    const result = await (await startDist({ inputs, event: pushOf('v1.2.3') })).done;
    expect(result.exitCode).toBe(1);
    expect(result.errors).toEqual([
      expect.stringMatching(/acme\/shop:v1\.2\.3.*[^]*image-tag: '\{\{version\}\}'/),
    ]);
    expect(eci.requests).toEqual([]);
  });
});
