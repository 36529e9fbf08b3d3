import type { FailureKind } from '../cache/service.js';
import { kindOfCode } from './codes.js';

/** What a hint may depend on besides the code. */
export interface HintContext {
  readonly action?: string | undefined;
  /** The input that sets the host; `endpoint` unless given. */
  readonly endpointInput?: string | undefined;
  /** Where the credentials came from, in words, e.g. "the inputs access-key-id and …". */
  readonly credentialsOrigin?: string | undefined;
  /** URL of who issues ID tokens on the server that runs the workflow. */
  readonly idTokenIssuer?: string | undefined;
  readonly statusCode?: number | undefined;
}

type Hint = string | ((context: HintContext) => string);
/** The first entry that fits counts. */
type Rules = readonly (readonly [string | RegExp, Hint])[];

const LEAST_ACTIONS = ['eci:CreateImageCache', 'eci:DescribeImageCaches', 'eci:DescribeContainerGroupEvents'];

/** The actions of the least RAM policy, and the one that was refused. */
function grant({ action }: HintContext): string {
  const wanted = new Set(LEAST_ACTIONS);
  if (action !== undefined) wanted.add(`eci:${action}`);
  return `Attach a policy to the RAM user or role of these credentials that allows ${[...wanted].join(', ')} on resource acs:eci:*:*:*; also eci:DeleteImageCache if keep-latest is set, and ram:CreateServiceLinkedRole for the account's first cache.`;
}

const origin = ({ credentialsOrigin }: HintContext): string =>
  credentialsOrigin ? `They came from ${credentialsOrigin}.` : 'See the log for where they came from.';

const ZONES = 'Name several vSwitches in different zones in vswitch-id, so that another zone can take over.';
const QUOTA =
  'Delete old image caches or set keep-latest, set elimination-strategy to LRU, or have the quota raised in the Quota Center; it may also be the vCPU quota, as the cache is built by an instance.';
const TOP_UP = 'Top up the account and settle its bills, then run the step again.';
const ACTIVATE =
  'Activate Elastic Container Instance in its console with the account that the credentials belong to.';
const LATER =
  'Wait a few minutes and run the step again: it uses the same client token, so there will be no second cache.';
const ONE_VPC = 'Take vswitch-id and security-group-id from one VPC, and leave zone-id out.';
const TICKET = 'Only Alibaba Cloud can lift this: open a ticket and give the request ID.';

/**
 * What a person can do about an error code: those of the vendor's page of CreateImageCache, and those that all
 * of the vendor's services share. The first entry that fits counts.
 */
const HINTS: Rules = [
  ['DryRunOperation', 'The request is valid, and nothing was created: there is nothing to do.'],
  [
    'DiskCapacityQuotaFull',
    'Have the ESSD capacity quota raised in the Quota Center, or lower image-cache-size.',
  ],
  [
    /^Incorrect(?!.*ImageCache)\w*Status\b/i,
    'The vSwitch is most likely still being created: run the step again in a minute.',
  ],
  [
    'ImageCache.IncorrectStatus',
    'The image cache is still being built or changed: wait until it is Ready or Failed.',
  ],
  [
    /^Invalid(Parameter\.)?ClientToken/,
    'The service does not accept this client token: leave client-token out, or give up to 64 ASCII characters.',
  ],
  ['InvalidVSwitchId.IpNotEnough', `The vSwitch has no free IP address left. ${ZONES}`],
  ['OperationDenied.VswZoneMisMatch', 'Leave zone-id out, or set it to the zone of the vSwitch.'],
  ['OperationDenied.SecurityGroupMisMatch', ONE_VPC],
  [
    'EipAddressPoolIpNotEnough',
    'The address pool has no free IP address: add addresses to it, or set eip-instance-id to an EIP that is free.',
  ],
  [
    'CreateServiceLinkedRole.Denied',
    'Grant ram:CreateServiceLinkedRole to the RAM user or role, or create the role AliyunServiceRoleForECI once by hand in the RAM console.',
  ],
  [
    /^Forbidden\.(SubUser|RAM)$|^NoPermission|^InvalidUser\.PassRoleForbidden$|^Forbidden$|^AccessDenied/,
    grant,
  ],
  [
    'RamRole.NotSupport',
    'Take arn-service and arn-user out of acr-registry-info, or name a RAM role that trusts eci.aliyuncs.com.',
  ],
  ['Account.Arrearage', TOP_UP],
  ['Forbidden.UserBussinessStatus', TOP_UP],
  [
    'Forbidden.UserNotRealNameAuthentication',
    'Complete the real-name verification of the account in its console.',
  ],
  [
    'SecurityRisk.3DVerification',
    'Verify the account’s credit or debit card through the link in the e-mail from Alibaba Cloud.',
  ],
  ['ServiceNotEnabled', ACTIVATE],
  ['ImageCacheNotSupport', `${ACTIVATE} If it is active, ask for image caches in a ticket.`],
  ['Forbidden.OnlyForInvitedTest', `${ACTIVATE} If it is active, ask for access in a ticket.`],
  ['Forbidden.RiskControl', TICKET],
  ['DiskVolume.NotSupport', `The account may not use this kind of disk. ${TICKET}`],
  ['InvalidParameter.CPU.Memory', `The zone has no instance of the size that builds image caches. ${ZONES}`],
  [
    /^InvalidAccessKeyId/,
    (context) => `The access key does not exist or is disabled: replace the credentials. ${origin(context)}`,
  ],
  [
    /^SignatureDoesNotMatch$|^IncompleteSignature$/,
    (context) =>
      `The access key secret does not belong to the access key ID, or was cut off when it was copied: set both again. ${origin(context)}`,
  ],
  [
    /^InvalidSecurityToken|^MissingSecurityToken$/,
    (context) =>
      `The security token has expired or does not belong to the access key: get new credentials right before this step, or use role-to-assume, which renews them. ${origin(context)}`,
  ],
  [
    /^InvalidTimeStamp/,
    (context) =>
      `The clock of the runner is more than 15 minutes off, or the request waited too long: correct the clock. The credentials are not to blame. ${origin(context)}`,
  ],
  [
    /^(InvalidRegionId|InvalidZoneId|UnsupportedRegion)/,
    'Check region-id and zone-id, and that ECI is available there.',
  ],
  [
    /^Invalid(VSwitchId|SecurityGroupId|EipInstanceId|ResourceGroup\w*)\b/,
    'Check that the resource exists in this region and in the account that the credentials belong to.',
  ],
  [
    /^(Invalid(Api|Action|Version)\b|NoSuchVersion$|UnsupportedHTTPMethod$)/,
    ({ endpointInput = 'endpoint' }) =>
      `The host does not offer this call: check the input ${endpointInput}, or leave it out.`,
  ],
];

/** Of families of codes, see codes.ts. */
const HINTS_OF_KINDS: Readonly<Partial<Record<FailureKind, string>>> = {
  transient: LATER,
  conflict:
    'Another request for the same cache is in progress: run the step again to join it, and give the workflow a `concurrency` group.',
  'token-mismatch':
    'The client token was used before with other parameters: leave client-token out, or change it together with the other inputs.',
  'token-failed':
    'The first request with this client token failed, and the service repeats that answer: leave client-token out, or set another value.',
  'name-taken':
    'A cache with this name exists: leave image-cache-name out, or choose a name that no other content has.',
  'no-stock': ZONES,
  quota: QUOTA,
  'not-found':
    'The resource in the message is gone: somebody, another workflow or a clean-up job deleted it. Run the step again.',
};

/** The last resort. */
const GENERAL: Rules = [
  [
    /^(Invalid|Missing)[A-Z]|^UnsupportedParameter$/,
    'The message names the parameter: check the input that sets it.',
  ],
];

/** The error codes of AssumeRoleWithOIDC: the vendor's list of STS error codes. */
const STS_HINTS: Rules = [
  [
    'AuthenticationFail.OIDCToken.AudienceNotMatch',
    'Add the value of the input audience to the client IDs of the OIDC provider in the RAM console, and to the condition oidc:aud of the trust policy of the role.',
  ],
  [
    /^AuthenticationFail\.OIDCToken\.Issuer/,
    ({ idTokenIssuer }) =>
      `oidc-provider-arn has to name an OIDC provider whose issuer URL is that of this server${idTokenIssuer === undefined ? '' : `: ${idTokenIssuer}`}.`,
  ],
  [
    /^AuthenticationFail\.OIDCToken\.(PublicKeyFingerprint|HttpsUrlInvalid)/,
    'Fetch the fingerprint of the OIDC provider again in the RAM console: the one stored there is not that of the issuer’s certificate.',
  ],
  [
    'AuthenticationFail.OIDCToken.Expired',
    'The ID token came too late: run the step again, and check the clock of the runner.',
  ],
  [
    /^AuthenticationFail\.OIDCToken/,
    'Check that oidc-provider-arn names the OIDC provider of this server, and that the job has `permissions: id-token: write`.',
  ],
  [
    /^(AuthenticationFail\.)?NoPermission|^AccessDenied|^Forbidden/,
    'The trust policy of role-to-assume has to name oidc-provider-arn as its Federated principal, and its conditions oidc:iss, oidc:aud and oidc:sub have to fit this repository and ref.',
  ],
  [
    /^EntityNotExists?\.Role/,
    'Check role-to-assume: acs:ram::<account ID>:role/<role name>, of a role that exists.',
  ],
  [
    /^EntityNotExist|OIDCProvider/,
    'Check oidc-provider-arn: acs:ram::<account ID>:oidc-provider/<name>, of a provider that exists in the account of the role.',
  ],
  [
    /^InvalidParameter\.RoleSessionName/,
    'role-session-name takes 2 to 64 letters, digits and the characters . @ - _',
  ],
  [
    /^InvalidParameter\.DurationSeconds/,
    'role-session-expiration has to be between 900 seconds and the longest session time that the role allows.',
  ],
  [/^InvalidParameter\.RoleArn/, 'Check role-to-assume: acs:ram::<account ID>:role/<role name>.'],
];

/** What a person can do about an error of the service, in a sentence or two; undefined for an unknown code. */
export function hintFor(code: string, context: HintContext = {}): string | undefined {
  const hint = context.action === 'AssumeRoleWithOIDC' ? hintIn(STS_HINTS, code, context) : undefined;
  const kind = kindOfCode(code);
  return (
    hint ??
    hintIn(HINTS, code, context) ??
    (kind && HINTS_OF_KINDS[kind]) ??
    hintIn(GENERAL, code, context) ??
    hintOfStatus(context.statusCode ?? 0)
  );
}

function hintOfStatus(statusCode: number): string | undefined {
  if (statusCode === 409) return HINTS_OF_KINDS.conflict;
  return statusCode >= 500 || statusCode === 429 ? LATER : undefined;
}

function hintIn(rules: Rules, code: string, context: HintContext): string | undefined {
  const hint = rules.find(([rule]) => (typeof rule === 'string' ? rule === code : rule.test(code)))?.[1];
  return typeof hint === 'function' ? hint(context) : hint;
}
