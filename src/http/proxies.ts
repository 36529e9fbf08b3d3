import { ActionError, ActionErrors } from '../errors.js';
import type { ProxyVariable, ProxyVariables } from '../inputs/runner.js';
import type { Log } from '../report/log.js';
import type { Secrets } from '../report/secrets.js';
import { quoteForeign } from './foreign-text.js';
import { parseNoProxy } from './no-proxy.js';

/** A forward proxy. */
export interface Proxy {
  readonly protocol: 'http:' | 'https:';
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** host[:port], for people. */
  readonly host: string;
  /** The header Proxy-Authorization; undefined if the address holds no login. */
  readonly authorization: string | undefined;
}

/** The proxy for a URL; undefined if its host is reached without one. */
export type ProxyFor = (url: URL) => Proxy | undefined;

/** No proxies at all. */
export const WITHOUT_PROXIES: ProxyFor = () => undefined;

interface Address {
  readonly variable: ProxyVariable;
  readonly proxy: Proxy;
}

/**
 * Reads the proxies of the environment, masks their passwords, and says in the log what goes through which.
 * Loopback hosts are always reached without one.
 *
 * @throws ActionErrors with one error for each address that cannot be used
 */
export function readProxies(
  variables: ProxyVariables,
  { secrets, log }: { readonly secrets: Secrets; readonly log: Log },
): ProxyFor {
  for (const address of variables.addresses) maskLogin(address, secrets);
  const [https, http] = parseAll([variables.https, variables.http]);
  if (!https && !http) return WITHOUT_PROXIES;
  const noProxy = parseNoProxy(variables.noProxy?.value ?? '');
  log.info(describeProxies(https, http, variables.noProxy));
  for (const entry of noProxy.notUnderstood) log.warning(notUnderstood(variables.noProxy?.name ?? '', entry));
  return (url) => {
    const address = url.protocol === 'https:' ? https : http;
    return address === undefined || noProxy.includes(url) ? undefined : address.proxy;
  };
}

/** Masks the password in every form in which it can show, also where the address is malformed. */
function maskLogin(address: string, secrets: Secrets): void {
  const text = withScheme(address);
  // Up to the last @: a password that somebody forgot to encode may hold one, or a slash.
  const [, user = '', password = ''] = /^[^:]+:\/\/([^:]*):(.*)@/s.exec(text) ?? [];
  secrets.addLogin(user, password);
  secrets.addLogin(decoded(user) ?? user, decoded(password) ?? password);
  if (URL.canParse(text)) secrets.add(new URL(text).password);
}

function parseAll(variables: readonly (ProxyVariable | undefined)[]): (Address | undefined)[] {
  const errors: ActionError[] = [];
  const addresses = variables.map((variable) => {
    if (!variable) return undefined;
    const proxy = parseAddress(variable.value);
    if (typeof proxy !== 'string') return { variable, proxy };
    errors.push(malformed(variable.name, proxy));
    return undefined;
  });
  if (errors.length > 0) throw new ActionErrors(errors);
  return addresses;
}

function withScheme(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}

/** The proxy, or why there is none. No part of the value is in the text. */
function parseAddress(value: string): Proxy | string {
  const text = withScheme(value);
  if (!/^https?:/i.test(text)) return 'its scheme is neither http:// nor https://';
  if (!URL.canParse(text)) return 'it is not a URL';
  const { protocol, hostname, port, host, username, password } = new URL(text);
  const [user, secret] = [decoded(username), decoded(password)];
  if (user === undefined || secret === undefined) return 'its user or password has a % that encodes nothing';
  const isTls = protocol === 'https:';
  return {
    protocol: isTls ? 'https:' : 'http:',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (isTls ? 443 : 80),
    host,
    authorization:
      user === '' && secret === ''
        ? undefined
        : `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
  };
}

function malformed(name: string, fault: string): ActionError {
  return new ActionError(`The environment variable ${name} is not a proxy address: ${fault}.`, {
    hint: 'Write http://host:port or http://user:password@host:port, with @, :, / and % in user and password percent-encoded (%40, %3A, %2F, %25). Without a proxy, leave it unset.',
  });
}

/** Undefined if a % is not followed by what it should be. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function notUnderstood(name: string, entry: string): string {
  return `${name} has an entry that is not understood, and has no effect: "${quoteForeign(entry)}". Allowed are host names, .domain, *.domain, IP addresses and networks such as 10.0.0.0/8, separated by commas; a port may follow a host (host:443).`;
}

function describeProxies(
  https: Address | undefined,
  http: Address | undefined,
  noProxy: ProxyVariable | undefined,
): string {
  const route = (scheme: string, address: Address | undefined): string =>
    `${scheme} ${address ? `through ${address.proxy.host} (${address.variable.name})` : 'directly'}`;
  const exceptions = noProxy ? `, except for the hosts that ${noProxy.name} lists` : '';
  return `Proxy: ${route('https://', https)}, ${route('http://', http)}${exceptions}.`;
}
