import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRequest, printableRequest } from '../../src/cache/request.js';
import type { Inputs } from '../../src/inputs/types.js';
import { aRequest } from '../support/caches.js';
import { wildText } from '../support/wild-text.js';

const FROM_INPUTS = {
  regionId: 'cn-hangzhou',
  zoneId: 'cn-hangzhou-g',
  securityGroupId: 'sg-1',
  vSwitchIds: ['vsw-1', 'vsw-2'],
  eipInstanceId: 'eip-1',
  resourceGroupId: 'rg-1',
  annotations: '{"a":"b"}',
  retentionDays: 7,
  eliminationStrategy: 'LRU' as const,
  autoMatchImageCache: false,
  flash: true,
  standardCopyCount: 2,
  flashCopyCount: 3,
  registryCredentials: [{ server: 'ghcr.io', username: 'u', password: 'p' }],
  acrRegistryInfos: [{ instanceId: 'cri-1', domains: ['d.example'] }],
  plainHttpRegistries: ['plain.example'],
  insecureRegistries: ['insecure.example'],
};
const RESOLVED = {
  imageCacheName: 'shop-v1',
  imageCacheSizeGiB: 25,
  images: ['ghcr.io/acme/shop:v1'],
  ownTags: [{ key: 'ours', value: '1' }],
};

describe('the request', () => {
  it('has every input of the service’s, what was worked out, and our tags before the user’s', () => {
    const tags = [{ key: 'theirs', value: '2' }];
    const inputs = { ...FROM_INPUTS, tags, imageCacheName: undefined, images: ['shop'] } as unknown as Inputs;
    const { ownTags, ...resolved } = RESOLVED;
    expect(createRequest(inputs, RESOLVED)).toEqual({
      ...FROM_INPUTS,
      ...resolved,
      tags: [...ownTags, ...tags],
    });
  });
});

describe('the request as it is printed', () => {
  const anyText = fc.oneof(wildText(), fc.string());
  // Unlike anything else in the request, so that finding it means that it was printed.
  const password = anyText.map((text) => `pa55"\\\n${text}pa55`);

  it('holds no password, in whatever form', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText, password), { maxLength: 3 }), (logins) => {
        const registryCredentials = logins.map(([server, username, secret]) => ({
          server: server.replaceAll('pa55', ''),
          username: username.replaceAll('pa55', ''),
          password: secret,
        }));
        const printed = printableRequest(aRequest({ registryCredentials })).join('\n');
        expect(printed).not.toContain('pa55');
        expect(printed.split('"***"')).toHaveLength(logins.length + 1);
      }),
    );
  });

  it('leaves the request itself alone', () => {
    const request = aRequest({ registryCredentials: [{ server: 's', username: 'u', password: 'p' }] });
    printableRequest(request);
    expect(request.registryCredentials[0]?.password).toBe('p');
  });

  it('is JSON, a line at a time, with everything else in it', () => {
    const request = aRequest({
      zoneId: 'z',
      registryCredentials: [{ server: 's', username: 'u', password: 'p' }],
    });
    const lines = printableRequest(request);
    expect(lines.some((line) => line.includes('\n'))).toBe(false);
    expect(JSON.parse(lines.join('\n'))).toEqual({
      ...request,
      registryCredentials: [{ server: 's', username: 'u', password: '***' }],
    });
  });
});
