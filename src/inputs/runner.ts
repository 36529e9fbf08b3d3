import { homedir } from 'node:os';
import path from 'node:path';
import { serverKind, type ServerKind } from '../context/server.js';
import type { InputSource } from './reader.js';

/** A proxy variable that is set, under the name by which it was found. */
export interface ProxyVariable {
  readonly name: string;
  readonly value: string;
}

/** Undefined if it is unset. */
export interface ProxyVariables {
  readonly https: ProxyVariable | undefined;
  readonly http: ProxyVariable | undefined;
  readonly noProxy: ProxyVariable | undefined;
  /** Every address that was given, used or not: its password is a secret either way. */
  readonly addresses: readonly string[];
}

/** A file in which logins to registries may be; it need not exist. */
export interface LoginFile {
  readonly path: string;
  /** Its name for people, whatever the folders of the runner. */
  readonly shownAs: string;
}

/** The Docker config file of the job. */
export interface DockerConfigFile extends LoginFile {
  /** The environment for credential helpers. */
  readonly helperEnvironment: Readonly<Record<string, string | undefined>>;
}

/** What the runner's environment has for this step, beside inputs and keys. */
export interface Runner {
  readonly proxies: ProxyVariables;
  /** Undefined if there is no home folder, and DOCKER_CONFIG names no other. */
  readonly dockerConfig: DockerConfigFile | undefined;
  /** Where Podman and Buildah keep the logins that they make. */
  readonly containersAuth: readonly LoginFile[];
  readonly server: ServerKind;
}

/** Reads the environment. An empty variable is an unset one. */
export function readRunner({ env }: InputSource, platform: NodeJS.Platform = process.platform): Runner {
  const variable = (name: string): string => env[name]?.trim() ?? '';
  // Lower case first, as @actions/http-client and curl have it.
  const either = (name: string): ProxyVariable | undefined =>
    [name.toLowerCase(), name]
      .map((spelling) => ({ name: spelling, value: variable(spelling) }))
      .find(({ value }) => value !== '');
  const folder = variable('DOCKER_CONFIG');
  // Docker's own choice; Node's homedir() looks at these variables too, but at those of this process only.
  const homeFolder = (): string | undefined =>
    variable(platform === 'win32' ? 'USERPROFILE' : 'HOME') || homeOfUser();
  const dockerFolder = folder || inside(homeFolder(), '.docker');
  return {
    proxies: {
      https: either('HTTPS_PROXY'),
      http: either('HTTP_PROXY'),
      noProxy: either('NO_PROXY'),
      addresses: ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].map(variable).filter(Boolean),
    },
    dockerConfig:
      dockerFolder === undefined
        ? undefined
        : {
            path: path.join(dockerFolder, 'config.json'),
            shownAs: folder === '' ? '~/.docker/config.json' : '$DOCKER_CONFIG/config.json',
            helperEnvironment: withoutInputs(env),
          },
    containersAuth: containersAuthFiles(variable('REGISTRY_AUTH_FILE'), variable('XDG_RUNTIME_DIR')),
    server: serverKind(env),
  };
}

/** containers-auth.json(5): the file of the variable, else the one in the folder of the session. */
function containersAuthFiles(file: string, runtimeFolder: string): LoginFile[] {
  const ofSession = {
    path: path.join(runtimeFolder, 'containers', 'auth.json'),
    shownAs: '$XDG_RUNTIME_DIR/containers/auth.json',
  };
  return [
    ...(file === '' ? [] : [{ path: file, shownAs: '$REGISTRY_AUTH_FILE' }]),
    ...(runtimeFolder === '' ? [] : [ofSession]),
  ];
}

/** The home folder in the list of users; undefined for a user ID that is not in it, as in many containers. */
function homeOfUser(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

function inside(folder: string | undefined, name: string): string | undefined {
  return folder === undefined ? undefined : path.join(folder, name);
}

/** A helper has its own settings in the environment; it does not get the inputs of this step. */
function withoutInputs(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_')));
}
