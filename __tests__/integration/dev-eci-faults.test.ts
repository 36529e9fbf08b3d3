import { describe, expect, it } from '@jest/globals';
import { type Fault, fault } from '../../dev/eci/faults.js';
import { TEST_ACCOUNT } from '../../dev/eci/server.js';
import { createRequest, listed, sdkFor, start } from './dev-sdk.js';

describe('faults', () => {
  it.each<[string, Fault, object, { caches: number; answered: string }]>([
    [
      'drops before acting',
      fault.dropBefore('CreateImageCache'),
      { message: expect.stringContaining('socket hang up') },
      { caches: 0, answered: 'no' },
    ],
    [
      'acts, then drops',
      fault.actThenDrop('CreateImageCache'),
      { message: expect.stringContaining('socket hang up') },
      { caches: 1, answered: 'no' },
    ],
    ['hangs', { kind: 'hang' }, { message: expect.stringMatching(/Timeout/) }, { caches: 0, answered: 'no' }],
    [
      'acts and hangs',
      { kind: 'hang', acts: true },
      { message: expect.stringMatching(/Timeout/) },
      { caches: 1, answered: 'no' },
    ],
    [
      'shows a gateway page',
      fault.gatewayPage('CreateImageCache'),
      { name: 'SyntaxError' },
      { caches: 0, answered: 'yes' },
    ],
    [
      'throttles',
      fault.throttled('CreateImageCache'),
      { code: 'Throttling.User' },
      { caches: 0, answered: 'yes' },
    ],
    [
      'acts and answers 500',
      { kind: 'error', acts: true, status: 500, code: 'InternalError' },
      { code: 'InternalError' },
      { caches: 1, answered: 'yes' },
    ],
    [
      'truncates its answer',
      { kind: 'truncated' },
      { name: 'SyntaxError' },
      { caches: 1, answered: 'partly' },
    ],
    [
      'truncates what it never did',
      { kind: 'truncated', acts: false },
      { name: 'SyntaxError' },
      { caches: 0, answered: 'partly' },
    ],
    ['cuts its answer', { kind: 'cut' }, {}, { caches: 1, answered: 'partly' }],
    [
      'answers nothing',
      { kind: 'empty', status: 200 },
      { name: 'SyntaxError' },
      { caches: 0, answered: 'yes' },
    ],
    [
      'answers late',
      { kind: 'none', delayAfterMs: 600 },
      { message: expect.stringMatching(/Timeout/) },
      { caches: 1, answered: 'yes' },
    ],
  ])('%s, once', async (_case, broken, error, { caches, answered }) => {
    const { server, sdk } = await start();
    const hasty = sdkFor(server, TEST_ACCOUNT, 300);
    server.faults.push(broken);
    await expect(hasty.createImageCache(createRequest())).rejects.toMatchObject(error);
    expect(server.caches).toHaveLength(caches);
    if (broken.delayAfterMs === undefined)
      expect(server.requests[0]).toMatchObject({ fault: broken.kind, answered });
    expect(server.faults).toEqual([]);
    await sdk.createImageCache(createRequest());
    expect(server.caches).toHaveLength(1);
  });

  it('delivers a slow answer whole', async () => {
    const { server, sdk } = await start();
    server.faults.push({ kind: 'slow', pieceMs: 1 });
    expect((await sdk.createImageCache(createRequest())).body.imageCacheId).toBe(
      server.caches[0]?.imageCacheId,
    );
  });

  it('hit the requests that they were programmed for', async () => {
    const { server, sdk } = await start();
    server.faults.push(
      { ...fault.error('DescribeImageCaches', 'A'), nth: 2, times: 2 },
      { ...fault.error('DescribeImageCaches', 'B'), when: ({ number }) => number === 5 },
      fault.error('ListUsage', 'C'),
    );
    const outcomes: string[] = [];
    for (let n = 0; n < 6; n++) {
      outcomes.push(
        await listed(sdk).then(
          () => 'ok',
          (error: unknown) => (error as { code: string }).code,
        ),
      );
    }
    expect(outcomes).toEqual(['ok', 'A', 'A', 'ok', 'B', 'ok']);
    expect(server.faults).toMatchObject([{ code: 'C' }]);
  });

  it('may come from a hook, which sees each request before and after the service acts', async () => {
    const seen: string[] = [];
    const { sdk } = await start({
      hooks: {
        onRequest: ({ number, acted }) => {
          seen.push(`request ${number}, acted: ${acted}`);
          return number === 1 ? fault.unavailable('*') : undefined;
        },
        onActed: ({ number, acted, status }) => {
          seen.push(`sent ${number}, acted: ${acted}, ${status ?? 'none'}`);
        },
      },
    });
    await expect(listed(sdk)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
    await listed(sdk);
    expect(seen).toEqual([
      'request 1, acted: false',
      'sent 1, acted: false, none',
      'request 2, acted: false',
      'sent 2, acted: true, 200',
    ]);
  });
});
