import { gzipSync } from 'node:zlib';
import type { CacheRecord } from '../../dev/eci/caches.js';
import { failedPlan, failures, readyPlan, type CachePlan } from '../../dev/eci/plans.js';
import { RpcError, type RequestRecord, type RpcHooks } from '../../dev/eci/rpc.js';
import { startEciServer, TEST_ACCOUNT, TEST_REGION, type EciServer } from '../../dev/eci/server.js';
import { startRegistry, type RegistryServer } from '../../dev/registry/server.js';
import { createStore, type Store } from '../../dev/registry/store.js';
import { tar } from '../../dev/tar.js';
import type { VpcServer } from '../../dev/vpc/server.js';
import { startAddresses } from './addresses.js';
import { groupOf, TAG_KEY } from '../../src/cache/identity.js';
import { faultOf, registryFaultsOf, type NamedFault } from './faults.js';
import { lagOfLookUp, LOGINS, planBuild, SPEED, type Schedule } from './schedule.js';
import type { KillTime } from './kills.js';
import { REGISTRY_HOST, surround, type Attempt, type Surroundings } from './surroundings.js';

/** A request, whose it was and what befell it. */
export interface Traced {
  readonly record: RequestRecord;
  readonly run: number;
  readonly fault: string | undefined;
  /** When the service acted, in its own time. */
  actedAtMs?: number;
}

export interface World {
  readonly schedule: Schedule;
  readonly eci: EciServer;
  /** Where the runs have `eip-instance-id: auto`. */
  readonly vpc: VpcServer | undefined;
  readonly registry: RegistryServer;
  /** By the access key ID that the process signs with. */
  readonly attempts: Map<string, Attempt>;
  readonly trace: Traced[];
  /** Every cache that a process made, oldest first. */
  ours(): CacheRecord[];
  /** Caches of others, which have to stay. */
  readonly foreign: readonly CacheRecord[];
  /** Where everything is switched on. */
  readonly surroundings: Surroundings | undefined;
  close(): Promise<void>;
}

export const REPOSITORY = 'acme/shop';
export const VPC_HOST = `registry-vpc.${TEST_REGION}.aliyuncs.com`;
export const IMAGES = [`${VPC_HOST}/acme/shop`, `${VPC_HOST}/acme/worker`] as const;
export const TAG = 'v1.2.3';

/** Keys of each process's own: by them a request is known to be its. */
export function accountOf(run: number): { accessKeyId: string; accessKeySecret: string } {
  return { ...TEST_ACCOUNT, accessKeyId: `LTAI5tLocalTestKey${String(run).padStart(6, '0')}` };
}

export function loginOf(number: number): { username: string; password: string } {
  return { username: `cr_temp_user_${number}`, password: `temporary/password+${number}` };
}

/** More processes than any schedule starts. */
const MOST_RUNS = 80;

/** A fresh service and registry. */
export async function makeWorld(schedule: Schedule): Promise<World> {
  const attempts = new Map<string, Attempt>();
  const trace: Traced[] = [];
  const { service } = schedule;
  const logins = Array.from({ length: LOGINS }, (_, number) => loginOf(number));
  const hooks: RpcHooks = {
    onRequest: (record): NamedFault | undefined =>
      disturb(schedule, attemptOf(attempts, record), record, eci, trace),
    onActed: (record) => {
      const attempt = attemptOf(attempts, record);
      const traced = trace.find((one) => one.record === record);
      if (traced) traced.actedAtMs = eci.clock.now();
      if (attempt && isKilledAt(attempt, 'acted')) attempt.kill(`${record.action} acted`);
    },
  };
  const [registry, eci]: [RegistryServer, EciServer] = await Promise.all([
    startRegistry({
      auth: 'token',
      ...(schedule.everything ? { realm: `http://${REGISTRY_HOST}/token` } : {}),
      users: Object.fromEntries(logins.map(({ username, password }) => [username, password])),
      store: images(),
      faults: registryFaultsOf(schedule),
    }),
    startEciServer({
      speed: SPEED,
      accounts: Array.from({ length: MOST_RUNS }, (_, run) => accountOf(run)),
      plan: plansOf(schedule),
      tokens: {
        ...(service.tokenKeptMs === undefined ? {} : { keptMs: service.tokenKeptMs }),
        mismatch: service.mismatch,
        failed: [403, 'IdempotentFailed'],
      },
      indexLags: service.indexLags,
      uniqueNames: service.uniqueNames,
      groupScoped: service.groupScoped,
      hooks,
    }),
  ]);
  const vpc = schedule.eip && (await startAddresses(schedule.eip, eci, hooks));
  const foreign = eci.seed(cachesOfOthers());
  const surroundings = schedule.everything
    ? await surround(schedule, { eci, vpc, registry, byKey: attempts }, loginOf(0))
    : undefined;
  return {
    schedule,
    eci,
    vpc,
    registry,
    attempts,
    trace,
    ours: () => eci.caches.filter((cache) => !foreign.includes(cache)),
    foreign,
    surroundings,
    close: async () => {
      await Promise.all([registry.close(), eci.close(), vpc?.close(), surroundings?.close()]);
    },
  };
}

/** Caches of others come before ours. */
function plansOf(schedule: Schedule): (request: unknown, number: number) => CachePlan {
  let refusals = schedule.service.firstTokenFails ? 1 : 0;
  return (_, number) => {
    if (refusals > 0) {
      refusals -= 1;
      throw new RpcError(403, 'OperationDenied.NoStock', 'The zone has no stock.');
    }
    return planOf(schedule, number - FOREIGN);
  };
}

function planOf(schedule: Schedule, number: number): CachePlan {
  const { fails, buildMs, lagMs } = planBuild(schedule, number);
  const plan = fails
    ? failedPlan(failures.noStock(), { preparingMs: buildMs / 2 })
    : readyPlan({ preparingMs: buildMs / 3, creatingMs: (2 * buildMs) / 3 });
  return { ...plan, lagMs };
}

const FOREIGN = 2;

/** Another repository's cache of the same images, and one that somebody made by hand. */
function cachesOfOthers(): Parameters<EciServer['seed']>[0] {
  const group = groupOf(IMAGES.map((cachedReference) => ({ cachedReference, digest: undefined })));
  return [
    {
      tags: [
        { key: TAG_KEY.repository, value: 'other/shop' },
        { key: TAG_KEY.group, value: group },
      ],
    },
    { imageCacheName: 'made-by-hand' },
  ];
}

/** The same images for every schedule: their digests never change. */
function images(): Store {
  const store = createStore();
  const layer = (name: string): Buffer => gzipSync(tar([{ name, content: Buffer.alloc(2_048, name) }]));
  store.putImage('acme/shop', TAG, { layers: [layer('base'), layer('shop')] });
  store.putImage('acme/worker', TAG, { layers: [layer('base'), layer('worker')] });
  return store;
}

function attemptOf(attempts: World['attempts'], { headers }: RequestRecord): Attempt | undefined {
  return attempts.get(/Credential=([\w.]+)/.exec(headers['authorization'] ?? '')?.[1] ?? '');
}

/** Whether the request that the attempt has just made is the one that it is killed at. */
function isKilledAt({ plan: { kill }, requests }: Attempt, when: KillTime): boolean {
  if (kill?.at !== 'request' || kill.when !== when) return false;
  const { action, nth } = kill;
  const counted = requests.filter((made) => made === (action ?? made)).length;
  return counted === nth && requests.at(-1) === (action ?? requests.at(-1));
}

/** A moment after the answer has left, and before much can come of it. */
const AFTER_ANSWER_WALL_MS = 8;

function disturb(
  schedule: Schedule,
  attempt: Attempt | undefined,
  record: RequestRecord,
  eci: EciServer,
  trace: Traced[],
): NamedFault | undefined {
  if (!attempt) return undefined;
  attempt.requests.push(record.action);
  const { plan } = attempt;
  const nth = attempt.requests.length;
  if (schedule.lookUps.replicas) {
    const lagMs = lagOfLookUp(schedule, plan.index, nth);
    for (const cache of eci.caches)
      if (Object.keys(cache.parameters).length > 0) Object.assign(cache, { lagMs });
  }
  const fault = killingFault(attempt, record) ?? faultOf(schedule, plan, nth, record.action);
  trace.push({ record, run: plan.index, fault: fault?.name });
  return fault;
}

function killingFault(attempt: Attempt, { action }: RequestRecord): NamedFault | undefined {
  if (isKilledAt(attempt, 'before')) {
    attempt.kill(`${action} before`);
    return { name: 'killed', kind: 'drop', acts: false };
  }
  if (isKilledAt(attempt, 'acted')) return { name: 'killed', kind: 'drop', acts: true };
  if (!isKilledAt(attempt, 'answered')) return undefined;
  setTimeout(() => {
    attempt.kill(`${action} answered`);
  }, AFTER_ANSWER_WALL_MS);
  return { name: 'killed', kind: 'none' };
}
