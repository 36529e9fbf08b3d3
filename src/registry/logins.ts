import type { RegistryCredential } from '../cache/service.js';
import { parseReference } from '../images/reference.js';
import type { ReleaseImage } from '../images/resolve.js';
import { sameRegistry } from './hosts.js';
import type { Login } from './types.js';

export interface LoginSources {
  /** What ECI is given, too. */
  readonly credentials: readonly RegistryCredential[];
  readonly images: readonly ReleaseImage[];
  /** Asked where no credential fits; ECI learns nothing of it. */
  readonly fromDockerConfig: (host: string) => Promise<Login | undefined>;
}

export interface Logins {
  /** The login for a registry host that wants one; undefined for an anonymous look. */
  credentialsFor(host: string): Promise<Login | undefined>;
  /** Hosts that were logged in to with the Docker config, so far. */
  readonly dockerConfigHosts: ReadonlySet<string>;
}

/**
 * The logins for looking: from image-registry-credentials, else from the Docker config. Of the credentials the one
 * for the host itself counts first, then one for a host under which images that are looked up there are cached:
 * what ECI pulls with from the VPC host opens the public one, too.
 */
export function loginsFor({ credentials, images, fromDockerConfig }: LoginSources): Logins {
  const dockerConfigHosts = new Set<string>();
  const given = (host: string): Login | undefined => {
    const cachedUnder = images
      .filter(({ inspect }) => sameRegistry(inspect.registry, host))
      .map(({ cachedReference }) => parseReference(cachedReference).registry);
    const found = [host, ...cachedUnder]
      .map((name) => credentials.find(({ server }) => sameRegistry(server, name)))
      .find((credential) => credential !== undefined);
    return found && { username: found.username, password: found.password };
  };
  return {
    dockerConfigHosts,
    async credentialsFor(host) {
      const credential = given(host);
      if (credential) return credential;
      const login = await fromDockerConfig(host);
      if (login) dockerConfigHosts.add(host);
      return login;
    },
  };
}
