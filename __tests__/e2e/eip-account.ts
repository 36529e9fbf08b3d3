import { expect } from '@jest/globals';
import type { EciOptions } from '../../dev/eci/server.js';
import { startVpcServer, type VpcOptions, type VpcServer } from '../../dev/vpc/server.js';
import { closeAtEnd, scenario, type Scenario } from './support.js';

export interface Account extends Scenario {
  readonly vpc: VpcServer;
}

const AUTO = { 'eip-instance-id': 'auto' };

/** A scenario with addresses, whose runs have `eip-instance-id: auto`. */
export async function account(vpcOptions: VpcOptions = {}, eci: EciOptions = {}): Promise<Account> {
  const servers = await scenario({ eci });
  const vpc = closeAtEnd(await startVpcServer(servers.eci, vpcOptions));
  const auto = { ...AUTO, 'vpc-endpoint': vpc.url };
  return {
    ...servers,
    vpc,
    run: (inputs, options) => servers.run({ ...auto, ...inputs }, options),
    start: (inputs, options) => servers.start({ ...auto, ...inputs }, options),
  };
}

/** The ID of the only address that ever was. */
export function onlyAddress({ vpc }: Account): string {
  expect(vpc.addresses).toHaveLength(1);
  return vpc.addresses[0]?.allocationId ?? '';
}

export function expectNoneLeft({ vpc }: Account): void {
  expect(vpc.existing()).toEqual([]);
  expect(vpc.misdeeds()).toEqual([]);
}
