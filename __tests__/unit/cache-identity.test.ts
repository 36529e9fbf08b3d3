import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cacheName,
  chosenCacheName,
  clientToken,
  clientTokenFrom,
  fingerprintOf,
  generationOf,
  groupOf,
  ownTags,
  ownerTagValue,
  TAG_KEY,
  tagValueOf,
  type PinnedImage,
  type Release,
} from '../../src/cache/identity.js';
import { wildText } from '../support/wild-text.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER_DIGEST = `sha256:${'b'.repeat(64)}`;

const image = (cachedReference: string, digest: string | undefined = DIGEST): PinnedImage => ({
  cachedReference,
  digest,
});
/** `image` with undefined would take the default. */
const unread = (cachedReference: string): PinnedImage => ({ cachedReference, digest: undefined });

const WORKER = image('ghcr.io/acme/worker:v1.2.3', OTHER_DIGEST);

function release(fields: Partial<Release> = {}): Release {
  return {
    owner: 'github.com/1',
    repository: 'acme/shop',
    regionId: 'cn-hangzhou',
    ref: 'refs/tags/v1.2.3',
    commit: 'c'.repeat(40),
    label: 'v1.2.3',
    attempt: '',
    images: [image('ghcr.io/acme/shop:v1.2.3'), WORKER],
    ...fields,
  };
}

const anyText = fc.oneof(wildText({ maxLength: 160 }), fc.string({ maxLength: 160 }));
const anyImages = fc.array(
  fc.record({ cachedReference: fc.string(), digest: fc.option(fc.string(), { nil: undefined }) }),
  { minLength: 1, maxLength: 5 },
);
const anyRelease = fc.record({
  owner: anyText,
  repository: anyText,
  regionId: fc.constantFrom('cn-hangzhou', 'eu-central-1'),
  ref: anyText,
  commit: fc.string(),
  label: anyText,
  attempt: fc.constantFrom('', 'r1234567890-12'),
  images: anyImages,
});

describe('the fingerprint', () => {
  it('is 64 hexadecimal digits', () => {
    expect(fingerprintOf(release())).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not depend on the order of the images', () => {
    fc.assert(
      fc.property(
        anyRelease.chain((one) =>
          fc.tuple(fc.constant(one), fc.shuffledSubarray(one.images, { minLength: one.images.length })),
        ),
        ([one, shuffled]) => fingerprintOf(one) === fingerprintOf({ ...one, images: shuffled }),
      ),
    );
  });

  it.each<[string, Partial<Release>]>([
    ['owner', { owner: 'github.com/2' }],
    ['server', { owner: 'gitea.example.com/1' }],
    ['region', { regionId: 'cn-beijing' }],
    ['reference', { images: [image('ghcr.io/acme/shop:v1.2.4'), WORKER] }],
    ['digest', { images: [image('ghcr.io/acme/shop:v1.2.3', OTHER_DIGEST), WORKER] }],
    ['number of images', { images: [image('ghcr.io/acme/shop:v1.2.3')] }],
    [
      'which digest belongs to which image',
      { images: [image('ghcr.io/acme/shop:v1.2.3', OTHER_DIGEST), image('ghcr.io/acme/worker:v1.2.3')] },
    ],
  ])('differs by the %s', (_, fields) => {
    expect(fingerprintOf(release(fields))).not.toBe(fingerprintOf(release()));
  });

  it.each<[string, Partial<Release>]>([
    ['commit, where every digest is known', { commit: 'd'.repeat(40) }],
    ['ref', { ref: 'refs/heads/main' }],
    ['label', { label: 'v9' }],
    ['name of the repository', { repository: 'acme/renamed' }],
  ])('does not depend on the %s', (_, fields) => {
    expect(fingerprintOf(release(fields))).toBe(fingerprintOf(release()));
  });

  it('depends on the commit where a digest is missing', () => {
    const images = [image('a:1'), unread('b:1')];
    expect(fingerprintOf(release({ images, commit: 'd'.repeat(40) }))).not.toBe(
      fingerprintOf(release({ images })),
    );
  });

  it('keeps the parts apart, whatever they hold', () => {
    fc.assert(
      fc.property(anyRelease, anyRelease, (a, b) => {
        const content = ({ owner, regionId, images, commit }: Release): string =>
          JSON.stringify([
            owner,
            regionId,
            images
              .map((one) => JSON.stringify([one.cachedReference, one.digest ?? `commit:${commit}`]))
              .sort(),
          ]);
        expect(fingerprintOf(a) === fingerprintOf(b)).toBe(content(a) === content(b));
      }),
    );
  });
});

describe('the group', () => {
  it.each([
    ['tags', ['ghcr.io/acme/shop:v1'], ['ghcr.io/acme/shop:v2']],
    ['digests', ['ghcr.io/acme/shop:v1'], [`ghcr.io/acme/shop@${DIGEST}`]],
    ['tag and digest together', ['ghcr.io/acme/shop'], [`ghcr.io/acme/shop:v1@${DIGEST}`]],
    ['the tag behind a port', ['localhost:5000/shop:v1'], ['localhost:5000/shop:v2']],
    ['the order', ['a/x:1', 'a/y:1'], ['a/y:2', 'a/x:2']],
    ['a repository named twice', ['a/x:1', 'a/x:2'], ['a/x:3']],
    ['what pins a short name', ['nginx:1'], [`nginx@${DIGEST}`]],
  ])('does not depend on %s', (_, left, right) => {
    expect(groupOf(left.map((one) => image(one)))).toBe(groupOf(right.map((one) => image(one, undefined))));
  });

  it.each([
    ['the port', ['localhost:5000/shop:v1'], ['localhost:5001/shop:v1']],
    ['the port of an IPv6 host', ['[::1]:5000/shop:v1'], ['[::1]:5001/shop:v1']],
    ['the repository behind a port', [`a.example:5000/x@${DIGEST}`], [`a.example:5000/y@${DIGEST}`]],
    ['the host', ['ghcr.io/acme/shop:v1'], ['quay.io/acme/shop:v1']],
    ['the repository', ['a/x:1'], ['a/y:1']],
    ['the number of images', ['a/x:1'], ['a/x:1', 'a/y:1']],
  ])('depends on %s', (_, left, right) => {
    expect(groupOf(left.map((one) => image(one)))).not.toBe(groupOf(right.map((one) => image(one))));
  });
});

describe('the tags', () => {
  it('name fingerprint, repository, group, ref and commit, and the attempt where there is one', () => {
    const tags = ownTags(release({ attempt: 'r1-1' }));
    expect(ownTags(release()).map(({ key }) => key)).not.toContain(TAG_KEY.attempt);
    expect(Object.fromEntries(tags.map(({ key, value }) => [key, value]))).toEqual({
      [TAG_KEY.fingerprint]: fingerprintOf(release()),
      [TAG_KEY.repository]: 'github.com/1',
      [TAG_KEY.group]: groupOf(release().images),
      [TAG_KEY.ref]: 'refs/tags/v1.2.3',
      [TAG_KEY.commit]: 'c'.repeat(40),
      [TAG_KEY.attempt]: 'r1-1',
    });
  });

  it.each([128, 129, 140, 400])('have values of at most 128 characters for a repository of %d', (length) => {
    const [one, two] = ['x', 'y'].map((end) => `acme/${'r'.repeat(length - 6)}${end}`);
    const value = ownerTagValue(one ?? '');
    expect(value.length).toBeLessThanOrEqual(128);
    expect(value).not.toBe(ownerTagValue(two ?? ''));
    expect(tagValueOf(ownTags(release({ owner: one ?? '' })), TAG_KEY.repository)).toBe(value);
  });

  it('are never empty or too long, and their keys are ones that the service takes', () => {
    fc.assert(
      fc.property(anyRelease, (one) => {
        for (const { key, value } of ownTags(one)) {
          expect(key).toMatch(/^(?!aliyun|acs:)[a-z-]{1,128}$/);
          expect(value.length).toBeGreaterThan(0);
          expect(value.length).toBeLessThanOrEqual(128);
        }
      }),
    );
  });
});

describe('the name', () => {
  const RULE = /^[a-z0-9]([a-z0-9-]{0,126}[a-z0-9])$/;

  it('holds repository, label and a piece of the fingerprint', () => {
    expect(cacheName(release())).toBe(`shop-v1-2-3-${fingerprintOf(release()).slice(0, 10)}`);
  });

  it.each([
    ['', 0, ''],
    ['', 1, '-2'],
    ['r1234567890-12', 0, '-r1234567890-12'],
    ['r1234567890-12', 2, '-r1234567890-12-3'],
  ])(
    'is inside every rule for any repository and label, on attempt "%s" after %d',
    (attempt, generation, end) => {
      fc.assert(
        fc.property(anyRelease, (any) => {
          const one = { ...any, attempt };
          const name = cacheName(one, generation);
          expect(name).toMatch(RULE);
          expect(name.endsWith(`${fingerprintOf(one).slice(0, 10)}${end}`)).toBe(true);
        }),
      );
    },
  );

  it.each([
    ['', ''],
    ['/', '-'],
    ['商店/商店', 'версия'],
    ['a/b', '-'.repeat(200)],
    ['a/'.padEnd(140, 'r'), 'v1'],
    ['a/b', 'İ'.repeat(120)],
  ])('is inside every rule for the repository "%s" and the label "%s"', (repository, label) => {
    expect(cacheName(release({ repository, label }))).toMatch(RULE);
  });

  it('differs for different contents of one repository and label', () => {
    fc.assert(
      fc.property(anyImages, anyImages, (left, right) => {
        const [a, b] = [release({ images: left }), release({ images: right })];
        fc.pre(fingerprintOf(a) !== fingerprintOf(b));
        expect(cacheName(a)).not.toBe(cacheName(b));
      }),
    );
  });
});

describe('the generation in a name', () => {
  it.each([
    ['a name that is worked out', (generation: number) => cacheName(release(), generation)],
    ['one that was chosen', (generation: number) => chosenCacheName('shop', generation)],
    ['a chosen one of full length', (generation: number) => chosenCacheName('s'.repeat(128), generation)],
    ['a chosen one that ends in a number', (generation: number) => chosenCacheName('shop-7', generation)],
  ])('is read back from %s', (_, nameOf) => {
    for (const generation of [0, 1, 2, 9, 10, 99]) {
      expect(nameOf(generation).length).toBeLessThanOrEqual(128);
      expect(generationOf(nameOf(generation), nameOf)).toBe(generation);
    }
  });

  it('is 0 for a name of another make', () => {
    const nameOf = (generation: number): string => cacheName(release(), generation);
    for (const name of ['', 'shop', 'shop-2', 'shop-99999999999999999999']) {
      expect(generationOf(name, nameOf)).toBe(0);
    }
  });
});

// Caches outlive versions of this action: another text here, and none of those that are there is found again.
it.each<[string, string, unknown[]]>([
  [
    'the fingerprint',
    fingerprintOf(release({ images: [WORKER, unread('a:1'), image('ghcr.io/acme/shop:v1')] })),
    [
      ...['fingerprint/2', 'github.com/1', 'cn-hangzhou', ['a:1', `commit:${'c'.repeat(40)}`]],
      ...[
        ['ghcr.io/acme/shop:v1', DIGEST],
        ['ghcr.io/acme/worker:v1.2.3', OTHER_DIGEST],
      ],
    ],
  ],
  ['the client token', clientToken('f', 1, 'r1-1'), ['token/1', 'f', 'r1-1', 1]],
  ['a token without an attempt', clientToken('f', 0), ['token/1', 'f', '', 0]],
  ['a token after the one that was chosen', clientTokenFrom('mine', 2), ['token/1', 'mine', '', 2]],
])('%s stays what it is', (_, hash, parts) => {
  expect(hash).toBe(createHash('sha256').update(JSON.stringify(parts)).digest('hex'));
});

it('the group and the tag of a long repository stay what they are', () => {
  const hash = (parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  expect(groupOf([image('b/y:1'), image('a/x:1')])).toBe(hash(['group/1', 'a/x', 'b/y']).slice(0, 32));
  expect(ownerTagValue('r'.repeat(128))).toBe('r'.repeat(128));
  const long = 'r'.repeat(129);
  expect(ownerTagValue(long)).toBe(`${long.slice(0, 111)}~${hash([long]).slice(0, 16)}`);
});

describe('the client token', () => {
  const print = 'f'.repeat(64);

  it('is 64 hexadecimal digits, in any case', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), anyText, (fingerprint, generation, attempt) => {
        expect(clientToken(fingerprint, generation, attempt)).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });

  it('is one of its own for each content, history and attempt', () => {
    const tokens = [
      clientToken(print, 0),
      clientToken('e'.repeat(64), 0),
      clientToken(print, 1),
      clientToken(print, 2),
      clientToken(print, 0, 'r1-1'),
      clientToken(print, 1, 'r1-1'),
      clientToken(print, 1, 'r1-11'),
      clientToken(print, 0, 'r1-2'),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('that the user chose is sent as it is, until it is used up', () => {
    expect(clientTokenFrom('mine', 0)).toBe('mine');
    expect(clientTokenFrom('mine', 1)).toMatch(/^[0-9a-f]{64}$/);
    expect(clientTokenFrom('mine', 1)).not.toBe(clientTokenFrom('mine', 2));
    expect(clientTokenFrom('mine', 1)).not.toBe(clientTokenFrom('yours', 1));
  });
});
