import { fenced } from './markdown.js';
import type { RunRecord } from './record.js';
import { extraStorageGiB } from './storage.js';

/** What may stand in a shell command or in YAML without quotes: IDs, regions and image references do. */
const PLAIN_WORD = /^[\w.:/@-]+$/;

/**
 * The region's list in the ECI console, from where "Image Cache" is one click in the menu at the left. Its page of a
 * single cache has an address that no page of the vendor's documents.
 */
export function consoleUrl(regionId: string): string | undefined {
  return /^[a-z0-9-]+$/.test(regionId) ? `https://eci.console.aliyun.com/#/eci/${regionId}/list` : undefined;
}

/**
 * How to use a cache, by CreateContainerGroup's parameter ImageSnapshotId, which takes the ID of an image cache, and by
 * the annotation of pods on virtual nodes (the vendor's page "Use an ImageCache to accelerate pod creation"). Images
 * match by their exact references, and any policy but IfNotPresent still pulls them.
 */
export function deployment(record: RunRecord): string {
  const { imageCacheId, regionId, images } = record;
  const extra = extraStorageGiB(record) ?? 0;
  const image = images[0]?.reference;
  if (imageCacheId === undefined || image === undefined) return '';
  if (![imageCacheId, regionId, image].every((word) => PLAIN_WORD.test(word))) return '';
  return [
    'As a container group, with the CLI of Alibaba Cloud:',
    '',
    fenced(
      'sh',
      [
        '# Name each image exactly as it is cached, or the cache does not serve it.',
        `aliyun eci CreateContainerGroup --RegionId ${regionId} --ImageSnapshotId ${imageCacheId} \\`,
        '  --SecurityGroupId "$SECURITY_GROUP_ID" --VSwitchId "$VSWITCH_ID" --ContainerGroupName app \\',
        `  --Container.1.Name app --Container.1.Image ${image} \\`,
        '  --Container.1.ImagePullPolicy IfNotPresent',
        ...(extra > 0
          ? [`# To match automatically: --EphemeralStorage ${extra} in place of --ImageSnapshotId.`]
          : []),
      ].join('\n'),
    ),
    '',
    'As a pod on a virtual node of Kubernetes; in a Deployment, all of this goes under `spec.template`:',
    '',
    fenced(
      'yaml',
      [
        'metadata:',
        '  annotations:',
        `    k8s.aliyun.com/eci-imc-id: ${imageCacheId} # read when the pod is created`,
        ...(extra > 0
          ? [
              '    # To match automatically, this in place of the ID:',
              `    # k8s.aliyun.com/eci-extra-ephemeral-storage: ${extra}Gi`,
            ]
          : []),
        'spec:',
        '  containers:',
        '    - name: app',
        `      image: ${image}`,
        '      imagePullPolicy: IfNotPresent',
      ].join('\n'),
    ),
  ].join('\n');
}
