import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import ts from 'typescript';
import { isMap, isScalar, parse, parseDocument } from 'yaml';
import { GROUPS, withTables } from '../../dev/readme.js';
import { DEFAULTS, INPUT_NAMES, readInputs } from '../../src/inputs.js';
import { OUTPUT_NAMES } from '../../src/report/outputs.js';
import { Secrets } from '../../src/report/secrets.js';

interface Described {
  readonly description: string;
  readonly default?: unknown;
  readonly required?: unknown;
}

const source = readFileSync('action.yml', 'utf8');
const action = parse(source) as {
  readonly name: string;
  readonly description: string;
  readonly runs: unknown;
  readonly inputs: Record<string, Described>;
  readonly outputs: Record<string, Described>;
};

describe('action.yml', () => {
  it('runs the bundle on Node 24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' });
  });

  it('has the inputs that the code reads, in the same order, with the same defaults', () => {
    const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']);
    expect(defaults).toEqual(Object.entries(DEFAULTS));
    expect(Object.keys(action.inputs)).toEqual(INPUT_NAMES);
  });

  it('has the outputs that the code sets', () => {
    expect(Object.keys(action.outputs)).toEqual(OUTPUT_NAMES);
  });

  it('quotes every default: the runner hands texts over, and YAML would make numbers and booleans of some', () => {
    const inputs = parseDocument(source).get('inputs');
    if (!isMap(inputs)) throw new Error('inputs is no mapping');
    const defaults = inputs.items
      .map(({ value }) => (isMap(value) ? value.get('default', true) : undefined))
      .filter((value) => value !== undefined);
    expect(defaults).not.toHaveLength(0);
    for (const value of defaults) expect(isScalar(value) && value.type).toMatch(/^QUOTE_(SINGLE|DOUBLE)$/);
  });

  it('requires only what neither the event nor the environment can supply', () => {
    const required = Object.entries(action.inputs).filter(([, input]) => input.required === true);
    expect(required.map(([name]) => name)).toEqual(['security-group-id', 'vswitch-id']);
  });

  it.each(Object.entries({ ...action.inputs, ...action.outputs }))(
    'explains %s in one or two short sentences',
    (_, { description }) => {
      expect(description).toMatch(/^[A-Z`].*[.\]`]$/);
      expect(description).not.toContain('\n');
      const sentences = description.replaceAll('e.g.', 'such as').split(/(?<=\.) /);
      expect(sentences.length).toBeLessThanOrEqual(2);
      for (const sentence of sentences) expect(sentence.length).toBeLessThanOrEqual(130);
    },
  );

  it.each(Object.entries(action.outputs).filter(([name]) => name !== 'digests'))(
    'says when %s is empty',
    (_, { description }) => {
      expect(description).toMatch(/\b[Ee]mpty\b|`\[\]`/);
    },
  );

  it('holds no expression: the runner evaluates them even in descriptions, and refuses to load the action', () => {
    expect(source).not.toContain('${{');
  });

  it('keeps to the Marketplace’s length of a description', () => {
    expect(action.description.length).toBeLessThanOrEqual(125);
  });
});

describe('action.yml, by the syntax of metadata', () => {
  const schema = JSON.parse(readFileSync('dev/data/action-metadata.schema.json', 'utf8')) as object;
  const validate = new Ajv({ allErrors: true }).compile(schema);

  it('is valid', () => {
    expect([validate(parse(source)), validate.errors]).toEqual([true, null]);
  });

  it.each([
    ['a key that is none', source.replace('    required: true', '    requires: true')],
    ['a default that is no text', source.replace("default: '60'", 'default: 60')],
    ['a runtime that is none', source.replace('node24', 'node12')],
    ['no description', source.replace(/^description: .*$/m, '')],
    [
      'an output with a value, as only composite actions have',
      source.replace(/^outputs:\n {2}image-cache-id:\n/m, '$&    value: x\n'),
    ],
  ])('would not be with %s', (_, changed) => {
    expect(changed).not.toBe(source);
    expect(validate(parse(changed))).toBe(false);
  });
});

const CONTEXT = {
  eventName: 'push',
  repository: 'acme/shop',
  owner: 'github.com/1',
  ref: 'refs/tags/v1.2.3',
  sha: 'c0ffee0000000000000000000000000000c0ffee',
  tag: { known: true, name: 'v1.2.3' },
  packageReference: undefined,
  runId: '1',
  runAttempt: '1',
} as const;

/** Every test but those of documents, as one text. */
const testSources = ['unit', 'integration', 'e2e']
  .flatMap((folder) => readdirSync(`__tests__/${folder}`).map((name) => `__tests__/${folder}/${name}`))
  .filter((name) => name.endsWith('.ts') && !/docs-|action-yml/.test(name))
  .map((name) => readFileSync(name, 'utf8'))
  .join('\n');

// What a caller may rely on stands in five places. This compares them.
describe('the contract', () => {
  const readme = readFileSync('README.md', 'utf8');

  /** Names in the first column of the README's table between these markers, and the second column. */
  const rowsOf = (name: string): [string, string][] => {
    const table = readme.split(`<!-- ${name}:`)[1]?.split(`<!-- /${name} -->`)[0] ?? '';
    return [...table.matchAll(/^\| `([^`]+)` \| (.*?) \|/gm)].map(([, input = '', second = '']) => [
      input,
      second,
    ]);
  };

  it('has the README’s tables as "npm run docs" would write them', () => {
    expect(readme).toBe(withTables(readme, source));
  });

  it('has the same inputs and defaults in the README as in the code', () => {
    const shown = Object.entries(DEFAULTS).map(([name, value]) => {
      if (action.inputs[name]?.required === true) return [name, '**required**'];
      return [name, value === '' ? '' : `\`${value}\``];
    });
    const rows = rowsOf('inputs');
    expect(rows.toSorted()).toEqual(shown.toSorted());
    const first = Object.values(GROUPS).flat();
    expect(rows.slice(0, first.length).map(([name]) => name)).toEqual(first);
  });

  it('has the same outputs in the README', () => {
    expect(rowsOf('outputs').map(([name]) => name)).toEqual(OUTPUT_NAMES);
  });

  describe('docs/inputs.md', () => {
    const page = readFileSync('docs/inputs.md', 'utf8');
    const sections = new Map(
      page
        .split(/^### /m)
        .slice(1)
        .map((section) => [section.split('\n')[0]?.replaceAll('`', '') ?? '', section]),
    );

    it('has a section for each input, in the order of action.yml', () => {
      expect([...sections.keys()]).toEqual(Object.keys(action.inputs));
    });

    it.each(Object.entries(action.inputs).filter(([, input]) => input.default !== undefined))(
      'gives the default of %s',
      (name, input) => {
        expect(sections.get(name)).toContain(`Default: \`${String(input.default)}\``);
      },
    );

    it('has a row with an example for each output', () => {
      const rows = [...(page.split('## Outputs')[1] ?? '').matchAll(/^\| `([^`]+)` \| .+ \| `.+` \|$/gm)];
      expect(rows.map(([, name]) => name)).toEqual(OUTPUT_NAMES);
    });
  });

  const read = namesRead();

  it.each(INPUT_NAMES)('reads %s', (name) => {
    expect(read).toContain(name);
  });

  it('reads nothing that is not an input', () => {
    expect(INPUT_NAMES).toEqual(expect.arrayContaining(read));
  });

  it('takes every default as a good value: a run with nothing but what is required has no error', async () => {
    const env = {
      INPUT_IMAGES: 'ghcr.io/acme/shop:1',
      'INPUT_SECURITY-GROUP-ID': 'sg-1',
      'INPUT_VSWITCH-ID': 'vsw-1',
      'INPUT_REGION-ID': 'cn-hangzhou',
      'INPUT_ACCESS-KEY-ID': 'id',
      'INPUT_ACCESS-KEY-SECRET': 'secret',
    };
    const asRunnerSets = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [
        `INPUT_${name.toUpperCase()}`,
        input.default ?? '',
      ]),
    ) as Record<string, string>;
    const bare = await readInputs({ env }, CONTEXT, new Secrets(() => undefined));
    expect(
      await readInputs({ env: { ...asRunnerSets, ...env } }, CONTEXT, new Secrets(() => undefined)),
    ).toEqual(bare);
  });

  it.each(INPUT_NAMES)('tests %s', (name) => {
    expect(testSources).toContain(name);
  });

  it.each(OUTPUT_NAMES)('tests the output %s', (name) => {
    expect(testSources).toMatch(new RegExp(`(['"\`]|outputs\\.)${name}\\b`));
  });
});

/** Inputs that the code asks its reader for, by name. */
function namesRead(): string[] {
  const calls = /^(text|parse|optional|required)$/;
  const direct = namesInCalls(['src/inputs.ts', ...filesIn('src/inputs')], (call) => calls.test(call));
  // Two tables of names, one for keys and one for the role; and the hosts, by way of a helper.
  const listed = [
    ...readFileSync('src/inputs/credentials.ts', 'utf8').matchAll(/'([a-z]+(?:-[a-z]+)+)'/g),
  ].map(([, name = '']) => name);
  const hosts = namesInCalls(['src/inputs.ts'], (call) => call === 'readEndpoint');
  const known = new Set<string>(INPUT_NAMES);
  return [...direct, ...hosts, ...listed.filter((name) => known.has(name))];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).map((name) => `${folder}/${name}`);
}

/** The first text among the arguments of each such call. */
function namesInCalls(files: readonly string[], isWanted: (call: string) => boolean): string[] {
  return files.flatMap((file) => {
    const names: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        const { expression } = node;
        const call = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
        const text = node.arguments.find((argument) => ts.isStringLiteral(argument));
        if (text && ts.isStringLiteral(text) && isWanted(call)) names.push(text.text);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023, true));
    return names;
  });
}
