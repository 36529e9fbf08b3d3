import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { fixedPlan } from '../../dev/eci/plans.js';
import { startEciServer } from '../../dev/eci/server.js';
import { startRegistry, type RegistryServer } from '../../dev/registry/server.js';
import { tar } from '../../dev/tar.js';
import { release, type Cost } from './release.js';

/** Docker's overlay drivers take no more layers. */
export const MOST_LAYERS = 127;

/** Makes a cache of so many images with so many layers of their own, which all have to be looked at. */
export async function createOfMany(
  images: number,
  layersEach: number,
  options: { readonly dist?: string | undefined } = {},
): Promise<Cost> {
  const registry = await startRegistry();
  const eci = await startEciServer({ plan: () => fixedPlan('Ready') });
  try {
    const names = Array.from({ length: images }, (_, index) => `acme/image-${index}`);
    for (const name of names) pushImage(registry, name, layersEach);
    const references = names.map((name) => `${registry.host}/${name}:v1`);
    const { cost } = await release(
      { eci, registry },
      { images: references.join('\n'), wait: 'false' },
      options,
    );
    return cost;
  } finally {
    await Promise.all([registry.close(), eci.close()]);
  }
}

function pushImage(registry: RegistryServer, name: string, layerCount: number): void {
  const layers = Array.from({ length: layerCount }, () =>
    gzipSync(tar([{ name: 'noise', content: randomBytes(1_024) }]), { level: 1 }),
  );
  registry.putImage(name, 'v1', { layers });
}
