import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { annotate, bare, errorsOf, imagesOf, object, pod, readText, toldBy } from '../support/manifests.js';

const podOf = (image: string): object => object('v1', 'Pod', bare(image));
const a = stringify(podOf('a:1'));
const b = stringify(podOf('b:1'));
const CRD = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  containers: [\n';

describe('documents', () => {
  it.each([
    ['one after the other', `${a}---\n${b}`],
    ['after a comment', `# containers\n---\n${a}---\n# image\n---\n${b}`],
    ['with white space and comments on their marks', `--- # one\n${a}---  \n${b}---`],
    ['with an end mark', `---\n${a}...\n---\n${b}...\n`],
    ['with only an end mark', `${a}...\n${b}`],
    ['with directives', `%YAML 1.2\n---\n${a}...\n%YAML 1.2\n---\n${b}`],
    ['with the line breaks of Windows', `${a}---\n${b}`.replaceAll('\n', '\r\n')],
    ['with a mark at the start', `\uFEFF${a}---\n${b}`],
    ['in JSON', `${JSON.stringify(podOf('a:1'))}\n---\n${JSON.stringify(podOf('b:1'))}\n`],
    [
      'in JSON, without a mark',
      `${JSON.stringify(podOf('a:1'), undefined, 2)}\n${JSON.stringify(podOf('b:1'))}\n`,
    ],
    ['in JSON, on one line', `${JSON.stringify(podOf('a:1'))}${JSON.stringify(podOf('b:1'))}`],
    [
      'in JSON, with tabs',
      `${JSON.stringify(podOf('a:1'), undefined, '\t')}\n${JSON.stringify(podOf('b:1'))}`,
    ],
    ['in lists', stringify({ apiVersion: 'v1', kind: 'List', items: [podOf('a:1'), podOf('b:1')] })],
    ['beside what is not parsed', `${CRD}---\n${a}---\n${CRD}---\n${b}`],
    [
      'beside a text with a mark',
      `${a}---\napiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    image: 1\n    ---\n    y\n---\n${b}`,
    ],
  ])('%s', async (_, text) => {
    const manifests = await readText(text);
    expect(errorsOf(manifests)).toEqual([]);
    expect(imagesOf(manifests)).toEqual(['a:1', 'b:1']);
    const copy = annotate(manifests);
    expect(copy.annotated).toHaveLength(2);
    const again = await readText(copy.files.get('app.yaml') ?? '');
    expect([imagesOf(again), errorsOf(again)]).toEqual([['a:1', 'b:1'], []]);
  });

  it.each(['', '\n', '# image\n', '---\n---\n', '\uFEFF', 'image', '[]', 'null'])(
    '%j has none',
    async (text) => {
      const manifests = await readText(text);
      expect(imagesOf(manifests)).toEqual([]);
      expect(errorsOf(manifests)).toEqual([]);
      expect(toldBy(manifests)).toEqual(['info: Files without a Kubernetes object: app.yaml.']);
    },
  );

  it('that hold no pod are copied', async () => {
    for (const text of [
      stringify(object('v1', 'Service', {})),
      JSON.stringify(object('v1', 'Service', {}), undefined, 2),
    ]) {
      const manifests = await readText(text);
      expect(manifests.files[0]?.documents).toEqual([]);
      expect(annotate(manifests).files.get('app.yaml')).toBe(text);
    }
  });
});

describe('broken YAML names file, line and remedy', () => {
  const HEAD = 'apiVersion: v1\nkind: Pod\nspec:\n';

  it.each([
    ['a bracket that stays open', `${HEAD}  containers: [{image: a:1}\n`, 5],
    ['an indentation that does not fit', `${HEAD}  containers:\n  - image: a:1\n x: y\n`, 6],
    ['a tab', `${HEAD}  containers:\n\t- image: a:1\n`, 5],
    ['a key twice', `${HEAD}  containers: [{image: a:1}]\n  containers: []\n`, 5],
    ['a colon in a value', `${HEAD}  containers: [{image: a:1}]\n  x: b: c\n`, 5],
    [
      'a quote that closes below its key',
      `${HEAD}  x: "image\n    text\n"\n  containers: [{image: a:1}]\n`,
      5,
    ],
    ['an alias of nothing', `${HEAD}  containers: *nothing\n`, 4],
    ['a second document', `${a}---\n${HEAD}  containers: [\n`, a.split('\n').length + 5],
  ])('%s', async (_, text, line) => {
    const manifests = await readText(text);
    expect(errorsOf(manifests)[0]).toMatch(
      new RegExp(`^Input manifests: app\\.yaml:\\d+ is not valid YAML at line ${line}: .`),
    );
    if (!text.includes('*nothing'))
      expect(manifests.errors[0]?.hint).toContain('kubectl create --dry-run=client');
  });

  it('a template is to be rendered', async () => {
    for (const text of [
      `${HEAD}  containers:\n  - image: {{ .Values.image }}:{{ .Values.tag }}\n`,
      `${HEAD}{{- if .Values.x }}\n  containers: [{image: a:1}]\n{{- end }}\n`,
    ]) {
      const manifests = await readText(text);
      expect(errorsOf(manifests)[0]).toContain('is not valid YAML at line');
      expect(manifests.errors[0]?.hint).toContain('helm template');
    }
  });

  it('every broken document of every file is told', async () => {
    const broken = `${HEAD}  containers: [\n`;
    expect(errorsOf(await readText(`${broken}---\n${broken}`))).toHaveLength(2);
  });

  it('and nothing of the content', async () => {
    const secret = 'kOrrektesPferd';
    for (const line of [
      `x: ${secret}: y`,
      `x: "${secret}`,
      secret,
      `x: [${secret}`,
      `x: @${secret}`,
      `x: *${secret}`,
      `${secret}: 1\n  ${secret}: 2`,
    ]) {
      const manifests = await readText(`${HEAD}  containers: [{image: a:1}]\n  ${line}\n`);
      const shown = JSON.stringify([
        manifests.errors.map(({ message, hint }) => [message, hint]),
        manifests.messages,
      ]);
      expect(manifests.errors.length).toBeGreaterThan(0);
      expect(shown).not.toContain(secret);
    }
  });
});

describe('bounds', () => {
  it.each([
    ['lists in lists', (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`],
    ['lists that stay open', (depth: number) => '['.repeat(depth)],
    ['lists by dashes', (depth: number) => `\n${'- '.repeat(depth)}a`],
    ['maps in maps', (depth: number) => `${'{a: '.repeat(depth)}${'}'.repeat(depth)}`],
    ['keys that are maps', (depth: number) => `${'{? '.repeat(depth)}${'}'.repeat(depth)}`],
  ])('deep %s', async (_, nest) => {
    const text = `apiVersion: v1\nkind: Pod\nimage: ${nest(20_000)}\n`;
    expect(errorsOf(await readText(text))).toEqual([
      'Input manifests: app.yaml:1 is nested more than 200 levels deep',
    ]);
    expect(
      errorsOf(await readText(`apiVersion: v1\nkind: Pod\nimage: ${nest(20)}\n`)).join(''),
    ).not.toContain('deep');
  });

  const bomb = (first: string, use: (name: string) => string): string =>
    Array.from({ length: 12 }, (_, at) => `x${at}: &x${at} ${at === 0 ? first : use(`x${at - 1}`)}\n`).join(
      '',
    );

  it.each([
    ['lists', bomb('[a]', (name) => `[${`*${name}, `.repeat(10)}]`)],
    ['merges', bomb('{a: b}', (name) => `{<<: [${`*${name}, `.repeat(10)}]}`)],
    ['a circle', 'x: &x [*x]\n'],
    ['a circle of merges', 'x: &x {<<: *x}\n'],
  ])('aliases that multiply: %s', async (_, aliases) => {
    for (const text of [
      `${aliases}${a}`,
      `${aliases}apiVersion: v1\nkind: Pod\nmetadata: {name: *LAST}\nspec: {containers: [{image: a:1, env: *LAST}]}\n`,
    ]) {
      const [message = 'none'] = errorsOf(
        await readText(text.replaceAll('LAST', text.includes('x11') ? 'x11' : 'x')),
      );
      expect(message).toBe('Input manifests: app.yaml:1 has aliases that multiply its content');
    }
  });

  it('aliases as people write them are followed', async () => {
    const text = `x: &pod\n  containers:\n  - &c {name: c, image: a:1}\n  - {<<: *c, name: d}\n  - {<<: *c, image: b:1}\n${stringify(object('batch/v1', 'Job', {}))}spec:\n  template: {spec: *pod}\n`;
    const manifests = await readText(text);
    expect(errorsOf(manifests)).toEqual([]);
    expect(manifests.pods.at(-1)?.images.map((image) => image.text)).toEqual(['a:1', 'a:1', 'b:1']);
  });

  it('most of what operators install is not parsed', async () => {
    const crd = CRD.replace('[', '') + '    image: {}\n'.repeat(20_000);
    const manifests = await readText(`${`${crd}---\n`.repeat(8)}${a}`);
    expect(imagesOf(manifests)).toEqual(['a:1']);
    expect(manifests.files[0]?.documents).toHaveLength(1);
  });
});

it('names and kinds of a stranger are printed escaped', async () => {
  const evil = 'a\n::set-output name=x::y\u202e';
  const data = {
    apiVersion: 'example.com/v1',
    kind: evil,
    metadata: { name: evil },
    spec: { image: 'a:1', [evil]: { image: '$X' }, template: { spec: pod('$X') } },
  };
  const manifests = await readText(stringify(data));
  const shown = [
    ...errorsOf(manifests),
    ...toldBy(manifests),
    ...manifests.errors.map(({ hint }) => hint ?? ''),
  ];
  expect(shown.length).toBeGreaterThan(1);
  // eslint-disable-next-line no-control-regex -- it is what must not come through
  for (const line of shown) expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
});
