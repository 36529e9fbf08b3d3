import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { annotateManifests } from '../../src/manifests/annotate.js';
import { readDocuments } from '../../src/manifests/documents.js';
import { parsePatterns } from '../../src/inputs/patterns.js';
import { readTexts } from '../../src/manifests/read.js';
import type { Manifests } from '../../src/manifests/types.js';
import { anyText, mutated, mutatedJson } from './support/mutate.js';
import { outcomeOf } from './support/outcome.js';
import { anyReference } from './support/valid.js';

const ID = 'imc-2ze5tm5gehgtiiga0000';
const read = (text: string): Manifests => readTexts([{ path: 'app.yaml', text }]);
const annotate = (manifests: Manifests) =>
  annotateManifests(manifests, { imageCacheId: ID, isOfThisRelease: () => true });

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const oddText = fc.constantFrom(
  '',
  'yes',
  '0123',
  '# no',
  'a: b',
  '|',
  "it's",
  '- x',
  'two\nlines\n',
  '\ttab',
  '---',
  '...',
);
const container = fc.record(
  { name, image: anyReference, args: fc.array(oddText, { maxLength: 3 }) },
  { requiredKeys: ['name', 'image'] },
);
const podSpec = fc.record(
  {
    containers: fc.array(container, { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(container, { maxLength: 2 }),
  },
  { requiredKeys: ['containers'] },
);
const metadata = fc.record(
  {
    name,
    labels: fc.dictionary(name, oddText, { maxKeys: 2 }),
    annotations: fc.oneof(
      fc.dictionary(fc.oneof(name, fc.constant('k8s.aliyun.com/eci-imc-id')), oddText, { maxKeys: 3 }),
      fc.constant(null),
    ),
  },
  { requiredKeys: [] },
);
const template = fc.record({ metadata, spec: podSpec }, { requiredKeys: ['spec'] });
const objects = fc.oneof(
  fc.record({ apiVersion: fc.constant('v1'), kind: fc.constant('Pod'), metadata, spec: podSpec }),
  fc.record({
    apiVersion: fc.constant('apps/v1'),
    kind: fc.constant('Deployment'),
    spec: fc.record({ template }),
  }),
  fc.record({
    apiVersion: fc.constant('argoproj.io/v1alpha1'),
    kind: fc.constant('Workflow'),
    spec: fc.record({
      templates: fc.array(fc.record({ metadata, container }, { requiredKeys: ['container'] }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  }),
  fc.record({
    apiVersion: fc.constant('sparkoperator.k8s.io/v1beta2'),
    kind: fc.constant('SparkApplication'),
    spec: fc.record({ image: anyReference, driver: fc.constantFrom({}, null, { annotations: { a: 'b' } }) }),
  }),
);

/** The ways in which programs print the same object. Lines are not folded: where they are too narrow, `yaml` prints nonsense. */
const printed = (object: unknown): fc.Arbitrary<string> =>
  fc
    .record({
      print: fc.constantFrom(
        (one: unknown) => stringify(one, { lineWidth: 0 }),
        (one: unknown) => stringify(one, { indent: 4, indentSeq: false, lineWidth: 0 }),
        (one: unknown) =>
          stringify(one, { defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'QUOTE_DOUBLE', lineWidth: 0 }),
        (one: unknown) => stringify(one, { collectionStyle: 'flow', lineWidth: 0 }),
        (one: unknown) => JSON.stringify(one, undefined, 2),
        (one: unknown) => JSON.stringify(one),
      ),
      breaks: fc.constantFrom('\n', '\r\n'),
      mark: fc.constantFrom('', '\uFEFF'),
      isTrimmed: fc.boolean(),
    })
    .map(({ print, breaks, mark, isTrimmed }) => {
      const text = print(object);
      return mark + (isTrimmed ? text.trimEnd() : text).replaceAll('\n', breaks);
    });

const stream = fc
  .array(objects.chain(printed), { minLength: 1, maxLength: 3 })
  .map((texts) => texts.map((text) => text.replace('\uFEFF', '')).join('\n---\n'));

/** The data without the ID, and without the maps that would be empty without it. */
function withoutIds(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutIds);
  if (typeof data !== 'object' || data === null) return data ?? undefined;
  const kept = Object.entries(data)
    .filter(([key]) => !key.startsWith('k8s.aliyun.com/'))
    .map(([key, value]) => [key, withoutIds(value)] as const)
    .filter(([, value]) => value !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

const dataOf = (text: string): unknown[] =>
  parseAllDocuments(text, { merge: true, logLevel: 'silent' }).map((document) => document.toJS() as unknown);

describe('manifests', () => {
  it('that are valid name their images, and take the ID, in whatever way they are printed', () => {
    fc.assert(
      fc.property(
        objects.chain((object) => fc.tuple(fc.constant(object), printed(object))),
        ([object, text]) => {
          const manifests = read(text);
          expect(manifests.errors).toEqual([]);
          const images = [...JSON.stringify(object).matchAll(/"image":"([^"]*)"/g)].map(([, image]) => image);
          expect(new Set(manifests.images)).toEqual(new Set(images));

          const copy = annotate(manifests);
          expect(copy.annotated).toEqual(manifests.pods);
          const edited = copy.files.get('app.yaml') ?? '';
          expect(withoutIds(dataOf(edited))).toEqual(withoutIds(dataOf(text)));
          expect(edited.split(ID).length - 1).toBeGreaterThanOrEqual(manifests.pods.length);
          expect(annotate(read(edited)).files.get('app.yaml')).toBe(edited);
        },
      ),
    );
  });

  it('in a stream lose no document', () => {
    fc.assert(
      fc.property(stream, (text) => {
        const manifests = read(text);
        expect(manifests.errors).toEqual([]);
        const edited = annotate(manifests).files.get('app.yaml') ?? '';
        expect(withoutIds(dataOf(edited))).toEqual(withoutIds(dataOf(text)));
      }),
    );
  });

  it('of any kind are read or refused in our words, and the copy says the same', () => {
    const odd = mutatedJson(objects).chain((value) =>
      fc.constantFrom(stringify(value), JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.oneof(mutated(stream), odd, anyText), (text) => {
        const { value } = outcomeOf(() => read(text));
        for (const { message } of value?.errors ?? []) expect(message).toMatch(/^Input manifests: /);
        // Nothing is written where anything is wrong.
        if (value === undefined || value.errors.length > 0) return;
        const copy = outcomeOf(() => annotate(value)).value;
        const edited = copy?.files.get('app.yaml');
        if (edited === undefined || edited === text) return;
        expect(withoutIds(dataOf(edited))).toEqual(withoutIds(dataOf(text)));
      }),
    );
  });

  it('that are broken tell nothing of their content', () => {
    const SECRET = 'kOrrektesPferd';
    const holder = objects.map((object) => ({ ...object, x: SECRET, y: [SECRET, `${SECRET}: ${SECRET}`] }));
    fc.assert(
      fc.property(mutated(holder.chain(printed)), (text) => {
        const { faults } = readDocuments('app.yaml', text);
        expect(JSON.stringify(faults.map(({ error }) => [error.message, error.hint]))).not.toContain(SECRET);
      }),
    );
  });
});

it('patterns of any kind are none, or texts without white space around them', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const pattern of parsePatterns(text)) expect(pattern).toBe(pattern.trim());
    }),
  );
});
