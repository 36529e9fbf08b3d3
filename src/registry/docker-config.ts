import { readFile } from 'node:fs/promises';
import { isRecord, quoteForeign } from '../http/foreign-text.js';
import type { DockerConfigFile, LoginFile } from '../inputs/runner.js';
import type { Log } from '../report/log.js';
import type { Secrets } from '../report/secrets.js';
import { askHelper, HelperError } from './credential-helper.js';
import { registryName, sameRegistry } from './hosts.js';
import type { Login } from './types.js';

export interface DockerConfigOptions {
  /** Undefined if the runner has no home. */
  readonly file: DockerConfigFile | undefined;
  /** Files of the same shape that other tools write; asked after Docker's, in their order. */
  readonly otherFiles?: readonly LoginFile[] | undefined;
  readonly secrets: Secrets;
  readonly log: Pick<Log, 'warning' | 'debug'>;
  /** For a credential helper to answer; 10 seconds where it is not given. */
  readonly helperTimeLimitMs?: number | undefined;
}

/** The parts of a config that are about logins. */
interface DockerConfig {
  /** Server name → login; undefined if the entry holds none, e.g. because a helper keeps the login. */
  readonly auths: ReadonlyMap<string, Login | undefined>;
  /** Server name → helper. */
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | undefined;
}

/** What `docker login` calls Docker Hub. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
const HELPER_LIMIT_MS = 10_000;
const NO_LOGINS: DockerConfig = { auths: new Map(), credHelpers: new Map(), credsStore: undefined };

/**
 * The logins that earlier steps of the job left in the Docker config, or in the files of Podman and Buildah. A file is
 * read when the first registry asks for a login. What cannot be read or run is a warning, once, and no login. In each
 * file the order is Docker's: the helper of the registry, else the helper of all, else what the file itself holds
 * (https://docs.docker.com/reference/cli/docker/login/#credential-stores, and containers-auth.json(5)).
 */
export function dockerLogins(options: DockerConfigOptions): (host: string) => Promise<Login | undefined> {
  const { file, otherFiles = [] } = options;
  const files = [
    ...(file ? [file] : []),
    ...otherFiles.map((other) => ({ helperEnvironment: file?.helperEnvironment ?? {}, ...other })),
  ];
  const lookIns = files.map((one) => loginsIn(one, options));
  return async (host) => {
    for (const lookIn of lookIns) {
      const login = await lookIn(host);
      if (login) return login;
    }
    return undefined;
  };
}

function loginsIn(
  file: DockerConfigFile,
  options: DockerConfigOptions,
): (host: string) => Promise<Login | undefined> {
  let config: Promise<DockerConfig> | undefined;
  const faultyHelpers = new Set<string>();

  const fromHelper = async (name: string, host: string): Promise<Login | undefined> => {
    const { secrets, log, helperTimeLimitMs = HELPER_LIMIT_MS } = options;
    const server = sameRegistry(host, DOCKER_HUB) ? DOCKER_HUB : host;
    try {
      const login = await askHelper(name, server, {
        environment: file.helperEnvironment,
        timeLimitMs: helperTimeLimitMs,
      });
      maskLogin(login, secrets);
      return login;
    } catch (error) {
      if (!(error instanceof HelperError)) throw error;
      if (!faultyHelpers.has(name)) log.warning(helperWarning(file, name, host, error));
      faultyHelpers.add(name);
      return undefined;
    }
  };

  return async (host) => {
    config ??= readConfig(file, options);
    const { auths, credHelpers, credsStore } = await config;
    const [ownHelper] = valuesFor(credHelpers, host);
    const helper = ownHelper ?? credsStore;
    if (helper !== undefined) return fromHelper(helper, host);
    return valuesFor(auths, host).find((login) => login !== undefined);
  };
}

/** The values under the names of one registry, the one that Docker would use first. */
function valuesFor<T>(byServer: ReadonlyMap<string, T>, host: string): T[] {
  const same = [...byServer].filter(([server]) => sameRegistry(server, host));
  const exact = same.filter(([server]) => server === host || server === DOCKER_HUB);
  return [...exact, ...same].map(([, value]) => value);
}

function helperWarning(file: DockerConfigFile, name: string, host: string, error: HelperError): string {
  // The name is from the file, and may be anything.
  const shown = name.replace(/[^\w.-]/g, '?').slice(0, 64);
  return `${file.shownAs} names the credential helper docker-credential-${shown} for ${host}, but it ${error.message}. Going on without a login; if one is needed, give it in image-registry-credentials, or fix the helper.`;
}

async function readConfig(
  file: DockerConfigFile,
  { secrets, log }: DockerConfigOptions,
): Promise<DockerConfig> {
  const warn = (fault: string, lost = 'its logins'): void => {
    log.warning(
      `${file.shownAs} ${fault}. Going on without ${lost}; if a registry needs one, log in again in an earlier step.`,
    );
  };
  try {
    const document: unknown = JSON.parse((await readFile(file.path, 'utf8')).replace(/^\uFEFF/, ''));
    log.debug(`Registry logins are looked for in ${file.shownAs}, too.`);
    if (!isRecord(document)) throw new ConfigError('is not a JSON object');
    return configIn(document, secrets, warn);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return NO_LOGINS;
    // A parser's message quotes the file, so none of it is shown.
    warn(error instanceof ConfigError ? error.message : `cannot be read (${code ?? 'not JSON'})`);
    return NO_LOGINS;
  }
}

/** What is wrong with a file or an entry: words that follow the file's name. */
class ConfigError extends Error {}

/** The usable parts of the file; each unusable part is a warning. */
function configIn(
  { auths, credHelpers, credsStore }: Readonly<Record<string, unknown>>,
  secrets: Secrets,
  warn: (fault: string, lost?: string) => void,
): DockerConfig {
  const entries = <T>(value: unknown, name: string, read: (entry: unknown) => T): Map<string, T> => {
    if (value === undefined || value === null) return new Map();
    if (!isRecord(value)) {
      warn(`has ${name} that are not an object`);
      return new Map();
    }
    const usable = Object.entries(value).flatMap(([server, entry]) => {
      try {
        return [[server, read(entry)] as const];
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        // Somebody may have put a login before the host.
        const host = quoteForeign(registryName(server.replace(/^.*@/s, '')), 100);
        warn(`has an entry in ${name} for ${host} ${error.message}`, 'this login');
        return [];
      }
    });
    return new Map(usable);
  };
  const store = credsStore ?? '';
  if (typeof store !== 'string') warn('has a credsStore that is not a text');
  const helpers = entries(credHelpers, 'credHelpers', (name) => {
    if (typeof name === 'string') return name;
    throw new ConfigError('that is not a text');
  });
  return {
    auths: entries(auths, 'auths', (entry) => loginOf(entry, secrets)),
    credHelpers: new Map([...helpers].filter(([, name]) => name !== '')),
    credsStore: typeof store === 'string' && store !== '' ? store : undefined,
  };
}

/** An entry of auths. @throws ConfigError where it is not an object, or `auth` is not the base64 of user:password */
function loginOf(entry: unknown, secrets: Secrets): Login | undefined {
  if (!isRecord(entry)) throw new ConfigError('that is not an object');
  const field = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
  secrets.add(field('auth'));
  secrets.add(field('registrytoken'));
  const login = oneOf(field('identitytoken'), field('auth'), {
    username: field('username'),
    password: field('password'),
  });
  maskLogin(login, secrets);
  return login;
}

function oneOf(
  identityToken: string,
  auth: string,
  plain: { username: string; password: string },
): Login | undefined {
  if (identityToken !== '') return { identityToken };
  if (auth === '') return plain.username !== '' && plain.password !== '' ? plain : undefined;
  // Docker takes NUL characters off the end of the password.
  const [, username, password] =
    /^([^:]+):(.*?)\0*$/s.exec(Buffer.from(auth, 'base64').toString('utf8')) ?? [];
  if (username === undefined || password === undefined) {
    throw new ConfigError('whose auth is not the base64 of user:password');
  }
  return password === '' ? undefined : { username, password };
}

function maskLogin(login: Login | undefined, secrets: Secrets): void {
  if (!login) return;
  if ('identityToken' in login) secrets.add(login.identityToken);
  else secrets.addLogin(login.username, login.password);
}
