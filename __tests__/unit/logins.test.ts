import { describe, expect, it } from '@jest/globals';
import { parseReference } from '../../src/images/reference.js';
import type { ReleaseImage } from '../../src/images/registry-map.js';
import { loginsFor, type Logins } from '../../src/registry/logins.js';

const CREDENTIALS = [
  { server: 'ghcr.io', username: 'given', password: 'a' },
  { server: 'registry-vpc.cn-hangzhou.aliyuncs.com', username: 'vpc', password: 'b' },
  { server: 'https://index.docker.io/v1/', username: 'hub', password: 'c' },
];
const image = (cachedReference: string, inspected = cachedReference): ReleaseImage => ({
  cachedReference,
  inspect: parseReference(inspected),
});
const IMAGES = [
  image('ghcr.io/acme/shop:1'),
  image('registry-vpc.cn-hangzhou.aliyuncs.com/acme/shop:1', 'registry.cn-hangzhou.aliyuncs.com/acme/shop:1'),
];

function logins(): Logins & { readonly asked: string[] } {
  const asked: string[] = [];
  const fromFiles = (host: string): Promise<{ username: string; password: string } | undefined> => {
    asked.push(host);
    return Promise.resolve(host.startsWith('config.') ? { username: 'docker', password: 'd' } : undefined);
  };
  return { ...loginsFor({ credentials: CREDENTIALS, images: IMAGES, fromFiles, files: ['~/x'] }), asked };
}

describe('the login for a registry', () => {
  it.each([
    ['ghcr.io', { username: 'given', password: 'a' }, []],
    ['registry.cn-hangzhou.aliyuncs.com', { username: 'vpc', password: 'b' }, []],
    ['registry-1.docker.io', { username: 'hub', password: 'c' }, []],
    ['config.example', { username: 'docker', password: 'd' }, ['config.example']],
    ['public.example', undefined, ['public.example']],
  ])('%s is %j, and the Docker config is asked for %j', async (host, login, asked) => {
    const all = logins();
    expect(await all.credentialsFor(host)).toEqual(login);
    expect(all.asked).toEqual(asked);
  });

  it('is remembered where it came from the Docker config, and only there', async () => {
    const all = logins();
    for (const host of ['ghcr.io', 'config.example', 'public.example']) await all.credentialsFor(host);
    expect([...all.dockerConfigHosts]).toEqual(['config.example']);
  });
});
