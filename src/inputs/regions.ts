import { ActionError } from '../errors.js';
import { quote } from '../images/quote.js';
import type { Reader } from './reader.js';
import type { Shape } from './values.js';

const REGION_ID: Shape = {
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
  // The vendor's SDK has the global VPC host for these.
  ['vpc.cn-hangzhou-finance', 'vpc.aliyuncs.com'],
  ['vpc.cn-shanghai-finance-1', 'vpc.aliyuncs.com'],
  ['vpc.cn-shenzhen-finance-1', 'vpc.aliyuncs.com'],
]);

/** The services that are called in the region. */
export type RegionalService = 'eci' | 'sts' | 'vpc';

/**
 * Why a region with a valid form is doubtful; undefined if it is a known one. New regions appear, so one that is not in
 * the table is not an error by itself.
 */
export function doubtOfRegion(regionId: string): string | undefined {
  if (REGIONS.has(regionId)) return undefined;
  const meant = nearestRegion(regionId);
  const question = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `${regionId} is not among the regions that are known to have ECI.${question}`;
}

/** With more wrong letters than this, it is another word. */
const MOST_SLIPS = 2;

/** The known region that was most likely meant; undefined if none is near, or several are equally near. */
function nearestRegion(text: string): string | undefined {
  const written = text.toLowerCase().replace(/[\s_]+/g, '-');
  const near = [...REGIONS]
    .map((region) => ({
      region,
      slips: Math.min(distance(written, region), distance(written, region.replace(/^cn-/, ''))),
    }))
    .sort((a, b) => a.slips - b.slips);
  const [best, second] = near;
  if (!best || best.slips > MOST_SLIPS || best.slips === second?.slips) return undefined;
  return best.region;
}

/** Letters that were added, left out, mistaken or swapped with their neighbour ("optimal string alignment"). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let j = 1; j <= b.length; j += 1) (rows[0] ?? []).push(j);
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      (rows[i] ?? []).push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}

/** cn-hangzhou-b, ap-southeast-1a: the ID of a region with a letter after it. */
function regionOfZone(text: string): string | undefined {
  return /^(.+-.+)-[a-z]$/.exec(text)?.[1] ?? /^(.+-.*\d)[a-z]$/.exec(text)?.[1];
}

/** The public host of a service in a region; for a region that is not in the table by the usual rule. */
export function regionalHost(service: RegionalService, regionId: string): string {
  const name = `${service}.${regionId}`;
  return OTHER_HOSTS.get(name) ?? `${name}.aliyuncs.com`;
}

/** The region as it was given, not checked; empty if it was not. */
export function regionText(reader: Reader): string {
  const variable = VARIABLES.find((name) => reader.variable(name) !== '');
  return reader.text('region-id') || (variable === undefined ? '' : reader.variable(variable));
}

/** The region from the input, else from the environment. */
export function readRegion(reader: Reader): string {
  return reader.attempt('region-id', () => {
    if (reader.text('region-id') !== '') return parseRegion(reader.text('region-id'));
    const variable = VARIABLES.find((name) => reader.variable(name) !== '');
    if (variable !== undefined) return parseRegion(reader.variable(variable), variable);
    throw new ActionError('is required and was not given', {
      hint: `Set region-id, e.g. cn-hangzhou, or one of the variables ${VARIABLES.join(', ')}.`,
    });
  });
}

/**
 * @param variable where the text came from, if not from an input
 * @throws ActionError if it cannot be the ID of a region
 */
export function parseRegion(text: string, variable?: string): string {
  const got = `got ${quote(text)}${variable === undefined ? '' : ` from the environment variable ${variable}`}`;
  const region = regionOfZone(text);
  if (region !== undefined && REGION_ID.pattern.test(text)) {
    throw new ActionError(`${got}; this is a zone of the region ${region}`, {
      hint: `Set region-id to ${region}. To build the cache in this zone, set zone-id to ${text}.`,
    });
  }
  if (REGION_ID.pattern.test(text)) return text;
  const meant = nearestRegion(text);
  const question = meant === undefined ? REGION_ID.hint : `Did you mean ${meant}?`;
  throw new ActionError(`${got}; ${REGION_ID.allowed}`, {
    hint: variable === undefined ? question : `${question} Set the input region-id.`,
  });
}
