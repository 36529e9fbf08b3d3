import { describe, expect, it } from '@jest/globals';
import { isLoopback, parseEndpoint, parseHost, parseRegistryMap } from '../../src/inputs/hosts.js';

describe('parseHost', () => {
  it.each([
    ['registry.example.com', 'registry.example.com'],
    ['Registry.Example.com:5000', 'registry.example.com:5000'],
    ['localhost', 'localhost'],
    ['192.168.0.1:80', '192.168.0.1:80'],
    ['[::1]:5000', '[::1]:5000'],
    ['[FE80::1]', '[fe80::1]'],
    ['my_registry', 'my_registry'],
    ['h:65535', 'h:65535'],
  ])('reads %s', (text, host) => {
    expect(parseHost(text)).toBe(host);
  });

  it.each([
    ['https://registry.example.com', 'Leave out the scheme.'],
    ['HTTP://registry.example.com', 'Leave out the scheme.'],
    ['//registry.example.com', 'Leave out the scheme.'],
    ['registry.example.com/team', 'Leave out everything after the host and its port.'],
    ['registry.example.com/', 'Leave out everything after the host and its port.'],
    ['registry.example.com?x', 'Leave out everything after the host and its port.'],
    ['registry.example.com:0', undefined],
    ['registry.example.com:65536', undefined],
    ['registry.example.com:', undefined],
    ['registry..example.com', undefined],
    ['-registry', undefined],
    ['::1', undefined],
    ['[::1', undefined],
    ['[:::1]', undefined],
    ['two words', undefined],
    ['127.0.0.300', undefined],
    ['1.2.3.4.5:80', undefined],
    ['registry.09', undefined],
    ['xn--a.b', undefined],
    ['', undefined],
  ])('refuses %j', (text, hint) => {
    expect(() => parseHost(text)).toThrow(`got ${JSON.stringify(text)}; allowed is host[:port]`);
    expect(() => parseHost(text)).toThrow(expect.objectContaining({ hint }));
  });

  it.each(['user:hunter2@registry.example.com', 'https://user:hunter2@registry.example.com'])(
    'does not repeat the login in %s',
    (text) => {
      expect(() => parseHost(text)).toThrow('got "…@registry.example.com"; allowed is host[:port]');
    },
  );
});

describe('parseEndpoint', () => {
  it.each([
    ['eci.cn-hangzhou.aliyuncs.com', 'https', 'eci.cn-hangzhou.aliyuncs.com'],
    ['https://ECI-VPC.cn-hangzhou.aliyuncs.com:8443', 'https', 'eci-vpc.cn-hangzhou.aliyuncs.com:8443'],
    ['http://127.0.0.1:4711', 'http', '127.0.0.1:4711'],
    ['HTTP://[::1]:80', 'http', '[::1]:80'],
  ])('reads %s', (text, protocol, host) => {
    expect(parseEndpoint(text)).toEqual({ protocol, host });
  });

  it.each([
    'https://',
    'ftp://host',
    'https://host/',
    'host/path',
    'host?query',
    'host:port',
    'a b',
    'https:host',
    'http://http://h',
    'http://127.0.0.300:80',
  ])('refuses %j', (text) => {
    expect(() => parseEndpoint(text)).toThrow(
      `got "${text}"; allowed is host[:port], with or without http:// or https:// before it`,
    );
  });

  it('does not repeat a login', () => {
    expect(() => parseEndpoint('https://key:hunter2@host')).toThrow(/^got "…@host"; /);
  });
});

describe('isLoopback', () => {
  it.each([
    'localhost',
    'LOCALHOST:80',
    'registry.localhost',
    '127.0.0.1:4711',
    '127.10.20.30',
    '[::1]',
    '[::1]:80',
  ])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    'localhost.example.com',
    '128.0.0.1',
    '127.0.0.1.example.com',
    'notlocalhost',
    '[::2]',
    'example.com',
  ])('%s is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('parseRegistryMap', () => {
  it.each([
    ['', []],
    ['a.example.com=b.example.com', [{ pushed: 'a.example.com', pulled: 'b.example.com' }]],
    [
      'ghcr.io/acme = registry.example.com:5000/mirror/acme # closer\n[::1]:5000=r/x_y/z--1.2',
      [
        { pushed: 'ghcr.io/acme', pulled: 'registry.example.com:5000/mirror/acme' },
        { pushed: '[::1]:5000', pulled: 'r/x_y/z--1.2' },
      ],
    ],
    ['a/=b/x/', [{ pushed: 'a', pulled: 'b/x' }]],
    ['a/red_team=b/app--two', [{ pushed: 'a/red_team', pulled: 'b/app--two' }]],
    [
      'a=c,b=c',
      [
        { pushed: 'a', pulled: 'c' },
        { pushed: 'b', pulled: 'c' },
      ],
    ],
  ])('reads %j', (text, mappings) => {
    expect(parseRegistryMap(text)).toEqual(mappings);
  });

  it.each([
    'a',
    'a=',
    '=b',
    'a=b=c',
    'https://a=b',
    'a=https://b',
    'a/Upper=b',
    'a//b=c',
    'a/b:1.0=c',
    'a:99999=b',
    'a=b c',
  ])('refuses %j', (text) => {
    expect(() => parseRegistryMap(text)).toThrow(
      `got "${text}"; allowed is pushed-host[/path]=pulled-host[/path]`,
    );
  });

  it('refuses two ways for one host', () => {
    expect(() => parseRegistryMap('a=b\na=c')).toThrow('"a" is mapped twice');
  });
});
