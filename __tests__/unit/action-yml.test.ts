import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isMap, isScalar, parse, parseDocument } from 'yaml';
import { DEFAULTS, INPUT_NAMES } from '../../src/inputs.js';
import { OUTPUT_NAMES } from '../../src/report/outputs.js';

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
    'explains %s, beginning with a short sentence of its own',
    (_, { description }) => {
      const [first = '', ...rest] = description.split('\n');
      expect(first).toMatch(/^[A-Z`].*\.$/);
      expect(first.length).toBeLessThanOrEqual(130);
      for (const line of rest) expect(line).toMatch(/^\S.*[.]$/);
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
