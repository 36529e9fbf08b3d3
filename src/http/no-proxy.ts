import { BlockList, isIP, isIPv4 } from 'node:net';

/** The hosts that are reached without a proxy. */
export interface NoProxy {
  includes(url: URL): boolean;
  /** Entries that say nothing we understand. */
  readonly notUnderstood: readonly string[];
}

type Matches = (target: Target) => boolean;

interface Target {
  /** Lower case; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: string;
  readonly family: 'ipv4' | 'ipv6' | undefined;
}

/**
 * Reads NO_PROXY: entries between commas or blanks, each `*`, a domain (which includes what is below it), `.domain` or
 * `*.domain` (what is below it only), an IP address, or a network in CIDR notation. A port may follow a domain or an
 * address (that of IPv6 in brackets), and limits the entry to that port.
 */
export function parseNoProxy(text: string): NoProxy {
  const entries = text.split(/[\s,]+/).filter(Boolean);
  const rules = entries.map(parseEntry);
  const known = rules.filter((rule) => rule !== undefined);
  return {
    includes: (url) => {
      const target = targetOf(url);
      return isLoopback(target.host) || known.some((matches) => matches(target));
    },
    notUnderstood: entries.filter((_, index) => rules[index] === undefined),
  };
}

/** Whether what is sent to this host stays on the machine. Only an IP address can be one of 127.0.0.0/8. */
export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host.toLowerCase()).replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIPv4(name) && name.startsWith('127.');
}

function targetOf(url: URL): Target {
  const host = withoutBrackets(url.hostname.toLowerCase()).replace(/\.$/, '');
  return { host, port: url.port || (url.protocol === 'https:' ? '443' : '80'), family: familyOf(host) };
}

function parseEntry(entry: string): Matches | undefined {
  if (entry === '*') return () => true;
  if (entry.includes('/')) return parseNetwork(entry);
  const [, name = '', port] = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(entry) ?? ['', entry];
  const matchesName = parseName(name.toLowerCase());
  if (matchesName === undefined) return undefined;
  return (target) => (port === undefined || Number(port) === Number(target.port)) && matchesName(target);
}

function parseNetwork(entry: string): Matches | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(entry) ?? [];
  const network = withoutBrackets(address);
  const family = familyOf(network);
  if (family === undefined || Number(length) > (family === 'ipv4' ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(network, Number(length), family);
  return (target) => target.family !== undefined && list.check(target.host, target.family);
}

function parseName(name: string): Matches | undefined {
  const family = familyOf(withoutBrackets(name));
  if (family !== undefined) {
    const list = new BlockList();
    list.addAddress(withoutBrackets(name), family);
    return (target) => target.family !== undefined && list.check(target.host, target.family);
  }
  const [, below = '', written = ''] = /^(\*?\.)?(.+?)\.?$/.exec(name) ?? [];
  const domain = domainOf(written);
  if (domain === undefined) return undefined;
  return ({ host }) => host.endsWith(`.${domain}`) || (below === '' && host === domain);
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;

/** As a URL spells it: in ASCII. Undefined if it is no name of a host. */
function domainOf(written: string): string | undefined {
  if (/[^\p{L}\p{N}\p{M}._-]/u.test(written) || !URL.canParse(`http://${written}`)) return undefined;
  const { hostname } = new URL(`http://${written}`);
  return hostname.split('.').every((label) => LABEL.test(label)) ? hostname : undefined;
}

function familyOf(host: string): 'ipv4' | 'ipv6' | undefined {
  return ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(host) as 4 | 6];
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
