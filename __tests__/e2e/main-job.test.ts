import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { recordsOf } from '../../dev/eci/parameters.js';
import { TEST_REGION } from '../../dev/eci/server.js';
import { LOGIN, loginFor, outputNames, scenario } from './support.js';

const OUTPUTS = outputNames(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8'));
const PAYLOAD = JSON.parse(
  readFileSync(new URL('../../dev/events/push.tag.json', import.meta.url), 'utf8'),
) as { after: string };
const PUSH = { name: 'push', payload: PAYLOAD };
const TOKEN_AUTH = { registry: { auth: 'token', users: { [LOGIN.username]: LOGIN.password } } } as const;

describe('a pushed tag with two images in a registry that requires a login', () => {
  it.concurrent('becomes a cache that is Ready, with every output of action.yml set', async () => {
    const { run, registry, eci, images, digests } = await scenario(TOKEN_AUTH);
    const result = await run(loginFor(registry.host), { event: PUSH });

    expect(result).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
    const [cache, ...more] = eci.existing();
    expect(more).toEqual([]);
    // Only with manifests, and with an EIP of the action's own.
    const others = ['annotated-manifests', 'eip-instance-id'];
    expect(Object.keys(result.outputs).sort()).toEqual(
      OUTPUTS.filter((name) => !others.includes(name)).sort(),
    );
    expect({ ...result.outputs, digests: JSON.parse(result.outputs['digests'] ?? '') as unknown }).toEqual({
      'image-cache-id': cache?.imageCacheId,
      'image-cache-name': cache?.imageCacheName,
      'image-cache-size': '20',
      'container-group-id': cache?.containerGroupId,
      'request-id': eci.requestsOf('CreateImageCache')[0]?.requestId,
      status: 'Ready',
      result: 'created',
      'snapshot-id': expect.stringMatching(/^s-\w+/),
      images: JSON.stringify(images),
      digests,
      'deleted-image-cache-ids': '[]',
      match: 'this',
      'extra-ephemeral-storage-gib': '0',
    });
  });

  it.concurrent('is asked for by the parameters of the vendor, layer reuse switched on', async () => {
    const { run, registry, created, images } = await scenario(TOKEN_AUTH);
    await run({ ...loginFor(registry.host), 'vswitch-id': 'vsw-1, vsw-2' }, { event: PUSH });

    const sent = created();
    const tags = Object.fromEntries(
      recordsOf(sent, 'Tag').map(({ Key = '', Value }) => [Key, Value] as const),
    );
    expect(Object.fromEntries(Object.entries(sent).filter(([name]) => !name.startsWith('Tag.')))).toEqual({
      RegionId: TEST_REGION,
      SecurityGroupId: 'sg-uf66jeqopgqa9hdn0000',
      VSwitchId: 'vsw-1,vsw-2',
      ImageCacheName: expect.stringMatching(/^shop-v1-2-3-[0-9a-f]{10}$/),
      ImageCacheSize: '20',
      'Image.1': images[0],
      'Image.2': images[1],
      AutoMatchImageCache: 'true',
      PlainHttpRegistry: registry.host,
      'ImageRegistryCredential.1.Server': registry.host,
      'ImageRegistryCredential.1.UserName': LOGIN.username,
      'ImageRegistryCredential.1.Password': LOGIN.password,
      ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(tags).toEqual({
      'warm-image-cache-fingerprint': expect.stringMatching(/^[0-9a-f]{64}$/),
      'warm-image-cache-repository': expect.stringMatching(/^github\.com\/\d+$/),
      'warm-image-cache-group': expect.stringMatching(/^[0-9a-f]{32}$/),
      'warm-image-cache-ref': 'refs/tags/v1.2.3',
      'warm-image-cache-commit': PAYLOAD.after,
    });
  });

  it.concurrent('is told of in groups of the log, and in the summary', async () => {
    const { run, registry, eci } = await scenario(TOKEN_AUTH);
    const { groups, summary, stdout } = await run(loginFor(registry.host));

    const id = eci.existing()[0]?.imageCacheId ?? '?';
    expect(groups).toEqual([
      'Look the images up in their registry',
      'Look for a cache that holds them',
      'Create the image cache',
      'Wait until it is Ready',
      'See that it will be used',
    ]);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(`Image cache ${id} `);
    expect(summary).toMatch('### ✅ ECI image cache');
    expect(summary).toMatch(`<code>${id}</code>`);
    expect(summary).toMatch(`k8s.aliyun.com/eci-imc-id: ${id}`);
    expect(summary).toMatch('20 GiB');
  });

  it.concurrent('fails without the login, and says what to do', async () => {
    const { run, eci } = await scenario(TOKEN_AUTH);
    const { exitCode, errors } = await run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/^Images .*acme\/shop:.* and .*acme\/worker:/)]);
    for (const error of errors) expect(error).toMatch(/requires a login.*\n.*docker\/login-action/);
    expect(eci.requests).toEqual([]);
  });
});

describe('inputs that change the main job', () => {
  it.concurrent('wait: false ends after the create', async () => {
    const { run, eci } = await scenario();
    const { exitCode, outputs, groups } = await run({ wait: 'false' });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      'image-cache-id': eci.caches[0]?.imageCacheId,
      status: 'Preparing',
      result: 'created',
    });
    expect(outputs['snapshot-id'] ?? '').toBe('');
    expect(groups).not.toContain('Wait until it is Ready');
  });

  it.concurrent('dry-run prints the request without the password, and creates nothing', async () => {
    const { run, eci, registry, images } = await scenario(TOKEN_AUTH);
    const { exitCode, outputs, stdout } = await run({
      ...loginFor(registry.host),
      'dry-run': 'true',
      'keep-latest': '1',
    });
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      result: 'dry-run',
      'image-cache-size': '20',
      'deleted-image-cache-ids': '[]',
    });
    expect(outputs['image-cache-id'] ?? '').toBe('');
    for (const image of images) expect(stdout).toMatch(`"${image}"`);
    expect(stdout).toMatch(/"password": "\*\*\*"/);
    expect(stdout).toMatch('Would delete: nothing.');
    expect(eci.caches).toEqual([]);
    expect(eci.requestsOf('CreateImageCache')).toEqual([]);
  });

  it.concurrent('a dry run that finds a cache puts out the name, size and status of that cache', async () => {
    const { run, eci } = await scenario();
    await run({ 'image-cache-name': 'made-before', 'image-cache-size': '77' });
    const { outputs } = await run({ 'dry-run': 'true' });
    expect(outputs).toMatchObject({
      'image-cache-id': eci.caches[0]?.imageCacheId,
      'image-cache-name': 'made-before',
      'image-cache-size': '77',
      status: 'Ready',
      result: 'dry-run',
    });
  });

  it.concurrent(
    'size, name, matching and token go into the request as they are; no summary is written',
    async () => {
      const { run, created } = await scenario();
      const { exitCode, outputs, summary } = await run({
        'image-cache-size': '123',
        'image-cache-name': 'release-cache',
        'auto-match-image-cache': 'false',
        'client-token': 'mine',
        summary: 'false',
        wait: 'false',
      });
      expect({ exitCode, summary }).toEqual({ exitCode: 0, summary: '' });
      expect(created()).toMatchObject({
        ImageCacheSize: '123',
        ImageCacheName: 'release-cache',
        AutoMatchImageCache: 'false',
        ClientToken: 'mine',
      });
      expect(outputs).toMatchObject({ 'image-cache-size': '123', 'image-cache-name': 'release-cache' });
    },
  );

  it.concurrent('credentials come from the environment, where an empty variable is unset', async () => {
    const { run } = await scenario({
      eci: {
        accounts: [{ accessKeyId: 'LTAIenv', accessKeySecret: 'env+secret', securityToken: 'sts/token=' }],
      },
    });
    const result = await run(
      { 'access-key-id': '', 'access-key-secret': '', wait: 'false' },
      {
        env: {
          ALIBABA_CLOUD_ACCESS_KEY_ID: '',
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
          ALIBABACLOUD_ACCESS_KEY_ID: 'LTAIenv',
          ALIBABACLOUD_ACCESS_KEY_SECRET: 'env+secret',
          ALIBABACLOUD_SECURITY_TOKEN: 'sts/token=',
        },
      },
    );
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
  });
});

describe('a tag that is not there', () => {
  it.concurrent('is an error that names the near one, and the template that leads to it', async () => {
    const { run, registry, eci } = await scenario();
    registry.putImage('acme/bare', '1.2.3', { layers: [] });
    const { exitCode, errors } = await run({ images: `${registry.host}/acme/bare` });
    expect(exitCode).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(`${registry.host}/acme/bare:v1.2.3`);
    expect(errors[0]).toMatch("image-tag: '{{version}}'");
    expect(eci.requests).toEqual([]);
  });
});
