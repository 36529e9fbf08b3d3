import { isKind, ServiceError, type FailureKind, type Tag } from '../cache/service.js';
import type { AllocateRequest, EipAddress, EipService } from '../eip/service.js';
import { isRecord } from '../http/foreign-text.js';
import { count, isPresent, records, text, type JsonRecord } from './answers.js';
import { callGeneric, type Connection } from './call.js';
import { unusableAnswer } from './errors.js';

/** A connection to the VPC endpoint of the region. */
export interface VpcOptions extends Connection {
  /** Where addresses are made and looked for; the account's default group where it is left out. */
  readonly resourceGroupId?: string | undefined;
}

const VERSION = '2016-04-28';
/** The largest page, by the vendor's metadata. */
const PAGE_SIZE = 100;
const MOST_PAGES = 1_000;
/** The vendor's maximum for an address that is paid by traffic, in Mbit/s. */
const BANDWIDTH = '200';
/** An ID that no address has. */
const NO_ADDRESS = 'eip-000000000000000000000';
/** The field that each answer must have. */
const ANSWER_FIELDS = {
  AllocateEipAddress: 'AllocationId',
  DescribeEipAddresses: 'EipAddresses',
  ReleaseEipAddress: undefined,
} as const;

/** IncorrectEipStatus, IncorrectStatus.Eip, OperationFailed.EipStatusInvalid; TaskConflict and the like are of the kind "conflict". */
const HELD = /^Incorrect\w*Status|EipStatus/i;
/** Forbidden, Forbidden.RAM, NoPermission, UnauthorizedOperation; the vendor's pages misspell one of them. */
const DENIED =
  /^(Forbidden|Forbbiden)(\.?(RAM|SubUser))?$|NoPermission|AccessDenied|NotAuthori[sz]ed|Unauthori[sz]ed|(Implicit|Explicit)Deny/i;

const GRANT_HINT =
  'Give the RAM user or role this policy in addition to the one for image caches: {"Version":"1","Statement":[{"Effect":"Allow","Action":["vpc:AllocateEipAddress","vpc:DescribeEipAddresses","vpc:ReleaseEipAddress","vpc:TagResources"],"Resource":"*"}]}';
const QUOTA_HINT =
  'The quota of EIPs in this region is exhausted: release those that nobody uses, have the quota raised in the Quota Center, set eip-instance-id to an existing EIP, or give the vSwitch a NAT gateway.';
const BALANCE_HINT = 'Top up the account, then run the step again.';

/** Hints by error code, for codes that mean something else here than in eci/hints.ts. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [DENIED, GRANT_HINT],
  [/^InsufficientBalance/, BALANCE_HINT],
];
/** The same by the kind of any other code. */
const HINTS_OF_KINDS: Readonly<Partial<Record<FailureKind, string>>> = {
  quota: QUOTA_HINT,
  conflict: 'Something else is at work on the EIP: run the step again.',
  'no-stock':
    'The region has no EIP left: run the step again later, set eip-instance-id to an existing EIP, or give the vSwitch a NAT gateway.',
};

type Action = keyof typeof ANSWER_FIELDS;
type Call = (action: Action, query: Record<string, string>) => Promise<JsonRecord>;

/** The EIPs of one region. Every call is tried once and rejects with a ServiceError; retries are the caller's. */
export function createEipService(options: VpcOptions): EipService {
  const { regionId, resourceGroupId } = options;
  const connection = { ...options, endpointInput: 'vpc-endpoint' };
  const group = resourceGroupId === undefined ? {} : { ResourceGroupId: resourceGroupId };
  const call: Call = async (action, query) => {
    try {
      const operation = { action, version: VERSION, answerField: ANSWER_FIELDS[action] };
      const { fields } = await callGeneric(connection, {
        ...operation,
        query: { RegionId: regionId, ...query },
      });
      return fields;
    } catch (error) {
      throw error instanceof ServiceError ? hinted(error) : error;
    }
  };
  const release: EipService['release'] = async (allocationId) => {
    try {
      await call('ReleaseEipAddress', { AllocationId: allocationId });
      return 'released';
    } catch (error) {
      if (isKind('not-found', error)) return 'gone';
      if (isHeld(error)) return 'held';
      throw error;
    }
  };
  return {
    release,
    allocate: async (request, clientToken) => {
      const answer = await call('AllocateEipAddress', {
        ...allocation(request),
        ...group,
        ClientToken: clientToken,
      });
      const allocationId = text(answer['AllocationId']);
      if (allocationId === '') throw unusableAnswer('AllocateEipAddress', 'holds no AllocationId');
      return allocationId;
    },
    findByTags: async (tags) =>
      (await describeAll(call, { ...tagQuery(tags), ...group })).filter((address) => carries(address, tags)),
    findById: async (allocationId) => {
      try {
        const shown = await describeAll(call, { AllocationId: allocationId, ...group });
        return shown.find((address) => address.allocationId === allocationId);
      } catch (error) {
        if (isKind('not-found', error)) return undefined;
        throw error;
      }
    },
    checkMayRelease: async () => {
      try {
        await release(NO_ADDRESS);
      } catch (error) {
        // Only a missing permission counts; that the address does not exist is expected.
        const isFinding =
          error instanceof ServiceError && (DENIED.test(error.code) || error.kind === 'transient');
        if (isFinding) throw error;
      }
    },
  };
}

function isHeld(error: unknown): boolean {
  return error instanceof ServiceError && (error.kind === 'conflict' || HELD.test(error.code));
}

function allocation({ name, tags }: AllocateRequest): Record<string, string> {
  return {
    Name: name,
    Bandwidth: BANDWIDTH,
    InstanceChargeType: 'PostPaid',
    InternetChargeType: 'PayByTraffic',
    ...tagQuery(tags),
  };
}

function tagQuery(tags: readonly Tag[]): Record<string, string> {
  const named = tags.flatMap(({ key, value }, index) => [
    [`Tag.${index + 1}.Key`, key],
    [`Tag.${index + 1}.Value`, value],
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

function hinted(error: ServiceError): ServiceError {
  const hint = HINTS.find(([pattern]) => pattern.test(error.code))?.[1] ?? HINTS_OF_KINDS[error.kind];
  if (hint === undefined) return error;
  const { code, kind, quota, isThrottled, mayHaveActed, statusCode, requestId } = error;
  const details = { code, kind, quota, isThrottled, mayHaveActed, statusCode, requestId };
  return new ServiceError(error.message, { ...details, hint });
}

async function describeAll(call: Call, filter: Record<string, string>): Promise<readonly EipAddress[]> {
  const addresses = new Map<string, EipAddress>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await call('DescribeEipAddresses', {
      ...filter,
      PageSize: String(PAGE_SIZE),
      PageNumber: String(page),
    });
    const shown = addressesOf(answer);
    const before = addresses.size;
    for (const address of shown) addresses.set(address.allocationId, address);
    // A page with nothing new is the end, whatever the count says. Without a count, so is a page that is not full.
    const total = Number(answer['TotalCount'] ?? NaN);
    const isLast = Number.isNaN(total) ? shown.length < PAGE_SIZE : addresses.size >= total;
    if (isLast || addresses.size === before) break;
  }
  return [...addresses.values()];
}

/** "None found" makes the caller allocate one, so only a list says so, or a count where an empty list is left out. */
function addressesOf(answer: JsonRecord): readonly EipAddress[] {
  const { EipAddresses: wrapped } = answer;
  if (!isPresent(wrapped) && count(answer['TotalCount']) === 0) return [];
  const list = isRecord(wrapped) ? (wrapped['EipAddress'] ?? []) : wrapped;
  if (!Array.isArray(list)) throw unusableAnswer('DescribeEipAddresses', 'holds no list EipAddresses');
  return records(list)
    .map(addressOf)
    .filter(({ allocationId }) => allocationId !== '');
}

function addressOf(record: JsonRecord): EipAddress {
  const { Tags: wrapped } = record;
  const tags = records(isRecord(wrapped) ? wrapped['Tag'] : wrapped);
  return {
    allocationId: text(record['AllocationId']),
    status: text(record['Status']),
    allocationTime: text(record['AllocationTime']),
    tags: tags.map((tag) => ({
      key: text(tag['Key'] ?? tag['TagKey']),
      value: text(tag['Value'] ?? tag['TagValue']),
    })),
  };
}

/** If the service ignores the filter, another owner's address must not count as ours. */
function carries(address: EipAddress, tags: readonly Tag[]): boolean {
  return tags.every(({ key, value }) => address.tags.some((tag) => tag.key === key && tag.value === value));
}
