import { isIPv6 } from 'node:net';
import { ActionError } from '../errors.js';
import { quote } from '../images/quote.js';
import type { RegistryMapping } from '../images/registry-map.js';
import { parseList } from './lists.js';
import { mapAll } from './refuse.js';
import type { Endpoint } from './types.js';

const HOST_AND_PORT = /^([^:[\]]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/i;
// Host names must not have underscores, but those of containers and compose files do, and DNS allows them.
const LABEL = /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/i;
/** A component of a repository name, OCI distribution specification, "Pulling manifests". */
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HIGHEST_PORT = 65_535;

/** `host[:port]` in lower case; an IPv6 address stands in brackets. */
export function parseHost(text: string): string {
  const extra = EXTRAS.find(({ pattern }) => pattern.test(text));
  return extra === undefined && isHost(text)
    ? text.toLowerCase()
    : refuseHost(text, 'allowed is host[:port]', extra?.hint);
}

/** What people write around a host. */
const EXTRAS = [
  { pattern: /^[a-z]*:?\/\//i, hint: 'Leave out the scheme.' },
  { pattern: /@/, hint: 'Leave out user and password.' },
  { pattern: /[/?#]/, hint: 'Leave out everything after the host and its port.' },
] as const;

/** The address of a service: host[:port], with a scheme before it unless it is https. */
export function parseEndpoint(text: string): Endpoint {
  const [, scheme = 'https', host = ''] = /^(?:(https?):\/\/)?(.*)$/is.exec(text) ?? [];
  if (!isHost(host)) {
    refuseHost(
      text,
      'allowed is host[:port], with or without http:// or https:// before it',
      'Leave out path, query, user and password, and a slash at the end.',
    );
  }
  return { protocol: scheme.toLowerCase() === 'http' ? 'http' : 'https', host: host.toLowerCase() };
}

/** Whether what is sent to this host[:port] stays on the machine. */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host);
}

/** The entries `pushed=pulled` of registry-map, each side host[:port][/path]. */
export function parseRegistryMap(text: string): RegistryMapping[] {
  const mappings = mapAll(parseList(text), parseMapping);
  const pushed = mappings.map((mapping) => mapping.pushed);
  const twice = pushed.find((side, index) => pushed.indexOf(side) !== index);
  if (twice === undefined) return mappings;
  throw new ActionError(`${quote(twice)} is mapped twice`, { hint: 'Keep one of its entries.' });
}

function parseMapping(entry: string): RegistryMapping {
  const sides = entry.split('=').map((side) => side.trim().replace(/\/$/, ''));
  const [pushed = '', pulled = ''] = sides;
  if (sides.length === 2 && isLocation(pushed) && isLocation(pulled)) return { pushed, pulled };
  return refuseHost(
    entry,
    'allowed is pushed-host[/path]=pulled-host[/path]',
    'Leave out schemes, tags and digests; paths are lower-case.',
  );
}

function isLocation(text: string): boolean {
  const [host = '', ...path] = text.split('/');
  return isHost(host) && path.every((component) => PATH_COMPONENT.test(component));
}

function isHost(text: string): boolean {
  const [, host, port = '1'] = HOST_AND_PORT.exec(text) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > HIGHEST_PORT) return false;
  // A URL takes a last label of digits for an IPv4 address, and xn-- for Punycode (WHATWG URL, "Host parsing").
  return host.startsWith('[')
    ? isIPv6(host.slice(1, -1))
    : host.split('.').every((label) => LABEL.test(label)) && URL.canParse(`https://${host}`);
}

/** Refuses a text in which somebody may have put user:password@ before the host. */
function refuseHost(text: string, allowed: string, hint?: string): never {
  const shown = text.includes('@') ? `…@${text.slice(text.lastIndexOf('@') + 1)}` : text;
  throw new ActionError(`got ${quote(shown)}; ${allowed}`, { hint });
}
