import { describe, expect, it } from '@jest/globals';
import { failedPlan, failures, fixedPlan } from '../../dev/eci/plans.js';
import { fault } from '../../dev/eci/faults.js';
import { account, expectNoneLeft, onlyAddress } from './eip-account.js';
import { looksById, quickPlan, until } from './support.js';

describe('eip-instance-id: auto', () => {
  it.concurrent('allocates an address for the build, and releases it once that is done', async () => {
    const here = await account();
    const { exitCode, outputs, stdout, summary } = await here.run();
    expect(exitCode).toBe(0);
    const id = onlyAddress(here);
    expect(outputs).toMatchObject({ result: 'created', status: 'Ready', 'eip-instance-id': id });
    expect(here.created()['EipInstanceId']).toBe(id);
    expect(here.vpc.addresses[0]?.tags.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        'warm-image-cache-fingerprint',
        'warm-image-cache-repository',
        'warm-image-cache-purpose',
      ]),
    );
    for (const said of [`Allocated the EIP ${id}`, `Released the EIP ${id}`]) expect(stdout).toContain(said);
    expect(summary).toMatch(new RegExp(`EIP.*${id}</code> allocated, released`));
    expectNoneLeft(here);
  });

  it.concurrent('releases it although look-ups by tag and name do not show the Ready cache yet', async () => {
    const here = await account({}, { indexLags: { tag: 600_000, name: 600_000 } });
    expect(await here.run()).toMatchObject({ exitCode: 0, outputs: { status: 'Ready' }, warnings: [] });
    onlyAddress(here);
    expectNoneLeft(here);
  });

  it.concurrent('asks for nothing where the cache is there, and sweeps what was forgotten', async () => {
    const here = await account();
    await here.run();
    const tags = here.vpc.addresses[0]?.tags ?? [];
    const ofOther = tags.map((tag) =>
      tag.key === 'warm-image-cache-repository' ? { ...tag, value: 'github.com/999' } : tag,
    );
    const ofContent = (fingerprint: string) =>
      tags.map((tag) =>
        tag.key === 'warm-image-cache-fingerprint' ? { ...tag, value: fingerprint.repeat(64) } : tag,
      );
    const longAgo = Date.now() - 2 * 3_600_000;
    const [forgotten, gone] = here.vpc.seed([
      { tags },
      { tags: ofContent('e'), allocatedAtMs: longAgo },
      { tags: ofContent('d') },
      { tags: ofOther, allocatedAtMs: longAgo },
      { tags: tags.slice(1), allocatedAtMs: longAgo },
      { tags: ofContent('c'), allocatedAtMs: longAgo, boundTo: 'ngw-1' },
    ]);
    const { exitCode, outputs, summary } = await here.run();
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ result: 'reused' });
    expect(outputs['eip-instance-id'] ?? '').toBe('');
    expect(here.vpc.requestsOf('AllocateEipAddress')).toHaveLength(1);
    const released = [forgotten?.allocationId ?? '', gone?.allocationId ?? ''];
    expect(here.vpc.addresses.filter(({ releasedAtMs }) => releasedAtMs !== undefined)).toHaveLength(3);
    for (const id of released) expect(summary).toContain(`${id}</code> released`);
  });

  it.concurrent('releases the address of a build that failed', async () => {
    const here = await account({}, { plan: () => failedPlan(failures.noStock(), { preparingMs: 5_000 }) });
    const { exitCode, errors } = await here.run();
    expect(exitCode).toBe(1);
    expect(errors[0]).toContain('Failed');
    expect(errors[0]).not.toContain('is kept');
    onlyAddress(here);
    expectNoneLeft(here);
  });

  it.concurrent(
    'leaves the address to the build when it is cancelled; whoever joins releases it',
    async () => {
      const here = await account({}, { plan: () => fixedPlan('Creating') });
      const started = await here.start();
      await until(() => looksById(here) >= 2, 'the wait');
      started.kill('SIGTERM');
      const first = await started.done;
      const id = onlyAddress(here);
      expect(first.errors[0]).toMatch(new RegExp(`keeps building.*EIP ${id} is kept.*billed`));
      expect(first.outputs['eip-instance-id']).toBe(id);
      expect(here.vpc.existing()).toHaveLength(1);
      for (const cache of here.eci.caches) cache.plan = quickPlan();
      const second = await here.run();
      expect(['joined', 'reused']).toContain(second.outputs['result']);
      expect(second.stdout).toContain(`Released the EIP ${id}`);
      expectNoneLeft(here);
    },
  );

  it.concurrent('leaves it at the time limit too, also where another run had allocated it', async () => {
    const here = await account({}, { plan: () => fixedPlan('Creating') });
    const first = await here.run({ 'wait-timeout-minutes': '0.5' });
    const id = onlyAddress(here);
    expect(first.exitCode).toBe(1);
    expect(first.errors[0]).toMatch(new RegExp(`not Ready after.*EIP ${id} is kept`));
    const joined = await here.run({ 'wait-timeout-minutes': '0.5' });
    expect(joined.errors[0]).toContain(`EIP ${id} is kept`);
    expect(joined.summary).toContain('a cache of this content is still being built');
    expect(here.vpc.misdeeds()).toEqual([]);
    expect(here.vpc.existing()).toHaveLength(1);
  });

  it.concurrent('says with wait: false that the address is kept, and until when', async () => {
    const here = await account({}, { plan: () => fixedPlan('Creating') });
    const { exitCode, warnings } = await here.run({ wait: 'false' });
    expect(exitCode).toBe(0);
    const id = onlyAddress(here);
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`EIP ${id} is kept.*billed.*wait is false`))]);
    for (const cache of here.eci.caches) cache.plan = fixedPlan('Ready');
    expect((await here.run()).outputs['result']).toBe('reused');
    expectNoneLeft(here);
  });

  it.concurrent('waits for an address that is slow to become Available', async () => {
    const binding = { untakenMs: 0, associatingMs: 1_000, heldMs: 60_000, unassociatingMs: 20_000 };
    const here = await account({ binding });
    expect((await here.run()).exitCode).toBe(0);
    expectNoneLeft(here);
  });

  it.concurrent('gives up on one that is never let go of, and says so', async () => {
    const binding = { untakenMs: 0, associatingMs: 1_000, heldMs: 3_600_000, unassociatingMs: 0 };
    const here = await account({ binding });
    const { exitCode, warnings, summary } = await here.run();
    expect(exitCode).toBe(0);
    expect(warnings).toEqual([expect.stringMatching(/EIP eip-\w+ is kept: the instance.*billed/)]);
    expect(summary).toContain('allocated, kept: the instance that built the cache');
  });

  it.concurrent.each([
    ['InvalidEipInstanceId.NotFound', 400],
    ['InvalidEipInstanceId.NotFound', 404],
    ['InvalidAllocationId.NotFound', 400],
    ['IncorrectEipStatus', 400],
  ] as const)(
    'looks at the address again where the create does not take it: %s, HTTP %d',
    async (code, status) => {
      const here = await account();
      here.eci.faults.push(fault.error('CreateImageCache', code, status));
      const { exitCode, errors, stdout } = await here.run();
      expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
      expect(stdout).toContain(code);
      onlyAddress(here);
      expectNoneLeft(here);
    },
  );

  it.concurrent.each([
    'InvalidSecurityGroupId.NotFound',
    'InvalidEipInstanceId.NotFound',
    'Forbidden.RAM',
    'QuotaExceeded.ImageCache',
  ])('releases the address where every create would be refused: %s', async (code) => {
    const here = await account();
    here.eci.faults.push({ ...fault.error('CreateImageCache', code, 403), times: 99 });
    const { exitCode, errors } = await here.run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringContaining(code)]);
    expect(errors[0]).not.toContain('is kept');
    onlyAddress(here);
    expectNoneLeft(here);
  });

  it.concurrent('keeps it where the next create may succeed, and the next run uses it', async () => {
    const here = await account();
    here.eci.faults.push(fault.error('CreateImageCache', 'OperationDenied.NoStock', 403));
    const { exitCode, errors } = await here.run();
    expect(exitCode).toBe(1);
    const id = onlyAddress(here);
    expect(errors[0]).toMatch(
      new RegExp(`NoStock.*EIP ${id} is kept: another run may be about to use it.*billed`),
    );
    expect((await here.run()).exitCode).toBe(0);
    onlyAddress(here);
    expectNoneLeft(here);
  });

  it.concurrent('never takes it from another run, whose create comes after a refused one', async () => {
    const here = await account();
    here.eci.faults.push(fault.error('CreateImageCache', 'OperationDenied.NoStock', 403), {
      kind: 'none',
      action: 'CreateImageCache',
      delayBeforeMs: 3_000,
    });
    const [one, other] = await Promise.all([here.run(), here.run()]);
    expect([one.exitCode, other.exitCode].sort()).toEqual([0, 1]);
    expect(here.vpc.misdeeds()).toEqual([]);
    expectNoneLeft(here);
  });
});

describe('what stands in the way of eip-instance-id: auto', () => {
  it.concurrent.each(['AllocateEipAddress', 'DescribeEipAddresses', 'ReleaseEipAddress', 'TagResources'])(
    'no permission for %s: one error with the policy, and nothing is made',
    async (action) => {
      const here = await account({ denied: [action] });
      const { exitCode, errors } = await here.run();
      expect(exitCode).toBe(1);
      expect(errors).toHaveLength(1);
      for (const word of [
        'vpc:AllocateEipAddress',
        'vpc:DescribeEipAddresses',
        'vpc:ReleaseEipAddress',
        'vpc:TagResources',
      ])
        expect(errors[0]).toContain(word);
      expect(here.vpc.addresses).toEqual([]);
      expect(here.eci.requestsOf('CreateImageCache')).toEqual([]);
    },
  );

  it.concurrent('the quota: its own hint', async () => {
    const here = await account({ maxAddresses: 0 });
    const { errors } = await here.run();
    expect(errors).toEqual([expect.stringMatching(/QuotaExceeded.*quota of EIPs/s)]);
    expect(here.eci.requestsOf('CreateImageCache')).toEqual([]);
  });

  it.concurrent('a refusal with HTTP 200', async () => {
    const here = await account();
    here.vpc.faults.push(fault.refusedWith200('DescribeEipAddresses', 'Forbidden.RAM', 99));
    const { errors } = await here.run();
    expect(errors).toEqual([expect.stringMatching(/Forbidden\.RAM.*vpc:TagResources/s)]);
    expect(here.vpc.addresses).toEqual([]);
  });

  it.concurrent('a token whose first request has failed: the next one', async () => {
    const here = await account({ tokens: { failed: [403, 'IdempotentFailed'] } });
    here.vpc.faults.push(fault.error('AllocateEipAddress', 'IdempotentFailed', 403));
    expect((await here.run()).exitCode).toBe(0);
    expectNoneLeft(here);
  });

  it.concurrent('a value that is neither auto nor an ID', async () => {
    const here = await account();
    const { errors } = await here.run({ 'eip-instance-id': 'automatic' });
    expect(errors).toEqual([
      expect.stringMatching(/eip-instance-id: got "automatic"; allowed is auto, or the ID/),
    ]);
  });
});

describe('a dry run with eip-instance-id: auto', () => {
  it.concurrent('says what it would do, and does none of it', async () => {
    const here = await account();
    const { exitCode, stdout, outputs } = await here.run({ 'dry-run': 'true' });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Would allocate an EIP for the build');
    expect(outputs['eip-instance-id'] ?? '').toBe('');
    expect(new Set(here.vpc.requests.map(({ action }) => action))).toEqual(new Set(['DescribeEipAddresses']));
  });

  it.concurrent('names what it would release', async () => {
    const here = await account();
    await here.run();
    const [left] = here.vpc.seed([{ tags: here.vpc.addresses[0]?.tags ?? [] }]);
    const { stdout, summary } = await here.run({ 'dry-run': 'true' });
    expect(stdout).toContain(`Would release EIPs that earlier runs left: ${left?.allocationId ?? ''}`);
    expect(summary).toContain('Would release');
    expect(here.vpc.existing()).toHaveLength(1);
  });
});

it.concurrent('without auto the VPC service is not asked at all', async () => {
  const here = await account();
  expect((await here.run({ 'eip-instance-id': '' })).exitCode).toBe(0);
  expect(here.vpc.requests).toEqual([]);
});
