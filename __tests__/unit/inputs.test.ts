import { describe, expect, it } from '@jest/globals';
import type { ReleaseContext } from '../../src/context.js';
import { ActionErrors, InputError } from '../../src/errors.js';
import { readInputs, summaryWanted } from '../../src/inputs.js';
import { Secrets } from '../../src/report/secrets.js';

const CONTEXT: ReleaseContext = {
  eventName: 'push',
  repository: 'acme/app',
  owner: 'github.com/1',
  ref: 'refs/tags/v1.2.3',
  sha: '0123456789abcdef0123456789abcdef01234567',
  tag: { known: true, name: 'v1.2.3' },
  packageReference: undefined,
  runId: '1',
  runAttempt: '1',
};

const LEAST = {
  images: 'ghcr.io/acme/app',
  'region-id': 'cn-hangzhou',
  'security-group-id': 'sg-1',
  'vswitch-id': 'vsw-1',
  'access-key-id': 'id-1',
  'access-key-secret': 'secret-1',
};

function environment(inputs: Record<string, string>): NodeJS.ProcessEnv {
  const entries = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return Object.fromEntries(entries) as NodeJS.ProcessEnv;
}

function read(
  inputs: Record<string, string>,
  context: ReleaseContext = CONTEXT,
  env: NodeJS.ProcessEnv = {},
) {
  return readInputs({ env: { ...environment(inputs), ...env } }, context, new Secrets(() => undefined));
}

async function errorsOf(
  inputs: Record<string, string>,
  context?: ReleaseContext,
): Promise<readonly InputError[]> {
  try {
    await read(inputs, context);
  } catch (error) {
    if (error instanceof ActionErrors && error.errors.every((single) => single instanceof InputError)) {
      return error.errors;
    }
    throw error;
  }
  return [];
}

describe('readInputs', () => {
  it('fills in the defaults', async () => {
    expect(await read(LEAST)).toEqual({
      images: ['ghcr.io/acme/app'],
      imageTag: '{{tag}}',
      registryMap: [],
      releaseImages: [
        {
          cachedReference: 'ghcr.io/acme/app:v1.2.3',
          inspect: { registry: 'ghcr.io', repository: 'acme/app', tag: 'v1.2.3' },
        },
      ],
      platform: { os: 'linux', architecture: 'amd64' },
      regionId: 'cn-hangzhou',
      zoneId: undefined,
      securityGroupId: 'sg-1',
      vSwitchIds: ['vsw-1'],
      eipInstanceId: undefined,
      resourceGroupId: undefined,
      annotations: undefined,
      imageCacheName: undefined,
      imageCacheSizeGiB: 'auto',
      sizeMarginPercent: 10,
      retentionDays: undefined,
      eliminationStrategy: undefined,
      autoMatchImageCache: true,
      flash: undefined,
      standardCopyCount: undefined,
      flashCopyCount: undefined,
      registryCredentials: [],
      acrRegistryInfos: [],
      plainHttpRegistries: [],
      insecureRegistries: [],
      tags: [],
      clientToken: undefined,
      temporaryEip: false,
      credentials: {
        kind: 'static',
        accessKeyId: 'id-1',
        accessKeySecret: 'secret-1',
        securityToken: undefined,
        origin: 'the inputs access-key-id and access-key-secret',
      },
      wait: true,
      waitTimeoutMinutes: 60,
      reuse: true,
      keepLatest: undefined,
      dryRun: false,
      endpoint: { protocol: 'https', host: 'eci.cn-hangzhou.aliyuncs.com' },
      stsEndpoint: { protocol: 'https', host: 'sts.cn-hangzhou.aliyuncs.com' },
      vpcEndpoint: { protocol: 'https', host: 'vpc.cn-hangzhou.aliyuncs.com' },
      warnings: [],
      clockSpeed: 1,
    });
  });

  it.each<[string, string, object]>([
    ['images', 'acme/app:1 # the app\nacme/web:1', { images: ['acme/app:1', 'acme/web:1'] }],
    [
      'image-tag',
      '{{version}}',
      {
        imageTag: '{{version}}',
        releaseImages: [expect.objectContaining({ cachedReference: 'ghcr.io/acme/app:1.2.3' })],
      },
    ],
    ['registry-map', 'a=b', { registryMap: [{ pushed: 'a', pulled: 'b' }] }],
    ['platform', 'LINUX/amd64', { platform: { os: 'linux', architecture: 'amd64' } }],
    [
      'region-id',
      ' cn-beijing\n',
      { regionId: 'cn-beijing', endpoint: { protocol: 'https', host: 'eci.cn-beijing.aliyuncs.com' } },
    ],
    ['zone-id', 'cn-hangzhou-g', { zoneId: 'cn-hangzhou-g' }],
    ['security-group-id', 'sg-2', { securityGroupId: 'sg-2' }],
    ['vswitch-id', 'vsw-1,vsw-2\nvsw-1', { vSwitchIds: ['vsw-1', 'vsw-2'] }],
    ['eip-instance-id', 'eip-1', { eipInstanceId: 'eip-1', temporaryEip: false }],
    ['eip-instance-id', 'Auto', { eipInstanceId: undefined, temporaryEip: true }],
    ['resource-group-id', 'rg-1', { resourceGroupId: 'rg-1' }],
    ['annotations', '{"a": 1} # and all', { annotations: '{"a": 1} # and all' }],
    ['image-cache-name', 'app-1', { imageCacheName: 'app-1' }],
    ['image-cache-size', '40', { imageCacheSizeGiB: 40 }],
    ['size-margin-percent', '12.5', { sizeMarginPercent: 12.5 }],
    ['retention-days', '7', { retentionDays: 7 }],
    ['elimination-strategy', 'lru', { eliminationStrategy: 'LRU' }],
    ['auto-match-image-cache', 'False', { autoMatchImageCache: false }],
    ['flash', 'true', { flash: true }],
    ['flash', 'false', { flash: false }],
    ['standard-copy-count', '2', { standardCopyCount: 2 }],
    [
      'image-registry-credentials',
      '{server: r, username: u, password: 012}',
      { registryCredentials: [{ server: 'r', username: 'u', password: '012' }] },
    ],
    [
      'acr-registry-info',
      '{instance-id: cri-1}',
      { acrRegistryInfos: [{ instanceId: 'cri-1', domains: [] }] },
    ],
    ['plain-http-registry', 'R:5000,s', { plainHttpRegistries: ['r:5000', 's'] }],
    ['insecure-registry', 'r:5000\ns', { insecureRegistries: ['r:5000', 's'] }],
    ['tags', 'a=b', { tags: [{ key: 'a', value: 'b' }] }],
    ['client-token', 'token', { clientToken: 'token' }],
    ['security-token', 'tok', { credentials: expect.objectContaining({ securityToken: 'tok' }) }],
    ['wait', 'false', { wait: false }],
    ['wait-timeout-minutes', '0.5', { waitTimeoutMinutes: 0.5 }],
    ['reuse', 'false', { reuse: false }],
    ['keep-latest', '3', { keepLatest: 3 }],
    ['dry-run', 'true', { dryRun: true }],
    ['endpoint', 'http://127.0.0.1:1', { endpoint: { protocol: 'http', host: '127.0.0.1:1' } }],
    ['sts-endpoint', 'sts.example.com', { stsEndpoint: { protocol: 'https', host: 'sts.example.com' } }],
    ['vpc-endpoint', 'vpc.example.com', { vpcEndpoint: { protocol: 'https', host: 'vpc.example.com' } }],
  ])('reads %s: %j', async (name, value, expected) => {
    expect(await read({ ...LEAST, [name]: value })).toMatchObject({ ...expected, warnings: [] });
  });

  it('warns of a platform that the request cannot ask for', async () => {
    expect(await read({ ...LEAST, platform: 'linux/arm64/v8' })).toMatchObject({
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      warnings: [expect.stringMatching(/^platform: linux\/arm64\/v8 .*no architecture.*linux\/amd64/)],
    });
  });

  it('takes an empty input for an unset one, whatever its type', async () => {
    const env = Object.fromEntries(
      Object.keys(environment(Object.fromEntries(ALL_BAD.map(([name]) => [name, ''])))).map((name) => [
        name,
        ' \n',
      ]),
    );
    expect(
      await readInputs({ env: { ...env, ...environment(LEAST) } }, CONTEXT, new Secrets(() => undefined)),
    ).toEqual(await read(LEAST));
  });

  it('tells everything that is wrong in one run, each input once, with its name, what it got and what is allowed', async () => {
    const errors = await errorsOf(Object.fromEntries(ALL_BAD));
    expect(errors.map(({ input }) => input).sort()).toEqual(ALL_BAD.map(([name]) => name).sort());
    for (const { input, message } of errors) {
      expect(message).toMatch(new RegExp(`^Input ${input}: `));
      expect(message).toContain(JSON.stringify(ALL_BAD.find(([name]) => name === input)?.[1]).slice(1, -1));
    }
  });

  it('names each required input that is missing', async () => {
    expect((await errorsOf({})).map(({ message }) => message)).toEqual([
      'Input images: required, because the push event names no image, and manifests is not set',
      'Input region-id: is required and was not given',
      'Input security-group-id: is required and was not given',
      'Input vswitch-id: is required and was not given',
      'Input access-key-id: no credentials were given, neither as inputs nor in the environment',
    ]);
    expect((await errorsOf({})).every(({ hint }) => hint !== undefined)).toBe(true);
  });

  it.each(['# vsw-1', ',', ' # none\n,\n'])('takes a list of nothing for nothing: %j', async (text) => {
    expect(await errorsOf({ ...LEAST, 'vswitch-id': text })).toEqual([
      expect.objectContaining({ input: 'vswitch-id', message: expect.stringContaining('is required') }),
    ]);
    expect((await errorsOf({ ...LEAST, images: text })).map(({ input }) => input)).toEqual(['images']);
  });

  it('asks for at most ten vSwitches', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `vsw-${index}`).join(',');
    expect((await read({ ...LEAST, 'vswitch-id': ids(10) })).vSwitchIds).toHaveLength(10);
    expect(await errorsOf({ ...LEAST, 'vswitch-id': ids(11) })).toEqual([
      new InputError('vswitch-id', 'got 11 entries; at most 10 are allowed'),
    ]);
  });

  it('needs no images where the event names one', async () => {
    const context = { ...CONTEXT, eventName: 'registry_package', packageReference: 'ghcr.io/acme/app:1.2.3' };
    expect(await read({ ...LEAST, images: '' }, context)).toMatchObject({
      images: [],
      releaseImages: [{ cachedReference: 'ghcr.io/acme/app:1.2.3' }],
    });
  });

  it('checks images even where image-tag and registry-map are wrong, and then says nothing else of them', async () => {
    const branch = {
      ...CONTEXT,
      tag: { known: false, problem: 'the push was to a branch', hint: 'Push a tag.' },
    } as const;
    const errors = await errorsOf(
      { ...LEAST, images: 'acme/app\nacme/Bad', 'image-tag': '{{x}}', 'registry-map': 'a' },
      branch,
    );
    expect(errors.map(({ input }) => input)).toEqual(['image-tag', 'registry-map', 'images']);
    // A good registry-map counts beside a bad image-tag: this one makes too long a name.
    const spoilt = { 'image-tag': '{{x}}', 'registry-map': `ghcr.io=r.cn/${'a'.repeat(250)}` };
    expect((await errorsOf({ ...LEAST, ...spoilt })).map(({ input }) => input)).toEqual([
      'image-tag',
      'registry-map',
    ]);
    expect((await errorsOf({ ...LEAST, images: 'acme/app' }, branch)).map(({ hint }) => hint)).toEqual([
      'Push a tag.',
    ]);
  });

  it('never tells a password or key, whatever else is wrong', async () => {
    const secrets = ['key-s3cret', 'token-s3cret', 'registry-s3cret'];
    const errors = await errorsOf({
      ...LEAST,
      'access-key-id': '',
      'access-key-secret': 'key-s3cret',
      'security-token': 'token-s3cret',
      'image-registry-credentials': '- {server: "https://r", user: u, password: registry-s3cret}',
    });
    expect(errors).toHaveLength(2);
    for (const secret of secrets)
      expect(JSON.stringify(errors.map(({ message, hint }) => [message, hint]))).not.toContain(secret);
  });

  it('masks the secrets even where it throws', async () => {
    const masked: string[] = [];
    const inputs = {
      'access-key-secret': 'key-s3cret',
      'image-registry-credentials': 'password: registry-s3cret',
    };
    const secrets = new Secrets((form) => masked.push(form));
    await expect(readInputs({ env: environment(inputs) }, CONTEXT, secrets)).rejects.toThrow(ActionErrors);
    expect(masked).toEqual(expect.arrayContaining(['key-s3cret', 'registry-s3cret']));
  });
});

describe('warnings', () => {
  it.each([
    [
      { 'region-id': 'xx-nowhere-99' },
      'region-id: xx-nowhere-99 is not among the regions that are known to have ECI. The run goes on with it.',
    ],
    [
      { 'image-cache-size': '5' },
      'image-cache-size: 5 GiB is raised to 20 GiB, the smallest cache that the service makes.',
    ],
    [{ 'flash-copy-count': '2' }, 'flash-copy-count: has no effect, since flash is not true.'],
    [
      { 'flash-copy-count': '2', flash: 'false' },
      'flash-copy-count: has no effect, since flash is not true.',
    ],
    [
      { endpoint: 'http://eci.example.com' },
      'endpoint: requests to http://eci.example.com are not encrypted, and registry passwords are in them.',
    ],
    [
      { 'sts-endpoint': 'http://sts.example.com' },
      'sts-endpoint: requests to http://sts.example.com are not encrypted, and credentials are in the answers.',
    ],
  ])('%j', async (inputs, warning) => {
    expect((await read({ ...LEAST, ...inputs })).warnings).toEqual([warning]);
  });

  it('there is none about copies that flash makes', async () => {
    expect(await read({ ...LEAST, flash: 'true', 'flash-copy-count': '2' })).toMatchObject({
      flashCopyCount: 2,
      warnings: [],
    });
  });
});

describe('clockSpeed', () => {
  it.each([
    ['60', 60],
    ['1.5', 1.5],
    ['0.5', 1],
    ['-1', 1],
    ['fast', 1],
    ['Infinity', 1],
    ['', 1],
  ])('%j is %d', async (text, speed) => {
    expect((await read(LEAST, CONTEXT, { ECI_CACHE_CLOCK_SPEED: text })).clockSpeed).toBe(speed);
  });
});

describe('summaryWanted', () => {
  it.each([
    ['', true],
    ['true', true],
    ['nonsense', true],
    ['false', false],
    ['FALSE', false],
  ])('%j: %s', (text, wanted) => {
    expect(summaryWanted({ env: { INPUT_SUMMARY: text } })).toBe(wanted);
  });
});

/** One bad value for each input that can be wrong by itself. */
const ALL_BAD: [name: string, value: string][] = [
  ['images', 'acme/Bad:1'],
  ['image-tag', '{{nonsense}}'],
  ['registry-map', 'a'],
  ['platform', 'linux'],
  ['region-id', 'Hangzhou'],
  ['zone-id', 'zone g'],
  ['security-group-id', 'vpc-1'],
  ['vswitch-id', 'vpc-2'],
  ['eip-instance-id', 'i-1'],
  ['resource-group-id', 'default'],
  ['image-cache-name', 'My Cache'],
  ['image-cache-size', '20Gi'],
  ['size-margin-percent', '10%'],
  ['retention-days', '0'],
  ['elimination-strategy', 'FIFO'],
  ['auto-match-image-cache', 'yes'],
  ['flash', 'on'],
  ['standard-copy-count', '0'],
  ['flash-copy-count', '-1'],
  ['image-registry-credentials', 'list of entries'],
  ['acr-registry-info', 'list of entries'],
  ['plain-http-registry', 'http://r'],
  ['insecure-registry', 'r/path'],
  ['tags', 'team'],
  ['client-token', 'é'],
  ['role-to-assume', 'ci'],
  ['oidc-provider-arn', 'gh'],
  ['role-session-name', '?'],
  ['role-session-expiration', '1h'],
  ['wait', 'no'],
  ['wait-timeout-minutes', '1441'],
  ['reuse', '1'],
  ['keep-latest', '2.5'],
  ['dry-run', 'maybe'],
  ['summary', 'off'],
  ['endpoint', 'https://eci.example.com/api'],
  ['sts-endpoint', 'ftp://sts.example.com'],
];
