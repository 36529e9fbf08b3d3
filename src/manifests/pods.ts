import type { Pair } from 'yaml';
import { InputError } from '../errors.js';
import { readImage, pullsAlways, type Runtime } from './images.js';
import { nameText, type Messages } from './messages.js';
import { pathText, type Cursor } from './tree.js';
import type { Pod, PodImage } from './types.js';

/** A field of an image that a pod uses. */
export interface ImageField {
  readonly at: Cursor;
  /** `imagePullPolicy` as it is written. */
  readonly policy: string | undefined;
  /** The container's name. */
  readonly container: string | undefined;
  /** Whether something else may name the image, so that a missing one is not reported. */
  readonly mayMiss?: boolean;
}

/** A pod that a rule found in an object. */
export interface FoundPod {
  readonly part: string;
  readonly fields: readonly ImageField[];
  /** The pod specs among it. */
  readonly specs: readonly Cursor[];
  /** Where its annotations stand or would stand; undefined if none reach the pod. */
  readonly annotations: Cursor | undefined;
}

/** A Kubernetes object that is being read. */
export interface FoundObject {
  readonly root: Cursor;
  readonly file: string;
  readonly kind: string;
  readonly group: string;
  readonly name: string;
  /** Whether Kubernetes itself, and no operator, makes the pods: then an image must be there. */
  readonly isCore: boolean;
  readonly runtime: Runtime;
  /** What a rule has read, so that no other reads it again. */
  readonly claimed: Set<Pair>;
}

/** What is gathered while the files are read. */
export interface Gathered {
  readonly pods: Pod[];
  /** By the place of the image, so that an image of two pods is reported once. */
  readonly errors: Map<string, InputError>;
  readonly messages: Messages;
}

/** Lists of containers; a pod spec has one of the first two. */
const CONTAINER_LISTS = ['containers', 'initContainers'] as const;

/** Parts of a pod spec that are not searched. */
export const POD_SPEC_LISTS: ReadonlySet<string | number> = new Set([
  ...CONTAINER_LISTS,
  'ephemeralContainers',
  'volumes',
]);

/** Whether a map is a pod spec: it lists containers, whatever it is called and wherever it stands. */
export function isPodSpec(at: Cursor): boolean {
  return at.isMap && CONTAINER_LISTS.some((key) => at.get(key).items().some(isContainer));
}

function isContainer(at: Cursor): boolean {
  return at.isMap && !(at.get('name').isEmpty && at.get('image').isEmpty);
}

/** The images of a pod spec. */
export function podSpecFields(spec: Cursor): ImageField[] {
  return [
    ...CONTAINER_LISTS.flatMap((key) => containerFields(spec.get(key))),
    ...volumeFields(spec.get('volumes')),
  ];
}

/** The images of a list of containers. */
export function containerFields(list: Cursor): ImageField[] {
  return list.items().map((container) => containerField(container));
}

/** The image of one container. */
export function containerField(container: Cursor, policy?: string): ImageField {
  return {
    at: container.get('image'),
    policy: container.get('imagePullPolicy').text ?? policy,
    container: container.get('name').text,
  };
}

/** The images that are mounted as volumes. */
export function volumeFields(list: Cursor): ImageField[] {
  return list
    .items()
    .map((volume) => volume.get('image'))
    .filter((image) => image.isMap)
    .map((image) => ({
      at: image.get('reference'),
      policy: image.get('pullPolicy').text,
      container: undefined,
    }));
}

/** Keeps other rules, and the search for unknown fields, away from what a rule has read. */
export function claim(object: FoundObject, ...fields: readonly Cursor[]): void {
  for (const { pair } of fields) if (pair !== undefined) object.claimed.add(pair);
}

/** Records a pod that was found: its images, and errors and messages about them. */
export function addPod(found: FoundPod, object: FoundObject, gathered: Gathered): void {
  const label = podLabel({ kind: object.kind, name: object.name, part: found.part });
  const images = found.fields.flatMap((field) => imageOf(field, object, label, gathered));
  const { file, kind, name } = object;
  const { part, annotations } = found;
  const line = (found.specs[0] ?? found.fields[0]?.at ?? object.root).line;
  gathered.pods.push({ kind, name, part, file, line, images, annotations });
  const risks = [...new Set(found.specs.flatMap(risksOf))];
  if (risks.length > 0) gathered.messages.add('may be refused', `${label} (${risks.join(', ')})`);
}

/** Kind and name of a pod as messages have it. */
export function podLabel({ kind, name, part }: Pick<Pod, 'kind' | 'name' | 'part'>): string {
  const words = [kind, name].filter((word) => word !== '').map(nameText);
  return [...words, ...(part === '' ? [] : [`(${nameText(part)})`])].join(' ');
}

function imageOf(field: ImageField, object: FoundObject, label: string, gathered: Gathered): PodImage[] {
  const { at, policy, container } = field;
  const path = pathText(at.path);
  const place = `${label} ${nameText(path)} (${nameText(`${object.file}:${at.line}`)})`;
  if (at.text === 'auto' && container === 'istio-proxy') {
    gathered.messages.add('set by injection', place);
    return [];
  }
  const refuse = (why: string, hint: string): void => {
    const spot = `${object.file}:${at.line}:${path}`;
    if (gathered.errors.has(spot)) return;
    gathered.errors.set(spot, new InputError('manifests', `${place}: the image ${why}`, hint));
  };
  const reading = readImage(at, object.runtime);
  if (reading.what === 'image') {
    const always = pullsAlways(reading.text, policy);
    return [{ text: reading.text, file: object.file, line: at.line, path, pullsAlways: always }];
  }
  if (reading.what === 'run-time text') gathered.messages.add('run-time text', place);
  else if (reading.what === 'no image') refuse(reading.why, reading.hint);
  else if (object.isCore) refuse('is empty or missing', MISSING_HINT);
  else if (field.mayMiss !== true) gathered.messages.add('set by operator', place);
  return [];
}

const MISSING_HINT =
  'Every container needs an image. If the file is a patch: render first, e.g. with kustomize build, and give the result.';

/** What ECI may refuse in a pod: an instance has no node of its own to share. */
function risksOf(spec: Cursor): string[] {
  const isTrue = (at: Cursor): boolean => (at.node as { value?: unknown } | undefined)?.value === true;
  const containers = CONTAINER_LISTS.flatMap((key) => spec.get(key).items());
  const risks: [boolean, string][] = [
    [isTrue(spec.get('hostNetwork')), 'hostNetwork'],
    [
      spec
        .get('volumes')
        .items()
        .some((volume) => !volume.get('hostPath').isEmpty),
      'hostPath',
    ],
    [containers.some((one) => isTrue(one.get('securityContext').get('privileged'))), 'privileged'],
  ];
  return risks.filter(([applies]) => applies).map(([, name]) => name);
}
