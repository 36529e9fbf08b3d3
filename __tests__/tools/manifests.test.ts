import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { annotate, bare, ID, object, readText, template } from '../support/manifests.js';

/** Debian's python3-yaml reads standard input; JSON comes out. Needs the package python3-yaml. */
const READER = `
import json, sys, yaml
text = sys.stdin.buffer.read().decode('utf-8-sig')
json.dump(list(yaml.safe_load_all(text)), sys.stdout, default=str)
`;

function byAnotherParser(text: string): unknown[] {
  // Python's own YAML, not one of a virtual environment.
  return JSON.parse(
    execFileSync('/usr/bin/python3', ['-c', READER], { input: text }).toString(),
  ) as unknown[];
}

/** The data without the annotation, and without the maps that hold nothing but it. */
function withoutId(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutId);
  if (typeof data !== 'object' || data === null) return data ?? undefined;
  const kept = Object.entries(data)
    .map(([key, value]) => [key, value === ID ? undefined : withoutId(value)] as const)
    .filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

const deployment = object('apps/v1', 'Deployment', { spec: { template: template('web:1', 'side:1') } });
const cronJob = object('batch/v1', 'CronJob', {
  spec: { jobTemplate: { spec: { template: bare('job:1') } } },
});
const workflow = object('argoproj.io/v1alpha1', 'Workflow', {
  spec: {
    templates: [{ name: 'a', metadata: {}, container: { image: 'a:1' } }, { container: { image: 'b:1' } }],
  },
});
const spark = object('sparkoperator.k8s.io/v1beta2', 'SparkApplication', {
  spec: { image: 'spark:1', driver: {}, executor: { annotations: null } },
});
const objects = [deployment, cronJob, workflow, spark];

const HANDWRITTEN = `# A chart that people edit.
apiVersion: apps/v1
kind: Deployment
metadata: &meta
  name: web
  annotations: &notes { team: "shop", note: 'it''s' }
spec:
  template:
    metadata:
      <<: *meta
      labels: {app: web}   # one line
    spec:
      initContainers:
      - image: init:1
        name: init
        command: [sh, -c, "echo \\"a: b\\"  &&
          sleep 1"]
      containers:
      - name: web
        image: "web:1"
        args:
        - |
          ---
           indented

          {{ not a template of ours }}
        - >-
          folded
          text
---
apiVersion: batch/v1
kind: Job
metadata: {name: job}
spec:
  template:
    metadata:
      annotations:
      # nothing yet
    spec: {containers: [{name: job, image: job:1}]}
`;

describe('python3-yaml reads the copy, and it says the same but for the annotation', () => {
  it.each([
    ['YAML', objects.map((one) => stringify(one)).join('---\n')],
    [
      'YAML with another indentation',
      objects.map((one) => stringify(one, { indent: 4, indentSeq: false })).join('---\n'),
    ],
    ['YAML in braces', objects.map((one) => stringify(one, { collectionStyle: 'flow' })).join('---\n')],
    ['JSON', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, undefined, 2)],
    ['JSON on one line', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })],
    ['line breaks of Windows', `\uFEFF${stringify(deployment)}`.replaceAll('\n', '\r\n')],
    ['no last line break', stringify(cronJob).trimEnd()],
    ['handwritten YAML', HANDWRITTEN],
  ])('%s', async (_, text) => {
    const manifests = await readText(text);
    expect(manifests.errors).toEqual([]);
    const copy = annotate(manifests);
    expect(copy.annotated).toEqual(manifests.pods);
    const edited = copy.files.get('app.yaml') ?? '';

    const [before, after] = [text, edited].map(byAnotherParser);
    expect(withoutId(after)).toEqual(withoutId(before));
    expect(JSON.stringify(after).split(ID).length - 1).toBeGreaterThanOrEqual(manifests.pods.length);
  });
});
