import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { getProxyUrl, HttpClient } from '@actions/http-client';
import { NONCE_HEADER } from './eci/wire.js';
import { ActionError, ActionErrors } from './errors.js';
import type { ProxyVariable, ProxyVariables } from './inputs/runner.js';
import type { Log } from './report/log.js';
import type { Secrets } from './report/secrets.js';

interface ProxyAddress {
  readonly variable: ProxyVariable;
  /** With a scheme in any case. */
  readonly text: string;
  /** host[:port] */
  readonly host: string;
}

/**
 * Sends every request of this process through the proxies that the environment names. @actions/http-client (the
 * registries and the ID token) reads the variables itself; the SDK (ECI and STS) is given the same client's agents,
 * so that NO_PROXY, passwords and loopback hosts mean the same to both.
 *
 * @param env the process's environment, in which an address without a scheme is completed: GitHub's runner takes
 *   one, @actions/http-client would pass it by without a word
 * @returns how to undo it
 * @throws ActionErrors with one error for each address that is of no use
 */
export function useProxies(
  proxies: ProxyVariables,
  { env, secrets, log }: { env: NodeJS.ProcessEnv; secrets: Secrets; log: Log },
): () => void {
  for (const address of proxies.addresses) maskLogin(address, secrets);
  const [forHttps, forHttp] = parseAll([proxies.https, proxies.http]);
  for (const name of Object.keys(env)) {
    // To @actions/http-client a blank address is one, and goes before that in capitals.
    if (/^https?_proxy$/i.test(name) && env[name]?.trim() === '') Reflect.deleteProperty(env, name);
  }
  if (!forHttps && !forHttp) return () => undefined;
  for (const { variable, text } of [forHttps, forHttp].filter((address) => address !== undefined)) {
    env[variable.name] = text;
  }
  log.info(inWords(forHttps, forHttp, proxies.noProxy));
  return steerRequests();
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

function parseAll(variables: readonly (ProxyVariable | undefined)[]): (ProxyAddress | undefined)[] {
  const errors: ActionError[] = [];
  const addresses = variables.map((variable) => {
    if (!variable) return undefined;
    const text = withScheme(variable.value);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const fault = faultOf(text, url);
    if (fault !== undefined) errors.push(malformed(variable.name, fault));
    return url && { variable, text, host: url.host };
  });
  if (errors.length > 0) throw new ActionErrors(errors);
  return addresses;
}

function withScheme(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}

/** What @actions/http-client cannot use, and would take for no proxy at all. None of the value is in the text. */
function faultOf(text: string, url: URL | undefined): string | undefined {
  if (!/^https?:/i.test(text)) return 'its scheme is neither http:// nor https://';
  if (!url) return 'it is no URL';
  const isEncoded = decoded(url.username) !== undefined && decoded(url.password) !== undefined;
  return isEncoded ? undefined : 'its user or password holds a % that encodes nothing';
}

function malformed(name: string, fault: string): ActionError {
  return new ActionError(`The environment variable ${name} names no proxy: ${fault}.`, {
    hint: 'Write http://host:port or http://user:password@host:port, with @, :, / and % in user and password percent-encoded (%40, %3A, %2F, %25). Without a proxy, leave it unset.',
  });
}

/** Undefined where a % is not followed by what it should be. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function inWords(
  forHttps: ProxyAddress | undefined,
  forHttp: ProxyAddress | undefined,
  noProxy: ProxyVariable | undefined,
): string {
  const way = (scheme: string, address: ProxyAddress | undefined): string =>
    `${scheme} ${address ? `through ${address.host} (${address.variable.name})` : 'directly'}`;
  const exceptions = noProxy ? `, but for the hosts that ${noProxy.name} lists` : '';
  return `Proxy: ${way('https://', forHttps)}, ${way('http://', forHttp)}${exceptions}.`;
}

/**
 * Two kinds of requests are mended on their way to Node; every other one is left as it is:
 * - The SDK makes its agents itself and takes none, so its requests, known by a header that nobody else sends, are
 *   given one.
 * - Where the proxy itself is spoken to by TLS, the agents check its certificate against the name of the host
 *   behind it.
 */
function steerRequests(): () => void {
  const undo = [steer(http, 'http:'), steer(https, 'https:')];
  return () => {
    for (const step of undo) step();
  };
}

type Request = (options: unknown, ...others: unknown[]) => http.ClientRequest;

function steer(module: { request: unknown }, protocol: 'http:' | 'https:'): () => void {
  // One client for each protocol: it keeps one agent for whatever goes through a proxy.
  const client = new HttpClient(undefined, [], { keepAlive: true });
  const original = module.request as Request;
  const request: Request = (options, ...others) => {
    if (isTunnelRequest(options)) return original(namingProxy(options), ...others);
    const url = isServiceCall(options) ? urlOf(protocol, options) : undefined;
    if (url === undefined || getProxyUrl(url) === '') return original(options, ...others);
    const call = original({ ...(options as object), agent: client.getAgent(url) }, ...others);
    return call.prependListener('error', nameProxyFailure);
  };
  // The SDK is CommonJS: it looks `request` up on the module object at each call.
  Object.assign(module, { request });
  return () => {
    Object.assign(module, { request: original });
    client.dispose();
  };
}

function isTunnelRequest(options: unknown): options is http.RequestOptions {
  return (options as { method?: unknown } | null | undefined)?.method === 'CONNECT';
}

/** The name in TLS is the proxy's own. An address has none (RFC 6066, section 3), and is checked as it is. */
function namingProxy(options: http.RequestOptions): https.RequestOptions {
  const host = options.host ?? '';
  return { ...options, servername: isIP(host) === 0 ? host : '' };
}

function isServiceCall(options: unknown): options is http.RequestOptions {
  const { headers } = (options ?? {}) as { headers?: unknown };
  return typeof headers === 'object' && headers !== null && NONCE_HEADER in headers;
}

function urlOf(protocol: string, { host, port }: http.RequestOptions): string {
  const name = host ?? 'localhost';
  return `${protocol}//${name.includes(':') ? `[${name}]` : name}:${port ?? ''}/`;
}

/**
 * The agent says ECONNRESET for all that goes wrong with the proxy, as if the service had hung up. A status by
 * which the proxy refuses goes into the code, EPROXY407: the message is not for others to read.
 */
function nameProxyFailure(error: Error): void {
  if (!/^tunneling socket|from proxy$/.test(error.message)) return;
  const [, refusal = ''] = /statusCode=(4\d\d)$/.exec(error.message) ?? [];
  Object.assign(error, { code: `EPROXY${refusal}` });
}
