import type { CacheSettings } from '../cache/service.js';
import type { Platform } from '../images/platform.js';
import type { RegistryMapping } from '../images/registry-map.js';
import type { ReleaseImage } from '../images/registry-map.js';
import type { ManifestsInput } from './manifests.js';

/** Host of a service, and the scheme, https unless another was given. */
export interface Endpoint {
  readonly protocol: 'http' | 'https';
  /** host[:port] */
  readonly host: string;
}

/** Given keys, with words that say where they came from. */
export interface StaticCredentials {
  readonly kind: 'static';
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string | undefined;
  /** E.g. "the inputs access-key-id and access-key-secret" or "ALIBABA_CLOUD_ACCESS_KEY_ID and …". */
  readonly origin: string;
}

/** AssumeRoleWithOIDC with the runner's ID token. */
export interface OidcCredentials {
  readonly kind: 'oidc';
  readonly roleToAssume: string;
  readonly oidcProviderArn: string;
  readonly audience: string;
  readonly roleSessionName: string;
  readonly roleSessionExpirationSeconds: number;
}

/**
 * Every input, read and checked once. A field is undefined if its input is unset and has no default. Those that go
 * into CreateImageCache as they are stand in CacheSettings.
 */
export interface Inputs extends CacheSettings {
  /** The entries of `images`, as written. */
  readonly images: readonly string[];
  readonly imageTag: string;
  readonly registryMap: readonly RegistryMapping[];
  /** What the input `manifests` names; undefined if it is not set. */
  readonly manifests: ManifestsInput | undefined;
  /** What `images`, `manifests`, `image-tag`, `registry-map` and the event result in: the images to cache. */
  readonly releaseImages: readonly ReleaseImage[];
  readonly platform: Platform;
  readonly imageCacheName: string | undefined;
  readonly imageCacheSizeGiB: number | 'auto';
  readonly sizeMarginPercent: number;
  readonly clientToken: string | undefined;
  /** `eip-instance-id: auto`: an EIP is allocated for the build. `eipInstanceId` is undefined then. */
  readonly temporaryEip: boolean;
  readonly credentials: StaticCredentials | OidcCredentials;
  readonly wait: boolean;
  readonly waitTimeoutMinutes: number;
  readonly reuse: boolean;
  readonly keepLatest: number | undefined;
  readonly dryRun: boolean;
  readonly endpoint: Endpoint;
  readonly stsEndpoint: Endpoint;
  readonly vpcEndpoint: Endpoint;
  /** Warnings about inputs that are allowed, e.g. an unknown region. */
  readonly warnings: readonly string[];
  /** From the environment, for tests only: how much faster than the wall clock waits pass. */
  readonly clockSpeed: number;
}
