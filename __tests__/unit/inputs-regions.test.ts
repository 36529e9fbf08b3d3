import { describe, expect, it } from '@jest/globals';
import { isKnownRegion, readRegion, regionalHost, regionText } from '../../src/inputs/regions.js';
import { Reader } from '../../src/inputs/reader.js';

const VARIABLES = [
  'ALIBABA_CLOUD_REGION_ID',
  'ALIBABACLOUD_REGION_ID',
  'ALICLOUD_REGION_ID',
  'REGION_ID',
  'REGION',
];

/** What `read` yields or throws. */
function read(env: NodeJS.ProcessEnv) {
  const reader = new Reader({ env });
  const region = readRegion(reader);
  reader.finish();
  expect(regionText(reader)).toBe(region);
  return region;
}

describe('readRegion', () => {
  it('takes the input first, then the variables in the order of the vendor’s command line', () => {
    const names = ['INPUT_REGION-ID', ...VARIABLES];
    for (let first = 0; first < names.length; first++) {
      const env = Object.fromEntries(
        names.map((name, index) => [name, index < first ? ' ' : `cn-region-${index}`]),
      );
      expect(read(env)).toBe(`cn-region-${first}`);
    }
  });

  it.each(['cn-hangzhou', 'ap-southeast-1', 'cn-zhengzhou-jva', 'xx-nowhere-99'])('takes %s', (region) => {
    expect(read({ 'INPUT_REGION-ID': region })).toBe(region);
  });

  it.each([
    'hangzhou',
    'CN-Hangzhou',
    'cn-',
    'cn hangzhou',
    'cn-hangzhou.evil.example',
    'evil.example/cn-hangzhou',
    'cn-hangzhou/',
  ])('refuses %s', (region) => {
    expect(() => read({ 'INPUT_REGION-ID': region })).toThrow(
      `Input region-id: got "${region}"; a region ID reads like cn-hangzhou or ap-southeast-1`,
    );
  });

  it('names the variable that a bad region came from', () => {
    expect(() => read({ REGION: 'Europe' })).toThrow(
      'Input region-id: got "Europe" from the environment variable REGION; a region ID reads like',
    );
  });

  it('is required', () => {
    expect(() => read({})).toThrow('Input region-id: is required and was not given');
    const hint = `Set region-id, e.g. cn-hangzhou, or one of the variables ${VARIABLES.join(', ')}.`;
    expect(() => read({})).toThrow(expect.objectContaining({ errors: [expect.objectContaining({ hint })] }));
  });
});

describe('regionalHost', () => {
  it.each([
    ['eci', 'cn-hangzhou', 'eci.cn-hangzhou.aliyuncs.com'],
    ['sts', 'cn-hangzhou', 'sts.cn-hangzhou.aliyuncs.com'],
    ['eci', 'xx-nowhere-99', 'eci.xx-nowhere-99.aliyuncs.com'],
    ['eci', 'cn-shanghai-finance-1', 'eci.cn-shanghai-finance.aliyuncs.com'],
    ['sts', 'cn-shanghai-finance-1', 'sts.cn-shanghai-finance-1.aliyuncs.com'],
    ['eci', 'cn-shenzhen-finance-1', 'eci.cn-shenzhen-finance.aliyuncs.com'],
    ['sts', 'ap-southeast-6', 'sts.aliyuncs.com'],
    ['sts', 'cn-hangzhou-finance', 'sts.aliyuncs.com'],
    ['sts', 'cn-shenzhen-finance-1', 'sts.aliyuncs.com'],
    ['sts', 'cn-zhengzhou-jva', 'sts.aliyuncs.com'],
  ] as const)('%s in %s is %s', (service, region, host) => {
    expect(regionalHost(service, region)).toBe(host);
  });
});

describe('isKnownRegion', () => {
  it.each([
    ['cn-hangzhou', true],
    ['us-east-1', true],
    ['me-central-1', true],
    ['cn-hangzou', false],
    ['us-east-2', false],
  ])('%s: %s', (region, known) => {
    expect(isKnownRegion(region)).toBe(known);
  });
});
