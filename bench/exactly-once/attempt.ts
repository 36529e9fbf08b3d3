import { setTimeout as delay } from 'node:timers/promises';
import { TEST_REGION } from '../../dev/eci/server.js';
import { asRunnerShows, startAction, type RunHandle, type RunResult } from '../../dev/runner.js';
import { REGISTRY_HOST, type Attempt } from './surroundings.js';
import { SPEED, type RunPlan, type Schedule } from './schedule.js';
import { accountOf, IMAGES, loginOf, REPOSITORY, TAG, VPC_HOST, type World } from './world.js';

/** How the action is started. */
export interface Build {
  /** Its entry file; the project's own dist where it is left out. */
  readonly dist?: string | undefined;
  readonly node?: string | undefined;
}

/** What came of one process. */
export interface Outcome {
  readonly plan: RunPlan;
  readonly killedAt: string | undefined;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly wallMs: number;
  readonly outputs: RunResult['outputs'];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly log: string;
  /** Times of the service. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** A run that hangs is a failure; nothing that a schedule does keeps one for so long. */
const LONGEST_RUN_WALL_MS = 60_000;

/** Starts a process by its plan, kills it if the plan says so, and waits for its end. */
export async function attemptRun(
  schedule: Schedule,
  plan: RunPlan,
  world: World,
  build: Build,
): Promise<Outcome> {
  await delay(plan.startAfterWallMs);
  const attempt: Attempt = { plan, requests: [], killedAt: undefined, kill: () => undefined };
  const account = accountOf(plan.index);
  world.attempts.set(account.accessKeyId, attempt);
  world.surroundings?.expect(attempt);
  const startedAtMs = world.eci.clock.now();
  const handle = await startAction({
    ...(build.dist === undefined ? {} : { dist: build.dist }),
    ...(build.node === undefined ? {} : { node: build.node }),
    inputs: inputsOf(schedule, plan, world),
    event: {
      name: 'push',
      payload: { ref: `refs/tags/${TAG}`, after: COMMIT, repository: { full_name: REPOSITORY } },
    },
    env: { ECI_CACHE_CLOCK_SPEED: String(SPEED), ...world.surroundings?.env },
    homeFiles: world.surroundings?.homeFiles ?? {},
    timeoutMs: LONGEST_RUN_WALL_MS,
  });
  const timer = armed(attempt, handle);
  const result = await handle.done;
  clearTimeout(timer);
  return {
    plan,
    // It may have ended by itself just before.
    killedAt: result.signal === 'SIGKILL' && !result.timedOut ? attempt.killedAt : undefined,
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    wallMs: result.durationMs,
    outputs: result.outputs,
    errors: result.errors,
    warnings: result.warnings,
    log: asRunnerShows(result) + result.stderr,
    startedAtMs,
    endedAtMs: world.eci.clock.now(),
  };
}

const COMMIT = '1f3c5a7e9b2d4f6081a3c5e7092b4d6f80a1c3e5';

function armed(attempt: Attempt, handle: RunHandle): NodeJS.Timeout | undefined {
  attempt.kill = (where) => {
    attempt.killedAt ??= where;
    handle.kill('SIGKILL');
  };
  const { kill } = attempt.plan;
  if (kill?.at !== 'moment') return undefined;
  return setTimeout(() => {
    attempt.kill('a random moment');
  }, kill.wallMs);
}

function inputsOf(
  schedule: Schedule,
  plan: RunPlan,
  { eci, vpc, registry, surroundings }: World,
): Record<string, string> {
  const account = accountOf(plan.index);
  return {
    images: IMAGES.join('\n'),
    'registry-map': `${surroundings ? REGISTRY_HOST : registry.host}=${VPC_HOST}`,
    'plain-http-registry': registry.host,
    'image-registry-credentials': JSON.stringify([{ server: VPC_HOST, ...loginOf(plan.login) }]),
    'region-id': TEST_REGION,
    'security-group-id': 'sg-uf66jeqopgqa9hdn0000',
    'access-key-id': account.accessKeyId,
    'access-key-secret': account.accessKeySecret,
    reuse: String(schedule.reuse),
    'client-token': schedule.clientToken,
    'resource-group-id': schedule.service.groupScoped ? 'rg-acfmxyz000shop' : '',
    'keep-latest': schedule.keepLatest,
    endpoint: eci.url,
    ...(vpc && { 'eip-instance-id': 'auto', 'vpc-endpoint': vpc.url }),
    ...surroundings?.inputs(plan),
    ...plan.inputs,
  };
}
