import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TAG_KEY } from '../../src/cache/identity.js';
import { ActionError } from '../../src/errors.js';
import { listOf, parseList } from '../../src/inputs/lists.js';
import { mapAll, refuse } from '../../src/inputs/refuse.js';
import { parseTags } from '../../src/inputs/tags.js';

describe('parseList', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a\nb', ['a', 'b']],
    ['a\r\nb\rc', ['a', 'b', 'c']],
    [' a , b ,\n\n , c\t', ['a', 'b', 'c']],
    ['# nothing\n  # at all', []],
    ['a # why\nb\t# because, of\n#c\nd', ['a', 'b', 'd']],
    ['a#b', ['a#b']],
    ['ghcr.io/o/app:1.2.3@sha256:0a\nghcr.io/o/web', ['ghcr.io/o/app:1.2.3@sha256:0a', 'ghcr.io/o/web']],
  ])('%j is %j', (text, entries) => {
    expect(parseList(text)).toEqual(entries);
  });

  it('takes back what was joined, however it was joined', () => {
    const entry = fc.stringMatching(/^[a-z0-9:./@-]{1,20}$/);
    const gap = fc.constantFrom(',', '\n', ' , ', '\r\n', ' # a comment, really\n', '\n# another\n', ',\n\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, gap)), (pairs) => {
        expect(parseList(pairs.flat().join(''))).toEqual(pairs.map(([text]) => text));
      }),
    );
  });
});

describe('listOf', () => {
  const lower = listOf(
    (entry) => (/^[a-z]+$/.test(entry) ? entry : refuse(entry, 'small letters only', 'Shrink.')),
    2,
  );

  it('names each entry once', () => {
    expect(lower('a,b,a')).toEqual(['a', 'b']);
  });

  it('refuses too many', () => {
    expect(() => lower('a,b,c')).toThrow('got 3 entries; at most 2 are allowed');
  });

  it('tells every bad entry in one error, and the hint once', () => {
    const error = new ActionError('got "B"; small letters only; got "2"; small letters only', {
      hint: 'Shrink.',
    });
    expect(() => lower('a,B,2')).toThrow(error);
    expect(() => lower('a,B,2')).toThrow(expect.objectContaining({ hint: 'Shrink.' }));
  });
});

describe('mapAll', () => {
  it.each([
    [['Shrink.', undefined, 'Grow.', 'Shrink.'], 'Shrink. Grow.'],
    [[undefined, undefined], undefined],
  ])('puts the hints %j into one', (hints, hint) => {
    expect(() => mapAll(hints, (one) => refuse('x', 'nothing', one))).toThrow(
      expect.objectContaining({ hint }),
    );
  });

  it('takes a defect for no mistake of the user', () => {
    const defect = new TypeError('a defect');
    const work = (): unknown =>
      mapAll([1], () => {
        throw defect;
      });
    expect(work).toThrow(defect);
    expect(work).toThrow(TypeError);
  });
});

describe('parseTags', () => {
  const tag = (key: string, value: string) => ({ key, value });

  it.each([
    ['', []],
    ['team=web', [tag('team', 'web')]],
    ['team = web \n\n# who pays\ncost-centre=42', [tag('team', 'web'), tag('cost-centre', '42')]],
    ['a=1,b=2', [tag('a', '1'), tag('b', '2')]],
    ['a=1, b=2,', [tag('a', '1'), tag('b', '2')]],
    ['a=1, ,b=2', [tag('a', '1'), tag('b', '2')]],
    ['a=1,2', [tag('a', '1,2')]],
    ['a=x=y', [tag('a', 'x=y')]],
    ['a=', [tag('a', '')]],
    ['source=https://example.com/o/r#readme', [tag('source', 'https://example.com/o/r#readme')]],
    [`${'k'.repeat(128)}=${'v'.repeat(128)}`, [tag('k'.repeat(128), 'v'.repeat(128))]],
    ['x-aliyun=1', [tag('x-aliyun', '1')]],
  ])('reads %j', (text, tags) => {
    expect(parseTags(text)).toEqual(tags);
  });

  it.each([
    ['team', 'got "team"; a tag reads key=value'],
    ['=web', 'got "=web"; the key is empty'],
    ['a=1, =web', 'got "=web"; the key is empty'],
    ['aliyun-team=web', 'got "aliyun-team=web"; a key must not start with aliyun or acs:'],
    ['acs:team=web', 'got "acs:team=web"; a key must not start with aliyun or acs:'],
    ['http://a=web', 'got "http://a=web"; a key must not contain http:// or https://'],
    ['xhttps://a=web', 'got "xhttps://a=web"; a key must not contain http:// or https://'],
    [`${'k'.repeat(129)}=v`, 'a key has at most 128 characters'],
    [`k=${'v'.repeat(129)}`, 'a value has at most 128 characters'],
    ['a=1\na=2', 'the key "a" is there twice'],
    ['team\nrole', 'got "team"; a tag reads key=value; got "role"; a tag reads key=value'],
  ])('refuses %j', (text, message) => {
    expect(() => parseTags(text)).toThrow(message);
  });

  it.each(Object.values(TAG_KEY))('keeps %s for itself', (key) => {
    expect(() => parseTags(`${key}=x`)).toThrow(
      'keys that start with warm-image-cache- belong to this action',
    );
  });

  it('leaves room for its own tags among the service’s twenty', () => {
    const most = 20 - Object.keys(TAG_KEY).length;
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`).join('\n');
    expect(parseTags(lines(most))).toHaveLength(most);
    expect(() => parseTags(lines(most + 1))).toThrow(`got ${most + 1} tags; at most ${most} are allowed`);
  });
});
