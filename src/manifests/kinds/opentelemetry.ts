import { claim, containerFields, volumeFields } from '../pods.js';
import type { FoundObject, FoundPod, ImageField } from '../pods.js';
import type { Cursor } from '../tree.js';

/**
 * A collector, and its target allocator.
 * https://github.com/open-telemetry/opentelemetry-operator/blob/main/docs/api/opentelemetrycollectors.md
 */
export function openTelemetryCollector(root: Cursor, object: FoundObject): FoundPod[] {
  const spec = root.get('spec');
  if (!spec.isMap) return [];
  const allocator = spec.get('targetAllocator').get('image');
  const lists = ['additionalContainers', 'initContainers'].map((key) => spec.get(key));
  claim(object, spec.get('image'), allocator, spec.get('volumes'), ...lists);
  const policy = spec.get('imagePullPolicy').text;
  const images = [spec.get('image'), ...(allocator.isEmpty ? [] : [allocator])].map((at): ImageField => ({
    at,
    policy,
    container: undefined,
  }));
  // A sidecar runs in other pods, which no annotation of this object reaches.
  const isSidecar = spec.get('mode').text === 'sidecar';
  return [
    {
      part: '',
      fields: [...images, ...lists.flatMap(containerFields), ...volumeFields(spec.get('volumes'))],
      specs: [spec],
      annotations: isSidecar ? undefined : spec.get('podAnnotations'),
    },
  ];
}
