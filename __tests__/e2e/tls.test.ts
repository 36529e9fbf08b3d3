import { describe, expect, it } from '@jest/globals';
import { openOffice, type Office } from './office.js';
import { scenario } from './support.js';

// Servers over TLS with the certificates of an authority that was made on the spot. NODE_EXTRA_CA_CERTS names it in
// every run here; strangers are servers whose certificate is of another.

const REGISTRY_HINT =
  /\n.*name its CA file in NODE_EXTRA_CA_CERTS\. If it is self-signed, name the host in insecure-registry\.$/;
const SERVICE_HINT = /\n.*name its CA file in NODE_EXTRA_CA_CERTS/;

/** Requests that any server has seen: none gets through without trust. */
function seen({ servers, identity }: Office): unknown[] {
  return [
    ...servers.registry.requests,
    ...servers.eci.requests,
    ...identity.sts.requests,
    ...identity.oidc.requests,
  ];
}

describe('an authority that NODE_EXTRA_CA_CERTS names', () => {
  it.concurrent('is trusted for every server; endpoints need no scheme', async () => {
    const { servers, identity, run } = await openOffice();
    const inputs = { endpoint: servers.eci.host, 'sts-endpoint': identity.sts.host };
    expect(await run(inputs)).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
  });

  it.concurrent('is not trusted where it is not named: nothing is sent, nothing tried again', async () => {
    const office = await openOffice();
    const { exitCode, errors, stdout } = await office.run({}, { env: { NODE_EXTRA_CA_CERTS: undefined } });
    expect(exitCode).toBe(1);
    // Credentials are had at the same time, and may add an error of their own.
    const ofRegistry = errors.filter((error) => error.startsWith('Images '));
    expect(ofRegistry).toHaveLength(1);
    for (const error of ofRegistry) {
      expect(error).toMatch(/registry 127\.0\.0\.1:\d+ cannot be reached: .*certificate/);
      expect(error).toMatch(REGISTRY_HINT);
    }
    expect(stdout).not.toMatch(/attempt 2|try 2/);
    expect(seen(office)).toEqual([]);
  });
});

describe('a server with another certificate', () => {
  it.concurrent.each<['eci' | 'sts' | 'actions', RegExp]>([
    ['eci', /DescribeImageCaches failed: the certificate of 127\.0\.0\.1:\d+ is not trusted/],
    ['sts', /AssumeRoleWithOIDC failed: the certificate of 127\.0\.0\.1:\d+ is not trusted/],
    ['actions', /OIDC token for role-to-assume: the certificate of .* is not trusted/],
  ])('is refused at once, and told of with what to set: %s', async (stranger, message) => {
    const { servers, identity, run } = await openOffice({ strangers: [stranger] });
    // Hosts in insecure-registry are registries: the service is none, whoever lists it.
    const insecure = [servers.eci.host, identity.sts.host, identity.oidc.host].join();
    const { exitCode, errors, stdout } = await run({ 'insecure-registry': insecure });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(message)]);
    expect(errors[0]).toMatch(SERVICE_HINT);
    expect(stdout).not.toMatch(/try 2/);
    const { requests } = { eci: servers.eci, sts: identity.sts, actions: identity.oidc }[stranger];
    expect(requests).toEqual([]);
  });

  it.concurrent('is spoken to where it is a registry that insecure-registry lists', async () => {
    const { servers, run } = await openOffice({ strangers: ['registry'] });
    const { host } = servers.registry;
    expect(await run({ 'insecure-registry': host })).toMatchObject({ exitCode: 0, errors: [] });
    // The service needs to know it, too.
    expect(servers.created()).toMatchObject({ InsecureRegistry: host });
  });

  it.concurrent('is refused where another registry is listed', async () => {
    const { servers, run } = await openOffice({ strangers: ['registry'] });
    const { exitCode, errors } = await run({ 'insecure-registry': `registry.example.com,localhost` });
    expect(exitCode).toBe(1);
    expect(errors).toHaveLength(1);
    for (const error of errors) expect(error).toMatch(REGISTRY_HINT);
    expect(servers.registry.requests).toEqual([]);
  });
});

describe('insecure-registry is for the registry that it lists, and for no host that this one leads to', () => {
  it.concurrent('its blob store is another host', async () => {
    const { servers, run } = await openOffice({
      strangers: ['registry'],
      registry: { blobsElsewhere: true },
    });
    const { host, blobHost = '', requests } = servers.registry;
    const refused = await run({ 'insecure-registry': host });
    expect(refused.exitCode).toBe(1);
    expect(refused.errors.join('\n')).toMatch(/layer sha256:\w+: .*certificate/);
    expect(requests.filter(({ origin }) => origin === 'blobs')).toEqual([]);
    expect(await run({ 'insecure-registry': `${host}\n${blobHost}` })).toMatchObject({ exitCode: 0 });
  });

  it.concurrent('its token service is another host', async () => {
    const other = await openOffice({ strangers: ['registry'] });
    const realm = `${other.servers.registry.url}/token`;
    const { servers, run } = await openOffice({ strangers: ['registry'], registry: { realm } });
    const { exitCode, errors } = await run({ 'insecure-registry': servers.registry.host });
    expect(exitCode).toBe(1);
    for (const error of errors) expect(error).toMatch(/certificate/);
    expect(other.servers.registry.requests).toEqual([]);
  });
});

describe('a scheme that does not fit', () => {
  it.concurrent('no scheme means https', async () => {
    const { eci, run } = await scenario();
    const { errors } = await run({ endpoint: eci.host });
    expect(errors.join('\n')).toMatch(
      /no TLS connection to 127\.0\.0\.1:\d+ is possible.*\n.*its scheme, http:\/\/ or https:\/\/, has to fit/,
    );
  });
});
