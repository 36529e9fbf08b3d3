import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openInternet, type Internet } from './internet.js';
import { runWorkflow, type JobResult, type World } from './workflow.js';

// Every example is run from its first step to its last, as it stands: the action as it is built, against local servers
// that go by the names which the example uses. Tools of the deployment write down how they were called.

const RELEASE_ROLE = 'acs:ram::1234567890123456:role/warm-image-caches';
const PRUNING_ROLE = 'acs:ram::1234567890123456:role/prune-image-caches';
const VARS = {
  ECI_OIDC_PROVIDER_ARN: 'acs:ram::1234567890123456:oidc-provider/github',
  ECI_PRUNING_ROLE_ARN: PRUNING_ROLE,
  ECI_ROLE_ARN: RELEASE_ROLE,
  ECI_SCALING_CONFIGURATION_ID: 'asc-bp16har3jpj6fjbx0000',
  ECI_SECURITY_GROUP_ID: 'sg-uf66jeqopgqa9hdn0000',
  ECI_VSWITCH_ID: 'vsw-uf6h3rbwbm90urjwa000',
};
const PUSH = { name: 'push', payload: { ref: 'refs/tags/v1.2.3' } };
const RELEASE = {
  name: 'release',
  payload: { action: 'published', release: { tag_name: 'v1.2.3', draft: false } },
};
const SCHEDULE = { name: 'schedule', payload: { schedule: '17 3 * * 1' } };
const VPC = 'registry-vpc.cn-hangzhou.aliyuncs.com/acme';

type Setting = Partial<Parameters<typeof openInternet>[0]>;

async function open(setting: Setting = {}): Promise<Internet> {
  return openInternet({
    subject: 'repo:acme/shop:ref:refs/tags/v1.2.3',
    roleArn: RELEASE_ROLE,
    trusts: /^repo:acme\/shop:ref:refs\/tags\//,
    ...setting,
  });
}

async function run(name: string, internet: Internet, world: Partial<World> = {}): Promise<JobResult[]> {
  const { secrets, env, actions } = internet;
  const source = readFileSync(`examples/${name}`, 'utf8');
  return runWorkflow(source, { event: PUSH, secrets, vars: VARS, env, actions, ...world });
}

/** Every job succeeded; a failed one shows its log. */
function expectSuccess(jobs: readonly JobResult[]): void {
  expect(jobs.filter(({ result }) => result !== 'success').map(({ name, log }) => `${name}: ${log}`)).toEqual(
    [],
  );
}

/** YAML code blocks of a page. */
function codeBlocks(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => text);
}

/** Images and ID of each cache that exists. */
function caches({ eci }: Internet): { id: string; images: readonly string[]; region: string }[] {
  return eci.existing().map((cache) => ({
    id: cache.imageCacheId,
    images: cache.images,
    region: cache.regionId,
  }));
}

const RENDERED = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
        - name: shop
          image: ${VPC}/shop:v1.2.3
          imagePullPolicy: IfNotPresent
        - name: log-shipper
          image: ${VPC}/log-shipper:2.4.1
`;

/** What the examples expect in the repository. */
const CHECKOUT = {
  'end-to-end-tests.sh': '#!/bin/sh\n',
  'infrastructure/main.tf': '',
  'deploy/shop.yaml': RENDERED.replace(`${VPC}/shop:v1.2.3`, 'shop'),
  'spark/report.yaml': `apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata:
  name: report
spec:
  image: ${VPC}/report:RELEASE
  driver:
    cores: 1
  executor:
    instances: 2
`,
};

/** Which images each example caches, and what its deployment is called with. */
const EXAMPLES: [string, readonly string[], (id: string) => readonly string[]][] = [
  ['acr-vpc.yml', ['acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/shop/api:v1.2.3'], () => []],
  [
    'container-group.yml',
    ['ghcr.io/acme/shop:1.2.3'],
    (id) => [
      'aliyun eci CreateContainerGroup',
      `--ImageSnapshotId ${id}`,
      '--Container.1.Image ghcr.io/acme/shop:1.2.3',
    ],
  ],
  ['ghcr.yml', ['ghcr.io/acme/shop:v1.2.3'], () => []],
  [
    'kubernetes.yml',
    [`${VPC}/shop:v1.2.3`, `${VPC}/log-shipper:2.4.1`],
    (id) => [
      'kubectl apply -R -f /',
      `annotations:~        k8s.aliyun.com/eci-imc-id: ${id}`,
      `image: ${VPC}/shop:v1.2.3`,
    ],
  ],
  ['release-oidc.yml', ['ghcr.io/acme/shop:v1.2.3'], () => []],
  [
    'scaling-group.yml',
    [`${VPC}/shop:v1.2.3`],
    (id) => [
      'aliyun ess ModifyEciScalingConfiguration',
      `--ScalingConfigurationId ${VARS.ECI_SCALING_CONFIGURATION_ID}`,
      `--ImageSnapshotId ${id}`,
      `--Container.1.Image ${VPC}/shop:v1.2.3`,
    ],
  ],
  [
    'spark.yml',
    [`${VPC}/report:v1.2.3`],
    (id) => [
      'kubectl apply -R -f /',
      `driver:~    annotations:~      k8s.aliyun.com/eci-imc-id: ${id}`,
      `executor:~    annotations:~      k8s.aliyun.com/eci-imc-id: ${id}`,
    ],
  ],
  ['start-early-join-later.yml', [`${VPC}/shop:v1.2.3`], () => []],
  [
    'terraform.yml',
    [`${VPC}/shop:v1.2.3`],
    (id) => [
      'terraform -chdir=infrastructure apply',
      `TF_VAR_image=${VPC}/shop:v1.2.3`,
      `TF_VAR_image_cache_id=${id}`,
    ],
  ],
];

it('every example is run here', () => {
  const run = [...EXAMPLES.map(([name]) => name), 'prune-on-schedule.yml', 'regions.yml'];
  expect(readdirSync('examples').filter((name) => name.endsWith('.yml'))).toEqual(run.sort());
});

// Their scripts are for Ubuntu's bash.
const onUnix = process.platform === 'win32' ? describe.skip : describe;

onUnix('examples, run from end to end', () => {
  it.concurrent.each(EXAMPLES)('%s makes one cache, and deploys with it', async (name, images, words) => {
    const internet = await open({
      checkout: CHECKOUT,
    });
    const jobs = await run(name, internet, name.startsWith('release-') ? { event: RELEASE } : {});
    expectSuccess(jobs);
    expect(caches(internet)).toEqual([expect.objectContaining({ images })]);
    const [{ id } = { id: 'none' }] = caches(internet);
    const log = (await internet.calls()).join('\n');
    for (const word of words(id)) expect(log).toContain(word);
    const addresses = internet.vpc.addresses.length;
    expect([addresses, internet.vpc.existing(), internet.vpc.misdeeds()]).toEqual([
      name === 'ghcr.yml' ? 1 : 0,
      [],
      [],
    ]);
    if (name.startsWith('start-early-')) {
      const { result, status } = jobs.at(-1)?.steps['warm']?.outputs ?? {};
      expect(['joined', 'reused']).toContain(result);
      expect(status).toBe('Ready');
    }
  });
});

onUnix('the README', () => {
  const [workflow = '', manifests = ''] = codeBlocks('README.md');

  it.concurrent('has a smallest workflow that makes one cache and hands its ID on', async () => {
    const internet = await open();
    const jobs = await runWorkflow(workflow, { ...internet, vars: VARS, event: PUSH });
    expectSuccess(jobs);
    const [cache] = caches(internet);
    expect(cache?.images).toEqual([`${VPC}/shop:v1.2.3`]);
    expect(jobs.at(-1)?.log).toBe(`deploy with ${cache?.id ?? 'none'}\n`);
  });

  it.concurrent('has lines for manifests that fit behind the last input', async () => {
    const internet = await open({ checkout: { 'rendered/shop.yaml': RENDERED } });
    const more = workflow.replace(/^ *access-key-secret: .*\n/m, `$&${manifests}`);
    expectSuccess(await runWorkflow(more, { ...internet, vars: VARS, event: PUSH }));
    const [cache] = caches(internet);
    expect(cache?.images.toSorted()).toEqual([`${VPC}/log-shipper:2.4.1`, `${VPC}/shop:v1.2.3`]);
    expect((await internet.calls()).join()).toContain(`k8s.aliyun.com/eci-imc-id: ${cache?.id ?? 'none'}`);
  });

  it.concurrent('has a first try that creates nothing', async () => {
    const internet = await open();
    const dryRun = workflow.replace(/^( *)region-id: .*$/m, '$&\n$1dry-run: true');
    const tag = { name: 'push', payload: { ref: 'refs/tags/v0.0.1-try' } };
    expectSuccess(await runWorkflow(dryRun, { ...internet, vars: VARS, event: tag }));
    expect(internet.eci.requestsOf('DescribeImageCaches')).not.toEqual([]);
    expect(internet.eci.caches).toEqual([]);
  });
});

onUnix('regions.yml', () => {
  it.concurrent('makes a cache in each region and deploys it there', async () => {
    const internet = await open();
    expectSuccess(await run('regions.yml', internet));
    const made = caches(internet);
    expect(made.map(({ region }) => region).sort()).toEqual(['cn-hangzhou', 'cn-shenzhen']);
    const calls = await internet.calls();
    for (const { id, region, images } of made) {
      const call = calls.find((line) => line.includes(`--RegionId ${region}`));
      expect(call).toContain(`--ImageSnapshotId ${id}`);
      expect(call).toContain(`--Container.1.Image ${images[0] ?? 'none'}`);
    }
  });

  it.concurrent('deploys to the other region if one fails', async () => {
    const internet = await open();
    internet.eci.hooks.onRequest = ({ action, parameters }) =>
      action === 'CreateImageCache' && parameters['RegionId'] === 'cn-shenzhen'
        ? { kind: 'error', status: 403, code: 'OperationDenied.NoStock', message: 'sold out' }
        : undefined;
    const jobs = await run('regions.yml', internet);
    expect(jobs.map(({ name, matrix, result }) => [name, matrix['region'], result])).toEqual([
      ['build', undefined, 'success'],
      ['release', 'cn-hangzhou', 'success'],
      ['release', 'cn-shenzhen', 'failure'],
    ]);
    expect(await internet.calls()).toEqual([expect.stringContaining('--RegionId cn-hangzhou')]);
  });
});

onUnix('prune-on-schedule.yml', () => {
  const setting = {
    subject: 'repo:acme/shop:ref:refs/heads/main',
    roleArn: PRUNING_ROLE,
    trusts: /^repo:acme\/shop:ref:refs\/heads\/main$/,
  };

  it.concurrent(
    'removes what kubernetes.yml has made, but for the newest five, and makes nothing',
    async () => {
      const gitTags = ['v1.9.0', 'v1.10.0', 'v1.2.3', 'v1.8.0', 'v1.6.0', 'v1.7.0'];
      const internet = await open({ ...setting, gitTags, checkout: CHECKOUT });
      // Without keep-latest of its own, for a role that must not delete.
      const release = readFileSync('examples/kubernetes.yml', 'utf8').replace(/^ *keep-latest: .*$/m, '');
      for (const tag of ['v1.2.3', 'v1.10.0']) {
        const event = { name: 'push', payload: { ref: `refs/tags/${tag}` } };
        expectSuccess(await runWorkflow(release, { ...internet, vars: VARS, event }));
      }
      // The releases between them.
      const [first, last] = internet.eci.caches;
      const { tags = [], images = [], regionId = '', createdAtMs = 0 } = first ?? {};
      const between = (at: number): number =>
        createdAtMs + (((last?.createdAtMs ?? 0) - createdAtMs) * at) / 5;
      internet.eci.seed([1, 2, 3, 4].map((at) => ({ tags, images, regionId, createdAtMs: between(at) })));
      const jobs = await run('prune-on-schedule.yml', internet, { event: SCHEDULE });
      expectSuccess(jobs);
      expect(internet.eci.caches).toHaveLength(6);
      expect(caches(internet)).toHaveLength(5);
      expect(jobs[0]?.steps['prune']?.outputs).toMatchObject({
        result: 'reused',
        'deleted-image-cache-ids': JSON.stringify([first?.imageCacheId]),
      });
    },
  );

  it.concurrent('does nothing in a repository without a release', async () => {
    const internet = await open({ ...setting, gitTags: [] });
    expectSuccess(await run('prune-on-schedule.yml', internet, { event: SCHEDULE }));
    expect(internet.eci.requests).toEqual([]);
  });
});
