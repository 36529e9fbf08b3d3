import { ActionError } from '../errors.js';
import { quote } from '../images/quote.js';
import type { Reader } from './reader.js';
import { shaped, type Shape } from './values.js';

export const REGION_ID: Shape = {
  pattern: /^[a-z]{2,}(-[a-z0-9]+)+$/,
  allowed: 'a region ID reads like cn-hangzhou or ap-southeast-1',
  hint: 'Give the ID of a region, not the name of its city or the ID of a zone.',
};

/** Where the vendor's command line reads a region from, in its order. */
const VARIABLES = [
  'ALIBABA_CLOUD_REGION_ID',
  'ALIBABACLOUD_REGION_ID',
  'ALICLOUD_REGION_ID',
  'REGION_ID',
  'REGION',
];

/**
 * Where the vendor's metadata of 2026-04-21 (github.com/aliyun/aliyun-openapi-meta, en-US/products.json)
 * has an endpoint of the service, without the two regions that it calls closed.
 */
const REGIONS: ReadonlySet<string> = new Set([
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-3',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'cn-beijing',
  'cn-beijing-finance-1',
  'cn-chengdu',
  'cn-fuzhou',
  'cn-guangzhou',
  'cn-hangzhou',
  'cn-hangzhou-finance',
  'cn-heyuan',
  'cn-hongkong',
  'cn-huhehaote',
  'cn-nanjing',
  'cn-qingdao',
  'cn-shanghai',
  'cn-shanghai-finance-1',
  'cn-shenzhen',
  'cn-shenzhen-finance-1',
  'cn-wuhan-lr',
  'cn-wulanchabu',
  'cn-zhangjiakou',
  'cn-zhengzhou-jva',
  'eu-central-1',
  'eu-west-1',
  'me-central-1',
  'me-east-1',
  'us-east-1',
  'us-west-1',
]);

/** Hosts of the same metadata that the rule `<service>.<region>.aliyuncs.com` does not yield. */
const OTHER_HOSTS: ReadonlyMap<string, string> = new Map([
  ['eci.cn-shanghai-finance-1', 'eci.cn-shanghai-finance.aliyuncs.com'],
  ['eci.cn-shenzhen-finance-1', 'eci.cn-shenzhen-finance.aliyuncs.com'],
  // No STS of their own: the global one.
  ['sts.ap-southeast-6', 'sts.aliyuncs.com'],
  ['sts.cn-hangzhou-finance', 'sts.aliyuncs.com'],
  ['sts.cn-shenzhen-finance-1', 'sts.aliyuncs.com'],
  ['sts.cn-zhengzhou-jva', 'sts.aliyuncs.com'],
]);

export function isKnownRegion(regionId: string): boolean {
  return REGIONS.has(regionId);
}

/** The public host of a service in a region; for a region that is not in the table by the usual rule. */
export function regionalHost(service: 'eci' | 'sts', regionId: string): string {
  const name = `${service}.${regionId}`;
  return OTHER_HOSTS.get(name) ?? `${name}.aliyuncs.com`;
}

/** The region as it was given, not checked; empty where it was not. */
export function regionText(reader: Reader): string {
  const variable = VARIABLES.find((name) => reader.variable(name) !== '');
  return reader.text('region-id') || (variable === undefined ? '' : reader.variable(variable));
}

/** The region from the input, else from the environment. */
export function readRegion(reader: Reader): string {
  return reader.attempt('region-id', () => {
    if (reader.text('region-id') !== '') return shaped(REGION_ID)(reader.text('region-id'));
    const variable = VARIABLES.find((name) => reader.variable(name) !== '');
    if (variable !== undefined) return parseVariable(variable, reader.variable(variable));
    throw new ActionError('is required and was not given', {
      hint: `Set region-id, e.g. cn-hangzhou, or one of the variables ${VARIABLES.join(', ')}.`,
    });
  });
}

function parseVariable(name: string, text: string): string {
  if (REGION_ID.pattern.test(text)) return text;
  throw new ActionError(`got ${quote(text)} from the environment variable ${name}; ${REGION_ID.allowed}`, {
    hint: 'Set the input region-id.',
  });
}
