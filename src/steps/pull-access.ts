import { isAcrHost } from '../images/acr.js';
import { parseReference } from '../images/reference.js';
import type { ReleaseImage } from '../images/registry-map.js';
import type { Inputs } from '../inputs/types.js';
import { sameRegistry } from '../registry/hosts.js';

type AccessInputs = Pick<Inputs, 'registryCredentials' | 'acrRegistryInfos'>;

/**
 * A registry that wanted a login for the look-up wants one from ECI as well, and ECI has only what the inputs give,
 * and password-free access to the account's own ACR. Where it would have neither, the pull fails a quarter of an
 * hour from now.
 *
 * @param loggedInHosts hosts that were looked at with a login that ECI does not get
 * @returns one warning for each registry host that ECI would pull from with nothing
 */
export function pullAccessWarnings(
  images: readonly ReleaseImage[],
  inputs: AccessInputs,
  loggedInHosts: ReadonlySet<string>,
): string[] {
  const lockedOut = images
    .filter(({ inspect }) => [...loggedInHosts].some((host) => sameRegistry(host, inspect.registry)))
    .map(({ cachedReference }) => parseReference(cachedReference).registry)
    .filter((host) => !canPull(host, inputs));
  return [...new Set(lockedOut)].map(
    (host) =>
      `${host}: the images were looked up with a login from the Docker config, which ECI does not get. Unless they are public, ECI cannot pull them, and building the cache fails. Set image-registry-credentials for ${host}, or acr-registry-info if it is a custom domain of Container Registry Enterprise Edition.`,
  );
}

function canPull(host: string, { registryCredentials, acrRegistryInfos }: AccessInputs): boolean {
  return (
    isAcrHost(host) ||
    registryCredentials.some(({ server }) => sameRegistry(server, host)) ||
    // Without domains an instance stands for all of its own, and which these are is not known here.
    acrRegistryInfos.some(
      ({ domains }) => domains.length === 0 || domains.some((domain) => sameRegistry(domain, host)),
    )
  );
}
