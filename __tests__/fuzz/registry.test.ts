import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeErrorBody, quoteForeign } from '../../src/http/foreign-text.js';
import { retryAfterMs } from '../../src/http/retry.js';
import { createNetwork } from '../../src/http/send.js';
import { parseReference } from '../../src/images/reference.js';
import { parseChallenges } from '../../src/registry/challenge.js';
import { registryName, sameRegistry } from '../../src/registry/hosts.js';
import { isDigest, parseManifest, verifiedDigest } from '../../src/registry/manifest.js';
import { nearTags, templateHint } from '../../src/registry/near-tags.js';
import { entriesFor, listPlatforms } from '../../src/registry/platform-choice.js';
import { createRegistry } from '../../src/registry/registry.js';
import { RegistryError } from '../../src/registry/types.js';
import { rememberedLog } from '../support/log.js';
import { anyText, mutated, mutatedJson, mutatedJsonText } from './support/mutate.js';
import { outcomeOf, outcomeOfAsync } from './support/outcome.js';
import { scriptedServer, type Reply } from './support/server.js';
import { digest, gitTag, hostAndPort, pathComponent, tag } from './support/valid.js';

const AMD64 = { os: 'linux', architecture: 'amd64' };
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const mediaType = fc.constantFrom(
  OCI_MANIFEST,
  OCI_INDEX,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'text/html',
  '',
);

const layerDescriptor = fc.record({
  mediaType: fc.constantFrom(
    'application/vnd.oci.image.layer.v1.tar+gzip',
    'application/vnd.oci.image.layer.v1.tar+zstd',
  ),
  digest,
  size: fc.nat(),
  annotations: fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { maxKeys: 2 }),
  urls: fc.array(fc.constantFrom('https://blobs.example.com/x', 'ftp://x', 'x'), { maxLength: 2 }),
});
const manifest = fc.record({
  schemaVersion: fc.constant(2),
  mediaType: fc.constant(OCI_MANIFEST),
  config: fc.record({
    mediaType: fc.constant('application/vnd.oci.image.config.v1+json'),
    digest,
    size: fc.nat(),
  }),
  layers: fc.array(layerDescriptor, { maxLength: 4 }),
});
const platform = fc.record(
  {
    os: fc.constantFrom('linux', 'windows', 'unknown'),
    architecture: fc.constantFrom('amd64', 'arm64', 'arm', 'x86_64', 'unknown'),
    variant: fc.constantFrom('v7', '8', 'v8', ''),
  },
  { requiredKeys: ['os', 'architecture'] },
);
const index = fc.record({
  schemaVersion: fc.constant(2),
  mediaType: fc.constant(OCI_INDEX),
  manifests: fc.array(
    fc.record(
      { mediaType: fc.constant(OCI_MANIFEST), digest, size: fc.nat(), platform },
      { requiredKeys: ['digest'] },
    ),
    { minLength: 1, maxLength: 5 },
  ),
});

describe('manifests and indexes', () => {
  it('that are valid mean what was written', () => {
    fc.assert(
      fc.property(manifest, (document) => {
        const read = parseManifest(Buffer.from(JSON.stringify(document)), OCI_MANIFEST);
        expect(read).toMatchObject({
          kind: 'manifest',
          configDigest: document.config.digest,
          configSizeBytes: document.config.size,
          layers: document.layers.map((layer) => ({
            digest: layer.digest,
            sizeBytes: layer.size,
            urls: layer.urls,
          })),
        });
      }),
    );
  });

  it('of any kind are refused in our words, or hold what may be used', () => {
    const text = fc.oneof(mutatedJsonText(manifest), mutatedJsonText(index), anyText);
    fc.assert(
      fc.property(text, mediaType, (body, type) => {
        const { value: read, error } = outcomeOf(() => parseManifest(Buffer.from(body), type));
        if (error) expect(error).toBeInstanceOf(RegistryError);
        if (read?.kind === 'manifest') {
          for (const layer of read.layers) {
            expect(
              isDigest(layer.digest) && Number.isSafeInteger(layer.sizeBytes) && layer.sizeBytes >= 0,
            ).toBe(true);
          }
        }
        if (read?.kind === 'index') {
          const chosen = entriesFor(read.entries, AMD64)[0];
          if (chosen) expect(isDigest(chosen.digest)).toBe(true);
          expect(listPlatforms(read.entries)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        }
      }),
    );
  });

  it('choose the platform that was asked for, wherever it stands', () => {
    const others = fc.array(
      fc.record({ platform: platform.filter(({ architecture }) => architecture === 'arm') }),
    );
    fc.assert(
      fc.property(others, others, (before, after) => {
        const wanted = { platform: AMD64 };
        expect(entriesFor([...before, wanted, ...after], AMD64)[0]).toBe(wanted);
      }),
    );
  });

  it('have the digest of their bytes, or are refused', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.array(fc.oneof(mutated(digest), anyText), { maxLength: 2 }),
        (array, claims) => {
          const bytes = Buffer.from(array);
          const { value } = outcomeOf(() => verifiedDigest(bytes, claims));
          const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
          expect([undefined, actual]).toContain(value);
          expect(verifiedDigest(bytes, [actual])).toBe(actual);
        },
      ),
    );
  });
});

describe('WWW-Authenticate', () => {
  const quoted = fc.string({ maxLength: 12 }).filter((text) => !/[\r\n]/.test(text));
  const parameters = fc.record({ realm: quoted, service: quoted, scope: quoted });
  const write = (scheme: string, values: Record<string, string>): string =>
    `${scheme} ${Object.entries(values)
      .map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
      .join(',')}`;

  it('that is valid means what was written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('Bearer', 'Basic'), parameters), { maxLength: 3 }),
        (list) => {
          const read = parseChallenges(list.map(([scheme, values]) => write(scheme, values)).join(', '));
          expect(read.map(({ scheme, parameters: found }) => [scheme, Object.fromEntries(found)])).toEqual(
            list.map(([scheme, values]) => [scheme.toLowerCase(), values]),
          );
        },
      ),
    );
  });

  it('of any kind is read as far as it can be', () => {
    const valid = parameters.map((values) => write('Bearer', values));
    fc.assert(
      fc.property(fc.oneof(mutated(valid), anyText), fc.nat(3), (header, times) => {
        const read = outcomeOf(() => parseChallenges(header.repeat(10 ** times))).value;
        for (const { scheme } of read ?? []) expect(scheme).toMatch(/^[!-~]+$/);
      }),
    );
  });
});

describe('tags of a repository', () => {
  it('that are near are among those that there are, at most five', () => {
    fc.assert(
      fc.property(
        fc.oneof(gitTag, tag, anyText),
        fc.array(fc.oneof(gitTag, tag, anyText), { maxLength: 30 }),
        (asked, present) => {
          const near = outcomeOf(() => nearTags(asked, present)).value ?? [];
          expect(near.length).toBeLessThanOrEqual(5);
          expect(present).toEqual(expect.arrayContaining(near));
          if (present.includes(asked)) expect(nearTags(asked, [asked])).toEqual([asked]);
          outcomeOf(() => templateHint(asked, present));
        },
      ),
    );
  });
});

describe('error bodies and other remote text', () => {
  const valid = fc.record({
    errors: fc.array(
      fc.record({
        code: fc.constantFrom('DENIED', 'MANIFEST_UNKNOWN'),
        message: fc.string(),
        detail: fc.jsonValue(),
      }),
    ),
  });

  it('is on one line, without control characters, and bounded', () => {
    fc.assert(
      fc.property(fc.oneof(mutatedJsonText(valid), anyText), fc.nat(3), (body, times) => {
        for (const text of [describeErrorBody(body), quoteForeign(body.repeat(10 ** times))]) {
          expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
          expect(text.length).toBeLessThanOrEqual(6 * 301);
        }
      }),
    );
  });

  it('Retry-After never asks for more than we allow', () => {
    const valid = fc.oneof(
      fc.nat().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    fc.assert(
      fc.property(fc.oneof(mutated(valid), anyText), (header) => {
        const waitMs = outcomeOf(() => retryAfterMs(header, Date.now())).value;
        expect(waitMs === undefined || (waitMs >= 0 && waitMs <= 86_400_000)).toBe(true);
      }),
    );
  });

  it('names of registries mean the same with scheme and path', () => {
    fc.assert(
      fc.property(
        hostAndPort,
        fc.constantFrom('', 'http://', 'HTTPS://'),
        fc.constantFrom('', '/', '/v1/'),
        (host, before, after) => {
          expect(sameRegistry(`${before}${host}${after}`, host)).toBe(true);
        },
      ),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        expect(outcomeOf(() => registryName(text)).error).toBeUndefined();
      }),
    );
  });
});

describe('a registry that answers anything', () => {
  const header = (valid: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> =>
    fc.option(fc.oneof(mutated(valid), anyText), { nil: undefined });
  const bytesOf = (document: unknown): string => JSON.stringify(document);

  /** One answer in any of the places where the client looks. */
  const reply = (host: string): fc.Arbitrary<Reply> =>
    fc
      .record({
        status: fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(200, 200, 401, 404) },
          {
            weight: 1,
            arbitrary: fc.constantFrom(
              201,
              204,
              206,
              300,
              301,
              302,
              304,
              307,
              400,
              403,
              405,
              410,
              416,
              418,
              599,
            ),
          },
        ),
        body: fc.oneof(
          mutatedJsonText(manifest),
          mutatedJsonText(index),
          mutatedJsonText(fc.record({ token: fc.string(), access_token: fc.string(), expires_in: fc.nat() })),
          mutatedJsonText(fc.record({ name: pathComponent, tags: fc.array(gitTag, { maxLength: 5 }) })),
          anyText,
        ),
        type: header(mediaType),
        digest: header(digest),
        challenge: header(
          fc.constantFrom(
            `Bearer realm="http://${host}/token",service="s",scope="x"`,
            'Basic realm="x"',
            'Negotiate',
          ),
        ),
        link: header(fc.constant('</v2/acme/shop/tags/list?last=a&n=2>; rel="next"')),
        location: header(
          fc.constantFrom(`http://${host}/elsewhere`, '/v2/loop', 'https://[', 'file:///etc/passwd'),
        ),
      })
      .map(({ status, body, ...rest }) => ({ status, body, headers: headersOf(rest) }));

  const headersOf = (
    found: Readonly<Record<'type' | 'digest' | 'challenge' | 'link' | 'location', string | undefined>>,
  ): Record<string, string> => {
    const named = {
      'content-type': found.type,
      'docker-content-digest': found.digest,
      'www-authenticate': found.challenge,
      link: found.link,
      location: found.location,
    };
    return Object.fromEntries(
      Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  };

  it('is refused in our words, and is asked only so often', async () => {
    const server = await scriptedServer();
    await fc.assert(
      fc.asyncProperty(
        fc.array(reply(server.host), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (replies, hasLogin) => {
          let requests = 0;
          server.answer = () =>
            replies[requests++ % replies.length] ?? { status: 500, headers: {}, body: '' };
          const log = rememberedLog();
          const network = createNetwork();
          const registry = createRegistry({
            send: network.send,
            credentialsFor: () => Promise.resolve(hasLogin ? { username: 'u', password: 'p' } : undefined),
            plainHttpRegistries: [server.host],
            insecureRegistries: [],
            userAgent: 'fuzz/1',
            clock: { now: () => 0, sleep: () => Promise.resolve() },
            log,
          });
          try {
            const image = {
              cachedReference: `${server.host}/acme/shop:1`,
              inspect: parseReference(`${server.host}/acme/shop:1`),
            };
            const result = (await outcomeOfAsync(() => registry.inspect(image, AMD64))).value;
            expect(result).toBeDefined();
            if (result?.ok) expect(isDigest(result.image.digest)).toBe(true);
            else if (result) expect(result.error.message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
            expect(requests).toBeLessThan(100);
          } finally {
            network.close();
          }
        },
      ),
    );
  });

  it('with a valid image is understood', async () => {
    const server = await scriptedServer();
    await fc.assert(
      fc.asyncProperty(manifest, async (document) => {
        const body = bytesOf(document);
        server.answer = () => ({ status: 200, headers: { 'content-type': OCI_MANIFEST }, body });
        const network = createNetwork();
        const registry = createRegistry({
          send: network.send,
          credentialsFor: () => Promise.resolve(undefined),
          plainHttpRegistries: [server.host],
          insecureRegistries: [],
          userAgent: 'fuzz/1',
          clock: { now: () => 0, sleep: () => Promise.resolve() },
          log: rememberedLog(),
        });
        const image = { cachedReference: 'x', inspect: parseReference(`${server.host}/acme/shop:1`) };
        const result = await registry.inspect(image, AMD64);
        network.close();
        const expected = `sha256:${createHash('sha256').update(body).digest('hex')}`;
        expect(result.ok && result.image.digest).toBe(expected);
      }),
    );
  });
});

// Documents for the other places are made here, too: a mutated document must stay a document of JSON.
describe('mutations', () => {
  it('keep what they do not touch', () => {
    fc.assert(
      fc.property(mutatedJson(manifest), (document) => {
        expect(() => JSON.stringify(document)).not.toThrow();
      }),
    );
  });
});
