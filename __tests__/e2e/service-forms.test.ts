import { describe, expect, it } from '@jest/globals';
import { fault } from '../../dev/eci/faults.js';
import { scenario } from './support.js';

type Fields = Readonly<Record<string, unknown>>;

/** Each record of DescribeImageCaches in another form. */
const eachRecord =
  (change: (record: Fields) => Fields) =>
  (action: string, answer: object): object => {
    if (action !== 'DescribeImageCaches') return answer;
    const { ImageCaches: records, ...rest } = answer as { ImageCaches: readonly Fields[] };
    return { ...rest, ImageCaches: records.map(change) };
  };

const tagsOf = ({ Tags }: Fields) => Tags as readonly { Key: string; Value: string }[];
const otherTags = (record: Fields) =>
  tagsOf(record).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));

/** Every field's name with a small first letter, as the vendor's newer products have it. */
function small(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(small);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => [
    name.charAt(0).toLowerCase() + name.slice(1),
    small(inner),
  ]);
  return Object.fromEntries(fields) as Fields;
}

/** The service ignores the token: the answer is the first page again, each time under a new one. */
function everNewToken(): (action: string, answer: object) => object {
  let pages = 0;
  return (action, answer) => {
    if (action !== 'DescribeImageCaches') return answer;
    pages += 1;
    return { ...answer, NextToken: Buffer.from(`after ${1_000 + pages}`).toString('base64url') };
  };
}

/** What this vendor's other products answer where ECI's documents have another form. */
const FORMS: readonly (readonly [string, (action: string, answer: object) => object])[] = [
  ['tags with TagKey and TagValue', eachRecord((record) => ({ ...record, Tags: otherTags(record) }))],
  ['wrapped tags', eachRecord((record) => ({ ...record, Tags: { Tag: otherTags(record) } }))],
  [
    'a wrapped list of records',
    (action, answer) =>
      action === 'DescribeImageCaches'
        ? { ...answer, ImageCaches: { ImageCache: (answer as Fields)['ImageCaches'] } }
        : answer,
  ],
  [
    'one record without its list',
    (action, answer) => {
      const [only, ...others] = (answer as { ImageCaches?: readonly Fields[] }).ImageCaches ?? [];
      return action === 'DescribeImageCaches' && only && others.length === 0
        ? { ...answer, ImageCaches: { ImageCache: only } }
        : answer;
    },
  ],
  [
    'tags by their keys',
    eachRecord((record) => ({
      ...record,
      Tags: Object.fromEntries(tagsOf(record).map(({ Key, Value }) => [Key, Value])),
    })),
  ],
  ['names in small letters', (_, answer) => small(answer) as object],
  ['ever new NextTokens for the same page', everNewToken()],
  ['the NextToken 0', (_, answer) => ({ ...answer, NextToken: 0 })],
  [
    'the same NextToken for every page',
    (_, answer) => ({ ...answer, NextToken: Buffer.from('after 0').toString('base64url') }),
  ],
  [
    'IDs in capitals',
    eachRecord((record) => ({ ...record, ImageCacheId: String(record['ImageCacheId']).toUpperCase() })),
  ],
  ['a code of success', (_, answer) => ({ ...answer, Code: '200', Success: true })],
];

describe('a service that answers with', () => {
  it.concurrent.each(FORMS)('%s: one cache, which the next run finds', async (_form, reshape) => {
    const { eci, run } = await scenario({ eci: { reshape } });
    const [first, second] = [await run(), await run()];
    expect(first).toMatchObject({ exitCode: 0, errors: [], warnings: [], outputs: { result: 'created' } });
    expect(second).toMatchObject({ exitCode: 0, errors: [], warnings: [], outputs: { result: 'reused' } });
    expect(second.outputs['image-cache-id']).toBe(first.outputs['image-cache-id']);
    expect(eci.caches).toHaveLength(1);
  });
});

it.concurrent('says in the debug log what the service showed', async () => {
  const { eci, run } = await scenario();
  eci.faults.push(fault.throttled('CreateImageCache'));
  const { stdout } = await run({}, { debug: true });
  expect(stdout).toContain('Seen of the service: codes: Throttling.User (1×)');
  expect(stdout).toMatch(/Seen of the service: first record: ImageCacheId=/);
});
