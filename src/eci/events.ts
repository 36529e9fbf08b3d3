import type { EventCause } from '../cache/diagnose.js';
import type { ServiceEvent } from '../cache/service.js';

interface Rule extends EventCause {
  /** Of the event's reason, which is a fixed word. */
  readonly reason?: RegExp;
  /** Of the event's message, which is free text: looked at in warnings only. */
  readonly message: RegExp;
}

/**
 * The first that fits counts, so special rules stand before general ones: an image that does not fit was not pulled
 * either. Reasons are those of the vendor's page "Custom events of ECI"; messages are
 * containerd's and the kubelet's, and the vendor's.
 */
const RULES: readonly Rule[] = [
  {
    kind: 'too-small',
    reason: /NoSpace|DiskFull|DiskPressure|SizeNotEnough|SpaceNotEnough|SpaceInsufficient/i,
    message:
      /no space left|disk quota exceeded|ENOSPC|too small|(not enough|insufficient|out of) (disk |storage )?(space|storage)|(size|space|capacity)( of [\w ]+)? is (not enough|insufficient)|exceeds? (the )?([\w ]+ )?(image ?cache|disk|cache) (size|capacity)|larger than (the )?(image ?cache|cache|disk)/i,
    hint: 'Raise image-cache-size, or size-margin-percent if the size is computed.',
  },
  {
    kind: 'quota',
    reason: /^DiskCapacityQuotaFull$/,
    message: /disk capacity quota/i,
    hint: 'Have the ESSD capacity quota raised in the Quota Center, or lower image-cache-size.',
  },
  {
    kind: 'quota',
    reason: /^Quota(Full|Exceeded)/,
    message: /quota (is full|is exceeded|exceeded)/i,
    hint: 'Delete old image caches or set keep-latest, set elimination-strategy to LRU, or have the quota raised; it may be the vCPU quota.',
  },
  {
    kind: 'balance',
    reason: /^(InsufficientBalance|Account\.?Arrearage)/,
    message: /not have enough balance|overdue|outstanding payment/i,
    hint: 'Top up the account, then run the step again.',
  },
  {
    kind: 'no-stock',
    reason: /^(NoStock|StockClose|ResourceInsufficient|InvalidVSwitchId\.IpNotEnough|Zone\.?NotOnSale)/,
    message: /out of stock|current zone closed|not enough ip/i,
    hint: 'Name several vSwitches in different zones in vswitch-id, so that another zone can take over.',
  },
  {
    kind: 'not-pulled',
    message: /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/i,
    hint: 'The registry speaks plain HTTP: name its host in plain-http-registry.',
  },
  {
    kind: 'not-pulled',
    message:
      /x509|certificate (signed by unknown|has expired|is not trusted|is valid for)|tls: failed to verify/i,
    hint: 'The certificate of the registry is not trusted: name its host in insecure-registry.',
  },
  {
    kind: 'not-pulled',
    message:
      /unauthori[sz]ed|authentication required|access denied|access forbidden|requested access|insufficient_scope|\b40[13]\b|no basic auth/i,
    hint: 'The registry refused the login: check image-registry-credentials or acr-registry-info, and the access list of the registry. The service does not get the logins of earlier steps.',
  },
  {
    kind: 'not-pulled',
    message:
      /manifest unknown|manifest for .* not found|name unknown|repository does not exist|image not found|failed to resolve reference .* not found/i,
    hint: 'The registry does not have the image under this name: push it before this step, and check image-tag and registry-map.',
  },
  {
    kind: 'not-pulled',
    message: /toomanyrequests|rate limit|\b429\b/i,
    hint: 'The registry limits pulls: give a login for it in image-registry-credentials, or pull from a mirror.',
  },
  {
    kind: 'not-pulled',
    reason:
      /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|FailedPull\w*|PullImage\w*Failed|RegistryUnavailable|InspectFailed)$/,
    message:
      /(failed|fail|unable|cannot|could not) to pull|pull(ing)? images? .*(failed|timed? ?out)|ErrImagePull|ImagePullBackOff|i\/o timeout|dial tcp|no such host|TLS handshake timeout|context deadline exceeded|connection (refused|reset|timed out)/i,
    hint: 'The instance that builds the cache has to reach the registry: give the vSwitch a NAT gateway, set eip-instance-id, or name the images by the VPC host of the registry; also check its access list, image-registry-credentials, and plain-http-registry or insecure-registry for a registry of your own.',
  },
];

/** The reason that the event gives for a failed build; undefined if it gives none. */
export function diagnoseEvent(
  event: Pick<ServiceEvent, 'type' | 'reason' | 'message'>,
): EventCause | undefined {
  const message = event.type === 'Normal' ? '' : event.message;
  const rule = RULES.find(
    (candidate) => (candidate.reason?.test(event.reason) ?? false) || candidate.message.test(message),
  );
  return rule && { kind: rule.kind, hint: rule.hint };
}
