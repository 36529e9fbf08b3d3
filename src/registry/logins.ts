import type { RegistryCredential } from '../cache/service.js';
import { parseReference } from '../images/reference.js';
import type { ReleaseImage } from '../images/registry-map.js';
import { sameRegistry } from './hosts.js';
import type { Login } from './types.js';

export interface LoginSources {
  /** What ECI is given, too. */
  readonly credentials: readonly RegistryCredential[];
  readonly images: readonly ReleaseImage[];
  /** Asked where no credential fits; ECI does not get what is found there. */
  readonly fromFiles: (host: string) => Promise<Login | undefined>;
  /** What these files are called. */
  readonly files: readonly string[];
}

export interface Logins {
  /** The login for a registry host that asks for one; undefined for an anonymous look. */
  credentialsFor(host: string): Promise<Login | undefined>;
  /** Where logins are looked for, in words. */
  readonly places: readonly string[];
  /** Hosts that were logged in to with the Docker config or the like, so far. */
  readonly dockerConfigHosts: ReadonlySet<string>;
}

/**
 * The logins for looking: from image-registry-credentials, else from the Docker config. Of the credentials the one
 * for the host itself counts first, then one for a host under which images that are looked up there are cached:
 * what ECI pulls with from the VPC host opens the public one, too.
 */
export function loginsFor({ credentials, images, fromFiles, files }: LoginSources): Logins {
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
    places: ['image-registry-credentials', ...files],
    dockerConfigHosts,
    async credentialsFor(host) {
      const credential = given(host);
      if (credential) return credential;
      const login = await fromFiles(host);
      if (login) dockerConfigHosts.add(host);
      return login;
    },
  };
}
