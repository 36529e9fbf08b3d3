import type { FailureKind, QuotaKind } from '../cache/service.js';

// Error codes by families. The vendor's products spell one thing in many ways (IdempotentParameterMismatch,
// IdempotenceParamNotMatch, InvalidIdempotenceParameter.Mismatch), and ECI documents only some of its codes. So a family
// is recognised by the words in a code, whatever their order and form. The examples are from the vendor's pages for ECI,
// ECS, VPC and STS, and from what its Terraform provider handles.

/** About a client token; a security token is another matter. */
const OF_TOKEN = /Idempoten|Client\.?Token|Last(Token|Request)|Token(Process|Param)/i;
/** LastTokenProcessing, OperationFailed.LastTokenProcessing, IdempotentProcessing, ClientToken.InUse */
const IN_PROGRESS = /Process(?!\w*Fail)|InProgress|Pending|Running|Executing|InUse|Locked|Busy/i;
/** IdempotentParameterMismatch, IdempotenceParamNotMatch, InvalidIdempotenceParameter.Mismatch, IdempotentParamError */
const NOT_THE_SAME =
  /Idempoten\w*\.?\w*Param|TokenParam|Mis\.?match|Not\.?Match|Unmatch|Inconsisten|Not\.?Consist|Differ|Not\.?(The)?Same|Conflict|Duplicat|Repeat|Used|Exist/i;
/** IdempotentFailed */
const HAS_FAILED = /Fail|Expired|Terminated/i;

/** Throttling, Throttling.User, Rejected.Throttling, RequestLimitExceeded, TooManyRequests, LimitExceeded.Qps */
const THROTTLING =
  /Throttl|TooManyRequest|TooFrequent|FlowControl|(Limit|Exceed|Over|Reach)\w*\.?(Qps|Rate|Flow|Frequency)|(Request|Rate|Flow|Frequency|Qps|Api|Call)\w*\.?(Limit|Exceed|TooFrequent|TooHigh)/i;
/** ServiceUnavailable, InternalError, SystemBusy, UnknownError, OperationFailed.Timeout, TryAgainLater */
const IN_TROUBLE =
  /Internal\w*(Error|Failure)|Overload|TryAgain|RetryLater|(^|\.)((Service|Server|System)?\.?(Temporar\w*)?(Unavailable|TooBusy|Busy)|(Internal|System|Server|Service|Unknown)\.?(Server|Service)?\.?(Error|Failure)|\w*Timed?Out)\b/i;
/** IncorrectStatus, IncorrectStatus.VSwitch, IncorrectVSwitchStatus: the vSwitch is still being created. */
const NOT_YET = /^Incorrect(?!.*ImageCache)\w*Status\b/i;
/** A nonce that a proxy sent twice is new with the next attempt. */
const NONCE_USED = /^SignatureNonceUsed\b/i;

/** OperationConflict, TaskConflict, BandwidthPackageOperation.conflict */
const CONFLICT =
  /(Operation|Task|Resource|Request|Status|Lock|Concurrency)\w*\.?Conflict|Conflict(ed|ing)?\.?(Operation|Task|Request)|^Conflict$|Concurrent/i;
/** OperationLocked, RequestInProgress, ResourceInOperating, ResourceInConfiguring.loadbalancer, Operation.Blocking */
const AT_WORK =
  /(Operation|Task|Request|Action|Resource)\w*\.?(InProgress|Processing|InOperating|InConfiguring|Locked|Busy|Blocking)/i;
/** DuplicateRequest, RepeatedRequest: the service takes it for one that it has, whatever its token. */
const SENT_TWICE = /(Duplicat|Repeat)\w*\.?Request|Request\.?(Duplicat|Repeat)/i;

/** OperationDenied.NoStock, Zone.NotOnSale, InvalidVSwitchId.IpNotEnough, EipAddressPoolIpNotEnough */
const NO_STOCK =
  /(No|OutOf)Stock|StockClose|SoldOut|NotOnSale|Ip(Address)?NotEnough|(Resource|Stock)\w*\.?(Insufficient|NotEnough)|(Insufficient|NotEnough)\w*\.?(Resource|Stock)/i;

/** QuotaExceeded, QuotaExceed.ImageCache, QuotaFull, LimitExceeded, ImageCacheLimitExceeded, InsufficientQuota */
const QUOTA =
  /Quota\w*\.?(Exceed|Full|Limit|Insufficient|Reach|NotEnough|Exhaust)|(Exceed|Over|Reach|Insufficient|NotEnough|Lack)\w*\.?Quota|(Limit|Max|Count|Number|Amount)\w*\.?(Exceed|Over|Reach)|(Exceed|Over|Reach)\w*\.?(Limit|Max)|^TooMany/i;
/** InvalidParameter.LimitExceeded is about a value, not about what the account has. */
const OF_A_VALUE = /^(Invalid|Missing|Unsupported|Malformed|Parameter)/i;

/** InvalidImageCacheId.NotFound, ImageCacheNotFound, NoSuchImageCache; the vendor documents none of them. */
const NOT_THERE = /Not\.?(Found|Exist)|NoSuch|NonExist|(Been|Already)Deleted/i;
/** What a call of ours names and somebody else may delete; some codes only say that it is a resource. */
const OF_OUR_THINGS =
  /ImageCache|ContainerGroup|AllocationId|^(Invalid)?(Resource|Entity|Object)(Id)?\.?Not(Found|Exists?)$/i;

/** ImageCacheName.Duplicated, Duplicate.ImageCacheName, NameConflict, InvalidName.AlreadyUsed */
const TAKEN = /Duplicat|Exist|Conflict|Repeat|Occupied|Taken|InUse|Used|Unique/i;
const OF_THE_NAME = /(?<!User|Domain|Host|Role|File|Tag|Key|Server|Account|Region|Zone|Instance)Name/i;
/** ImageCacheAlreadyExist, ResourceExists; with a create, nothing but the name can be there already. */
const EXISTS = /Exist|Duplicat/i;
const OF_ANOTHER_THING =
  /Tag|Label|Role|User|Rule|Policy|Group|Eip|Address|VSwitch|Vpc|Disk|Snapshot|Registry|Credential|Param|Image(?!Cache)/i;

/** The first that applies counts, so special rules stand before general ones. */
const RULES: readonly (readonly [(code: string) => boolean, FailureKind])[] = [
  [(code) => OF_TOKEN.test(code) && IN_PROGRESS.test(code), 'conflict'],
  [(code) => OF_TOKEN.test(code) && NOT_THE_SAME.test(code), 'token-mismatch'],
  [(code) => OF_TOKEN.test(code) && HAS_FAILED.test(code), 'token-failed'],
  [(code) => NONCE_USED.test(code) || NOT_YET.test(code), 'transient'],
  [(code) => isThrottling(code) || IN_TROUBLE.test(code), 'transient'],
  [(code) => NO_STOCK.test(code), 'no-stock'],
  [(code) => QUOTA.test(code) && !OF_A_VALUE.test(code), 'quota'],
  [(code) => [CONFLICT, AT_WORK, SENT_TWICE].some((family) => family.test(code)), 'conflict'],
  [(code) => OF_OUR_THINGS.test(code) && NOT_THERE.test(code), 'not-found'],
  [isNameTaken, 'name-taken'],
];

/** How to respond to the code; undefined if it belongs to no family, and the HTTP status decides. */
export function kindOfCode(code: string): FailureKind | undefined {
  return RULES.find(([applies]) => applies(code))?.[1];
}

/** Whether the code refuses a call for its rate alone. */
export function isThrottling(code: string): boolean {
  return THROTTLING.test(code);
}

function isNameTaken(code: string): boolean {
  if (NOT_THERE.test(code)) return false;
  return (TAKEN.test(code) && OF_THE_NAME.test(code)) || (EXISTS.test(code) && !OF_ANOTHER_THING.test(code));
}

/** Quotas besides that of image caches which a build may exhaust. */
const OTHER_QUOTA =
  /cpu|\bcores?\b|memory|gpu|\beips?\b|elastic ?ip|eipaddress|\benis?\b|network ?interface|disk|essd|snapshot|container ?group|\binstances?\b|\btags?\b|security ?group|vswitch/i;
const IMAGE_CACHE_QUOTA = /image[ _-]?cache/i;

/**
 * Which quota is exhausted. Most codes say only `QuotaExceeded`, and the message names the quota ("%s quota exceeded.").
 * A text that names two quotas does not count as that of image caches, since caches are deleted because of it.
 */
export function quotaOf(code: string, message: string): QuotaKind {
  const text = `${code} ${message}`.replace(/elastic container instance/gi, '');
  if (OTHER_QUOTA.test(text)) return 'other';
  return IMAGE_CACHE_QUOTA.test(text) ? 'image-cache' : 'unknown';
}
