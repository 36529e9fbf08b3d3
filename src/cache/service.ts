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

/** What CreateImageCache is asked for; the names are the API's own. */
export interface CreateRequest {
  readonly regionId: string;
  readonly zoneId?: string | undefined;
  readonly securityGroupId: string;
  readonly vSwitchIds: readonly string[];
  readonly imageCacheName: string;
  readonly images: readonly string[];
  readonly imageCacheSizeGiB: number;
  readonly eipInstanceId?: string | undefined;
  readonly resourceGroupId?: string | undefined;
  readonly annotations?: string | undefined;
  readonly retentionDays?: number | undefined;
  readonly eliminationStrategy?: string | undefined;
  readonly autoMatchImageCache: boolean;
  readonly flash?: boolean | undefined;
  readonly standardCopyCount?: number | undefined;
  readonly flashCopyCount?: number | undefined;
  readonly registryCredentials: readonly RegistryCredential[];
  readonly acrRegistryInfos: readonly AcrRegistryInfo[];
  readonly plainHttpRegistries: readonly string[];
  readonly insecureRegistries: readonly string[];
  readonly tags: readonly Tag[];
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
  readonly count: number;
  readonly firstTimestamp: string;
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
  readonly creationTime: string;
  readonly images: readonly string[];
  readonly tags: readonly Tag[];
  readonly events: readonly ServiceEvent[];
}

export interface Usage {
  readonly maxImageCaches: number;
  readonly usedImageCaches: number;
}

/** The image cache service, as far as this action needs it. Every call rejects with a ServiceError. */
export interface ImageCacheService {
  create(request: CreateRequest, clientToken: string): Promise<Created>;
  /** All caches with this tag, every page. */
  findByTag(tag: Tag): Promise<readonly ImageCache[]>;
  findById(imageCacheId: string): Promise<ImageCache | undefined>;
  /** Events of the intermediate instance. */
  containerGroupEvents(containerGroupId: string): Promise<readonly ServiceEvent[]>;
  delete(imageCacheId: string): Promise<void>;
  /** Undefined where the answer does not tell. */
  usage(): Promise<Usage | undefined>;
}

/**
 * How a failure is to be met.
 * - transient: throttling, 5xx, a dropped or timed-out connection, a gateway's HTML; the same call may heal it
 * - conflict: OperationConflict, another call is at it
 * - token-mismatch: the client token was used with other parameters
 * - quota: a quota is exhausted
 * - not-found: the thing named does not exist (any more)
 * - valid: DryRunOperation, the request is valid and nothing was done
 * - permanent: everything else
 */
export type FailureKind =
  'transient' | 'conflict' | 'token-mismatch' | 'quota' | 'not-found' | 'valid' | 'permanent';

/** Whether the same call may heal it. */
export function isTransient(error: unknown): boolean {
  return error instanceof ServiceError && error.kind === 'transient';
}

/** A failed call to the service. `message` holds code, text and request ID and no secret. */
export class ServiceError extends ActionError {
  readonly code: string;
  readonly kind: FailureKind;
  readonly statusCode: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    message: string,
    details: {
      code: string;
      kind: FailureKind;
      statusCode?: number | undefined;
      requestId?: string | undefined;
      hint?: string | undefined;
    },
  ) {
    super(message, { hint: details.hint });
    this.code = details.code;
    this.kind = details.kind;
    this.statusCode = details.statusCode;
    this.requestId = details.requestId;
  }
}
