import { describe, expect, it } from '@jest/globals';
import type { FailureKind, QuotaKind } from '../../src/cache/service.js';
import { isThrottling, kindOfCode, quotaOf } from '../../src/eci/codes.js';
import { hintFor } from '../../src/eci/hints.js';

/** Spellings of the vendor's pages (ECI, ECS, VPC, STS) and of its Terraform provider, and others of the same kind. */
const FAMILIES: Readonly<Partial<Record<FailureKind, readonly string[]>>> = {
  conflict: [
    'IdempotentProcessing',
    'LastTokenProcessing',
    'OperationFailed.LastTokenProcessing',
    'IdempotentRequestInProgress',
    'ClientToken.Processing',
    'OperationConflict',
    'OperationConflict.ImageCache',
    'Operation.Conflict',
    'OperationDenied.OperationConflict',
    'BandwidthPackageOperation.conflict',
    'TaskConflict',
    'ConcurrentOperation',
    'LastRequestProcessing',
    'ClientToken.InUse',
    'IdempotentLocked',
    'OperationLocked',
    'RequestInProgress',
    'ResourceInOperating',
    'ResourceInConfiguring.loadbalancer',
    'Operation.Blocking',
    'LockConflict',
    'StatusConflict',
    'DuplicateRequest',
    'RepeatedRequest',
  ],
  'token-mismatch': [
    'IdempotentParameterMismatch',
    'IdempotenceParamNotMatch',
    'InvalidIdempotenceParameter.Mismatch',
    'IdempotenceParameterMismatch',
    'Idempotent.ParameterNotMatch',
    'ClientToken.Duplicated',
    'DuplicateClientToken',
    'ClientTokenAlreadyUsed',
    'InvalidIdempotentParameter',
    'IdempotentParameterError',
    'Idempotent.InvalidParameter',
    'TokenParamNotMatch',
  ],
  'token-failed': [
    'IdempotentFailed',
    'Idempotent.Failed',
    'IdempotentProcessingFailed',
    'LastTokenProcessFailed',
    'ClientTokenFailed',
    'ClientToken.Expired',
  ],
  'name-taken': [
    'ImageCacheName.Duplicated',
    'ImageCacheName.Duplicate',
    'Duplicate.ImageCacheName',
    'DuplicateName',
    'InvalidName.Duplicate',
    'InvalidParameter.ImageCacheName.Duplicate',
    'InvalidImageCacheName.AlreadyExist',
    'ImageCacheName.AlreadyExists',
    'ImageCacheAlreadyExist',
    'ImageCache.AlreadyExisted',
    'ImageCacheExists',
    'NameConflict',
    'ImageCacheName.Conflict',
    'NameAlreadyUsed',
    'ImageCacheName.InUse',
    'EntityAlreadyExists',
    'EntityExist.ImageCache',
    'ResourceExists',
    'ImageCacheName.Used',
    'AlreadyExists',
  ],
  quota: [
    'QuotaExceeded',
    'QuotaExceeded.ImageCache',
    'QuotaExceed.ImageCache',
    'Quota.Exceeded',
    'OperationDenied.QuotaExceeded',
    'QuotaFull',
    'DiskCapacityQuotaFull',
    'InsufficientQuota',
    'LimitExceeded',
    'LimitExceeded.ImageCache',
    'ImageCacheLimitExceeded',
    'ImageCacheCount.ExceedLimit',
    'ExceedMaxImageCacheCount',
    'TooManyImageCaches',
  ],
  'no-stock': [
    'OperationDenied.NoStock',
    'Zone.NotOnSale',
    'StockClose',
    'ResourceInsufficient',
    'InsufficientResource',
    'InvalidVSwitchId.IpNotEnough',
    'EipAddressPoolIpNotEnough',
  ],
  transient: [
    'Throttling',
    'Throttling.User',
    'Throttling.Api',
    'Rejected.Throttling',
    'RequestLimitExceeded',
    'TooManyRequests',
    'LimitExceeded.Qps',
    'OverQps',
    'OperationTooFrequent',
    'ServiceUnavailable',
    'ServiceUnavailable.Regional',
    'ServiceBusy',
    'SystemBusy',
    'InternalError',
    'InternalServerError',
    'ServiceInternalError',
    'TryAgainLater',
    'ServiceOverload',
    'UnknownError',
    'OperationFailed.Timeout',
    'IncorrectStatus',
    'IncorrectStatus.VSwitch',
    'IncorrectVSwitchStatus',
    'SignatureNonceUsed',
  ],
  'not-found': [
    'InvalidImageCacheId.NotFound',
    'ImageCacheNotFound',
    'ImageCache.NotExist',
    'NoSuchImageCache',
    'ResourceNotFound',
    'InvalidResource.NotFound',
    'InvalidContainerGroupId.NotFound',
    'InvalidAllocationId.NotFound',
  ],
};
/** Of no family: each has words of one, and another meaning. */
const NONE = [
  'InvalidSecurityToken.Expired',
  'InvalidSecurityToken.MismatchWithAccessKey',
  'MissingSecurityToken',
  'InvalidClientToken.ValueNotSupported',
  'InvalidClientToken.Malformed',
  'InvalidParameter.ClientToken',
  'InstanceLockedForSecurity',
  'EipAlreadyExists',
  'TagExists',
  'ImageCache.IncorrectStatus',
  'InvalidParameter.LimitExceeded',
  'InvalidParameter.Conflict',
  'InvalidTagKey.Duplicate',
  'Duplicate.TagKey',
  'EntityAlreadyExists.Role',
  'EntityNotExist.Role',
  'ResourceNotFoundInVpc',
  'InvalidVSwitchId.NotFound',
  'InvalidSecurityGroupId.NotFound',
  'InvalidAccessKeyId.NotFound',
  'OperationDenied.VswZoneMisMatch',
  'OperationDenied.SecurityGroupMisMatch',
  'Account.Arrearage',
  'DryRunOperation',
  'Forbidden.SubUser',
  'NoPermission',
  'SignatureDoesNotMatch',
  '',
];

describe('kindOfCode', () => {
  it.each(Object.entries(FAMILIES).flatMap(([kind, codes]) => codes.map((code) => [code, kind])))(
    '%s is %s',
    (code, kind) => {
      expect(kindOfCode(code)).toBe(kind);
      expect(hintFor(code)).toEqual(expect.any(String));
    },
  );

  it.each(NONE)('%j is of no family', (code) => {
    expect(kindOfCode(code)).toBeUndefined();
  });

  it('knows throttling from other trouble', () => {
    const throttling = (FAMILIES.transient ?? []).filter(isThrottling);
    expect(throttling).toEqual(FAMILIES.transient?.slice(0, 9));
  });
});

describe('quotaOf', () => {
  it.each<[string, string, QuotaKind]>([
    ['QuotaExceeded', 'ImageCache quota exceeded.', 'image-cache'],
    ['QuotaExceeded', 'The image cache quota of Elastic Container Instance is exceeded.', 'image-cache'],
    ['QuotaExceeded.ImageCache', '', 'image-cache'],
    ['ImageCacheLimitExceeded', 'Limit exceeded.', 'image-cache'],
    ['QuotaExceeded', 'vCPU quota exceeded.', 'other'],
    ['QuotaExceeded', 'The vCPU quota for building an image cache is exceeded.', 'other'],
    ['QuotaExceeded.Eip', '', 'other'],
    ['QuotaExceeded', 'ContainerGroup quota exceeded.', 'other'],
    ['DiskCapacityQuotaFull', '', 'other'],
    ['QuotaExceeded', 'Snapshot quota exceeded.', 'other'],
    ['QuotaExceed.Tags', '', 'other'],
    ['QuotaExceeded', 'quota exceeded.', 'unknown'],
    ['QuotaExceeded', '', 'unknown'],
  ])('%s, "%s" is %s', (code, message, quota) => {
    expect(quotaOf(code, message)).toBe(quota);
  });
});
