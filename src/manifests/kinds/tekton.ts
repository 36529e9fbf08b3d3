import { claim, containerField, containerFields, volumeFields } from '../pods.js';
import type { FoundObject, FoundPod, ImageField } from '../pods.js';
import type { Cursor } from '../tree.js';

/**
 * A task, a pipeline, or a run of one. Tekton copies the annotations of the object to its pods.
 * https://tekton.dev/docs/pipelines/pipeline-api/
 */
export function tekton(root: Cursor, object: FoundObject): FoundPod[] {
  const fields = specFields(root.get('spec'), object);
  // The pods of a StepAction are those of the task that refers to it.
  const annotations = object.kind === 'StepAction' ? undefined : root.get('metadata').get('annotations');
  return fields.length === 0 ? [] : [{ part: '', fields, specs: [], annotations }];
}

/** Of a task, a pipeline or a run, which hold one another. */
function specFields(spec: Cursor, object: FoundObject): ImageField[] {
  const inner = ['taskSpec', 'pipelineSpec'].map((key) => spec.get(key));
  const tasks = ['tasks', 'finally'].flatMap((key) => spec.get(key).items());
  const own = taskFields(spec, object);
  return [
    ...own,
    ...[...inner, ...tasks].filter(({ isMap }) => isMap).flatMap((one) => specFields(one, object)),
  ];
}

function taskFields(spec: Cursor, object: FoundObject): ImageField[] {
  const keys = ['steps', 'sidecars', 'stepTemplate', 'volumes'] as const;
  const [steps, sidecars, template, volumes] = keys.map((key) => spec.get(key)) as [
    Cursor,
    Cursor,
    Cursor,
    Cursor,
  ];
  claim(object, steps, sidecars, template, volumes);
  const policy = template.get('imagePullPolicy').text;
  const hasDefault = !template.get('image').isEmpty;
  const stepFields = steps.items().map((step) => ({
    ...containerField(step, policy),
    mayMiss: hasDefault || step.get('ref').isMap,
  }));
  const own: ImageField[] = [];
  if (hasDefault) own.push(containerField(template));
  if (object.kind === 'StepAction') {
    claim(object, spec.get('image'));
    own.push(containerField(spec));
  }
  return [...own, ...stepFields, ...containerFields(sidecars), ...volumeFields(volumes)];
}
