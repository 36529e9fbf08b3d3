import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import pLimit from 'p-limit';

import { median } from '../table.js';
import { addLayer, type BuiltLayer } from '../corpus/corpus.js';
import { GZIP_LAYER } from '../corpus/memory-reader.js';
import { shell } from '../corpus/shell.js';
import { tar } from '../../dev/tar.js';
import { mixture } from '../corpus/words.js';
import { push, writeImage } from './layout.js';
import { measure } from './measure.js';
import type { Proxy } from './proxy.js';

export interface Cost {
  readonly what: string;
  readonly images: number;
  readonly requests: number;
  readonly fetchedBytes: number;
  readonly milliseconds: number;
  /** The least that it could be: for requests their number, for times requests ÷ 16 × latency. */
  readonly floorRequests?: number;
  readonly floorMilliseconds?: number;
}

/** Ours takes half a second, so the median of several costs little; the others take a dozen. */
const ROUNDS = 3;
const SHARED_LAYERS = 3;
const OWN_LAYERS = 3;

export const WITHOUT_LATENCY = 'this action, without latency';

/** Pushes images that share their base layers, and have as many of their own. */
export async function pushImages(folder: string, count: number, host: string): Promise<string[]> {
  const base = await Promise.all(Array.from({ length: SHARED_LAYERS }, (_, i) => smallLayer(folder, i)));
  const references: string[] = [];
  for (let image = 0; image < count; image++) {
    const own = await Promise.all(
      Array.from({ length: OWN_LAYERS }, (_, i) => smallLayer(folder, 1000 + image * OWN_LAYERS + i)),
    );
    const repository = `cost/image-${image}`;
    await push(folder, await writeImage(folder, [...base, ...own]), host, repository);
    references.push(repository);
  }
  return references;
}

async function smallLayer(folder: string, seed: number): Promise<BuiltLayer> {
  const path = join(folder, `layer-${seed}`);
  await writeFile(
    path,
    gzipSync(tar([{ name: 'file', content: mixture(200_000 + seed * 100, 3, seed + 1) }])),
  );
  return addLayer(folder, path, GZIP_LAYER);
}

/**
 * Ours; skopeo's inspect (which tells compressed sizes only) one by one and eight at a time, and a copy; and ours
 * through `near`, which adds no latency: what registry, proxies and client themselves take on this machine.
 */
export async function measureCost(
  folder: string,
  repositories: readonly string[],
  { far, near }: { readonly far: Proxy; readonly near: Proxy },
  latencyMs: number,
): Promise<Cost[]> {
  const references = repositories.map((repository) => `${far.host}/${repository}:1`);
  const layers = SHARED_LAYERS + references.length * OWN_LAYERS;
  // A request without credentials tells the host's manners; it is the first manifest's own.
  const floorRequests = references.length + layers;
  const costs: Cost[] = [];
  const add = async (
    what: string,
    work: () => Promise<unknown>,
    { rounds = 1, proxy = far, ...floor }: Partial<Cost> & { rounds?: number; proxy?: Proxy } = {},
  ): Promise<void> => {
    const times: number[] = [];
    await proxy.take();
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      await work();
      times.push(performance.now() - started);
    }
    const { requests, bytes } = await proxy.take();
    costs.push({
      what,
      images: references.length,
      requests: requests / rounds,
      fetchedBytes: bytes / rounds,
      milliseconds: median(times),
      ...floor,
    });
  };
  const skopeo = (reference: string): Promise<string> =>
    shell(`skopeo --insecure-policy inspect --tls-verify=false docker://${reference} > /dev/null`, folder);
  const floorMilliseconds = (floorRequests / 16) * latencyMs;
  await add('this action', () => measure(references), { floorRequests, floorMilliseconds, rounds: ROUNDS });
  await add('skopeo inspect, one by one', async () => {
    for (const reference of references) await skopeo(reference);
  });
  const eight = pLimit(8);
  await add('skopeo inspect, eight at a time', () =>
    Promise.all(references.map((reference) => eight(() => skopeo(reference)))),
  );
  await add('skopeo copy, one by one', async () => {
    for (const reference of references) {
      await shell(
        `skopeo --insecure-policy copy -q --src-tls-verify=false docker://${reference} dir:copied && rm -r copied`,
        folder,
      );
    }
  });
  const nearby = repositories.map((repository) => `${near.host}/${repository}:1`);
  await add(WITHOUT_LATENCY, () => measure(nearby), { proxy: near, rounds: ROUNDS });
  return costs;
}
