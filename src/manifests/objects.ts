import { findRule, hasOwnPodMetadata } from './kinds.js';
import { tellInjection, tellUnnamedImages } from './unnamed.js';
import { addPod, isPodSpec, POD_SPEC_LISTS, podLabel, podSpecFields } from './pods.js';
import type { FoundObject, FoundPod, Gathered } from './pods.js';
import { nameText } from './messages.js';
import type { Runtime } from './images.js';
import { pathText, type Cursor } from './tree.js';

/** Groups of Kubernetes itself that have kinds with pods; "" is that of v1. */
const CORE_GROUPS = new Set(['', 'apps', 'batch', 'extensions']);

/** Kinds that run on every node. A virtual node runs none of them. */
const ON_EVERY_NODE = new Set(['DaemonSet', 'BroadcastJob']);

/** Stands in for fields that an object itself lacks, as in the items of a list. */
interface Surroundings {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly runtime?: Runtime;
  /** That another object holds it, and may complete it. */
  readonly isInner?: boolean;
}

/** Reads a document: an object, or a list of objects. */
export function readObject(root: Cursor, file: string, gathered: Gathered, around: Surroundings = {}): void {
  const apiVersion = root.get('apiVersion').text ?? around.apiVersion ?? '';
  const kind = root.get('kind').text ?? around.kind ?? '';
  const items = root.get('items');
  if (kind.endsWith('List') && items.isList) {
    const ofItem = {
      ...around,
      apiVersion: kind === 'List' ? undefined : apiVersion,
      kind: kind.slice(0, -4),
    };
    for (const item of items.items()) readObject(item, file, gathered, ofItem);
    return;
  }
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const metadata = root.get('metadata');
  const object: FoundObject = {
    root,
    file,
    kind,
    group,
    name: metadata.get('name').text ?? metadata.get('generateName').text ?? '',
    isCore: CORE_GROUPS.has(group) && around.isInner !== true,
    runtime: around.runtime ?? runtimeOf(group),
    claimed: new Set(),
  };
  if (holdsNoPod(object) || isPassedOver(object, gathered)) return;
  readPods(object, gathered, around.isInner === true);
}

function readPods(object: FoundObject, gathered: Gathered, isInner: boolean): void {
  const { root, kind, name, group } = object;
  const label = podLabel({ kind, name, part: '' });
  if (
    !isInner &&
    !root.get('metadata').get('generateName').isEmpty &&
    root.get('metadata').get('name').isEmpty
  )
    gathered.messages.add('generate name', `${label} (${nameText(object.file)})`);
  tellInjection(root.get('metadata'), label, gathered, group === '' && kind === 'Namespace');
  const rule = findRule(object);
  const inner: Cursor[] = [];
  const found = [...(rule?.(root, object, gathered) ?? [])];
  walk(root, object, { found, inner, gathered });
  const unnamed = found.filter(({ part }) => part === '').length > 1;
  for (const pod of found) {
    const part = pod.part === '' && unnamed ? pathText(pod.specs[0]?.path ?? []) : pod.part;
    addPod({ ...pod, part }, object, gathered);
    if (pod.annotations?.parent !== undefined)
      tellInjection(pod.annotations.parent, podLabel({ kind, name, part }), gathered);
  }
  if (found.length > 0) tellUnnamedImages(object, label, gathered);
  for (const at of inner) readObject(at, object.file, gathered, { runtime: object.runtime, isInner: true });
}

interface Walk {
  readonly found: FoundPod[];
  /** Objects within the object, which are read as their own kind. */
  readonly inner: Cursor[];
  readonly gathered: Gathered;
}

/** Finds the pod specs that no rule has read, and reports fields that look like images. */
function walk(at: Cursor, object: FoundObject, result: Walk): void {
  for (const item of at.items()) walk(item, object, result);
  if (!at.isMap) return;
  if (at !== object.root && at.get('apiVersion').text !== undefined && at.get('kind').text !== undefined) {
    result.inner.push(at);
    return;
  }
  const isSpec = isUnreadPodSpec(at, object);
  if (isSpec) {
    const annotations = annotationsBeside(at, object);
    const pod = { part: '', fields: podSpecFields(at), specs: [at], annotations };
    result.found.push(pod);
  }
  for (const entry of at.entries()) {
    if (entry.key === 'metadata' || entry.key === 'status') continue;
    if (isSpec && POD_SPEC_LISTS.has(entry.key)) continue;
    if (entry.pair !== undefined && object.claimed.has(entry.pair)) continue;
    if (entry.key === 'broadcastJobTemplate') {
      result.gathered.messages.add('every node', podLabel({ ...object, part: entry.key }));
      continue;
    }
    if (!object.isCore && looksLikeImage(entry)) tellUnknownField(entry, object, result.gathered);
    walk(entry, object, result);
  }
}

function isUnreadPodSpec(at: Cursor, object: FoundObject): boolean {
  const lists = at.entries().filter(({ key }) => key === 'containers' || key === 'initContainers');
  return lists.every(({ pair }) => pair === undefined || !object.claimed.has(pair)) && isPodSpec(at);
}

/** Pods take the annotations of the metadata beside their `spec`; an object's own metadata are those of the object. */
function annotationsBeside(spec: Cursor, object: FoundObject): Cursor | undefined {
  const { parent, key } = spec;
  if (parent === undefined || key !== 'spec') return undefined;
  if (parent === object.root && !hasOwnPodMetadata(object)) return undefined;
  const metadata = parent.get('metadata');
  return metadata.isMap || metadata.isEmpty ? metadata.get('annotations') : undefined;
}

/** Whether the field is one of an image: `image`, `sidecarImage`, `images`, or repository and tag apart. */
function looksLikeImage(at: Cursor): boolean {
  const key = String(at.key);
  if (/(?:^|[a-z._-])images$/i.test(key) && at.isList) return at.items().some(({ text }) => Boolean(text));
  if (!/(?:^|[a-z._-])image$/i.test(key)) return false;
  return Boolean(at.text) || (at.isMap && Boolean(at.get('repository').text));
}

function tellUnknownField(at: Cursor, object: FoundObject, gathered: Gathered): void {
  const place = `${podLabel({ ...object, part: '' })} ${nameText(pathText(at.path))}`;
  gathered.messages.add('unknown field', `${place} (${nameText(`${object.file}:${at.line}`)})`);
}

/** Schemas, texts, and the patterns of policies: what looks like a pod in them is not one. */
function holdsNoPod({ group, kind }: FoundObject): boolean {
  return (
    kind === 'CustomResourceDefinition' ||
    (group === '' && (kind === 'ConfigMap' || kind === 'Secret')) ||
    /(?:^|\.)(?:kyverno\.io|gatekeeper\.sh)$/.test(group)
  );
}

function isPassedOver({ root, kind, name, group }: FoundObject, gathered: Gathered): boolean {
  const label = podLabel({ kind, name, part: '' });
  const mode = root.get('spec').get('mode').text?.toLowerCase();
  const isOnEveryNode =
    ON_EVERY_NODE.has(kind) ||
    (mode === 'daemonset' && (group === 'opentelemetry.io' || group === 'monitoring.coreos.com'));
  // A mere reference to such an object has no spec.
  if (isOnEveryNode) {
    if (root.get('spec').isMap) gathered.messages.add('every node', label);
    return true;
  }
  const hooks = root.get('metadata').get('annotations').get('helm.sh/hook').text ?? '';
  const isTest = hooks.split(',').some((hook) => hook.trim().startsWith('test'));
  if (isTest) gathered.messages.add('helm test', label);
  return isTest;
}

function runtimeOf(group: string): Runtime {
  if (group === 'argoproj.io') return 'argo';
  return /(?:^|\.)tekton\.dev$/.test(group) ? 'tekton' : undefined;
}
