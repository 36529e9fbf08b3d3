/**
 * The main job, as a runner's user would see it: a tag is pushed, and the built action makes an image cache of
 * two images. Everything is on this machine: the registry and ECI are the local servers that the tests use, with
 * a service clock that runs faster than the wall clock's.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { readyPlan } from './eci/plans.js';
import { startEciServer, TEST_ACCOUNT, TEST_REGION } from './eci/server.js';
import { startRegistry, type RegistryServer } from './registry/server.js';
import { asRunnerShows, runAction, type RunResult } from './runner.js';
import { tar } from './tar.js';

/** A build of three minutes takes five seconds. */
const SPEED = 40;
const LOGIN = { username: 'acme', password: 'correct horse/battery+staple' };
const VPC_HOST = `registry-vpc.${TEST_REGION}.aliyuncs.com`;

const [registry, eci] = await Promise.all([
  startRegistry({ auth: 'token', users: { [LOGIN.username]: LOGIN.password }, blobsElsewhere: true }),
  startEciServer({ speed: SPEED, plan: () => readyPlan() }),
]);
try {
  pushImages(registry);
  const first = await release();
  heading('The log');
  console.log(asRunnerShows(first));
  heading('The outputs');
  for (const [name, value] of Object.entries(first.outputs)) console.log(`${name}=${value}`);
  heading('The job summary (Markdown)');
  console.log(first.summary);
  heading('The same step again, as a re-run would do it');
  const second = await release();
  console.log(asRunnerShows(second));
  console.log(`\nimage-cache-id=${second.outputs['image-cache-id'] ?? ''}`);
  process.exitCode = judge(first, second);
} finally {
  await Promise.all([registry.close(), eci.close()]);
}

async function release(): Promise<RunResult> {
  return runAction({
    inputs: {
      images: `${VPC_HOST}/acme/shop\n${VPC_HOST}/acme/worker  # tag: the one that was pushed`,
      'image-tag': '{{version}}',
      'registry-map': `${registry.host}=${VPC_HOST}`,
      'plain-http-registry': registry.host,
      'image-registry-credentials': JSON.stringify([{ server: VPC_HOST, ...LOGIN }]),
      'region-id': TEST_REGION,
      'security-group-id': 'sg-uf66jeqopgqa9hdn0000',
      'vswitch-id': 'vsw-uf6h3rbwbm90urjwa000, vsw-uf6h3rbwbm90urjwa111',
      'access-key-id': TEST_ACCOUNT.accessKeyId,
      'access-key-secret': TEST_ACCOUNT.accessKeySecret,
      'keep-latest': '3',
      endpoint: eci.url,
    },
    event: { name: 'push', payload: pushOfTag() },
    env: { ECI_CACHE_CLOCK_SPEED: String(SPEED) },
  });
}

function pushOfTag(): object {
  return JSON.parse(readFileSync(new URL('events/push.tag.json', import.meta.url), 'utf8')) as object;
}

/** A base that both images share, one of them for two platforms. */
function pushImages(to: RegistryServer): void {
  const base = layer('usr/lib/base', 6);
  const shop = (architecture: string): ReturnType<RegistryServer['putImage']> =>
    to.putImage('acme/shop', undefined, {
      layers: [base, layer('app/shop.js', 2)],
      platform: { os: 'linux', architecture },
    });
  to.putIndex('acme/shop', '1.2.3', {
    manifests: ['amd64', 'arm64'].map((architecture) => ({
      ...shop(architecture),
      platform: { os: 'linux', architecture },
    })),
  });
  to.putImage('acme/worker', '1.2.3', { layers: [base, layer('app/worker.js', 3)] });
}

/** Half of it can be compressed, half of it cannot. */
function layer(name: string, sizeMiB: number): Buffer {
  const content = Buffer.concat([randomBytes(sizeMiB * 2 ** 19), Buffer.alloc(sizeMiB * 2 ** 19, name)]);
  return gzipSync(tar([{ name, content }]));
}

function judge(...runs: readonly RunResult[]): number {
  const ids = new Set(runs.map(({ outputs }) => outputs['image-cache-id']));
  const good = runs.every(({ exitCode }) => exitCode === 0) && ids.size === 1 && eci.existing().length === 1;
  heading(good ? 'Two runs, one cache.' : 'The demo failed.');
  return good ? 0 : 1;
}

function heading(text: string): void {
  console.log(`\n\u001b[1m── ${text} ${'─'.repeat(Math.max(0, 90 - text.length))}\u001b[0m\n`);
}
