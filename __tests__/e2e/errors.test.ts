import { describe, expect, it } from '@jest/globals';
import { fault, type Fault } from '../../dev/eci/faults.js';
import { scenario } from './support.js';

/**
 * One of each kind of answer among the "Error codes" of the vendor's page of CreateImageCache: every code has its row in
 * __tests__/unit/eci-hints.test.ts.
 */
const VENDOR_CODES: readonly (readonly [status: number, code: string, message: string])[] = [
  [400, 'Account.Arrearage', 'Your account has an outstanding payment.'],
  [400, 'IncorrectStatus', 'The vSwitch is not in the right status.'],
  [400, 'OperationConflict', 'The request was denied. It conflicts with a previous request.'],
  [403, 'QuotaExceeded', 'ImageCache quota exceeded.'],
  [403, 'Forbidden.SubUser', 'The specified action is not available for you.'],
  [403, 'OperationDenied.NoStock', 'Sales of this resource are temporarily suspended in the specified zone.'],
];

const CREATE = 'CreateImageCache';

function refusal(code: string, status: number, message: string, times = Infinity): Fault {
  return { ...fault.error(CREATE, code, status, message), times };
}

describe('an error code of the vendor', () => {
  it.concurrent.each(VENDOR_CODES)(
    '%s %s: one error with code, request ID and a hint',
    async (status, code, message) => {
      const { run, eci } = await scenario();
      eci.faults.push(refusal(code, status, message));
      const { exitCode, errors, summary } = await run();

      expect(exitCode).toBe(1);
      expect(errors).toHaveLength(1);
      const [said = '', hint = ''] = errors[0]?.split('\n') ?? [];
      const requestIds = eci.requestsOf(CREATE).map(({ requestId }) => requestId);
      expect(said).toMatch(`${code} (HTTP ${status})`);
      expect(said).toMatch(message);
      expect(requestIds).toContain(/Request ID: ([\w-]+)\./.exec(said)?.[1]);
      expect(hint).toMatch(/^[A-Z].{25,}\.$/);
      expect(message).not.toMatch(hint);
      expect(summary).toMatch('❌');
      expect(eci.caches).toEqual([]);
    },
  );

  it.concurrent(
    'DryRunOperation says that the request is valid, and is no success: no cache is there',
    async () => {
      const { run, eci } = await scenario();
      eci.faults.push(
        refusal('DryRunOperation', 400, 'Request validation has been passed with DryRun flag set.'),
      );
      const { exitCode, errors } = await run();
      expect(exitCode).toBe(1);
      expect(errors).toEqual([
        expect.stringMatching(
          /DryRunOperation \(HTTP 400\).*Request ID: [\w-]+\.\nThe request is valid, and nothing was created/,
        ),
      ]);
    },
  );
});

describe('what may heal', () => {
  it.concurrent('IncorrectStatus is asked again with the same token, five times in all', async () => {
    const { run, eci, tokens } = await scenario();
    eci.faults.push(refusal('IncorrectStatus', 400, 'The vSwitch is Pending.'));
    expect(await run()).toMatchObject({ exitCode: 1 });
    expect(tokens()).toHaveLength(5);
    expect(new Set(tokens()).size).toBe(1);
  });

  it.concurrent('throttling twice, then success: one cache, with label and count in the log', async () => {
    const { run, eci, tokens } = await scenario();
    eci.faults.push(fault.throttled(CREATE, 2));
    const { exitCode, stdout, warnings } = await run();
    expect(exitCode).toBe(0);
    expect(warnings).toEqual([]);
    expect(stdout).toMatch(/Throttling\.User.*Trying CreateImageCache again \(try 2\b/);
    expect(stdout).toMatch(/Throttling\.User.*Trying CreateImageCache again \(try 3\b/);
    expect(tokens()).toHaveLength(3);
    expect(new Set(tokens()).size).toBe(1);
    expect(eci.caches).toHaveLength(1);
  });

  it.concurrent("a gateway's page keeps its status, and the same token is tried again", async () => {
    const { run, eci, tokens } = await scenario();
    eci.faults.push(fault.gatewayPage(CREATE, 502));
    const { exitCode, stdout } = await run();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/HTTP 502, text\/html.*Trying CreateImageCache again/);
    expect(new Set(tokens()).size).toBe(1);
    expect(eci.caches).toHaveLength(1);
  });

  it.concurrent("a gateway that never heals is an error with the page's status", async () => {
    const { run, eci } = await scenario();
    eci.faults.push({ ...fault.gatewayPage(CREATE, 502), times: Infinity });
    const { exitCode, errors } = await run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/CreateImageCache failed.*HTTP 502.*\n.+/)]);
  });

  it.concurrent.each<[string, Fault]>([
    ['before the service acted', fault.dropBefore(CREATE)],
    ['after the service acted', fault.actThenDrop(CREATE)],
    ['half way through', { kind: 'cut', action: CREATE }],
    ['and was half of its JSON', { kind: 'truncated', action: CREATE }],
  ])('an answer that was lost %s leaves one cache', async (_, lost) => {
    const { run, eci, tokens } = await scenario();
    eci.faults.push(lost);
    const { exitCode, outputs } = await run();
    expect(exitCode).toBe(0);
    expect(new Set(tokens()).size).toBe(1);
    expect(eci.caches.map(({ imageCacheId }) => imageCacheId)).toEqual([outputs['image-cache-id']]);
  });
});

describe('other answers', () => {
  it.concurrent('a refusal that lost its end is asked for again, and told', async () => {
    const { run, eci, tokens } = await scenario();
    const half = '{"RequestId":"R-1","Code":"InvalidParameter.Dup';
    eci.faults.push(
      { kind: 'html', action: CREATE, status: 400, body: half, contentType: 'application/json' },
      refusal('InvalidParameter.DuplicatedName', 400, 'The name is taken.'),
    );
    const { exitCode, errors } = await run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/InvalidParameter\.DuplicatedName \(HTTP 400\)/)]);
    expect(tokens()).toHaveLength(2);
    expect(new Set(tokens()).size).toBe(1);
  });

  it.concurrent('OperationConflict looks again, and joins the cache of the other run', async () => {
    const { run, eci, tokens } = await scenario();
    // The other run's create is under way: it shows up once this run has been refused.
    eci.faults.push({
      ...refusal('OperationConflict', 400, 'It conflicts with a previous request.', 1),
      acts: true,
    });
    const { exitCode, outputs, stdout } = await run();
    expect(exitCode).toBe(0);
    expect(tokens()).toHaveLength(1);
    expect(outputs).toMatchObject({ result: 'joined', 'image-cache-id': eci.caches[0]?.imageCacheId });
    expect(stdout).toMatch('Another run has asked for the same cache');
  });

  it.concurrent('an unknown code passes through readable, with what the vendor recommends', async () => {
    const { run, eci } = await scenario();
    eci.faults.push(refusal('Brand.NewCode', 400, 'Something that nobody has seen: 100% new.'));
    const { exitCode, errors } = await run();
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        /Brand\.NewCode \(HTTP 400\): Something that nobody has seen: 100% new\. Request ID: [\w-]+\.\n.*https:\/\/next\.api\.aliyun\.com/,
      ),
    ]);
    expect(eci.requestsOf(CREATE)).toHaveLength(1);
  });

  it.concurrent('a wrong secret is an error that says where the key came from', async () => {
    const { run } = await scenario();
    const { exitCode, errors } = await run({ 'access-key-secret': 'wrong/secret+for=this' });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/SignatureDoesNotMatch.*\n.*access-key-secret/)]);
  });
});
