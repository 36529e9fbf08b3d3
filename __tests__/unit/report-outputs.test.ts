import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { OUTPUT_NAMES, Outputs } from '../../src/report/outputs.js';

function written(): { outputs: Outputs; calls: [string, string][] } {
  const calls: [string, string][] = [];
  return { outputs: new Outputs((name, value) => void calls.push([name, value])), calls };
}

it.each<[string, string | number | object | undefined, string]>([
  ['a text', 'imc-1', 'imc-1'],
  ['a number', 25, '25'],
  ['zero', 0, '0'],
  ['nothing', undefined, ''],
  ['an empty text', '', ''],
  ['a list', ['a', 'b'], '["a","b"]'],
  ['an empty list', [], '[]'],
  ['an object', { 'a:1': 'sha256:0' }, '{"a:1":"sha256:0"}'],
])('%s is written as it has to be', (_, value, text) => {
  const { outputs, calls } = written();
  outputs.set('images', value);
  expect(calls).toEqual([['images', text]]);
  expect(outputs.get('images')).toBe(text);
});

it('a value is written when it changes, and not when it stays', () => {
  const { outputs, calls } = written();
  for (const status of ['Preparing', 'Preparing', 'Creating', 'Creating', 'Preparing'])
    outputs.set('status', status);
  expect(calls.map(([, value]) => value)).toEqual(['Preparing', 'Creating', 'Preparing']);
});

it('each output is kept by itself, and empty before it is set', () => {
  const { outputs } = written();
  outputs.set('status', 'Ready');
  expect(outputs.get('status')).toBe('Ready');
  expect(outputs.get('result')).toBe('');
});

it('the outputs are those of action.yml', () => {
  const action = parse(readFileSync('action.yml', 'utf8')) as { outputs: Record<string, unknown> };
  expect([...OUTPUT_NAMES].sort()).toEqual(Object.keys(action.outputs).sort());
});
