import { randomUUID } from 'node:crypto';
import { fixedPlan } from '../../dev/eci/plans.js';
import { runAction, type RunOptions, type RunResult } from '../../dev/runner.js';
import { interleaved } from '../interleave.js';
import { bundleOfCore, untilExit } from '../startup/measure.js';
import { startWorld, type World } from './world.js';

export const LATENCY_MS = 50;

/** One way through the action, and the requests that must follow one another on it. */
export interface Way {
  readonly name: string;
  readonly result: 'reused' | 'created';
  readonly inputs: (world: World) => Readonly<Record<string, string>>;
  readonly env: (world: World) => Readonly<Record<string, string>>;
  readonly roundTrips: readonly string[];
  /** The least number of requests that it takes. */
  readonly leastRequests: number;
}

/** Which login the registry wants; a token; what the tag names; the platform's manifest, and the look-up beside it. */
const LOOK = ['challenge', 'token', 'index', 'manifest and DescribeImageCaches'];
/** By tag, by name, which one the service would match, and all of the owner's: at the same time. */
const LOOK_UP = 4;
/** Two images: one challenge, and two of everything else; then the look-up. */
const LOOK_REQUESTS = 1 + 3 * 2 + LOOK_UP;
/** The size; the create; whether it is there, and alone; what the service would match now that it is Ready. */
const MAKE = [
  ...['end of a layer', 'redirect', 'CreateImageCache'],
  ...['DescribeImageCaches by ID', 'by tag and by name', 'questions about the Ready cache'],
];
/** Two layers for each of two images, one of them shared but read in the first one's repository only, redirected. */
const MAKE_REQUESTS = 3 * 2 + 'ListUsage CreateImageCache by-ID by-tag by-name match owner'.split(' ').length;

const CREATE: Way = {
  name: 'create, wait: false',
  result: 'created',
  // The service remembers tokens for ever, and each round makes the cache anew.
  inputs: () => ({ wait: 'false', 'client-token': randomUUID() }),
  env: () => ({}),
  roundTrips: [...LOOK, ...MAKE],
  leastRequests: LOOK_REQUESTS + MAKE_REQUESTS,
};

export const WAYS: readonly Way[] = [
  {
    name: 'reuse',
    result: 'reused',
    inputs: () => ({}),
    env: () => ({}),
    roundTrips: LOOK,
    leastRequests: LOOK_REQUESTS,
  },
  {
    name: 'reuse, with OIDC',
    result: 'reused',
    inputs: ({ oidc }) => oidc.inputs,
    env: ({ oidc }) => oidc.env,
    roundTrips: LOOK,
    leastRequests: LOOK_REQUESTS + 'ID-token AssumeRoleWithOIDC'.split(' ').length,
  },
  CREATE,
];

export interface RunSample {
  readonly milliseconds: number;
  readonly requests: number;
  readonly peakBytes: number;
}

export interface WholeRuns {
  /** The start-up of a bundle of @actions/core alone, round by round. */
  readonly core: readonly RunSample[];
  readonly runs: ReadonlyMap<Way, readonly RunSample[]>;
}

export interface WholeRunOptions {
  readonly rounds: number;
  readonly node: string;
  readonly dist: string | undefined;
  readonly folder: string;
}

/** Every way in turn, each run in a process of its own from its start to its end. */
export async function measureWholeRuns({ rounds, node, dist, folder }: WholeRunOptions): Promise<WholeRuns> {
  const bundle = bundleOfCore(folder);
  const world = await startWorld(LATENCY_MS);
  try {
    const options = { node, ...(dist === undefined ? {} : { dist }) };
    // What the first reuse finds.
    await oneRun(CREATE, world, options);
    const core = async (): Promise<RunSample> => ({ ...(await untilExit(node, [bundle])), requests: 0 });
    const subjects = WAYS.map((way) => [way.name, () => oneRun(way, world, options)] as const);
    const samples = await interleaved(rounds, { core, ...Object.fromEntries(subjects) });
    return {
      core: samples.get('core') ?? [],
      runs: new Map(WAYS.map((way) => [way, samples.get(way.name) ?? []])),
    };
  } finally {
    await world.close();
  }
}

/** The serial floor of each round, in milliseconds: the start-up, and the trips. */
export function floorsOf({ roundTrips }: Way, core: readonly RunSample[]): number[] {
  return core.map(({ milliseconds }) => milliseconds + roundTrips.length * LATENCY_MS);
}

async function oneRun(way: Way, world: World, options: RunOptions): Promise<RunSample> {
  const { eci } = world;
  eci.state.plan = () => fixedPlan('Ready');
  if (way.result === 'created') eci.state.caches.length = 0;
  world.countRequests();
  const result = await runAction({
    ...options,
    inputs: { ...world.inputs, ...way.inputs(world) },
    env: way.env(world),
    measureMemory: true,
  });
  expectResult(result, way);
  const requests = Object.values(world.countRequests()).reduce((sum, count) => sum + count, 0);
  return { milliseconds: result.durationMs, requests, peakBytes: result.peakMemoryBytes ?? NaN };
}

function expectResult({ exitCode, outputs, stdout, stderr }: RunResult, way: Way): void {
  if (exitCode === 0 && outputs['result'] === way.result) return;
  throw new Error(`${way.name}: exit ${exitCode}, ${outputs['result']}\n${stdout}${stderr}`);
}
