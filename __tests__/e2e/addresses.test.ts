import { expect, it } from '@jest/globals';
import { openOffice, proxyTo, ROBOT, withoutNameServer } from './office.js';
import { loginFor, type Inputs } from './support.js';

// The hosts that nobody has to name. A proxy leads them to the local servers, whose certificates are for these names.

const HANGZHOU = {
  registry: 'registry.cn-hangzhou.aliyuncs.com',
  eci: 'eci.cn-hangzhou.aliyuncs.com',
  sts: 'sts.cn-hangzhou.aliyuncs.com',
  actions: 'actions.test',
};
const FINANCE = {
  eci: 'eci.cn-shanghai-finance.aliyuncs.com',
  sts: 'sts.cn-shanghai-finance-1.aliyuncs.com',
};
const NEW = { eci: 'eci.xx-newplace-9.aliyuncs.com', sts: 'sts.xx-newplace-9.aliyuncs.com' };
const VPC_REGISTRY = 'registry-vpc.cn-hangzhou.aliyuncs.com';

it.concurrent.each<[string, Partial<typeof HANGZHOU>, Inputs, readonly RegExp[]]>([
  ['the region’s own hosts', {}, {}, []],
  ['those of a region that has others', FINANCE, { 'region-id': 'cn-shanghai-finance-1' }, []],
  [
    'those that a region most likely has, where it is new, with a warning',
    NEW,
    { 'region-id': 'xx-newplace-9' },
    [/xx-newplace-9/],
  ],
  [
    'the service’s host in the VPC, where it is the endpoint',
    { eci: 'eci-vpc.cn-hangzhou.aliyuncs.com' },
    { endpoint: 'eci-vpc.cn-hangzhou.aliyuncs.com' },
    [],
  ],
  [
    'the public host of an image that is cached under the one in the VPC',
    {},
    { images: `${VPC_REGISTRY}/acme/shop`, ...loginFor(VPC_REGISTRY, ROBOT) },
    [],
  ],
])('a run asks %s', async (_, others, inputs, warnings) => {
  const names = { ...HANGZHOU, ...others };
  const office = await openOffice({ names });
  const proxy = await proxyTo(office, {}, names);
  const {
    exitCode,
    errors,
    warnings: told,
  } = await office.run(
    { endpoint: '', 'sts-endpoint': '', wait: 'false', ...inputs },
    { env: { HTTPS_PROXY: proxy.url }, nodeOptions: await withoutNameServer() },
  );
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
  expect(told).toEqual(warnings.map((warning) => expect.stringMatching(warning) as unknown));
  expect(proxy.targets()).toEqual(
    Object.values(names)
      .map((name) => `${name}:443`)
      .sort(),
  );
});
