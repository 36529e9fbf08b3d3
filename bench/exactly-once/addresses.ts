import type { EciServer } from '../../dev/eci/server.js';
import type { RpcHooks } from '../../dev/eci/rpc.js';
import type { CacheRecord } from '../../dev/eci/caches.js';
import type { VpcEvent } from '../../dev/vpc/actions.js';
import { buildEndMs } from '../../dev/vpc/addresses.js';
import { startVpcServer, type VpcServer } from '../../dev/vpc/server.js';
import { tagsOfBuild } from '../../src/eip/identity.js';
import type { EipRules } from './schedule.js';

/** The account's addresses, with some that are none of the runs' business. */
export async function startAddresses(
  { lagMs, statusLagMs, tokenKeptMs, untakenMs, heldMs }: EipRules,
  eci: EciServer,
  hooks: RpcHooks,
): Promise<VpcServer> {
  const vpc = await startVpcServer(eci, {
    lagMs,
    statusLagMs,
    tokens: {
      failed: [403, 'IdempotentFailed'],
      ...(tokenKeptMs === undefined ? {} : { keptMs: tokenKeptMs }),
    },
    binding: { untakenMs, associatingMs: 2_000, heldMs, unassociatingMs: 2_000 },
    hooks,
  });
  const build = { owner: 'github.com/other', fingerprint: 'e'.repeat(64), attempt: '', generation: 0 };
  const longAgoMs = eci.clock.now() - 86_400_000;
  vpc.seed([{}, { tags: tagsOfBuild(build), allocatedAtMs: longAgoMs }]);
  return vpc;
}

/**
 * What is wrong with the addresses after the last run: one left, one taken from its build or from somebody else, one
 * handed to two creates although the second run could have known of the first.
 */
export function addressProblems(
  { vpc, eci }: { readonly vpc: VpcServer | undefined; readonly eci: EciServer },
  couldNotKnow: CouldNotKnow,
): string[] {
  if (!vpc) return [];
  const isExcused = ({ kind, allocationId, atMs }: VpcEvent): boolean => {
    if (kind !== 'held') return false;
    const named = eci.caches.filter(({ parameters }) => parameters['EipInstanceId'] === allocationId);
    // Both may be of the same millisecond; the account has them in the order of their creates.
    return named.some((first, index) => {
      const second = named.slice(index + 1).find(({ createdAtMs }) => createdAtMs >= atMs);
      const isBuilding = first.createdAtMs <= atMs && atMs < buildEndMs(first);
      return second !== undefined && isBuilding && couldNotKnow(first, second);
    });
  };
  const left = vpc.existing().filter(({ parameters }) => parameters !== undefined);
  return [...left.map(({ allocationId }) => `the EIP ${allocationId} is left`), ...vpc.misdeeds(isExcused)];
}

/** Whether nobody could prevent the second cache. */
type CouldNotKnow = (first: CacheRecord, second: CacheRecord) => boolean;
