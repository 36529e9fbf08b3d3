import type { RegistryCredential } from '../cache/service.js';
import { parseReference } from '../images/reference.js';
import type { ReleaseImage } from '../images/resolve.js';
import { sameRegistry } from './hosts.js';
import type { Login } from './types.js';

/**
 * The login for a registry host: the credential for that host, else the one for a host under which images that
 * are looked up there are cached. What ECI pulls with from the VPC host opens the public one, too.
 */
export function loginsFor(
  credentials: readonly RegistryCredential[],
  images: readonly ReleaseImage[],
): (host: string) => Promise<Login | undefined> {
  return (host) => {
    const cachedUnder = images
      .filter(({ inspect }) => sameRegistry(inspect.registry, host))
      .map(({ cachedReference }) => parseReference(cachedReference).registry);
    const found = [host, ...cachedUnder]
      .map((name) => credentials.find(({ server }) => sameRegistry(server, name)))
      .find((credential) => credential !== undefined);
    return Promise.resolve(found && { username: found.username, password: found.password });
  };
}
