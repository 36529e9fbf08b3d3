import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { writeAnnotated } from '../../src/manifests/annotate.js';
import { readManifests } from '../../src/manifests/read.js';
import {
  annotate,
  annotated,
  bare,
  ID,
  inWorkspace,
  object,
  readText,
  toldBy,
} from '../support/manifests.js';

const KEY = 'k8s.aliyun.com/eci-imc-id';
const OLD = 'k8s.aliyun.com/eci-image-snapshot-id';
const HEAD = 'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n';
const SPEC = '    spec:\n      containers: [{name: c, image: a:1}]\n';

describe('the ID goes in', () => {
  it.each([
    [
      'beside a spec without metadata',
      `${HEAD}${SPEC}`,
      `${HEAD}    metadata:\n      annotations:\n        ${KEY}: ${ID}\n${SPEC}`,
    ],
    [
      'where metadata have no annotations',
      `${HEAD}    metadata:\n      # the labels\n      labels: {a: b}\n${SPEC}`,
      `${HEAD}    metadata:\n      # the labels\n      annotations:\n        ${KEY}: ${ID}\n      labels: {a: b}\n${SPEC}`,
    ],
    [
      'before the first annotation',
      `${HEAD}    metadata:\n        annotations:\n            a: |\n              text\n\n            b: 'c' # d\n${SPEC}`,
      `${HEAD}    metadata:\n        annotations:\n            ${KEY}: ${ID}\n            a: |\n              text\n\n            b: 'c' # d\n${SPEC}`,
    ],
    [
      'where annotations have no value',
      `${HEAD}    metadata:\n      annotations: # none\n      labels: {}\n${SPEC}`,
      `${HEAD}    metadata:\n      annotations: # none\n        ${KEY}: ${ID}\n      labels: {}\n${SPEC}`,
    ],
    [
      'where metadata are null',
      `${HEAD}    metadata: null\n${SPEC}`,
      `${HEAD}    metadata: {"annotations": {"${KEY}": "${ID}"}}\n${SPEC}`,
    ],
    [
      'in empty braces',
      `${HEAD}    metadata: {annotations: {}}\n${SPEC}`,
      `${HEAD}    metadata: {annotations: {"${KEY}": "${ID}"}}\n${SPEC}`,
    ],
    [
      'in a map in braces',
      `${HEAD}    metadata: { labels: {a: b} }\n${SPEC}`,
      `${HEAD}    metadata: { "annotations": {"${KEY}": "${ID}"}, labels: {a: b} }\n${SPEC}`,
    ],
    [
      'in place of another, in its quotes',
      `${HEAD}    metadata:\n      annotations:\n        ${KEY}: "imc-old" # old\n        ${OLD}: 'imc-old'\n${SPEC}`,
      `${HEAD}    metadata:\n      annotations:\n        ${KEY}: "${ID}" # old\n        ${OLD}: '${ID}'\n${SPEC}`,
    ],
    [
      'in place of nothing',
      `${HEAD}    metadata:\n      annotations:\n        ${KEY}:\n        a: b\n${SPEC}`,
      `${HEAD}    metadata:\n      annotations:\n        ${KEY}: ${ID}\n        a: b\n${SPEC}`,
    ],
    [
      'in place of an alias, and not at its anchor',
      `${HEAD}    metadata:\n      labels: {id: &id imc-old}\n      annotations:\n        ${KEY}: *id\n${SPEC}`,
      `${HEAD}    metadata:\n      labels: {id: &id imc-old}\n      annotations:\n        ${KEY}: "${ID}"\n${SPEC}`,
    ],
    [
      'beside the older name',
      `${HEAD}    metadata:\n      annotations:\n        ${OLD}: imc-old\n${SPEC}`,
      `${HEAD}    metadata:\n      annotations:\n        ${KEY}: ${ID}\n        ${OLD}: ${ID}\n${SPEC}`,
    ],
    [
      'after the dash of a list',
      'apiVersion: a/v1\nkind: A\nspec:\n  pods:\n  - spec:\n      containers: [{image: a:1}]\n',
      `apiVersion: a/v1\nkind: A\nspec:\n  pods:\n  - metadata:\n      annotations:\n        ${KEY}: ${ID}\n    spec:\n      containers: [{image: a:1}]\n`,
    ],
    [
      'before the first key with a line of its own',
      'apiVersion: a/v1\nkind: A\nspec:\n  pods:\n  - name: a\n    spec:\n      containers: [{image: a:1}]\n',
      `apiVersion: a/v1\nkind: A\nspec:\n  pods:\n  - name: a\n    metadata:\n      annotations:\n        ${KEY}: ${ID}\n    spec:\n      containers: [{image: a:1}]\n`,
    ],
    [
      'at the anchor of an alias',
      `${HEAD}    metadata: {annotations: *a}\n${SPEC}`.replace(
        'spec:\n',
        'metadata:\n  annotations: &a\n    b: c\nspec:\n',
      ),
      `${HEAD}    metadata: {annotations: *a}\n${SPEC}`.replace(
        'spec:\n',
        `metadata:\n  annotations: &a\n    ${KEY}: ${ID}\n    b: c\nspec:\n`,
      ),
    ],
    [
      'where a merge has the annotations',
      `x: &x\n  annotations:\n    b: c\n${HEAD}    metadata:\n      <<: *x\n      labels: {}\n${SPEC}`,
      `x: &x\n  annotations:\n    ${KEY}: ${ID}\n    b: c\n${HEAD}    metadata:\n      <<: *x\n      labels: {}\n${SPEC}`,
    ],
    [
      'with the line breaks and the mark of Windows, and without a last line break',
      `\uFEFF${HEAD}${SPEC}`.replaceAll('\n', '\r\n').trimEnd(),
      `\uFEFF${HEAD}    metadata:\n      annotations:\n        ${KEY}: ${ID}\n${SPEC}`
        .replaceAll('\n', '\r\n')
        .trimEnd(),
    ],
    [
      'at the end of a text without a last line break',
      'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}]}\nmetadata:\n  name: a\n  annotations:',
      `apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a:1}]}\nmetadata:\n  name: a\n  annotations:\n    ${KEY}: ${ID}`,
    ],
    [
      'in JSON over several lines',
      '{\n  "apiVersion": "v1", "kind": "Pod",\n  "metadata": {\n    "name": "a"\n  },\n  "spec": {"containers": [{"image": "a:1"}]}\n}',
      `{\n  "apiVersion": "v1", "kind": "Pod",\n  "metadata": {\n    "annotations": {"${KEY}": "${ID}"},\n    "name": "a"\n  },\n  "spec": {"containers": [{"image": "a:1"}]}\n}`,
    ],
    [
      'in both roles of Spark, in their order',
      'apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  image: a:1\n',
      `apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nspec:\n  driver:\n    annotations:\n      ${KEY}: ${ID}\n  executor:\n    annotations:\n      ${KEY}: ${ID}\n  image: a:1\n`,
    ],
  ])('%s', async (_, before, after) => {
    expect(await annotated(before)).toBe(after);
    // What is there already is not put in again.
    expect(await annotated(after)).toBe(after);
  });

  it.each([
    [
      'a question mark',
      `${HEAD}    ? metadata\n    : labels: {}\n    ? spec\n    : containers: [{image: a:1}]\n`,
    ],
    ['metadata that are a text', `${HEAD}    metadata: text\n${SPEC}`],
    ['annotations that are a list', `${HEAD}    metadata: {annotations: [a]}\n${SPEC}`],
  ])('or stays out, and that is told: %s', async (_, text) => {
    const copy = annotate(await readText(text));
    expect(copy.files.get('app.yaml')).toBe(text);
    expect(copy.annotated).toEqual([]);
    expect(toldBy(copy)[0]).toMatch(
      /^(?:warning|info): Not annotated, because .*match automatically: Deployment/,
    );
  });
});

describe('of the pods', () => {
  const named = (name: string, image: string): object => ({
    ...object('apps/v1', 'Deployment', { spec: { template: bare(image) } }),
    metadata: { name },
  });
  const text = [
    named('web', 'shop:v1'),
    named('database', 'postgres:17'),
    object('v1', 'Service', { spec: {} }),
  ]
    .map((one) => stringify(one))
    .join('---\n');

  it('only those with an image of the release are annotated; the others are named', async () => {
    const copy = annotate(await readText(text), (image) => image === 'shop:v1');
    expect(copy.annotated.map(({ name }) => name)).toEqual(['web']);
    expect(copy.files.get('app.yaml')?.split(ID)).toHaveLength(2);
    expect(toldBy(copy)).toEqual([
      expect.stringMatching(/^info: Not annotated.*: Deployment database \(app\.yaml:\d+\)\.$/),
    ]);
  });

  it('none may qualify, and a notice says so', async () => {
    const copy = annotate(await readText(text), () => false);
    expect(copy.files.get('app.yaml')).toBe(text);
    expect(toldBy(copy).at(-1)).toMatch(/^notice: No pod was annotated/);
  });

  it('a generated name, and a file that kubectl passes over, are told', async () => {
    const generated = stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'a-' },
      ...bare('a:1'),
    });
    const manifests = await readText(generated, 'app.tmpl');
    expect(toldBy(manifests)).toEqual([
      'notice: These have a generateName, which `kubectl apply` refuses: use `kubectl create -f` for their files: Pod a- (app.tmpl).',
    ]);
    expect(toldBy(annotate(manifests))).toEqual([expect.stringContaining('skips these files: app.tmpl')]);
  });
});

it('the folder has the same relative files, for their owner only, and none without an object', async () => {
  const files = {
    'k8s/web.yaml': stringify(object('v1', 'Pod', bare('a:1'))),
    'k8s/base/service.yaml': stringify(object('v1', 'Service', {})),
    'k8s/values.yaml': 'image: a:1\n',
  };
  await inWorkspace(files, async (workspace) => {
    const folder = path.join(workspace, 'out');
    await writeAnnotated(folder, annotate(await readManifests(['k8s/**/*.yaml'], workspace)).files);
    expect(await readFile(path.join(folder, 'k8s/web.yaml'), 'utf8')).toContain(ID);
    expect(await readFile(path.join(folder, 'k8s/base/service.yaml'), 'utf8')).toBe(
      files['k8s/base/service.yaml'],
    );
    await expect(stat(path.join(folder, 'k8s/values.yaml'))).rejects.toThrow('ENOENT');
    expect((await stat(path.join(folder, 'k8s/web.yaml'))).mode & 0o077).toBe(0);
  });
});
