// Standard domains of Alibaba Cloud Container Registry (ACR).
// Personal Edition, also since 2024-09 with a domain per instance:
// https://www.alibabacloud.com/help/en/acr/user-guide/individual-edition-instance-independent-domain-name-capacity-limit
// The -intl hosts are those of Personal Edition on the international site.

// Groups: what stands before the network, the network where it is a private one, what stands after it.
const ACR_DOMAINS: readonly RegExp[] = [
  // Personal Edition, shared: registry-vpc.cn-hangzhou.aliyuncs.com
  /^(registry(?:-intl)?)(-vpc|-internal)?(\.[a-z0-9-]+\.aliyuncs\.com)$/,
  // Enterprise Edition: acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com
  /^([a-z0-9-]+-registry)(-vpc|-internal)?(\.[a-z0-9-]+\.cr\.aliyuncs\.com)$/,
  // Personal Edition, own domain: crpi-0a1b2c-vpc.cn-hangzhou.personal.cr.aliyuncs.com
  /^(crpi-[a-z0-9]+)(-vpc|-internal)?(\.[a-z0-9-]+\.personal\.cr\.aliyuncs\.com)$/,
];

function matchAcr(host: string): RegExpExecArray | undefined {
  for (const pattern of ACR_DOMAINS) {
    const match = pattern.exec(host.toLowerCase());
    if (match) return match;
  }
  return undefined;
}

/** Whether the host is a standard domain of ACR, public or private. A custom domain is not. */
export function isAcrHost(host: string): boolean {
  return matchAcr(host) !== undefined;
}

/** The public name of an ACR host that only a VPC reaches; undefined for every other host. */
export function publicAcrHost(host: string): string | undefined {
  const [, before = '', network, after = ''] = matchAcr(host) ?? [];
  return network === undefined ? undefined : `${before}${after}`;
}
