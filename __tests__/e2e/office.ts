import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';
import type { EciOptions } from '../../dev/eci/server.js';
import { startProxy, type Proxy, type ProxyOptions } from '../../dev/proxy.js';
import { createAuthority, createCertificate, type Certificate } from '../../dev/registry/certificate.js';
import type { RegistryServerOptions } from '../../dev/registry/server.js';
import type { RunOptions, RunResult } from '../../dev/runner.js';
import { startIdentity, type Identity } from '../../dev/sts/identity.js';
import { TEST_AUDIENCE, TEST_PROVIDER_ARN, TEST_ROLE_ARN } from '../../dev/sts/server.js';
import { closeAtEnd, loginFor, scenario, type Inputs, type Scenario } from './support.js';

/** The login of the office's registry. */
export const ROBOT = { username: 'robot$ci', password: 'p@ss w/rd+%&"' };

export const ROLE_INPUTS: Inputs = {
  'access-key-id': '',
  'access-key-secret': '',
  'role-to-assume': TEST_ROLE_ARN,
  'oidc-provider-arn': TEST_PROVIDER_ARN,
  audience: TEST_AUDIENCE,
};

const folders: string[] = [];
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Path of a new file that goes when the test file ends. */
export async function temporaryFile(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'office-'));
  folders.push(folder);
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

/** ECI, STS, the ID-token service and a private registry, all over TLS, of an authority that nobody else knows. */
export interface Office {
  readonly servers: Scenario;
  readonly identity: Identity;
  readonly authority: Certificate;
  /** NODE_EXTRA_CA_CERTS: what makes the authority known. */
  readonly trust: Readonly<Record<string, string>>;
  /** A run with the role of OIDC and the registry's login; the authority is known unless `env` unsets it. */
  readonly run: (inputs?: Inputs, options?: RunOptions) => Promise<RunResult>;
}

interface OfficeOptions {
  /** The names by which the servers go, instead of 127.0.0.1:PORT. */
  readonly names?: Readonly<Record<ServerName, string>>;
  readonly speed?: number;
  readonly eci?: EciOptions;
  readonly registry?: RegistryServerOptions;
  /** Without TLS. */
  readonly plain?: boolean;
  /** Servers with a certificate of an authority that is not made known. */
  readonly strangers?: readonly ServerName[];
}

type ServerName = 'registry' | 'eci' | 'sts' | 'actions';

type IdentityOptions = NonNullable<Parameters<typeof startIdentity>[1]>;

export async function openOffice(options: OfficeOptions & IdentityOptions = {}): Promise<Office> {
  const { names, speed, oidc, role, provider, strangers = [] } = options;
  const authority = createAuthority();
  const hosts = [...Object.values(names ?? {}), '127.0.0.1'];
  const tls = {
    known: createCertificate(hosts, authority),
    strange: createCertificate(hosts, createAuthority()),
  };
  const secure = (name: ServerName): { tls?: Certificate } =>
    options.plain ? {} : { tls: strangers.includes(name) ? tls.strange : tls.known };
  const realm = names && { realm: `https://${names.registry}/token` };
  const users = { [ROBOT.username]: ROBOT.password };
  // What STS and the ID-token service hand out in the course of a run is secret, too.
  const given = (): string[] => [
    identity.oidc.requestToken,
    ...identity.oidc.issued,
    ...identity.sts.issued.flatMap((keys) => [keys.accessKeySecret, keys.securityToken ?? '']),
  ];
  const servers = await scenario({
    ...(speed === undefined ? {} : { speed }),
    eci: { ...secure('eci'), accounts: [], ...options.eci },
    registry: { ...secure('registry'), auth: 'token', users, ...realm, ...options.registry },
    secrets: given,
  });
  const identityOptions = { oidc: { ...secure('actions'), ...oidc }, ...defined({ role, provider }) };
  const identity = closeAtEnd(await startIdentity(servers.eci, { ...secure('sts'), ...identityOptions }));
  const trust = { NODE_EXTRA_CA_CERTS: await temporaryFile('ca.pem', authority.cert) };
  const registry = names?.registry ?? servers.registry.host;
  const inputs: Inputs = {
    ...ROLE_INPUTS,
    ...loginFor(registry, ROBOT),
    ...(options.plain ? {} : { 'plain-http-registry': '' }),
    images: `${registry}/acme/shop\n${registry}/acme/worker`,
    endpoint: names ? `https://${names.eci}` : servers.eci.url,
    'sts-endpoint': names?.sts ?? identity.sts.url,
  };
  const { env, requestUrl, host } = identity.oidc;
  const tokens = { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl.replace(host, names?.actions ?? host) };
  const run: Office['run'] = (more = {}, runOptions = {}) =>
    servers.run({ ...inputs, ...more }, { ...runOptions, env: { ...trust, ...tokens, ...runOptions.env } });
  return { servers, identity, authority, trust, run };
}

/** Without the fields that are undefined. */
function defined<T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Names that no name server resolves (RFC 2606): a proxy is the only way to them. */
export const HIDDEN = {
  registry: 'registry.test',
  eci: 'eci.test',
  sts: 'sts.test',
  actions: 'actions.test',
} as const;

/** Loaded before the action, for name servers that would resolve even these. */
const NO_NAME_SERVER = `
const dns = require('node:dns');
const { lookup } = dns;
dns.lookup = (host, options, callback) => {
  if (host === 'localhost') return lookup(host, options, callback);
  process.nextTick(callback, Object.assign(new Error('no name server'), { code: 'ENOTFOUND' }));
};
`;

/** Options of Node by which no name leads anywhere but through a proxy. */
export async function withoutNameServer(): Promise<string[]> {
  return ['--require', await temporaryFile('no-name-server.cjs', NO_NAME_SERVER)];
}

/** A proxy that knows the names of an office. */
export async function proxyTo(
  { servers, identity }: Office,
  options: Omit<ProxyOptions, 'routes'> = {},
  names: Readonly<Record<ServerName, string>> = HIDDEN,
): Promise<Proxy> {
  const routes = {
    [names.registry]: servers.registry.host,
    [names.eci]: servers.eci.host,
    [names.sts]: identity.sts.host,
    [names.actions]: identity.oidc.host,
  };
  return closeAtEnd(await startProxy({ routes, ...options }));
}
