import { readFile } from 'node:fs/promises';
import type { DockerConfigFile } from '../inputs/runner.js';
import type { Log } from '../report/log.js';
import type { Secrets } from '../report/secrets.js';
import { askHelper, HelperError } from './credential-helper.js';
import { sameRegistry } from './hosts.js';
import type { Login } from './types.js';

export interface DockerConfigOptions {
  readonly file: DockerConfigFile;
  readonly secrets: Secrets;
  readonly log: Pick<Log, 'warning' | 'debug'>;
  /** For a credential helper to answer; 10 seconds unless told. */
  readonly helperTimeLimitMs?: number | undefined;
}

/** The parts of the config that tell of logins, in the shape that they have to have. */
interface DockerConfig {
  /** Server name → login; undefined where the entry holds none, as one whose login a helper keeps. */
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
 * The logins that earlier steps of the job left in the Docker config. The file is read when the first registry asks
 * for one. What cannot be read or run is a warning, once, and no login. The order is Docker's: the helper of the
 * registry, else the helper of all, else what the file itself holds
 * (https://docs.docker.com/reference/cli/docker/login/#credential-stores).
 */
export function dockerLogins(options: DockerConfigOptions): (host: string) => Promise<Login | undefined> {
  let config: Promise<DockerConfig> | undefined;
  const faultyHelpers = new Set<string>();

  const fromHelper = async (name: string, host: string): Promise<Login | undefined> => {
    const { file, secrets, log, helperTimeLimitMs = HELPER_LIMIT_MS } = options;
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
    config ??= readConfig(options);
    const { auths, credHelpers, credsStore } = await config;
    const [ownHelper] = valuesFor(credHelpers, host);
    const helper = ownHelper ?? credsStore;
    if (helper !== undefined) return fromHelper(helper, host);
    return valuesFor(auths, host).find((login) => login !== undefined);
  };
}

/** The values under the names of one registry: that which Docker would use first. */
function valuesFor<T>(byServer: ReadonlyMap<string, T>, host: string): T[] {
  const same = [...byServer].filter(([server]) => sameRegistry(server, host));
  const exact = same.filter(([server]) => server === host || server === DOCKER_HUB);
  return [...exact, ...same].map(([, value]) => value);
}

function helperWarning(file: DockerConfigFile, name: string, host: string, error: HelperError): string {
  // The name is from the file, and may be anything.
  const shown = name.replace(/[^\w.-]/g, '?').slice(0, 64);
  return `${file.shownAs} names the credential helper docker-credential-${shown} for ${host}, and it ${error.message}. Going on without a login; if one is needed, give it in image-registry-credentials, or mend the helper.`;
}

async function readConfig({ file, secrets, log }: DockerConfigOptions): Promise<DockerConfig> {
  try {
    const config = parseConfig(await readFile(file.path, 'utf8'), secrets);
    log.debug(`Registry logins are looked for in ${file.shownAs}, too.`);
    return config;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return NO_LOGINS;
    // A parser's message quotes the file, so none of it is shown.
    const fault = error instanceof ConfigError ? error.message : `cannot be read (${code ?? 'not JSON'})`;
    log.warning(
      `${file.shownAs} ${fault}. Going on without its logins; if a registry needs one, log in again in an earlier step.`,
    );
    return NO_LOGINS;
  }
}

/** Words that follow the file's name. */
class ConfigError extends Error {}

function parseConfig(text: string, secrets: Secrets): DockerConfig {
  const config = recordOf(JSON.parse(text.replace(/^\uFEFF/, '')), 'is not a JSON object');
  const { auths, credHelpers, credsStore } = config;
  const logins = entriesOf(auths, 'auths').map(([server, entry]) => {
    const login = loginOf(recordOf(entry, 'has an entry in auths that is not an object'), secrets);
    return [server, login] as const;
  });
  const helpers = entriesOf(credHelpers, 'credHelpers').map(([server, name]) => {
    if (typeof name !== 'string') throw new ConfigError('has an entry in credHelpers that is not a text');
    return [server, name] as const;
  });
  if (!isUnset(credsStore) && typeof credsStore !== 'string') {
    throw new ConfigError('has a credsStore that is not a text');
  }
  return {
    auths: new Map(logins),
    credHelpers: new Map(helpers.filter(([, name]) => name !== '')),
    credsStore: typeof credsStore === 'string' && credsStore !== '' ? credsStore : undefined,
  };
}

/** An entry of auths. @throws ConfigError where `auth` is not the base64 of user:password */
function loginOf(entry: Readonly<Record<string, unknown>>, secrets: Secrets): Login | undefined {
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
    throw new ConfigError('has an auth that is not the base64 of user:password');
  }
  return password === '' ? undefined : { username, password };
}

function maskLogin(login: Login | undefined, secrets: Secrets): void {
  if (!login) return;
  if ('identityToken' in login) secrets.add(login.identityToken);
  else secrets.addLogin(login.username, login.password);
}

function entriesOf(value: unknown, name: string): [string, unknown][] {
  return isUnset(value) ? [] : Object.entries(recordOf(value, `has ${name} that are not an object`));
}

function recordOf(value: unknown, fault: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ConfigError(fault);
  return value as Readonly<Record<string, unknown>>;
}

function isUnset(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
