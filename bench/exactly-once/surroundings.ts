import { startProxy, type Proxy } from '../../dev/proxy.js';
import type { EciServer } from '../../dev/eci/server.js';
import type { RegistryServer } from '../../dev/registry/server.js';
import { startIdentity, type Identity } from '../../dev/sts/identity.js';
import type { VpcServer } from '../../dev/vpc/server.js';
import { TEST_AUDIENCE, TEST_PROVIDER_ARN, TEST_ROLE_ARN } from '../../dev/sts/server.js';
import { faultOf } from './faults.js';
import type { RunPlan, Schedule } from './schedule.js';

/** One process as the servers know it. */
export interface Attempt {
  readonly plan: RunPlan;
  /** The actions of its requests so far. */
  readonly requests: string[];
  /** Where it was killed; undefined while it has not been. */
  killedAt: string | undefined;
  kill: (where: string) => void;
}

/**
 * Everything switched on: no stored key, but the runner's ID token and STS; a proxy with a password as the only
 * way out, for no name server knows the names; the registry's login from the Docker config.
 */
export interface Surroundings {
  inputs(plan: RunPlan): Record<string, string>;
  readonly env: Readonly<Record<string, string>>;
  readonly homeFiles: Readonly<Record<string, string>>;
  /** From now on, a request that asks for credentials under this attempt's name is its. */
  expect(attempt: Attempt): void;
  close(): Promise<void>;
}

const HOST = { eci: 'eci.test', sts: 'sts.test', vpc: 'vpc.test', oidc: 'oidc.test' } as const;
export const REGISTRY_HOST = 'registry.test';
const PROXY_LOGIN = { username: 'runner', password: 'p@ss/word +1' };
/** RAM refuses shorter sessions than 900 s, which are 15 s of the wall clock here. */
const SESSION_SECONDS = '3600';
/** Their dice are not those of requests to ECI. */
const FIRST_STS_REQUEST = 1_000;

interface Servers {
  readonly eci: EciServer;
  readonly vpc: VpcServer | undefined;
  readonly registry: RegistryServer;
  /** Is told whose the keys are that STS has given out. */
  readonly byKey: Map<string, Attempt>;
}

export async function surround(
  schedule: Schedule,
  { eci, vpc, registry, byKey }: Servers,
  login: { readonly username: string; readonly password: string },
): Promise<Surroundings> {
  const identity = await startIdentity(eci);
  const expected = new Map<string, Attempt>();
  hookOnto(identity, schedule, expected, byKey);
  const proxy = await startProxy({
    routes: {
      [HOST.eci]: hostOf(eci.url),
      [HOST.sts]: hostOf(identity.sts.url),
      ...(vpc && { [HOST.vpc]: vpc.host }),
      [HOST.oidc]: hostOf(identity.oidc.url),
      [REGISTRY_HOST]: registry.host,
    },
    login: PROXY_LOGIN,
  });
  return {
    inputs: ({ index }) => inputsOf(index),
    env: envOf(identity, proxy),
    homeFiles: { '.docker/config.json': dockerConfig(login) },
    expect: (attempt) => expected.set(sessionName(attempt.plan.index), attempt),
    close: async () => {
      await Promise.all([identity.close(), proxy.close()]);
    },
  };
}

function hookOnto(
  { sts }: Identity,
  schedule: Schedule,
  expected: ReadonlyMap<string, Attempt>,
  byKey: Map<string, Attempt>,
): void {
  let nth = FIRST_STS_REQUEST;
  sts.hooks.onRequest = ({ action, parameters }) => {
    const attempt = expected.get(parameters['RoleSessionName'] ?? '');
    return attempt && faultOf(schedule, attempt.plan, (nth += 1), action);
  };
  sts.hooks.onActed = ({ answer, parameters }) => {
    const attempt = expected.get(parameters['RoleSessionName'] ?? '');
    const key = (answer as { Credentials?: { AccessKeyId: string } } | undefined)?.Credentials?.AccessKeyId;
    if (attempt && key !== undefined) byKey.set(key, attempt);
  };
}

function inputsOf(run: number): Record<string, string> {
  return {
    endpoint: `http://${HOST.eci}`,
    'sts-endpoint': `http://${HOST.sts}`,
    'vpc-endpoint': `http://${HOST.vpc}`,
    'access-key-id': '',
    'access-key-secret': '',
    'role-to-assume': TEST_ROLE_ARN,
    'oidc-provider-arn': TEST_PROVIDER_ARN,
    audience: TEST_AUDIENCE,
    'role-session-name': sessionName(run),
    'role-session-expiration': SESSION_SECONDS,
    'plain-http-registry': REGISTRY_HOST,
    'retention-days': '30',
    tags: 'team=shop\ncost-centre=4711',
    annotations: '{"note": "everything"}',
    'size-margin-percent': '20',
  };
}

function sessionName(run: number): string {
  return `run-${run}`;
}

function envOf({ oidc }: Identity, proxy: Proxy): Record<string, string> {
  const url = new URL(oidc.env.ACTIONS_ID_TOKEN_REQUEST_URL);
  url.host = HOST.oidc;
  url.port = '';
  return { ...oidc.env, ACTIONS_ID_TOKEN_REQUEST_URL: url.href, http_proxy: proxy.url, RUNNER_DEBUG: '1' };
}

function dockerConfig({ username, password }: { username: string; password: string }): string {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [REGISTRY_HOST]: { auth } } });
}

function hostOf(url: string): string {
  return new URL(url).host;
}
