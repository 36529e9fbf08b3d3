import type { Tag } from '../cache/service.js';

/** One elastic IP address (EIP) of the account; absent texts are empty. */
export interface EipAddress {
  readonly allocationId: string;
  /** Available, Associating, InUse, Unassociating or Releasing. */
  readonly status: string;
  /** By the service's clock, as the service wrote it. */
  readonly allocationTime: string;
  readonly tags: readonly Tag[];
}

/** What an address is allocated with. It is paid by traffic. */
export interface AllocateRequest {
  readonly name: string;
  /** They go with the allocation itself: no address of ours exists without them, even for a moment. */
  readonly tags: readonly Tag[];
}

/** What came of asking for a release. */
export type ReleaseOutcome =
  | 'released'
  /** Something uses it, or is about to let go of it. */
  | 'held'
  /** It was not there any more. */
  | 'gone';

/** The addresses of one region and resource group, as far as this action needs them. Every call rejects with a ServiceError. */
export interface EipService {
  /** @returns the allocation ID; for a token that is remembered, that of the first call, whatever became of it */
  allocate(request: AllocateRequest, clientToken: string): Promise<string>;
  /** All addresses that carry all of these tags, every page. */
  findByTags(tags: readonly Tag[]): Promise<readonly EipAddress[]>;
  findById(allocationId: string): Promise<EipAddress | undefined>;
  release(allocationId: string): Promise<ReleaseOutcome>;
  /** Rejects where the caller is known to have no permission to release an address. Changes nothing. */
  checkMayRelease(): Promise<void>;
}
