import { afterEach, describe, expect, it } from '@jest/globals';
import { serviceClock, type ServiceClock } from '../../dev/eci/clock.js';
import { fault, type Fault } from '../../dev/eci/faults.js';
import { checkParameters } from '../../dev/eci/parameters.js';
import { readyPlan } from '../../dev/eci/plans.js';
import { RpcError } from '../../dev/eci/rpc.js';
import { startEciServer, TEST_ACCOUNT, TEST_REGION, type EciServer } from '../../dev/eci/server.js';
import { checkAllocateLimits } from '../../dev/vpc/limits.js';
import { actions } from '../../dev/vpc/parameters.js';
import { startVpcServer, type VpcOptions, type VpcServer } from '../../dev/vpc/server.js';
import { createEipService } from '../../src/eci/vpc.js';
import { allocationOf, tagsOfBuild, tagsOfOwner } from '../../src/eip/identity.js';
import type { EipService } from '../../src/eip/service.js';
import { BUILD } from '../support/eip-run.js';
import { connectionTo } from '../support/vendor.js';
import { createRequest, sdkFor } from './dev-sdk.js';

interface Account {
  readonly clock: ServiceClock;
  readonly eci: EciServer;
  readonly vpc: VpcServer;
  readonly eips: EipService;
  readonly eipsWith: (fields: { secret?: string; resourceGroupId?: string }) => EipService;
  /** A cache that is built by way of this address: Ready after 60 s. */
  readonly create: (allocationId: string, token?: string) => Promise<string>;
  readonly statusOf: (allocationId: string) => Promise<string | undefined>;
}

let open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.map((server) => server.close()));
  open = [];
});

async function account(options: VpcOptions = {}): Promise<Account> {
  const clock = serviceClock({ speed: 0 });
  const eci = await startEciServer({
    clock,
    plan: () => readyPlan({ preparingMs: 30_000, creatingMs: 30_000 }),
  });
  const vpc = await startVpcServer(eci, options);
  open.push(eci, vpc);
  const eipsWith: Account['eipsWith'] = ({ secret = TEST_ACCOUNT.accessKeySecret, resourceGroupId }) =>
    createEipService({
      ...connectionTo(vpc.host),
      credentials: () => Promise.resolve({ ...TEST_ACCOUNT, accessKeySecret: secret }),
      resourceGroupId,
    });
  const eips = eipsWith({});
  return {
    clock,
    eci,
    vpc,
    eips,
    eipsWith,
    create: async (eipInstanceId, clientToken = 'token-1') => {
      const { body } = await sdkFor(eci, TEST_ACCOUNT).createImageCache(
        createRequest({ eipInstanceId, clientToken }),
      );
      return body.imageCacheId ?? '';
    },
    statusOf: async (allocationId) => (await eips.findById(allocationId))?.status,
  };
}

const TOKEN = 'a'.repeat(64);
const OURS = allocationOf(BUILD);

describe('an address', () => {
  it('is allocated with its tags, once for each token, and found by them', async () => {
    const { eips, vpc } = await account();
    const id = await eips.allocate(OURS, TOKEN);
    expect(await eips.allocate(OURS, TOKEN)).toBe(id);
    vpc.seed([{ tags: tagsOfBuild({ ...BUILD, owner: 'other' }) }, {}]);
    expect(await eips.findByTags(tagsOfOwner(BUILD.owner))).toEqual([
      {
        allocationId: id,
        status: 'Available',
        allocationTime: expect.stringMatching(/^\d{4}-.*Z$/),
        tags: OURS.tags,
      },
    ]);
    expect(vpc.requestsOf('AllocateEipAddress')[0]?.parameters).toMatchObject({
      Bandwidth: '200',
      InternetChargeType: 'PayByTraffic',
      InstanceChargeType: 'PostPaid',
      Name: 'warm-image-cache-ffffffffffffffff',
      ClientToken: TOKEN,
    });
  });

  it('is taken by the build and comes back after it; until then it cannot be released', async () => {
    const { eips, create, clock, statusOf, vpc } = await account();
    const id = await eips.allocate(OURS, TOKEN);
    await create(id);
    const seen: (string | undefined)[] = [];
    for (const aheadMs of [0, 4_000, 5_000, 55_000, 8_000]) {
      clock.advance(aheadMs);
      seen.push(await statusOf(id));
      if (seen.at(-1) !== 'Available') expect(await eips.release(id)).toBe('held');
    }
    clock.advance(5_000);
    expect([...seen, await statusOf(id)]).toEqual([
      'Available',
      'Associating',
      'InUse',
      'InUse',
      'Unassociating',
      'Available',
    ]);
    expect(await eips.release(id)).toBe('released');
    expect(await eips.release(id)).toBe('gone');
    expect(vpc.misdeeds()).toEqual([]);
  });

  it('that is released while its cache is being built leaves a ghost', async () => {
    const { eips, create, clock, eci, vpc } = await account();
    const id = await eips.allocate(OURS, TOKEN);
    await create(id);
    await eips.release(id);
    await create('eip-that-never-was', 'token-2');
    clock.advance(86_400_000);
    expect(eci.caches.map(({ plan }) => plan.timeline.at(-1)?.status)).toEqual(['Preparing', 'Preparing']);
    expect(vpc.misdeeds()).toHaveLength(2);
  });

  it('is read from every page, and by its resource group', async () => {
    const { eips, eipsWith, vpc } = await account();
    vpc.seed(Array.from({ length: 120 }, () => ({ tags: OURS.tags })));
    vpc.seed([{ tags: OURS.tags, resourceGroupId: 'rg-1' }]);
    expect(await eips.findByTags(OURS.tags)).toHaveLength(121);
    expect(await eipsWith({ resourceGroupId: 'rg-1' }).findByTags(OURS.tags)).toHaveLength(1);
  });

  it('is shown late where look-ups lag', async () => {
    const { eips, clock, statusOf } = await account({ lagMs: 10_000, releasingMs: 5_000 });
    const id = await eips.allocate(OURS, TOKEN);
    expect(await statusOf(id)).toBeUndefined();
    clock.advance(10_000);
    await eips.release(id);
    expect(await statusOf(id)).toBe('Releasing');
  });
});

describe('what the service refuses', () => {
  it.each<[string, VpcOptions, Fault | undefined, object]>([
    [
      'an allocation without permission',
      { denied: ['AllocateEipAddress'] },
      undefined,
      { code: 'Forbidden.RAM', hint: expect.stringContaining('"vpc:ReleaseEipAddress"') },
    ],
    [
      'one beyond the quota',
      { maxAddresses: 0 },
      undefined,
      { kind: 'quota', hint: expect.stringMatching(/quota of EIPs.*NAT gateway/) },
    ],
    [
      'one beyond the quota, in other words',
      {},
      fault.error('AllocateEipAddress', 'EipLimitExceeded'),
      { kind: 'quota', hint: expect.stringMatching(/quota of EIPs.*NAT gateway/) },
    ],
    [
      'one beside another that is under way',
      {},
      fault.error('AllocateEipAddress', 'OperationConflict'),
      { kind: 'conflict', hint: 'Something else is at work on the EIP: run the step again.' },
    ],
    [
      'a call that the host does not have',
      {},
      fault.error('AllocateEipAddress', 'InvalidApi.NotFound', 404),
      { hint: 'The host does not offer this call: check the input vpc-endpoint, or leave it out.' },
    ],
    [
      'with HTTP 200',
      {},
      fault.error('AllocateEipAddress', 'QuotaExceeded.Eip', 200),
      { kind: 'quota', code: 'QuotaExceeded.Eip' },
    ],
    [
      'in an answer that lacks the ID',
      {},
      emptyAnswer('AllocateEipAddress'),
      { message: 'AllocateEipAddress failed: the answer holds no AllocationId.' },
    ],
    ['for a while', {}, fault.throttled('AllocateEipAddress'), { kind: 'transient' }],
    ['in HTML', {}, fault.gatewayPage('AllocateEipAddress'), { kind: 'transient' }],
    ['without a word', {}, fault.actThenDrop('AllocateEipAddress'), { kind: 'transient' }],
  ])('%s', async (_case, options, broken, error) => {
    const { eips, vpc } = await account(options);
    if (broken) vpc.faults.push(broken);
    await expect(eips.allocate(OURS, TOKEN)).rejects.toMatchObject(error);
  });

  it('a wrong signature', async () => {
    const { eipsWith } = await account();
    await expect(eipsWith({ secret: 'other' }).findByTags(OURS.tags)).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });

  it('a look-up, without a word of what is there', async () => {
    const { eips, vpc } = await account();
    vpc.faults.push(fault.error('DescribeEipAddresses', 'Forbidden.RAM', 200));
    await expect(eips.findByTags(OURS.tags)).rejects.toMatchObject({ code: 'Forbidden.RAM' });
    vpc.faults.push(emptyAnswer('DescribeEipAddresses'));
    await expect(eips.findByTags(OURS.tags)).rejects.toThrow('holds no list EipAddresses');
    vpc.faults.push(emptyAnswer('DescribeEipAddresses', '{"TotalCount":"0"}'));
    expect(await eips.findByTags(OURS.tags)).toEqual([]);
  });

  it('a release, which is known before there is anything to release', async () => {
    const allowed = await account();
    await expect(allowed.eips.checkMayRelease()).resolves.toBeUndefined();
    allowed.vpc.faults.push(fault.error('ReleaseEipAddress', 'IncorrectEipStatus'));
    await expect(allowed.eips.checkMayRelease()).resolves.toBeUndefined();
    const denied = await account({ denied: ['ReleaseEipAddress'] });
    await expect(denied.eips.checkMayRelease()).rejects.toMatchObject({ code: 'Forbidden.RAM' });
  });

  it('a look-up of an address that it does not know yet, or not any more', async () => {
    const { statusOf, vpc } = await account();
    vpc.faults.push(fault.error('DescribeEipAddresses', 'InvalidAllocationId.NotFound', 404));
    expect(await statusOf('eip-1')).toBeUndefined();
  });

  it.each(['OperationConflict', 'TaskConflict', 'IncorrectStatus.Eip', 'OperationFailed.EipStatusInvalid'])(
    'a release of an address that something is at work on: %s',
    async (code) => {
      const { eips, vpc } = await account();
      const id = await eips.allocate(OURS, TOKEN);
      vpc.faults.push(fault.error('ReleaseEipAddress', code, 409));
      expect(await eips.release(id)).toBe('held');
      expect(await eips.release(id)).toBe('released');
    },
  );

  it('a release with HTTP 200, so that the address is not taken for released', async () => {
    const { eips, vpc } = await account();
    const id = await eips.allocate(OURS, TOKEN);
    vpc.faults.push(fault.error('ReleaseEipAddress', 'IncorrectEipStatus', 200));
    expect(await eips.release(id)).toBe('held');
  });

  it.each<[string, Record<string, string>, string]>([
    ['a parameter that it does not have', { Colour: 'red' }, 'UnsupportedParameter'],
    [
      'more bandwidth than it sells',
      { Bandwidth: '201', InternetChargeType: 'PayByTraffic' },
      'InvalidBandwidth',
    ],
    ['a name that begins with a digit', { Name: '1' }, 'InvalidName'],
    ['a tag without a key', { 'Tag.1.Value': 'v' }, 'InvalidTag'],
    ['no region', { RegionId: '' }, 'MissingRegionId'],
  ])('%s', (_case, extra, code) => {
    expect(codeOf({ RegionId: TEST_REGION, ...extra })).toBe(code);
  });
});

function emptyAnswer(action: string, body = '{"RequestId":"1"}'): Fault {
  return { kind: 'html', action, status: 200, contentType: 'application/json', body };
}

function codeOf(flat: Record<string, string>): string {
  try {
    checkParameters(actions['AllocateEipAddress']?.parameters ?? {}, flat);
    checkAllocateLimits(flat);
    return 'accepted';
  } catch (error) {
    if (error instanceof RpcError) return error.code;
    throw error;
  }
}
