import { describe, expect, it } from '@jest/globals';
import { openOffice } from './office.js';

/** More than the ID token and STS take by far, and each image takes three of them. */
const REGISTRY_LATENCY_MS = 300;

describe('while the registry is asked', () => {
  it.concurrent('credentials are had', async () => {
    const { servers, identity, run } = await openOffice({
      plain: true,
      registry: { latencyMs: REGISTRY_LATENCY_MS },
    });
    let read = NaN;
    identity.sts.hooks.onRequest = (): undefined => {
      read = servers.registry.requestsOf('manifest').filter(({ status }) => status === 200).length;
      return undefined;
    };
    expect(await run({ wait: 'false' })).toMatchObject({ exitCode: 0 });
    expect(read).toBe(0);
  });

  it.concurrent('credentials that are refused are told of beside an image that is missing', async () => {
    const { servers, run } = await openOffice({ plain: true, provider: { clientIds: ['another'] } });
    const { exitCode, errors, stderr } = await run({ images: `${servers.registry.host}/acme/shop:v9` });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/^Image .*acme\/shop:v9/),
      expect.stringMatching(/^AssumeRoleWithOIDC failed: .*AudienceNotMatch/),
    ]);
    expect(stderr).toBe('');
    expect(servers.eci.requests).toEqual([]);
  });

  it.concurrent('an image that is missing is told of alone where the credentials are good', async () => {
    const { servers, run } = await openOffice({ plain: true });
    const { exitCode, errors, stderr } = await run({ images: `${servers.registry.host}/acme/shop:v9` });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/^Image .*acme\/shop:v9/)]);
    expect(stderr).toBe('');
    expect(servers.eci.requests).toEqual([]);
  });
});
