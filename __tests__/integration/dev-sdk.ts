import * as eciModule from '@alicloud/eci20180808';
import { Config } from '@alicloud/openapi-client';
import { afterEach } from '@jest/globals';
import {
  type EciOptions,
  type EciServer,
  startEciServer,
  TEST_ACCOUNT,
  TEST_REGION,
} from '../../dev/eci/server.js';
import type { Account } from '../../dev/eci/signature.js';

const { CreateImageCacheRequest, DescribeImageCachesRequest } = eciModule;
export type Sdk = InstanceType<typeof eciModule.default>;

// The package is CommonJS with a default export: Node hands over the module, bundlers its default.
const Client = ((eciModule.default as unknown as { default?: unknown }).default ??
  eciModule.default) as typeof eciModule.default;

export const regionId = TEST_REGION;
let servers: EciServer[] = [];

/** A server that is closed after the test, and the vendor's SDK with its keys. */
export async function start(options: EciOptions = {}): Promise<{ server: EciServer; sdk: Sdk }> {
  const server = await startEciServer(options);
  servers.push(server);
  return { server, sdk: sdkFor(server, options.accounts?.[0] ?? TEST_ACCOUNT) };
}

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

export function sdkFor(server: EciServer, account: Account, readTimeout?: number): Sdk {
  const { accessKeyId, accessKeySecret, securityToken } = account;
  return new Client(
    new Config({
      protocol: 'HTTP',
      endpoint: server.host,
      accessKeyId,
      accessKeySecret,
      ...(securityToken === undefined ? {} : { securityToken }),
      ...(readTimeout === undefined ? {} : { readTimeout }),
    }),
  );
}

export function createRequest(
  extra: Record<string, unknown> = {},
): InstanceType<typeof CreateImageCacheRequest> {
  return new CreateImageCacheRequest({
    regionId,
    securityGroupId: 'sg-1',
    vSwitchId: 'vsw-1,vsw-2',
    imageCacheName: 'shop-v1',
    image: ['registry.example.com/shop:v1', 'registry.example.com/sidecar@sha256:00'],
    clientToken: 'token-1',
    ...extra,
  });
}

export async function listed(sdk: Sdk, query: Record<string, unknown> = {}): Promise<(string | undefined)[]> {
  const { body } = await sdk.describeImageCaches(new DescribeImageCachesRequest({ regionId, ...query }));
  return (body.imageCaches ?? []).map((cache) => cache.imageCacheId);
}
