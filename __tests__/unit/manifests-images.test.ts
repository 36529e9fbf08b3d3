import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { floatingTag } from '../../src/images/floating-tag.js';
import { bare, errorsOf, imagesOf, object, pod, readText, template, toldBy } from '../support/manifests.js';

const deployment = (image: unknown): object =>
  object('apps/v1', 'Deployment', { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } });
const forms = (data: unknown): string[] => [stringify(data), JSON.stringify(data)];

it.each([
  'nginx',
  'nginx:1.27',
  'registry-vpc.cn-hangzhou.aliyuncs.com/shop/web:v1.2.3',
  'docker.io/library/nginx:latest',
  'localhost:5000/a@sha256:4c1f7d3f2a5f8ce6bd4c5f8e3f0f9f2a4d9c1e6b7a8d9e0f1a2b3c4d5e6f7a8b',
])('takes %s byte for byte', async (image) => {
  for (const text of forms(deployment(image))) expect(imagesOf(await readText(text))).toEqual([image]);
});

describe('what is no image', () => {
  it.each([
    ['{{ .Values.image }}', 'is a template', 'helm template'],
    ['app:{{ include "tag" . }}', 'is a template', 'helm template'],
    ['{{inputs.parameters.image}}', 'is a template', 'helm template'],
    ['$IMAGE', 'has a variable', 'envsubst'],
    ['${REGISTRY}/app:1', 'has a variable', 'envsubst'],
    ['$(params.image)', 'has a variable', 'envsubst'],
    ['ko://example.com/cmd/app', 'ko has yet to build', 'ko resolve'],
    ['<CHANGE ME>', 'is a placeholder', 'Render'],
    ['{username}/app', 'is not an image reference', 'Render'],
    ['IMAGE_URL', 'has capitals', 'Render'],
    ['', 'is empty or missing', 'kustomize build'],
    ['  ', 'is empty or missing', 'kustomize build'],
    [null, 'is empty or missing', 'kustomize build'],
    [1.1, '"1.1" is a number in YAML', 'Render'],
    [true, '"true" is a boolean in YAML', 'Render'],
    [{ '{ .Values.image }': null }, 'is a map, not an image', 'Render'],
    [['a'], 'is a list', 'Render'],
  ])('%j', async (image, why, remedy) => {
    for (const text of forms(deployment(image))) {
      const manifests = await readText(text);
      expect(imagesOf(manifests)).toEqual([]);
      expect(manifests.errors).toHaveLength(1);
      const [error] = manifests.errors;
      expect(error?.message).toMatch(
        /^Input manifests: Deployment x spec\.template\.spec\.containers\[0\]\.image \(app\.yaml:\d+\): the image /,
      );
      expect(error?.message).toContain(why);
      expect(error?.hint).toContain(remedy);
    }
  });

  it('a number keeps its digits in the error', async () => {
    const text = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: c\n    image: 1.10\n';
    expect(errorsOf(await readText(text))).toEqual([
      expect.stringContaining('(app.yaml:6): the image "1.10" is a number'),
    ]);
  });

  it('a container without an image', async () => {
    const manifests = await readText(
      stringify(object('v1', 'Pod', { spec: { containers: [{ name: 'c' }, { image: 'a:1' }] } })),
    );
    expect(imagesOf(manifests)).toEqual(['a:1']);
    expect(errorsOf(manifests)).toEqual([expect.stringContaining('spec.containers[0].image')]);
  });

  it('every one of them is told, each once', async () => {
    const containers = ['$A', '$B', 'a:1'].map((image) => ({ image }));
    const other = object('sparkoperator.k8s.io/v1beta2', 'SparkApplication', {
      spec: { image: '$C', driver: {} },
    });
    const text = [object('v1', 'Pod', { spec: { containers } }), other]
      .map((one) => stringify(one))
      .join('---\n');
    expect(errorsOf(await readText(text)).map((error) => /"(\$.)"/.exec(error)?.[1])).toEqual([
      '$A',
      '$B',
      '$C',
    ]);
  });
});

describe('text that is filled in at run time', () => {
  const argo = (image: string, kind = 'Workflow'): object =>
    object('argoproj.io/v1alpha1', kind, { spec: { templates: [{ name: 't', container: { image } }] } });
  const tekton = (image: string): object =>
    object('tekton.dev/v1', 'Task', { spec: { steps: [{ name: 's', image }] } });

  it.each([
    ['{{inputs.parameters.image}}:{{inputs.parameters.tag}}', argo],
    ['app:{{workflow.parameters.tag}}', argo],
    ['app:{{=sprig.trim(inputs.parameters.tag)}}', argo],
    ['{{item.image}}', argo],
    ['$(params.image)', tekton],
    ['app:$(tasks.build.results.tag)', tekton],
  ])('%s is a warning', async (image, write) => {
    for (const text of forms(write(image))) {
      const manifests = await readText(text);
      expect([imagesOf(manifests), errorsOf(manifests)]).toEqual([[], []]);
      const warnings = toldBy(manifests).filter((line) => line.startsWith('warning'));
      expect(warnings).toEqual([expect.stringMatching(/known only when the workflow runs.*app\.yaml:\d+/)]);
    }
  });

  it.each([
    ['{{ .Values.image }}', argo],
    ['{{ include "x" . }}', argo],
    ['${X}', argo],
    ['${X}', tekton],
    ['$X', tekton],
  ])('%s is no such text', async (image, write) => {
    expect(errorsOf(await readText(stringify(write(image))))).toHaveLength(1);
  });

  it('of an AnalysisTemplate, and of what a TriggerTemplate makes', async () => {
    const analysis = object('argoproj.io/v1alpha1', 'AnalysisTemplate', {
      spec: { metrics: [{ provider: { job: { spec: { template: bare('{{args.image}}') } } } }] },
    });
    const trigger = object('triggers.tekton.dev/v1beta1', 'TriggerTemplate', {
      spec: { resourcetemplates: [object('v1', 'Pod', bare('$(tt.params.image)'))] },
    });
    for (const data of [analysis, trigger]) expect(errorsOf(await readText(stringify(data)))).toEqual([]);
  });
});

describe('lines', () => {
  const custom = (spec: object): object => object('example.com/v1', 'App', { spec });

  it.each([
    [
      'a missing image of a custom resource',
      custom({ template: { spec: { containers: [{ name: 'c' }] } } }),
      'info: No image is named here',
    ],
    [
      'a mesh that sets the image',
      object('v1', 'Pod', { spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] } }),
      'info: The mesh sets',
    ],
    [
      'a DaemonSet',
      object('apps/v1', 'DaemonSet', { spec: { template: template('a:1') } }),
      'info: Skipped, because virtual nodes',
    ],
    [
      'a DaemonSet of Kruise',
      object('apps.kruise.io/v1alpha1', 'DaemonSet', { spec: { template: template('a:1') } }),
      'info: Skipped, because virtual nodes',
    ],
    [
      'a BroadcastJob',
      object('apps.kruise.io/v1alpha1', 'BroadcastJob', { spec: { template: template('a:1') } }),
      'info: Skipped, because virtual nodes',
    ],
    [
      'a job on every node, now and then',
      object('apps.kruise.io/v1alpha1', 'AdvancedCronJob', {
        spec: { template: { broadcastJobTemplate: { spec: { template: template('a:1') } } } },
      }),
      'info: Skipped, because virtual nodes',
    ],
    [
      'a collector on every node',
      object('opentelemetry.io/v1beta1', 'OpenTelemetryCollector', {
        spec: { mode: 'daemonset', image: 'a:1' },
      }),
      'info: Skipped, because virtual nodes',
    ],
    [
      'a test of a chart',
      object('v1', 'Pod', {
        metadata: { name: 't', annotations: { 'helm.sh/hook': 'test' } },
        spec: pod('a:1'),
      }),
      'info: Skipped, because they are tests of a Helm chart: Pod t.',
    ],
    [
      'an old test of a chart',
      object('v1', 'Pod', {
        metadata: { name: 't', annotations: { 'helm.sh/hook': 'post-install, test-success' } },
        spec: pod('a:1'),
      }),
      'info: Skipped, because they are tests of a Helm chart: Pod t.',
    ],
    ['an unknown field', custom({ image: 'a:1' }), 'notice: These fields look like images'],
    [
      'an unknown field with a longer name',
      custom({ web: { sidecarImage: 'a:1' } }),
      'App x spec.web.sidecarImage (app.yaml:',
    ],
    [
      'an image in parts',
      custom({ web: { image: { repository: 'a', tag: 1 } } }),
      'App x spec.web.image (app.yaml:',
    ],
    ['a list of images', custom({ images: ['a:1'] }), 'App x spec.images (app.yaml:'],
  ])('%s', async (_, data, line) => {
    for (const text of forms(data)) {
      const manifests = await readText(text);
      expect([imagesOf(manifests), errorsOf(manifests)]).toEqual([[], []]);
      expect(toldBy(manifests)).toEqual([expect.stringContaining(line)]);
    }
  });

  it('tell what ECI may refuse, and take it', async () => {
    const spec = {
      hostNetwork: true,
      volumes: [{ name: 'v', hostPath: { path: '/' } }],
      containers: [{ name: 'c', image: 'a:1', securityContext: { privileged: true } }],
    };
    const manifests = await readText(stringify(object('v1', 'Pod', { spec })));
    expect(imagesOf(manifests)).toEqual(['a:1']);
    expect(toldBy(manifests)).toEqual([
      'info: ECI may refuse these pods: Pod x (hostNetwork, hostPath, privileged).',
    ]);
  });

  it('come once for each kind of message', async () => {
    const apps = ['a', 'b'].map((name) => ({
      ...object('example.com/v1', 'App', { spec: { image: 'a:1' } }),
      metadata: { name },
    }));
    const told = toldBy(await readText(apps.map((app) => stringify(app)).join('---\n')));
    expect(told).toEqual([expect.stringMatching(/App a spec\.image .*, App b spec\.image /)]);
  });
});

describe('images that no manifest names', () => {
  const marked = (marks: object): object =>
    object('apps/v1', 'Deployment', { spec: { template: { metadata: marks, spec: pod('a:1') } } });
  const annotated = (key: string, value: unknown): object => marked({ annotations: { [key]: value } });

  it.each([
    [
      'argoexec',
      object('argoproj.io/v1alpha1', 'Workflow', { spec: { templates: [{ container: { image: 'a:1' } }] } }),
    ],
    ['entrypoint', object('tekton.dev/v1', 'Task', { spec: { steps: [{ image: 'a:1' }] } })],
    ['queue-proxy', object('serving.knative.dev/v1', 'Service', { spec: { template: bare('a:1') } })],
    [
      'storage-initializer',
      object('serving.kserve.io/v1beta1', 'InferenceService', {
        spec: { predictor: { model: { storageUri: 's3://x' } } },
      }),
    ],
    ['config-reloader', object('monitoring.coreos.com/v1', 'Prometheus', { spec: { replicas: 1 } })],
    ['Istio', annotated('sidecar.istio.io/inject', 'true')],
    ['Istio', marked({ labels: { 'sidecar.istio.io/inject': true } })],
    [
      'Istio',
      object('v1', 'Namespace', { metadata: { name: 'x', labels: { 'istio-injection': 'enabled' } } }),
    ],
    ['Linkerd', annotated('linkerd.io/inject', 'enabled')],
    [
      'Linkerd',
      object('v1', 'Namespace', { metadata: { name: 'x', annotations: { 'linkerd.io/inject': 'enabled' } } }),
    ],
    ['Vault', annotated('vault.hashicorp.com/agent-inject', 'true')],
    ['Dapr', annotated('dapr.io/enabled', 'true')],
    ['OpenTelemetry', annotated('instrumentation.opentelemetry.io/inject-java', 'true')],
  ])('%s', async (name, data) => {
    for (const text of forms(data)) {
      const notices = toldBy(await readText(text)).filter((line) => line.startsWith('notice'));
      expect(notices).toEqual([expect.stringMatching(new RegExp(`${name}.*to \`images\`: \\w+ x`))]);
    }
  });

  it.each([
    ['an injection that is off', annotated('sidecar.istio.io/inject', 'false')],
    ['Linkerd that is off', annotated('linkerd.io/inject', 'disabled')],
    [
      'a mark on what is no pod',
      object('apps/v1', 'Deployment', {
        metadata: { annotations: { 'dapr.io/enabled': 'true' } },
        spec: { template: bare('a:1') },
      }),
    ],
    ['a Rollout', object('argoproj.io/v1alpha1', 'Rollout', { spec: { template: bare('a:1') } })],
  ])('%s is nothing to tell', async (_, data) => {
    expect(toldBy(await readText(stringify(data)))).toEqual([]);
  });
});

describe('what is pulled at every start', () => {
  it.each([
    ['a:1', undefined, undefined],
    ['a:1', 'Always', 'explicit'],
    ['a', 'IfNotPresent', undefined],
    ['a', undefined, 'implied'],
    ['a:latest', undefined, 'implied'],
    [`a@sha256:${'0'.repeat(64)}`, undefined, undefined],
  ])('%s with policy %s: %s', async (image, imagePullPolicy, expected) => {
    const spec = {
      containers: [{ name: 'c', image, ...(imagePullPolicy === undefined ? {} : { imagePullPolicy }) }],
    };
    const { pods } = await readText(stringify(object('v1', 'Pod', { spec })));
    expect(pods[0]?.images[0]?.pullsAlways).toBe(expected);
  });

  it.each([
    ['a', 'none'],
    ['a:latest', 'latest'],
    ['a:1', 'major'],
    ['a:v1', 'major'],
    ['a:1.2', 'minor'],
    ['a:1.2.3', undefined],
    ['a:2024-01-01', undefined],
    [`a:latest@sha256:${'0'.repeat(64)}`, undefined],
  ])('the tag of %s floats: %s', (image, expected) => {
    expect(floatingTag(image)).toBe(expected);
  });
});
