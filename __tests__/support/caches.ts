import type { CacheQuery } from '../../src/cache/find.js';
import { TAG_KEY } from '../../src/cache/identity.js';
import {
  ServiceError,
  type CreateRequest,
  type FailureKind,
  type ImageCache,
  type QuotaKind,
  type ServiceEvent,
  type Tag,
} from '../../src/cache/service.js';

/** A cache as DescribeImageCaches shows it, with whatever the case needs. */
export function aCache(fields: Partial<ImageCache> = {}): ImageCache {
  return {
    imageCacheId: 'imc-1',
    imageCacheName: 'shop-v1-0123456789',
    imageCacheSizeGiB: 20,
    containerGroupId: 'eci-1',
    snapshotId: '',
    flashSnapshotId: '',
    status: 'Preparing',
    progress: '0%',
    creationTime: timeAt(0),
    lastMatchedTime: '',
    images: ['ghcr.io/acme/shop:v1'],
    tags: [],
    events: [],
    ...fields,
  };
}

export function anEvent(fields: Partial<ServiceEvent> = {}): ServiceEvent {
  return {
    type: 'Warning',
    reason: 'Failed',
    message: '',
    name: '',
    lastTimestamp: '2026-01-01T00:00:00Z',
    ...fields,
  };
}

export function aRequest(fields: Partial<CreateRequest> = {}): CreateRequest {
  return {
    regionId: 'cn-hangzhou',
    zoneId: undefined,
    securityGroupId: 'sg-1',
    vSwitchIds: ['vsw-1'],
    imageCacheName: 'shop-v1-0123456789',
    images: ['ghcr.io/acme/shop:v1'],
    imageCacheSizeGiB: 20,
    eipInstanceId: undefined,
    resourceGroupId: undefined,
    annotations: undefined,
    retentionDays: undefined,
    eliminationStrategy: undefined,
    autoMatchImageCache: true,
    flash: undefined,
    standardCopyCount: undefined,
    flashCopyCount: undefined,
    registryCredentials: [],
    acrRegistryInfos: [],
    plainHttpRegistries: [],
    insecureRegistries: [],
    tags: [],
    ...fields,
  };
}

export function aServiceError(
  kind: FailureKind,
  code: string = kind,
  fields: { quota?: QuotaKind; isThrottled?: boolean } = {},
): ServiceError {
  return new ServiceError(`Call failed: ${code}.`, { code, kind, hint: `Mend ${code}.`, ...fields });
}

const BEGAN_AT_MS = Math.floor(Date.now() / 1000) * 1000;

/** A time of the service, so many seconds after the tests began. */
export function timeAt(seconds: number): string {
  return new Date(BEGAN_AT_MS + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** A look for caches with aCache()'s content, whose fingerprint is 64 times `f`. */
export function aQuery(fields: Partial<CacheQuery> = {}): CacheQuery {
  return {
    fingerprint: FINGERPRINT,
    attempt: '',
    images: ['ghcr.io/acme/shop:v1'],
    nameOf: (generation) => (generation === 0 ? 'shop-v1' : `shop-v1-${generation + 1}`),
    isNameChosen: false,
    ...fields,
  };
}

export const FINGERPRINT = 'f'.repeat(64);
export const FINGERPRINT_TAG: Tag = { key: TAG_KEY.fingerprint, value: FINGERPRINT };
