import { afterEach, describe, expect, it } from '@jest/globals';
import { MEDIA_TYPES, sha256 } from '../../dev/registry/server.js';
import {
  AMD64,
  ARM64,
  clientFor,
  closeAll,
  failureOf,
  imageOf,
  layer,
  serverWith,
  successOf,
} from './registry-harness.js';

afterEach(closeAll);

describe('an image that is there', () => {
  it.each([{ docker: false }, { docker: true }])('is found by its tag: %o', async ({ docker }) => {
    const server = await serverWith();
    const [base, top] = [layer(2000), layer(3000)];
    const { digest } = server.putImage('team/app', '1.2', {
      docker,
      layers: [
        base,
        { bytes: top, mediaType: 'x/y', annotations: { a: 'b' }, urls: ['https://c.example/d'] },
        base,
      ],
    });

    const { image } = successOf(
      await clientFor([server]).inspect(imageOf(`${server.host}/team/app:1.2`), AMD64),
    );

    expect(image).toMatchObject({ digest, platform: undefined });
    const plain = { annotations: {}, urls: [] };
    const mediaType = docker ? MEDIA_TYPES.dockerLayer : MEDIA_TYPES.ociLayer;
    expect(image.layers).toEqual([
      { digest: sha256(base), mediaType, sizeBytes: 2000, ...plain },
      {
        digest: sha256(top),
        mediaType: 'x/y',
        sizeBytes: 3000,
        annotations: { a: 'b' },
        urls: ['https://c.example/d'],
      },
      { digest: sha256(base), mediaType, sizeBytes: 2000, ...plain },
    ]);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers).toMatchObject({
      accept: expect.stringContaining(docker ? MEDIA_TYPES.dockerManifest : MEDIA_TYPES.ociManifest),
      'user-agent': 'warm-eci-image-cache/0.0.0-test',
    });
  });

  it('is read by its digest where it has one, whatever the tag beside it says', async () => {
    const server = await serverWith();
    const { digest } = server.putImage('app', undefined, { layers: [layer()] });
    server.putImage('app', '1', { layers: [layer()] });

    const { image } = successOf(
      await clientFor([server]).inspect(imageOf(`${server.host}/app:1@${digest}`), AMD64),
    );

    expect(image.digest).toBe(digest);
  });

  it.each([{ docker: false }, { docker: true }])('is chosen from an index: %o', async ({ docker }) => {
    const server = await serverWith();
    const amd64 = server.putImage('app', undefined, { docker, layers: [layer()] });
    const arm64 = server.putImage('app', undefined, { docker, layers: [layer()] });
    const attestation = { ...amd64, platform: { os: 'unknown', architecture: 'unknown' } };
    const variant = { ...ARM64, variant: 'v8' };
    server.putIndex('app', '1', {
      docker,
      manifests: [attestation, { ...amd64, platform: AMD64 }, { ...arm64, platform: variant }],
    });

    const { image } = successOf(await clientFor([server]).inspect(imageOf(`${server.host}/app:1`), ARM64));

    expect(image).toMatchObject({ digest: arm64.digest, platform: variant });
    expect(server.requests).toHaveLength(2);
  });

  it('is found five indexes deep, and no deeper', async () => {
    const server = await serverWith();
    const image = server.putImage('app', undefined, { layers: [layer()] });
    let inner = image;
    for (let depth = 1; depth <= 6; depth++) {
      inner = server.putIndex('app', `deep-${depth}`, { manifests: [{ ...inner, platform: AMD64 }] });
    }
    const client = clientFor([server]);
    const deepest = successOf(await client.inspect(imageOf(`${server.host}/app:deep-5`), AMD64));
    const failure = failureOf(await client.inspect(imageOf(`${server.host}/app:deep-6`), AMD64));
    expect(deepest.image.digest).toBe(image.digest);
    expect(failure).toMatchObject({ reason: 'bad-answer', message: /leads to another index 5 times over/ });
  });
});

describe('the digest that an image is likely to have', () => {
  /** What was told of the image, and after how many answers. */
  async function told(
    put: (server: Awaited<ReturnType<typeof serverWith>>) => void,
  ): Promise<{ digests: string[]; answers: number[] }> {
    const server = await serverWith();
    put(server);
    const digests: string[] = [];
    const answers: number[] = [];
    await clientFor([server]).inspect(imageOf(`${server.host}/app:1`), AMD64, (digest) => {
      digests.push(digest);
      answers.push(server.requests.filter(({ status }) => status === 200).length);
    });
    return { digests, answers };
  }

  it('is told once the index names it, before the manifest is asked for', async () => {
    let digest = '';
    const { digests, answers } = await told((server) => {
      const image = server.putImage('app', undefined, { layers: [layer()] });
      server.putIndex('app', '1', { manifests: [{ ...image, platform: AMD64 }] });
      digest = image.digest;
    });
    expect(digests).toEqual([digest]);
    expect(answers).toEqual([1]);
  });

  it('is that of the manifest where there is no index', async () => {
    let digest = '';
    const { digests } = await told((server) => {
      ({ digest } = server.putImage('app', '1', { layers: [layer()] }));
    });
    expect(digests).toEqual([digest]);
  });

  it('is not told of an index that leads to another one, but of what that leads to', async () => {
    let digest = '';
    const { digests } = await told((server) => {
      const inner = server.putImage('app', undefined, { layers: [layer()] });
      const one = server.putIndex('app', undefined, { manifests: [{ ...inner, platform: AMD64 }] });
      server.putIndex('app', '1', { manifests: [{ ...one, platform: AMD64 }] });
      digest = inner.digest;
    });
    expect(digests).toEqual([digest]);
  });

  it.each<[string, Parameters<typeof told>[0]]>([
    ['no such tag', () => undefined],
    [
      'no such platform',
      (server) => {
        const arm64 = server.putImage('app', undefined, { layers: [layer()] });
        server.putIndex('app', '1', { manifests: [{ ...arm64, platform: ARM64 }] });
      },
    ],
  ])('is not told where there is %s', async (_, put) => {
    expect((await told(put)).digests).toEqual([]);
  });
});

describe('what cannot be used', () => {
  it('names the platforms that are there', async () => {
    const server = await serverWith();
    const image = server.putImage('app', undefined, { layers: [layer()] });
    server.putIndex('app', '1', {
      manifests: [
        { ...image, platform: { os: 'unknown', architecture: 'unknown' } },
        { ...image, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
        { ...image, platform: AMD64 },
      ],
    });

    const failure = failureOf(await clientFor([server]).inspect(imageOf(`${server.host}/app:1`), ARM64));

    expect(failure.reason).toBe('no-platform');
    expect(failure.message).toBe(
      `Image ${server.host}/app:1: there is no manifest for the platform linux/arm64; there are: linux/arm/v7, linux/amd64`,
    );
    expect(failure.hint).toContain('input platform');
  });

  it.each([
    {
      what: 'a Helm chart',
      document: {
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.cncf.helm.config.v1+json' },
        layers: [],
      },
      mediaType: MEDIA_TYPES.ociManifest as string,
      message: 'what is stored there is a Helm chart, not a container image',
    },
    {
      what: 'an artifact with the empty config',
      document: {
        schemaVersion: 2,
        artifactType: 'application/x-evil\n::error::',
        config: { mediaType: 'application/vnd.oci.empty.v1+json' },
        layers: [],
      },
      mediaType: MEDIA_TYPES.ociManifest,
      message: 'an artifact of type application/x-evil\\u000a::error::, not a container image',
    },
    {
      what: 'schema 1',
      document: { schemaVersion: 1, fsLayers: [] },
      mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      message:
        'the registry answers with the old schema 1 format, although it was asked for the current ones',
    },
    {
      what: 'something else',
      document: { schemaVersion: 2 },
      mediaType: 'application/json',
      message: 'neither an image manifest nor an index',
    },
  ])('says that it found $what', async ({ document, mediaType, message }) => {
    const server = await serverWith();
    server.putManifest('app', '1', document, mediaType);

    const failure = failureOf(await clientFor([server]).inspect(imageOf(`${server.host}/app:1`), AMD64));

    expect(failure.reason).toBe('not-an-image');
    expect(failure.message).toContain(message);
  });

  it.each([
    ['bytes that were changed on the way', { kind: 'corrupt' }],
    [
      'a header that names another digest',
      { kind: 'headers', headers: { 'docker-content-digest': sha256(layer()) } },
    ],
  ] as const)('refuses %s', async (_what, effect) => {
    const server = await serverWith({ faults: [{ ...effect, on: 'manifest' }] });
    server.putImage('app', '1', { layers: [layer()] });

    const failure = failureOf(await clientFor([server]).inspect(imageOf(`${server.host}/app:1`), AMD64));

    expect(failure.reason).toBe('bad-answer');
    expect(failure.message).toMatch(/the manifest's bytes have the digest sha256:\w+, not sha256:\w+/);
  });

  it('refuses a manifest that is not the one asked for by digest', async () => {
    const [other, server] = [await serverWith(), await serverWith()];
    const { digest } = other.putImage('app', '1', { layers: [layer()] });
    const wrong = JSON.stringify({ schemaVersion: 2, layers: [] });
    server.faults.push({ kind: 'status', status: 200, body: wrong });

    const failure = failureOf(
      await clientFor([server]).inspect(imageOf(`${server.host}/app@${digest}`), AMD64),
    );

    expect(failure.message).toContain(`not ${digest}`);
  });

  it('hangs up on a manifest without end', async () => {
    const server = await serverWith({ faults: [{ kind: 'endless', on: 'manifest' }] });

    const failure = failureOf(await clientFor([server]).inspect(imageOf(`${server.host}/app:1`), AMD64));

    expect(failure).toMatchObject({ reason: 'bad-answer' });
    expect(failure.message).toContain('larger than 512 KiB');
    expect(server.requests[0]?.bytesSent).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('a tag that is not there', () => {
  it('is an error with the tags that may have been meant', async () => {
    const server = await serverWith();
    for (const tag of ['1.2.3', '1.2.2', 'nightly']) server.putImage('team/app', tag, { layers: [] });

    const failure = failureOf(
      await clientFor([server]).inspect(imageOf(`${server.host}/team/app:v1.2.3`), AMD64),
    );

    expect(failure.reason).toBe('not-found');
    expect(failure.message).toBe(
      `Image ${server.host}/team/app:v1.2.3: there is no tag v1.2.3 in ${server.host}/team/app; similar tags are 1.2.3, 1.2.2`,
    );
    expect(failure.hint).toContain("set image-tag: '{{version}}'");
  });

  it('reads three pages of tags at most', async () => {
    const server = await serverWith();
    for (let n = 0; n < 3500; n++) server.putImage('app', `b${String(n).padStart(4, '0')}`, { layers: [] });
    server.putImage('app', 'a1.0', { layers: [] });

    const failure = failureOf(await clientFor([server]).inspect(imageOf(`${server.host}/app:a1.1`), AMD64));

    expect(failure.message).toContain('similar tags are a1.0');
    expect(server.requestsOf('tags').map(({ query }) => query)).toEqual([
      'n=1000',
      'n=1000&last=b0998',
      'n=1000&last=b1998',
    ]);
  });

  it('says so where there is no such repository', async () => {
    const server = await serverWith();

    const failure = failureOf(await clientFor([server]).inspect(imageOf(`${server.host}/app:1`), AMD64));

    expect(failure.reason).toBe('not-found');
    expect(failure.message).toContain(`there is no repository ${server.host}/app`);
  });

  it('is latest where the image names neither tag nor digest', async () => {
    const server = await serverWith();
    server.putImage('app', '1', { layers: [layer()] });

    const failure = failureOf(await clientFor([server]).inspect(imageOf(`${server.host}/app`), AMD64));

    expect(failure.message).toContain(`there is no tag latest in ${server.host}/app`);
  });

  it('is none where the digest is missing, whatever the tag beside it says', async () => {
    const server = await serverWith();
    server.putImage('app', '1', { layers: [layer()] });
    const digest = sha256(layer());

    const failure = failureOf(
      await clientFor([server]).inspect(imageOf(`${server.host}/app:2@${digest}`), AMD64),
    );

    expect(failure.message).toContain(`/app:2@${digest}: there is no manifest ${digest}`);
    expect(server.requestsOf('tags')).toEqual([]);
  });

  it('is told without tags where the registry does not list them', async () => {
    const server = await serverWith({ faults: [{ kind: 'status', status: 405, on: 'tags' }] });

    const failure = failureOf(await clientFor([server]).inspect(imageOf(`${server.host}/app:1`), AMD64));

    expect(failure.message).toBe(`Image ${server.host}/app:1: there is no tag 1 in ${server.host}/app`);
  });
});

describe('the number of requests', () => {
  it('is one for each manifest and index, and no digest is asked for twice', async () => {
    const server = await serverWith();
    const shared = server.putImage('app', undefined, { layers: [layer()] });
    const manifests = [{ ...shared, platform: AMD64 }];
    server.putIndex('app', '1', { manifests });
    server.putIndex('app', '1.0', { manifests });
    const client = clientFor([server]);

    const results = await Promise.all(
      ['1', '1.0'].map((tag) => client.inspect(imageOf(`${server.host}/app:${tag}`), AMD64)),
    );

    expect(results.map((result) => successOf(result).image.digest)).toEqual([shared.digest, shared.digest]);
    expect(server.requests).toHaveLength(3);
  });
});
