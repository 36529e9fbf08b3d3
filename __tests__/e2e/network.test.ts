import { describe, expect, it } from '@jest/globals';
import { startProxy } from '../../dev/proxy.js';
import { HIDDEN, openOffice, proxyTo, temporaryFile, withoutNameServer, type Office } from './office.js';
import { closeAtEnd, scenario } from './support.js';

// Networks as runners have them.

/**
 * Names under .test have an IPv6 address to which there is no route and one of IPv4, and every TCP handshake takes
 * 600 ms, as between continents. Node waits 250 ms for each address, unless it is told otherwise.
 */
const DUAL_STACK = `
const dns = require('node:dns');
const { lookup } = dns;
dns.lookup = (host, options, callback) => {
  if (!host.endsWith('.test')) return lookup(host, options, callback);
  const addresses = [{ address: '100::1', family: 6 }, { address: '127.0.0.1', family: 4 }];
  process.nextTick(() => options.all ? callback(null, addresses) : callback(null, '127.0.0.1', 4));
};
const { TCP } = process.binding('tcp_wrap');
for (const name of ['connect', 'connect6']) {
  const connect = TCP.prototype[name];
  TCP.prototype[name] = function (request, ...address) {
    const done = request.oncomplete;
    request.oncomplete = (...words) => setTimeout(() => done(...words), 600);
    return connect.call(this, request, ...address);
  };
}
`;

describe('hosts with addresses of both kinds, behind a slow handshake and without IPv6', () => {
  it.concurrent.each([
    ['directly', false],
    ['through a proxy', true],
  ])('are reached %s', async (_, isProxied) => {
    const { registry, eci, run } = await scenario();
    const nodeOptions = [
      '--disable-warning=DEP0111',
      '--require',
      await temporaryFile('dual-stack.cjs', DUAL_STACK),
    ];
    const named = (host: string): string => host.replace('127.0.0.1', 'host.test');
    const proxy = closeAtEnd(
      await startProxy({ routes: { [named(registry.host)]: registry.host, [named(eci.host)]: eci.host } }),
    );
    const inputs = {
      images: `${named(registry.host)}/acme/shop`,
      'plain-http-registry': named(registry.host),
      endpoint: `http://${named(eci.host)}`,
      wait: 'false',
    };
    const env = isProxied ? { http_proxy: `http://${named(proxy.host)}` } : {};
    expect(await run(inputs, { env, nodeOptions })).toMatchObject({ exitCode: 0, errors: [] });
    expect(proxy.requests.length > 0).toBe(isProxied);
  });
});

describe('NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const IGNORED =
    /^NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are checked\..*insecure-registry.*NODE_EXTRA_CA_CERTS/;
  const seen = ({ servers, identity }: Office): unknown[] => [
    ...servers.registry.requests,
    ...servers.eci.requests,
    ...identity.sts.requests,
    ...identity.oidc.requests,
  ];

  it.concurrent('is ignored with a warning: nobody without a certificate is sent a thing', async () => {
    const office = await openOffice({ strangers: ['registry', 'eci', 'sts', 'actions'] });
    const { exitCode, warnings, stdout } = await office.run({}, { env });
    expect(exitCode).toBe(1);
    expect(warnings).toEqual([expect.stringMatching(IGNORED)]);
    expect(stdout).not.toContain('makes TLS connections and HTTPS requests insecure');
    expect(seen(office)).toEqual([]);
  });

  it.concurrent('is ignored by a proxy, too', async () => {
    const office = await openOffice({ names: HIDDEN, strangers: ['eci'] });
    const proxy = await proxyTo(office);
    const { exitCode, errors } = await office.run(
      {},
      { env: { ...env, HTTPS_PROXY: proxy.url }, nodeOptions: await withoutNameServer() },
    );
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/the certificate of eci\.test is not trusted/)]);
    expect(office.servers.eci.requests).toEqual([]);
  });

  it.concurrent('does no harm where all certificates are good', async () => {
    const { run } = await openOffice();
    const { exitCode, warnings } = await run({ wait: 'false' }, { env });
    expect({ exitCode, warnings }).toEqual({ exitCode: 0, warnings: [expect.stringMatching(IGNORED)] });
  });
});

describe('the runner’s token service in trouble', () => {
  it.concurrent.each<[string, { readonly status: number; readonly body: string }]>([
    ['500', { status: 500, body: '{"message":"Unwell"}' }],
    ['a web page', { status: 200, body: '<!DOCTYPE html><title>Unicorn</title>' }],
  ])('is asked again after %s', async (_, answer) => {
    const { identity, run } = await openOffice({ plain: true, oidc: { firstAnswers: [answer, answer] } });
    const result = await run({ wait: 'false' });
    expect(result).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
    expect(identity.oidc.requests).toHaveLength(3);
    expect(result.stdout).not.toContain('Unicorn');
  });
});
