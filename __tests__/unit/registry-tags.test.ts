import { describe, expect, it } from '@jest/globals';
import type { Access } from '../../src/registry/access.js';
import type { Answer } from '../../src/registry/exchange.js';
import { missingTag } from '../../src/registry/tags.js';
import { RegistryError } from '../../src/registry/types.js';
import { anAnswer } from './support/answers.js';

const IMAGE = { registry: 'registry.example', repository: 'team/app', tag: '1.2.3' };
const MISSING = 'there is no tag 1.2.3 in registry.example/team/app';

/** The error where the registry lists tags page by page as told, and the paths that it was asked for. */
async function missing(
  pages: readonly (Answer | Error)[],
): Promise<{ error: RegistryError; asked: string[] }> {
  const asked: string[] = [];
  const access = {
    fetch: ({ path }: { path: string }, read: (answer: Answer) => Promise<unknown>) => {
      const page = pages[asked.push(path) - 1] ?? anAnswer(200, '{"tags":[]}');
      return page instanceof Error ? Promise.reject(page) : read(page);
    },
  } as unknown as Access;
  return { error: await missingTag(IMAGE, '1.2.3', access), asked };
}

const page = (tags: unknown, link?: string): Answer =>
  anAnswer(200, JSON.stringify({ tags }), link === undefined ? {} : { link });

describe('a tag that is not there', () => {
  it.each<[string, Answer[], string]>([
    ['near ones', [page(['1.2.4', 'other'])], '; near it are 1.2.4'],
    ['none', [page([])], ''],
    ['what is no tag', [page(['1.2.3\n::error::x', '1.2.3/x', 5, null, '1.2.4'])], '; near it are 1.2.4'],
    ['no list', [page('1.2.4')], ''],
    ['no JSON', [anAnswer(200, '1.2.4')], ''],
    ['a refusal', [anAnswer(403, '{"tags":["1.2.4"]}')], ''],
    ['too much', [anAnswer(200, `{"tags":["1.2.4"]}${' '.repeat(4 * 1024 * 1024)}`)], ''],
  ])('is told of beside %s', async (_, pages, near) => {
    expect((await missing(pages)).error).toMatchObject({ reason: 'not-found', message: `${MISSING}${near}` });
  });

  it('is told of with the template that would have named it', async () => {
    const { error } = await missing([page(['v1.2.3'])]);
    expect(error.hint).toBe("The same version is there, written otherwise: set image-tag: '{{tag}}'.");
    expect((await missing([page([])])).error.hint).toContain('under this tag');
  });

  it('is told of as a repository that is not there', async () => {
    const { error } = await missing([anAnswer(404)]);
    expect(error.message).toBe('there is no repository registry.example/team/app');
    expect(error.hint).toContain('Check its name');
  });

  it('is told of where the list cannot be had, with what was listed by then', async () => {
    const { error } = await missing([
      page(['1.2.4'], '</v2/x?n=1>; rel="next"'),
      new RegistryError('unauthorized', 'no'),
    ]);
    expect(error.message).toBe(`${MISSING}; near it are 1.2.4`);
    await expect(missing([new TypeError('a defect')])).rejects.toThrow('a defect');
  });
});

describe('the pages', () => {
  it.each([
    ['</v2/team/app/tags/list?n=2&last=b>; rel="next"', 'n=2&last=b'],
    ['<https://other.example/v2/x?last=b#c>; rel=next', 'last=b'],
    ['<?last=b>; title="b"; REL="NEXT"', 'last=b'],
    ['<?last=b>;rel="next"', 'last=b'],
    ['<?last=a>; rel="prev", <?last=b>; rel="next"', 'last=b'],
  ])('go on by %s', async (link, query) => {
    const { asked } = await missing([page([], link)]);
    expect(asked).toEqual(['tags/list?n=1000', `tags/list?${query}`]);
  });

  it.each([undefined, '', '<?last=b>; rel="prev"', '</v2/x>; rel="next"'])('end by %s', async (link) => {
    expect((await missing([page([], link)])).asked).toEqual(['tags/list?n=1000']);
  });

  it('are three at most', async () => {
    const next = page([], '<?last=b>; rel="next"');
    expect((await missing([next, next, next, next])).asked).toHaveLength(3);
  });
});
