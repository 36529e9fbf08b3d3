import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { EciOptions } from '../../dev/eci/server.js';
import type { RunResult } from '../../dev/runner.js';
import { layer, rendered, scenario, type Inputs, type Scenario } from './support.js';

const SECRET = 'cGFzc3dvcmQgb2YgdGhlIGRhdGFiYXNl';

/** A chart as Helm renders it: the release's Deployment with an init container and a sidecar, and somebody else's job. */
function chart(host: string, tag = 'v1.2.3'): string {
  return `---
# Source: shop/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: database
data:
  password: ${SECRET}
---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    metadata:
      labels: {app: shop}
    spec:
      initContainers:
        - name: migrate
          image: ${host}/acme/migrate:${tag}
      containers:
        - name: shop
          image: "${host}/acme/shop:${tag}"
          env: [{name: TOKEN, value: ${SECRET}}]
        - name: log-shipper # the sidecar
          image: ${host}/acme/log-shipper:2.4
          imagePullPolicy: Always
---
# Source: shop/templates/cronjob.yaml
apiVersion: batch/v1
kind: CronJob
metadata:
  name: backup
spec:
  schedule: '0 3 * * *'
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - name: backup
              image: ${host}/third-party/backup
          restartPolicy: Never
`;
}

const IMAGES = [
  ['acme/migrate', 'v1.2.3'],
  ['acme/log-shipper', '2.4'],
  ['third-party/backup', 'latest'],
] as const;

interface Chart extends Scenario {
  readonly host: string;
  readonly warm: (inputs?: Inputs, files?: Readonly<Record<string, string>>) => Promise<RunResult>;
}

/** A scenario whose registry has the chart's images; the input names the rendered chart. */
async function withChart(options: { eci?: EciOptions } = {}): Promise<Chart> {
  const base = await scenario(options);
  const { host } = base.registry;
  for (const [name, tag] of IMAGES) base.registry.putImage(name, tag, { layers: [layer(`${name}:${tag}`)] });
  return {
    ...base,
    host,
    warm: (inputs = {}, files = { 'rendered/shop.yaml': chart(host) }) =>
      base.run(
        { images: '', manifests: 'rendered/*.yaml', ...inputs },
        { debug: true, workspaceFiles: files },
      ),
  };
}

/** The files of the annotated copy: path below its folder → text. */
function copyOf({ files, outputs }: RunResult): Record<string, string> {
  const folder = outputs['annotated-manifests'] ?? '';
  const name = folder.split('/').at(-1) ?? '?';
  const prefix = `temp/${name}/`;
  return Object.fromEntries(
    Object.entries(files)
      .filter(([file]) => folder !== '' && file.startsWith(prefix))
      .map(([file, text]) => [file.slice(prefix.length), text]),
  );
}

describe('a rendered chart', () => {
  it.concurrent('makes one cache with the images of all pods, and comes back with its ID', async () => {
    const { warm, eci, host } = await withChart();
    const result = await warm();
    const { outputs, exitCode, errors, notices, stdout, summary } = result;
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    expect(eci.existing().map(({ images }) => images)).toEqual([
      [
        `${host}/acme/shop:v1.2.3`,
        `${host}/acme/log-shipper:2.4`,
        `${host}/acme/migrate:v1.2.3`,
        // No tag in the manifest: none in the cache.
        `${host}/third-party/backup`,
      ],
    ]);
    const id = outputs['image-cache-id'] ?? '?';
    const copy = copyOf(result);
    const before = chart(host);
    expect(Object.keys(copy)).toEqual(['rendered/shop.yaml']);
    const after = copy['rendered/shop.yaml'] ?? '';
    // Only lines were added, to the pod of this release alone.
    const added = after.split('\n').filter((line) => !before.split('\n').includes(line));
    expect(added.map((line) => line.trim())).toEqual(['annotations:', `k8s.aliyun.com/eci-imc-id: ${id}`]);
    const [, deployment, job] = parseAllDocuments(after).map((one) => one.toJS() as object);
    expect(deployment).toHaveProperty('spec.template.metadata.annotations', {
      'k8s.aliyun.com/eci-imc-id': id,
    });
    expect(job).not.toHaveProperty('spec.jobTemplate.spec.template.metadata');
    expect(notices).toEqual([]);
    expect(outputs).toMatchObject({ match: 'this', 'extra-ephemeral-storage-gib': '0' });
    for (const text of [stdout, summary, JSON.stringify(outputs)]) expect(text).not.toContain(SECRET);
    expect(stdout).toMatch(/^Not annotated, because they hold no image of this release.*CronJob backup/m);
  });

  it.concurrent('has its doubts told for each pod, and warned of once', async () => {
    const { warm, host } = await withChart();
    const { stdout, warnings, summary } = await warm();
    expect(stdout).toContain(`Deployment shop: ${host}/acme/log-shipper:2.4 has imagePullPolicy Always`);
    expect(stdout).toContain(
      `CronJob backup: ${host}/third-party/backup has imagePullPolicy Always, implied by no tag`,
    );
    expect(warnings).toEqual([
      expect.stringMatching(/^2 of 2 pods pull their images at every start.*Deployment shop, CronJob backup/),
      `These tags move: ${host}/acme/log-shipper:2.4 (a minor version), ${host}/third-party/backup (no tag, which means latest). When one of them moves, the cache becomes stale without an error: instances keep starting with the old content. Deploy a full version or a digest.`,
    ]);
    expect(rendered(summary)).toContain('Deployment shop');
    expect(rendered(summary)).toContain('has imagePullPolicy Always');
  });

  it.concurrent('is added to images, whose entries are of this release', async () => {
    const { warm, eci, host } = await withChart();
    const files = { 'rendered/shop.yaml': chart(host), 'rendered/values.yaml': 'image: {tag: v1}\n' };
    const result = await warm({ images: `${host}/acme/worker\n${host}/acme/log-shipper:2.4` }, files);
    expect(eci.existing()[0]?.images).toEqual([
      `${host}/acme/worker:v1.2.3`,
      `${host}/acme/log-shipper:2.4`,
      `${host}/acme/shop:v1.2.3`,
      `${host}/acme/migrate:v1.2.3`,
      `${host}/third-party/backup`,
    ]);
    // A file without a Kubernetes object would make kubectl fail.
    expect(Object.keys(copyOf(result))).toEqual(['rendered/shop.yaml']);
  });

  it.concurrent('of which nothing is of this release is copied as it is, with a notice', async () => {
    const { warm, host } = await withChart();
    const result = await warm({ 'image-tag': 'other' });
    expect(result.notices).toEqual([expect.stringMatching(/^No pod was annotated/)]);
    expect(copyOf(result)).toEqual({ 'rendered/shop.yaml': chart(host) });
  });

  it.concurrent(
    'is read from JSON, too, and looked up by registry-map, but cached as it is written',
    async () => {
      const { warm, eci, host } = await withChart();
      const image = 'registry.internal/acme/shop:v1.2.3';
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: { containers: [{ name: 'c', image }] },
      };
      const result = await warm(
        { manifests: 'pod.json', 'registry-map': `${host}=registry.internal` },
        { 'pod.json': JSON.stringify(pod) },
      );
      expect(eci.existing()[0]?.images).toEqual([image]);
      expect(JSON.parse(copyOf(result)['pod.json'] ?? '')).toHaveProperty(
        ['metadata', 'annotations', 'k8s.aliyun.com/eci-imc-id'],
        result.outputs['image-cache-id'],
      );
    },
  );
});

describe('no annotated copy', () => {
  it.concurrent.each([
    ['on a dry run', { 'dry-run': 'true' }],
    ['with wait: false, as the cache is not Ready', { wait: 'false' }],
  ])('%s', async (_, inputs) => {
    const { warm } = await withChart();
    const { outputs, files, exitCode } = await warm(inputs);
    expect(exitCode).toBe(0);
    expect([outputs['annotated-manifests'] ?? '', outputs['match'] ?? '']).toEqual(['', '']);
    expect(Object.keys(files).filter((file) => file.includes('annotated-manifests'))).toEqual([]);
  });

  it.concurrent('but one with wait: false where the cache is Ready, each step’s its own', async () => {
    const { warm } = await withChart();
    const first = await warm();
    const second = await warm({ wait: 'false' });
    expect(second.outputs).toMatchObject({ result: 'reused', match: 'this' });
    expect(copyOf(second)).toEqual(copyOf(first));
  });
});

describe('manifests that are wrong', () => {
  it.concurrent('get an error each, with other inputs, and nothing is made', async () => {
    const { warm, eci, host } = await withChart();
    const template = chart(host).replace(`${host}/acme/log-shipper:2.4`, '{{ .Values.sidecar }}');
    const { errors, exitCode, stdout } = await warm(
      { manifests: 'rendered/*.yaml, none/*.yaml', 'size-margin-percent': 'x' },
      { 'rendered/a.yaml': chart(host, '$TAG'), 'rendered/b.yaml': template },
    );
    expect(exitCode).toBe(1);
    expect(errors).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Input manifests: .*none\/\*\.yaml/),
        expect.stringMatching(/^Input manifests: Deployment shop .*rendered\/a\.yaml:\d+.*variable/),
        expect.stringMatching(/^Input manifests: Deployment shop .*rendered\/b\.yaml:\d+/),
        expect.stringMatching(/^Input size-margin-percent: /),
      ]),
    );
    expect(stdout).not.toContain(SECRET);
    expect(eci.requests).toEqual([]);
  });

  it.concurrent('and neither they nor images: both are named', async () => {
    const { warm } = await withChart();
    const { errors } = await warm({ manifests: '' });
    expect(errors).toEqual([
      expect.stringMatching(/^Input images: required, because .*, and manifests is not set/),
    ]);
  });

  it.concurrent.each([
    ['is not set', { GITHUB_WORKSPACE: undefined }],
    ['is not there', { GITHUB_WORKSPACE: '/nowhere' }],
  ])('where GITHUB_WORKSPACE %s', async (_, env) => {
    const { run } = await withChart();
    const { errors } = await run({ images: '', manifests: 'a.yaml' }, { env });
    expect(errors).toEqual([expect.stringMatching(/^Input manifests: .*GITHUB_WORKSPACE/)]);
  });

  it.concurrent('have more images than a cache holds: the pods and a way to split are named', async () => {
    const { warm, eci } = await withChart();
    const containers = Array.from(
      { length: 12 },
      (_, at) => `{name: c${at}, image: ghcr.io/acme/NAME${at}:1}`,
    );
    const pod = (name: string): string =>
      `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {containers: [${containers.join(', ').replaceAll('NAME', name)}]}}\n`;
    const { errors } = await warm({}, { 'rendered/a.yaml': pod('a'), 'rendered/b.yaml': pod('b') });
    expect(errors).toEqual([
      expect.stringMatching(
        /^Input manifests: 24 different images.*Pod a: .*Pod b: [^]*rendered\/a\.yaml.*rendered\/b\.yaml/,
      ),
    ]);
    expect(eci.requests).toEqual([]);
  });
});
