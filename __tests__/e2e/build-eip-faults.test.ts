import { describe, expect, it } from '@jest/globals';
import { fixedPlan } from '../../dev/eci/plans.js';
import { fault } from '../../dev/eci/faults.js';
import type { VpcOptions } from '../../dev/vpc/server.js';
import { account, expectNoneLeft, onlyAddress, type Account } from './eip-account.js';
import { until } from './support.js';

const HOUR_MS = 3_600_000;

/** The fields of every address in the answers of DescribeEipAddresses. */
type Fields = Record<string, unknown> & { readonly AllocationTime: string };

/** Answers in which every address has another form. */
function showing(change: (address: Fields) => object): Required<Pick<VpcOptions, 'reshape'>> {
  return {
    reshape: (_action, answer) => {
      const { EipAddresses: list } = answer as { EipAddresses?: { EipAddress: Fields[] } };
      return list ? { ...answer, EipAddresses: { EipAddress: list.EipAddress.map(change) } } : answer;
    },
  };
}

/** What a run of this content left two hours ago, of another content, in an account of its own. */
async function forgottenBy(here: Account, howMany: number): Promise<string[]> {
  const other = await account();
  await other.run();
  const tags = (other.vpc.addresses[0]?.tags ?? []).map((tag) =>
    tag.key === 'warm-image-cache-fingerprint' ? { ...tag, value: 'e'.repeat(64) } : tag,
  );
  const allocatedAtMs = Date.now() - 2 * HOUR_MS;
  const seeded = here.vpc.seed(Array.from({ length: howMany }, () => ({ tags, allocatedAtMs })));
  return seeded.map(({ allocationId }) => allocationId);
}

describe('one address is enough where the service', () => {
  it.concurrent.each<[string, VpcOptions, Record<string, string>]>([
    ['says no time', showing((address) => ({ ...address, AllocationTime: undefined })), {}],
    [
      'says the time without an offset',
      showing((address) => ({
        ...address,
        AllocationTime: address.AllocationTime.replace('Z', ''),
      })),
      { TZ: 'Asia/Shanghai' },
    ],
    [
      'has a clock that is 12 minutes behind',
      showing((address) => ({
        ...address,
        AllocationTime: new Date(Date.parse(address.AllocationTime) - 720_000).toISOString(),
      })),
      {},
    ],
    ['shows no tags', showing((address) => ({ ...address, Tags: undefined })), {}],
    [
      'leaves an empty list out',
      {
        reshape: (_action, answer) => {
          const { EipAddresses, ...others } = answer as { EipAddresses?: object; TotalCount?: number };
          return others.TotalCount === 0 ? others : { ...others, EipAddresses };
        },
      },
      {},
    ],
  ])('%s', async (_case, options, env) => {
    const here = await account(options);
    const { exitCode, errors } = await here.run({}, { env });
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
    onlyAddress(here);
    expectNoneLeft(here);
  });
});

describe('what earlier runs left', () => {
  it.concurrent('makes room in the quota of addresses', async () => {
    const here = await account({ maxAddresses: 2 });
    const left = await forgottenBy(here, 2);
    const { exitCode, stdout } = await here.run();
    expect(exitCode).toBe(0);
    for (const id of left) expect(stdout).toContain(`Released the EIP ${id}.`);
    expect(here.vpc.existing()).toEqual([]);
  });

  it.concurrent('keeps no other address where its own release is refused', async () => {
    const here = await account();
    const [bad] = await forgottenBy(here, 1);
    here.vpc.faults.push({
      ...fault.error('ReleaseEipAddress', 'OperationDenied.DeletionProtection', 403),
      when: ({ parameters }) => parameters['AllocationId'] === bad,
      times: Infinity,
    });
    const { exitCode, warnings } = await here.run();
    expect(exitCode).toBe(0);
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`could not be released \\(${bad ?? ''}\\): .*DeletionProtection`)),
    ]);
    expect(here.vpc.existing().map(({ allocationId }) => allocationId)).toEqual([bad]);
  });
});

describe('an address', () => {
  it.concurrent(
    'is not said to be of another run where the answer to its own allocation was lost',
    async () => {
      const here = await account();
      here.vpc.faults.push(fault.actThenDrop('AllocateEipAddress'));
      const { exitCode, stdout, summary } = await here.run();
      expect(exitCode).toBe(0);
      const id = onlyAddress(here);
      expect(stdout).toContain(`Using the EIP ${id}, which was allocated for this cache before.`);
      expect(summary).toContain(`${id}</code> allocated before, released`);
    },
  );

  it.concurrent.each([
    'Forbidden.SubUser',
    'NoPermission',
    'Forbidden.NotAuthorized',
    'UnauthorizedOperation',
  ])('is not allocated where its release is refused: %s', async (code) => {
    const here = await account();
    here.vpc.faults.push({ ...fault.error('ReleaseEipAddress', code, 403), times: Infinity });
    const { errors } = await here.run();
    expect(errors).toEqual([expect.stringContaining('vpc:ReleaseEipAddress')]);
    expect(here.vpc.addresses).toEqual([]);
  });
});

describe('a create', () => {
  it.concurrent('that is repeated names the address of this run, and says so', async () => {
    const here = await account();
    here.eci.faults.push(fault.unavailable('CreateImageCache'));
    const { exitCode, stdout, summary } = await here.run();
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('allocated for this cache before');
    expect(summary).toContain(`${onlyAddress(here)}</code> allocated, released`);
  });

  it.concurrent('that is refused for the clock of its runner takes no address from another run', async () => {
    const here = await account();
    here.eci.faults.push(fault.error('CreateImageCache', 'InvalidTimeStamp.Expired'), {
      kind: 'none',
      action: 'CreateImageCache',
      delayBeforeMs: 1_500,
    });
    const [one, other] = await Promise.all([here.run(), here.run()]);
    expect([one.exitCode, other.exitCode].sort()).toEqual([0, 1]);
    expectNoneLeft(here);
  });

  it.concurrent('whose cache look-ups do not show yet is building, not one that may come', async () => {
    const here = await account(
      {},
      { indexLags: { tag: HOUR_MS, name: HOUR_MS }, plan: () => fixedPlan('Creating') },
    );
    const { warnings } = await here.run({ wait: 'false' });
    expect(warnings).toEqual([
      expect.stringContaining('is kept: a cache of this content is still being built'),
    ]);
  });
});

describe('a cancel after an answer was lost says that there may be', () => {
  it.concurrent.each([
    [
      'an address',
      'vpc',
      'AllocateEipAddress',
      /An EIP was just requested.*If it was allocated, it is billed/,
    ],
    ['a cache', 'eci', 'CreateImageCache', /A cache was just requested.*The EIP eip-\w+ is kept.*billed/],
  ] as const)('%s', async (_case, server, action, said) => {
    const here = await account();
    here[server].faults.push(fault.actThenDrop(action));
    let isLost = false;
    const started = await here.start(
      {},
      {
        env: { ECI_CACHE_CLOCK_SPEED: '1' },
        onLine: ({ text }) => {
          isLost ||= text.includes(`Trying ${action} again`);
        },
      },
    );
    await until(() => isLost, 'the pause after the lost answer');
    started.kill('SIGTERM');
    const { errors } = await started.done;
    expect(errors).toEqual([expect.stringMatching(said)]);
  });
});
