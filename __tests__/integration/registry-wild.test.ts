import { afterEach, describe, expect, it } from '@jest/globals';
import { sha256, type Fault } from '../../dev/registry/server.js';
import {
  AMD64,
  clientFor,
  closeAll,
  countingClock,
  failureOf,
  imageOf,
  layer,
  scene,
  successOf,
} from './registry-harness.js';

// What registries do that no specification has, from reports about other clients.

afterEach(closeAll);

describe('a registry that asks us to come back later', () => {
  const throttled = (retryAfter: string, times?: number): Fault => ({
    kind: 'status',
    status: 429,
    retryAfter,
    ...(times !== undefined && { times }),
  });

  it.each([
    ['30', 4],
    ['120', 2],
  ])('is given its time: %s s, %d times', async (retryAfter, times) => {
    const clock = countingClock();
    const { image } = await scene({ faults: [throttled(retryAfter, times)] }, { clock });
    await image();
    expect(clock.pauses).toHaveLength(times);
    for (const pause of clock.pauses) expect(pause).toBeGreaterThanOrEqual(Number(retryAfter) * 1000);
  });

  it('is given more time than a request may take otherwise', async () => {
    // The limit of a request is 3 s here, and a pause takes 4.
    const slow = { now: () => 0, speed: 1, sleep: () => new Promise<void>((end) => setTimeout(end, 400)) };
    const { image } = await scene({ faults: [throttled('4', 2)] }, { clock: slow, requestLimitMs: 300 });
    await image();
  });

  it.each(['0', 'Wed, 21 Oct 2015 07:28:00 GMT'])(
    'is left alone for a moment with %s, too',
    async (retryAfter) => {
      const clock = countingClock();
      const { image } = await scene({ faults: [throttled(retryAfter, 3)] }, { clock });
      await image();
      expect(clock.pauses.length).toBe(3);
      expect(Math.min(...clock.pauses)).toBeGreaterThanOrEqual(500);
    },
  );

  it.each(['30', '400', '9'.repeat(400)])(
    'is given five minutes in all, and then named by its status: %s s',
    async (retryAfter) => {
      const clock = countingClock();
      const { failure } = await scene({ faults: [throttled(retryAfter)] }, { clock });
      const { reason, message, hint } = await failure();
      expect(reason).toBe('unreachable');
      expect(message).toMatch(/registry .* answers HTTP 429 \(TOOMANYREQUESTS: toomanyrequests\)/);
      expect(hint).toMatch(
        /limits the number of requests: log in, or try again later\. It asks for a pause of/,
      );
      expect(clock.now()).toBeLessThanOrEqual(300_000);
    },
  );

  it('does not use up its time again for the next image', async () => {
    const clock = countingClock();
    const { client, server } = await scene({ faults: [throttled('60')] }, { clock });
    await Promise.all(
      ['a', 'b', 'c'].map((name) => client.inspect(imageOf(`${server.host}/${name}:1`), AMD64)),
    );
    await client.inspect(imageOf(`${server.host}/d:1`), AMD64);
    expect(clock.now()).toBeLessThanOrEqual(300_000);
  });

  it('is not taken for a silent host when its time runs out', async () => {
    const faults: Fault[] = [{ ...throttled('1', 1), times: 1 }, { kind: 'silence' }];
    const { image, failure, client, server } = await scene({}, { speed: 200 });
    await image();
    server.faults.push(...faults);
    expect((await failure()).message).toMatch(/answers HTTP 429/);
    server.faults.length = 0;
    successOf(await client.inspect(imageOf(`${server.host}/app:1`), AMD64));
  });
});

describe('an answer that stretches HTTP', () => {
  it('may have 100 KiB of headers', async () => {
    const headers = { 'content-security-policy': 'x'.repeat(100 * 1024) };
    const { image } = await scene({ faults: [{ kind: 'headers', headers }] });
    await image();
  });

  it('is named as what it is where no parser may accept it, and is not asked for again', async () => {
    const { failure, server } = await scene({ faults: [{ kind: 'two-lengths' }] });
    const { reason, message, hint } = await failure();
    expect(reason).toBe('bad-answer');
    expect(message).toMatch(/the answer of 127\.0\.0\.1:\d+ is not valid HTTP \(HPE_\w+\)$/);
    expect(hint).not.toContain('DNS');
    expect(server.requests).toHaveLength(1);
  });

  it('may be compressed although the request asks for nothing of the kind', async () => {
    const { image, server } = await scene({ faults: [{ kind: 'gzip' }] });
    expect((await image()).digest).toMatch(/^sha256:/);
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('a digest in the header', () => {
  it.each([
    ['without its algorithm', (digest: string) => digest.replace('sha256:', '')],
    ['twice', (digest: string) => [digest, digest].join(', ')],
    ['that is empty', () => ''],
    ['of another kind', () => 'md5:d41d8cd98f00b204e9800998ecf8427e'],
  ])('%s: the bytes count', async (_, header) => {
    const { server, client } = await scene({});
    const { digest } = server.putImage('app', '2', { layers: [layer()] });
    server.faults.push({ kind: 'headers', headers: { 'docker-content-digest': header(digest) } });
    const { image } = successOf(await client.inspect(imageOf(`${server.host}/app:2`), AMD64));
    expect(image.digest).toBe(digest);
  });

  it('that is another one is an error', async () => {
    const headers = { 'docker-content-digest': sha256(layer()) };
    const { failure } = await scene({ faults: [{ kind: 'headers', headers }] });
    expect(await failure()).toMatchObject({ reason: 'bad-answer' });
  });
});

describe('a tag that was pushed a moment ago', () => {
  const hidden = (times: number): Fault => ({ kind: 'status', status: 404, on: 'manifest', times });

  it.each([1, 5])('is asked for again where it is not there yet: %d times', async (times) => {
    const { image, client } = await scene({ faults: [hidden(times)] });
    await image();
    expect(client.lines.filter((line) => line.includes('There is no tag 1 in'))).toHaveLength(1);
  });

  it('is waited for longer where the list of tags has it', async () => {
    const clock = countingClock();
    const { image, server } = await scene({ faults: [hidden(8)] }, { clock });
    await image();
    expect(clock.now()).toBeGreaterThan(20_000);
    expect(server.requestsOf('tags')).toHaveLength(1);
  });

  it('is an error of its own where it is only ever listed', async () => {
    const { failure } = await scene({ faults: [hidden(1000)] });
    const { message } = await failure();
    expect(message).toMatch(/the registry lists the tag 1 of .*, but does not serve its manifest$/);
    expect(message).not.toContain('near it');
  });

  it('is waited for 20 s where nobody knows it', async () => {
    const clock = countingClock();
    const { failure } = await scene(
      { put: (server) => server.putImage('app', '2', { layers: [] }) },
      { clock },
    );
    expect((await failure()).message).toMatch(/there is no tag 1 in/);
    expect(clock.now()).toBe(20_000);
  });
});

describe('a host that cannot be reached', () => {
  it('is one that only a VPC reaches, for all we know', async () => {
    const failure = failureOf(await clientFor([]).inspect(imageOf('127.0.0.1:1/app:1'), AMD64));
    expect(failure.hint).toContain('registry-map to "public-host=vpc-host"');
  });
});
