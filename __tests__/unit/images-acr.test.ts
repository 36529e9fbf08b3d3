import { describe, expect, it } from '@jest/globals';
import { isAcrHost, publicAcrHost } from '../../src/images/acr.js';

const PRIVATE = [
  ['registry-vpc.cn-hangzhou.aliyuncs.com', 'registry.cn-hangzhou.aliyuncs.com'],
  ['registry-internal.cn-beijing.aliyuncs.com', 'registry.cn-beijing.aliyuncs.com'],
  ['Registry-VPC.cn-hangzhou.aliyuncs.com', 'registry.cn-hangzhou.aliyuncs.com'],
  ['registry-intl-vpc.ap-southeast-1.aliyuncs.com', 'registry-intl.ap-southeast-1.aliyuncs.com'],
  ['acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com', 'acme-registry.cn-hangzhou.cr.aliyuncs.com'],
  ['a-b-c-registry-internal.eu-central-1.cr.aliyuncs.com', 'a-b-c-registry.eu-central-1.cr.aliyuncs.com'],
  [
    'crpi-0a1b2c-vpc.cn-hangzhou.personal.cr.aliyuncs.com',
    'crpi-0a1b2c.cn-hangzhou.personal.cr.aliyuncs.com',
  ],
] as const;

const PUBLIC = [...new Set(PRIVATE.map(([, host]) => host))];

const OTHER = [
  'docker.io',
  'registry.example.com',
  'registry-vpc.example.com',
  'registry-vpc.cn-hangzhou.aliyuncs.com.example.com',
  'evil.registry-vpc.cn-hangzhou.aliyuncs.com',
  'evil.acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com',
  'acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com.example.com',
  'evil.crpi-0a1b2c-vpc.cn-hangzhou.personal.cr.aliyuncs.com',
  'crpi-0a1b2c-vpc.cn-hangzhou.personal.cr.aliyuncs.com.example.com',
  'oss.cn-hangzhou.aliyuncs.com',
  'acme-chart.cn-hangzhou.cr.aliyuncs.com',
  'registry-vpc.cn-hangzhou.aliyuncs.com:5000',
];

describe('ACR hosts', () => {
  it.each(PRIVATE)('%s is public as %s', (host, publicHost) => {
    expect(publicAcrHost(host)).toBe(publicHost);
    expect(isAcrHost(host)).toBe(true);
  });

  it.each(PUBLIC)('%s is public already', (host) => {
    expect(publicAcrHost(host)).toBeUndefined();
    expect(isAcrHost(host)).toBe(true);
  });

  it.each(OTHER)('%s is no ACR host', (host) => {
    expect(publicAcrHost(host)).toBeUndefined();
    expect(isAcrHost(host)).toBe(false);
  });
});
