/** Docker Hub's names: in references, as API host, and as `docker login` writes it into its config. */
const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_API = 'registry-1.docker.io';
const DOCKER_HUB_NAMES = new Set([DOCKER_HUB, DOCKER_HUB_API, 'index.docker.io', 'registry.hub.docker.com']);

/** The name under which registries are compared: host[:port] in lower case, `docker.io` for Docker Hub. */
export function registryName(server: string): string {
  const host = server
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/s, '')
    .replace(/:443$/, '');
  return DOCKER_HUB_NAMES.has(host) ? DOCKER_HUB : host;
}

/**
 * Whether two server names mean the same registry, e.g. `https://index.docker.io/v1/` (a key of the
 * Docker config) and `docker.io` (what an image reference names). Scheme and path do not count.
 */
export function sameRegistry(a: string, b: string): boolean {
  return registryName(a) === registryName(b);
}

/** Which hosts are spoken to in which way. */
export interface TrustRules {
  /** Whether a request may go there: by HTTPS anywhere, without TLS only to a host that the user listed. */
  mayVisit(url: URL): boolean;
  /** True if the user listed the URL's host[:port] as one whose certificate is not checked. */
  allowsAnyCertificate(url: URL): boolean;
  /** `https://host[:port]`, or `http://` for a listed host. Throws TypeError if it is no host. */
  baseUrl(registry: string): URL;
}

/**
 * Plain HTTP is for listed hosts only. Docker also tries it for loopback hosts; ECI could never pull from
 * one, so the exception would only help tests, and hide what the list is for.
 */
export function trustRules(options: {
  readonly plainHttpRegistries: readonly string[];
  readonly insecureRegistries: readonly string[];
}): TrustRules {
  const plainHttp = new Set(options.plainHttpRegistries.map((host) => hostFor('http:', host)));
  const insecure = new Set(options.insecureRegistries.map((host) => hostFor('https:', host)));
  const isPlainHttp = (host: string): boolean => plainHttp.has(hostFor('http:', host));
  return {
    mayVisit: ({ protocol, host }) => protocol === 'https:' || (protocol === 'http:' && isPlainHttp(host)),
    allowsAnyCertificate: (url) => insecure.has(hostFor('https:', url.host)),
    baseUrl: (registry) => {
      const host = registryName(registry) === DOCKER_HUB ? DOCKER_HUB_API : registry;
      return new URL(`${isPlainHttp(host) ? 'http' : 'https'}://${host}`);
    },
  };
}

/** The host as a URL spells it: lower case, without the scheme's own port. */
function hostFor(protocol: 'http:' | 'https:', host: string): string | undefined {
  const bare = host.replace(/^https?:\/\//, '');
  return URL.canParse(`${protocol}//${bare}`) ? new URL(`${protocol}//${bare}`).host : undefined;
}
