import { describe, expect, it } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { formatReference } from '../../src/images/reference.js';
import { mapImage } from '../../src/images/registry-map.js';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

/** `pushed=pulled`, as the input has it. */
function mapped(written: string, ...lines: string[]): { cached: string; inspect: string } | undefined {
  const mappings = lines.map((line) => {
    const [pushed = '', pulled = ''] = line.split('=');
    return { pushed, pulled };
  });
  const found = mapImage(written, mappings);
  return found && { cached: found.cachedReference, inspect: formatReference(found.inspect) };
}

describe('mapImage', () => {
  it.each([
    ['under the left', 'ghcr.io/o/app:1', ['ghcr.io=r.cn/gh'], 'r.cn/gh/o/app:1', 'ghcr.io/o/app:1'],
    ['under the right', 'r.cn/gh/o/app:1', ['ghcr.io=r.cn/gh'], 'r.cn/gh/o/app:1', 'ghcr.io/o/app:1'],
    ['the left itself', 'ghcr.io/o/app:1', ['ghcr.io/o/app=r.cn/x'], 'r.cn/x:1', 'ghcr.io/o/app:1'],
    ['a digest', `ghcr.io/o/a@${DIGEST}`, ['ghcr.io=r.cn'], `r.cn/o/a@${DIGEST}`, `ghcr.io/o/a@${DIGEST}`],
    ['both', `r.cn/o/a:1@${DIGEST}`, ['ghcr.io=r.cn'], `r.cn/o/a:1@${DIGEST}`, `ghcr.io/o/a:1@${DIGEST}`],
    [
      'the longest left',
      'ghcr.io/o/app:1',
      ['ghcr.io=a.cn', 'ghcr.io/o=b.cn'],
      'b.cn/app:1',
      'ghcr.io/o/app:1',
    ],
    ['the right if longer', 'r.cn/m/app:1', ['r.cn=r.cn/m'], 'r.cn/m/app:1', 'r.cn/app:1'],
    ['the left of two equal', 'b.io/app:1', ['a.io=b.io', 'b.io=c.io'], 'c.io/app:1', 'b.io/app:1'],
    ['the first of two equal', 'a.io/app:1', ['a.io=b.io', 'a.io=c.io'], 'b.io/app:1', 'a.io/app:1'],
    ['ports', 'localhost:5000/app:1', ['localhost:5000=r.cn:80'], 'r.cn:80/app:1', 'localhost:5000/app:1'],
    ['any case of a host', 'GHCR.io/o/app:1', ['ghcr.IO=r.cn'], 'r.cn/o/app:1', 'ghcr.io/o/app:1'],
    ['slashes at the end', 'ghcr.io/o/app:1', ['ghcr.io/o/=r.cn/x//'], 'r.cn/x/app:1', 'ghcr.io/o/app:1'],
    [
      'short names',
      'nginx:1',
      ['docker.io=r.cn/hub'],
      'r.cn/hub/library/nginx:1',
      'docker.io/library/nginx:1',
    ],
    [
      'the old hub',
      'acme/app:1',
      ['index.docker.io=r.cn/hub'],
      'r.cn/hub/acme/app:1',
      'docker.io/acme/app:1',
    ],
    ['a namespace on the hub', 'acme/app:1', ['acme=r.cn/acme'], 'r.cn/acme/app:1', 'docker.io/acme/app:1'],
    ['a host to itself', 'r.cn/app:1', ['r.cn=r.cn'], 'r.cn/app:1', 'r.cn/app:1'],
  ])('%s', (_, written, lines, cached, inspect) => {
    expect(mapped(written, ...lines)).toEqual({ cached, inspect });
  });

  it.each([
    ['without a mapping', 'ghcr.io/o/app:1', []],
    ['of another host', 'ghcr.io/o/app:1', ['quay.io=r.cn']],
    ['in the middle of a path component', 'ghcr.io/octo/app:1', ['ghcr.io/oct=r.cn']],
    ['in the middle of a host', 'ghcr.io.example/app:1', ['ghcr.io=r.cn']],
    ['on another port', 'ghcr.io:5000/app:1', ['ghcr.io=r.cn']],
  ])('leaves an image alone %s', (_, written, lines) => {
    expect(mapped(written, ...lines)).toBeUndefined();
  });

  it('blames the mapping for a reference that it spoils', () => {
    const work = (): unknown => mapped('ghcr.io/o/app:1', 'ghcr.io=r.cn/Mirror');
    expect(work).toThrow(InputError);
    expect(work).toThrow(
      'Input registry-map: "ghcr.io=r.cn/Mirror" does not fit "ghcr.io/o/app:1": "r.cn/Mirror/o/app:1" is not an image',
    );
  });
});
