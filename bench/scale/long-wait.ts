import { gzipSync } from 'node:zlib';
import { readyPlan } from '../../dev/eci/plans.js';
import { startEciServer } from '../../dev/eci/server.js';
import { startRegistry } from '../../dev/registry/server.js';
import { tar } from '../../dev/tar.js';
import { release, type Cost } from './release.js';

const HOUR_MS = 3_600_000;

/** Makes a cache that takes so many hours, and waits for it in hurried time. */
export async function waitForHours(
  hours: number,
  options: { readonly speed: number; readonly dist?: string | undefined },
): Promise<Cost & { readonly status: string | undefined }> {
  const { speed } = options;
  const registry = await startRegistry();
  const plan = readyPlan({ preparingMs: 0.3 * hours * HOUR_MS, creatingMs: 0.7 * hours * HOUR_MS });
  const eci = await startEciServer({ speed, plan: () => plan });
  try {
    registry.putImage('acme/shop', 'v1', {
      layers: [gzipSync(tar([{ name: 'shop', content: Buffer.alloc(4_096) }]))],
    });
    const inputs = {
      images: `${registry.host}/acme/shop:v1`,
      'wait-timeout-minutes': String(Math.ceil(hours * 60 * 3)),
    };
    const { result, cost } = await release({ eci, registry }, inputs, options);
    return { ...cost, status: result.outputs['status'] };
  } finally {
    await Promise.all([registry.close(), eci.close()]);
  }
}
