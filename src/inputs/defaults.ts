/**
 * Every input with its default, in the order of action.yml; '' where it has none.
 * A test holds this table and action.yml together. The table is needed in addition to action.yml, since
 * the runner sets the default only for absent inputs: an input that is set to an empty string arrives empty.
 */
export const DEFAULTS = {
  images: '',
  manifests: '',
  'image-tag': '{{tag}}',
  'registry-map': '',
  platform: 'linux/amd64',
  'region-id': '',
  'zone-id': '',
  'security-group-id': '',
  'vswitch-id': '',
  'eip-instance-id': '',
  'resource-group-id': '',
  annotations: '',
  'image-cache-name': '',
  'image-cache-size': 'auto',
  'size-margin-percent': '10',
  'retention-days': '',
  'elimination-strategy': '',
  'auto-match-image-cache': 'true',
  flash: '',
  'standard-copy-count': '',
  'flash-copy-count': '',
  'image-registry-credentials': '',
  'acr-registry-info': '',
  'plain-http-registry': '',
  'insecure-registry': '',
  tags: '',
  'client-token': '',
  'access-key-id': '',
  'access-key-secret': '',
  'security-token': '',
  'role-to-assume': '',
  'oidc-provider-arn': '',
  audience: 'sts.aliyuncs.com',
  'role-session-name': 'warm-eci-image-cache',
  'role-session-expiration': '3600',
  wait: 'true',
  'wait-timeout-minutes': '60',
  reuse: 'true',
  'keep-latest': '',
  'dry-run': 'false',
  summary: 'true',
  endpoint: '',
  'sts-endpoint': '',
  'vpc-endpoint': '',
} as const satisfies Record<string, string>;

export type InputName = keyof typeof DEFAULTS;

export const INPUT_NAMES = Object.keys(DEFAULTS) as readonly InputName[];
