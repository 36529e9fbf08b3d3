/**
 * The world of a whole run: a registry with two multi-platform images behind a login, whose blobs lie elsewhere, and
 * ECI; STS and the runner's ID tokens where OIDC is used. Each takes its time over every request.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { startEciServer, type EciServer } from '../../dev/eci/server.js';
import { localInputs } from '../../dev/local-inputs.js';
import { startOidcServer } from '../../dev/oidc.js';
import { startRegistry, type RegistryServer } from '../../dev/registry/server.js';
import { startStsServer, TEST_AUDIENCE, TEST_PROVIDER_ARN, TEST_ROLE_ARN } from '../../dev/sts/server.js';
import { tar } from '../../dev/tar.js';

const LOGIN = { username: 'acme', password: 'only-for-benches' };
const TAG = 'v1.2.3';
const REPOSITORIES = ['acme/shop', 'acme/worker'];

type Texts = Readonly<Record<string, string>>;

export interface World {
  readonly eci: EciServer;
  /** What a workflow sets for it, with stored keys. */
  readonly inputs: Texts;
  /** What it sets in their place to have keys for its ID token. */
  readonly oidc: { readonly inputs: Texts; readonly env: Texts };
  /** Requests since the last call, by server. */
  countRequests(): Record<'registry' | 'eci' | 'sts' | 'idToken', number>;
  close(): Promise<void>;
}

/** @param latencyMs before every answer of every server */
export async function startWorld(latencyMs: number): Promise<World> {
  const hooks = { onRequest: () => delay<undefined>(latencyMs) };
  const registry = await startRegistry({
    auth: 'token',
    users: { [LOGIN.username]: LOGIN.password },
    blobsElsewhere: true,
    latencyMs,
  });
  pushImages(registry);
  const eci = await startEciServer({ hooks });
  const runner = await startOidcServer({ latencyMs });
  const { keys, clock } = eci;
  const { issuer, hasSigned } = runner;
  const sts = await startStsServer({
    keys,
    clock,
    hooks,
    roles: [{ arn: TEST_ROLE_ARN }],
    providers: [{ arn: TEST_PROVIDER_ARN, issuer, clientIds: [TEST_AUDIENCE], hasSigned }],
  });
  const counted = {
    registry: registry.requests,
    eci: eci.requests,
    sts: sts.requests,
    idToken: runner.requests,
  };
  const before = { registry: 0, eci: 0, sts: 0, idToken: 0 };
  return {
    eci,
    inputs: inputsOf(registry, eci),
    oidc: {
      inputs: {
        'access-key-id': '',
        'access-key-secret': '',
        'role-to-assume': TEST_ROLE_ARN,
        'oidc-provider-arn': TEST_PROVIDER_ARN,
        'sts-endpoint': sts.url,
      },
      env: runner.env,
    },
    countRequests: () => {
      const since = { ...before };
      for (const [name, { length }] of Object.entries(counted) as [
        keyof typeof before,
        { length: number },
      ][]) {
        since[name] = length - before[name];
        before[name] = length;
      }
      return since;
    },
    close: async () => {
      await Promise.all([registry, eci, runner, sts].map((server) => server.close()));
    },
  };
}

function pushImages(registry: RegistryServer): void {
  for (const repository of REPOSITORIES) {
    const manifests = ['amd64', 'arm64'].map((architecture) => {
      const platform = { os: 'linux', architecture };
      const layers = ['base', `${repository} for ${architecture}`].map((text) =>
        gzipSync(tar([{ name: 'content', content: Buffer.alloc(8_192, text) }])),
      );
      return { ...registry.putImage(repository, undefined, { platform, layers }), platform };
    });
    registry.putIndex(repository, TAG, { manifests });
  }
}

function inputsOf(registry: RegistryServer, eci: EciServer): Record<string, string> {
  return {
    images: REPOSITORIES.map((repository) => `${registry.host}/${repository}`).join('\n'),
    'image-registry-credentials': JSON.stringify([{ server: registry.host, ...LOGIN }]),
    ...localInputs(eci, registry),
    'plain-http-registry': [registry.host, registry.blobHost].join(),
  };
}
