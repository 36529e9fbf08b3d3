import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseChallenges } from '../../src/registry/challenge.js';
import { wildText } from '../support/wild-text.js';

const read = (header: string): [string, Record<string, string>][] =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('parseChallenges', () => {
  it.each<[string, string, [string, Record<string, string>][]]>([
    [
      'Docker Hub',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:library/nginx:pull',
          },
        ],
      ],
    ],
    [
      'ACR, whose service has colons',
      'Bearer realm="https://dockerauth.cn-hangzhou.aliyuncs.com/auth",service="registry.aliyuncs.com:cn-hangzhou:26842"',
      [
        [
          'bearer',
          {
            realm: 'https://dockerauth.cn-hangzhou.aliyuncs.com/auth',
            service: 'registry.aliyuncs.com:cn-hangzhou:26842',
          },
        ],
      ],
    ],
    ['a scheme alone', 'Basic', [['basic', {}]]],
    ['names in capitals', 'BASIC Realm="x"', [['basic', { realm: 'x' }]]],
    [
      'values without quotes',
      'Bearer realm=abc, service=def',
      [['bearer', { realm: 'abc', service: 'def' }]],
    ],
    [
      'spaces around the equals sign',
      'Bearer realm = "a" ,\tservice= b',
      [['bearer', { realm: 'a', service: 'b' }]],
    ],
    [
      'a comma and quotes in quotes',
      'Basic realm="a, \\"b\\" Bearer x=\\\\y"',
      [['basic', { realm: 'a, "b" Bearer x=\\y' }]],
    ],
    [
      'several challenges',
      'Basic realm="a", Bearer realm="b",service="c", Basic',
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'b', service: 'c' }],
        ['basic', {}],
      ],
    ],
    [
      'a token68 before another challenge',
      'Negotiate YII=, Basic realm="a"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'a' }],
      ],
    ],
    [
      'a token68 at the end',
      'Basic realm="a", Negotiate YII=',
      [
        ['basic', { realm: 'a' }],
        ['negotiate', {}],
      ],
    ],
    [
      'empty list elements',
      ', ,Basic realm="a",,, charset="UTF-8",',
      [['basic', { realm: 'a', charset: 'UTF-8' }]],
    ],
    ['a parameter twice', 'Bearer realm="a",realm="b"', [['bearer', { realm: 'a' }]]],
    [
      'a quote that does not end',
      'Bearer service=a,realm="b',
      [
        ['bearer', { service: 'a' }],
        ['realm', {}],
      ],
    ],
    [
      'a name of every object',
      'Bearer __proto__="x",realm="r"',
      [
        [
          'bearer',
          Object.fromEntries([
            ['__proto__', 'x'],
            ['realm', 'r'],
          ]),
        ],
      ],
    ],
    ['nothing', '', []],
    ['no scheme', '="x"', []],
  ])('reads %s', (_what, header, challenges) => {
    expect(read(header)).toEqual(challenges);
  });

  it('never throws and never loops', () => {
    const piece = fc.constantFrom(
      'Bearer',
      'Basic',
      ' ',
      ',',
      '=',
      '"',
      '\\',
      'realm',
      'a/b',
      '\t',
      'é',
      '\n',
      '==',
    );
    const header = fc.oneof(
      wildText(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(fc.property(header, (text) => Array.isArray(parseChallenges(text))));
  });

  it('reads a hostile header in a moment', () => {
    const started = performance.now();
    for (const text of ['"', '\\', '=', ',', 'a=', 'a ', 'a="\\', ' ,'])
      parseChallenges(`Bearer ${text.repeat(50_000)}`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
