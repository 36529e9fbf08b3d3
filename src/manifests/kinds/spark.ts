import { claim, containerField, containerFields, podSpecFields, volumeFields } from '../pods.js';
import type { FoundObject, FoundPod } from '../pods.js';
import type { Cursor } from '../tree.js';

/**
 * Driver and executor of a Spark application; `spec` is that of a SparkApplication.
 * https://github.com/kubeflow/spark-operator/blob/master/docs/api-docs.md
 */
export function spark(spec: Cursor, object: FoundObject): FoundPod[] {
  if (!spec.isMap) return [];
  const conf = spec.get('sparkConf');
  claim(object, spec.get('image'), conf);
  return ['driver', 'executor'].map((part) => {
    const role = spec.get(part);
    const template = role.get('template').get('spec');
    const lists = ['initContainers', 'sidecars'].map((key) => role.get(key));
    claim(object, role.get('image'), role.get('template'), ...lists);
    const image = firstNamed([
      role.get('image'),
      spec.get('image'),
      conf.get(`spark.kubernetes.${part}.container.image`),
      conf.get('spark.kubernetes.container.image'),
    ]);
    const policy =
      spec.get('imagePullPolicy').text ?? conf.get('spark.kubernetes.container.image.pullPolicy').text;
    return {
      part,
      fields: [
        { ...containerField(role, policy), at: image, container: undefined },
        ...lists.flatMap(containerFields),
        // The operator sets the main container's image in the pod's template.
        ...podSpecFields(template).map((field) => ({ ...field, mayMiss: true })),
        ...volumeFields(spec.get('volumes')),
      ],
      specs: template.isMap ? [role, template] : [role],
      annotations: role.get('annotations'),
    };
  });
}

/** The first that exists; the first of all if none does. */
function firstNamed(fields: readonly [Cursor, ...Cursor[]]): Cursor {
  return fields.find((field) => !field.isEmpty) ?? fields[0];
}
