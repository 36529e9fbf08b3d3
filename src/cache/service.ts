import { ActionError } from '../errors.js';

/** Login that the service uses to pull an image. `server` is host[:port], without a scheme. */
export interface RegistryCredential {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** AcrRegistryInfo.N: a Container Registry Enterprise Edition instance for password-free pulls. */
export interface AcrRegistryInfo {
  readonly instanceId: string;
  readonly instanceName?: string;
  readonly regionId?: string;
  readonly domains: readonly string[];
  readonly arnService?: string;
  readonly arnUser?: string;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/**
 * What the inputs say of a cache: the fields of CreateImageCache that go into the request as they were given. Each is
 * named here once; src/eci checks every name against the SDK's model, so that one which the SDK would drop does not
 * compile.
 */
export interface CacheSettings {
  readonly regionId: string;
  readonly zoneId: string | undefined;
  readonly securityGroupId: string;
  readonly vSwitchIds: readonly string[];
  readonly eipInstanceId: string | undefined;
  readonly resourceGroupId: string | undefined;
  readonly annotations: string | undefined;
  readonly retentionDays: number | undefined;
  readonly eliminationStrategy: 'LRU' | undefined;
  readonly autoMatchImageCache: boolean;
  readonly flash: boolean | undefined;
  readonly standardCopyCount: number | undefined;
  readonly flashCopyCount: number | undefined;
  readonly registryCredentials: readonly RegistryCredential[];
  readonly acrRegistryInfos: readonly AcrRegistryInfo[];
  readonly plainHttpRegistries: readonly string[];
  readonly insecureRegistries: readonly string[];
  readonly tags: readonly Tag[];
}

/** What CreateImageCache is asked for: the settings, and what the run has worked out. */
export interface CreateRequest extends CacheSettings {
  readonly imageCacheName: string;
  readonly imageCacheSizeGiB: number;
  readonly images: readonly string[];
}

export interface Created {
  readonly imageCacheId: string;
  readonly containerGroupId: string;
  readonly requestId: string;
}

/** An event of a cache or of the intermediate instance that builds it. */
export interface ServiceEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly name: string;
  readonly lastTimestamp: string;
}

/** One image cache as DescribeImageCaches returns it; absent texts are empty. */
export interface ImageCache {
  readonly imageCacheId: string;
  readonly imageCacheName: string;
  readonly imageCacheSizeGiB: number | undefined;
  readonly containerGroupId: string;
  readonly snapshotId: string;
  readonly flashSnapshotId: string;
  readonly status: string;
  /** The snapshot's progress, e.g. "37%". */
  readonly progress: string;
  /** As the service wrote it, whatever its form. */
  readonly creationTime: string;
  /** When an instance last started from it; as the service wrote it, empty if it did not say. */
  readonly lastMatchedTime: string;
  readonly images: readonly string[];
  readonly tags: readonly Tag[];
  readonly events: readonly ServiceEvent[];
}

export interface Usage {
  readonly maxImageCaches: number;
  readonly usedImageCaches: number;
}

/**
 * What to look for; every field that is given has to fit. The adapter adds the resource group that the run works in,
 * and checks each record itself, so that a filter which the service ignored does not make another's cache ours.
 */
export interface CacheFilter {
  readonly imageCacheId?: string | undefined;
  readonly imageCacheName?: string | undefined;
  readonly tag?: Tag | undefined;
}

/** Asks which caches the service would match for an instance with these images. */
export interface MatchQuery {
  /** At most 100. */
  readonly images: readonly string[];
  /** Whether a cache has to hold all of them. */
  readonly fullMatch: boolean;
}

/** The image cache service, as far as this action needs it. Every call rejects with a ServiceError. */
export interface ImageCacheService {
  create(request: CreateRequest, clientToken: string): Promise<Created>;
  /** All caches that fit the filter, every page; none also where the service refuses because nothing fits. */
  find(filter: CacheFilter): Promise<readonly ImageCache[]>;
  /** The caches that the service would match, in its order, best first. */
  findMatching(query: MatchQuery): Promise<readonly ImageCache[]>;
  /** Events of the intermediate instance; undefined if the service shows no such instance. */
  containerGroupEvents(containerGroupId: string): Promise<readonly ServiceEvent[] | undefined>;
  delete(imageCacheId: string): Promise<void>;
  /** Undefined if the answer does not say. */
  usage(): Promise<Usage | undefined>;
}

/** The cache with this ID; undefined if look-ups do not show it. */
export async function findById(
  service: Pick<ImageCacheService, 'find'>,
  imageCacheId: string,
): Promise<ImageCache | undefined> {
  return (await service.find({ imageCacheId }))[0];
}

/**
 * How to respond to a failure.
 * - transient: throttling, 5xx, a dropped or timed-out connection, a gateway's HTML; the same call may succeed later
 * - conflict: another call, maybe with the same client token, is in progress: wait, then look
 * - token-mismatch: the client token was used before with other parameters
 * - token-failed: the first request with this client token failed, and the service repeats that: take the next token
 * - name-taken: a cache with this name exists
 * - no-stock: the zone has no instance or IP address left to build with; later, or in another zone, it may have
 * - quota: a quota is exhausted; ServiceError.quota says which
 * - not-found: the cache, instance or EIP that the call names does not exist (any more)
 * - permanent: everything else
 */
export type FailureKind =
  | 'transient'
  | 'conflict'
  | 'token-mismatch'
  | 'token-failed'
  | 'name-taken'
  | 'no-stock'
  | 'quota'
  | 'not-found'
  | 'permanent';

/** Which quota is exhausted: only that of image caches gets room by deleting caches. */
export type QuotaKind = 'image-cache' | 'other' | 'unknown';

/** Whether the same call may succeed later. */
export function isTransient(error: unknown): boolean {
  return isKind('transient', error);
}

/** Whether it is a failed call of this kind. */
export function isKind(kind: FailureKind, error: unknown): boolean {
  return error instanceof ServiceError && error.kind === kind;
}

/** A failed call to the service. `message` holds code, text and request ID and no secret. */
export class ServiceError extends ActionError {
  readonly code: string;
  readonly kind: FailureKind;
  /** Set where the kind is 'quota'. */
  readonly quota: QuotaKind | undefined;
  /** Refused for its rate alone: worth waiting out for minutes. */
  readonly isThrottled: boolean;
  /** Whether the service may have done what it was asked, although the answer says otherwise or never came. */
  readonly mayHaveActed: boolean;
  readonly statusCode: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    message: string,
    details: {
      code: string;
      kind: FailureKind;
      quota?: QuotaKind | undefined;
      isThrottled?: boolean | undefined;
      mayHaveActed?: boolean | undefined;
      statusCode?: number | undefined;
      requestId?: string | undefined;
      hint?: string | undefined;
    },
  ) {
    super(message, { hint: details.hint });
    this.code = details.code;
    this.kind = details.kind;
    this.quota = details.quota ?? (details.kind === 'quota' ? 'unknown' : undefined);
    this.isThrottled = details.isThrottled ?? false;
    this.mayHaveActed = details.mayHaveActed ?? false;
    this.statusCode = details.statusCode;
    this.requestId = details.requestId;
  }
}
