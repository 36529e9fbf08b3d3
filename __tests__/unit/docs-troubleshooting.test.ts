import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { failurePieces, patternOf, type Piece } from '../../dev/docs-messages.js';
import { raisedPieces } from '../../dev/docs-error-tests.js';
import { hintFor } from '../../src/eci/hints.js';
import { INPUT_NAMES } from '../../src/inputs.js';

const page = readFileSync('docs/troubleshooting.md', 'utf8');
const pieces = failurePieces('.');

/** Code spans of a table's column, of all tables whose first header is the one given. */
function spansOf(header: string, columns: readonly number[]): string[] {
  const tables = page
    .split('<!-- prettier-ignore-start -->')
    .filter((part) => part.includes(`| ${header} |`));
  return tables.flatMap((table) =>
    table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => {
        const cells = line.split(' | ');
        return columns.flatMap((column) => spans(cells[column] ?? ''));
      }),
  );
}

function spans(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
}

/** The texts themselves, and those that the column beside names as other endings of them. */
const texts = spansOf('Text', [0]);
const mentioned = spansOf('Text', [0, 1]);

/** What is left of a text once every piece that it holds is taken out. */
function restOf(text: string): string {
  let rest = text;
  for (const piece of pieces) {
    for (const [from, to] of fragmentPlaces(piece, text)) {
      rest = rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to);
    }
  }
  return rest;
}

function fragmentPlaces(piece: Piece, text: string): [number, number][] {
  const places = patternOf(piece).exec(text)?.indices ?? [];
  return places.slice(1).flatMap((place) => (place === undefined ? [] : [place]));
}

/** What stands around a piece in the log, and is no text of its own. */
const FRAME = new Set([
  ...['Input', ...INPUT_NAMES.flatMap((name) => name.split('-'))],
  ...['entry', 'got', 'allowed', 'number', 'percent', 'minutes', 'missing', 'makes'],
  ...['Image', 'layer', 'failed', 'HTTP', 'DescribeImageCaches', 'Cancelled'],
]);

/** The codes, or patterns of codes, by which a table of hints is looked up. */
function rulesOf(file: string): [string, (code: string) => boolean][] {
  const entries = readFileSync(file, 'utf8').matchAll(/^ {2}\[\s*(?:'([^'\n]+)'|\/(.+)\/(i?)),/gm);
  return [...entries].map(([, code, pattern = '', flags]) => {
    if (code !== undefined) return [code, (text) => text === code];
    const expression = new RegExp(pattern, flags);
    return [pattern, (text) => expression.test(text)];
  });
}

describe('docs/troubleshooting.md', () => {
  it('finds the texts in the sources', () => {
    expect(pieces.length).toBeGreaterThan(150);
    expect(texts.length).toBeGreaterThan(150);
  });

  it.each(pieces.map(({ text, file }) => [text, file]))('has "%s" of %s', (text, file) => {
    const pattern = patternOf({ text, file });
    expect(mentioned.filter((row) => pattern.test(row))).not.toEqual([]);
  });

  it.each(texts)('tells of "%s", which is a text of the sources', (text) => {
    const rest = restOf(text).match(/[a-z]{3,}/gi) ?? [];
    expect(rest.filter((word) => !FRAME.has(word))).toEqual([]);
  });

  it.each(rulesOf('src/eci/hints.ts'))('has a code for the hint of %s', (_, fits) => {
    expect(spansOf('Code', [0]).filter(fits)).not.toEqual([]);
  });

  it.each(spansOf('Code', [0]))('knows what to do about %s, as the log does', (code) => {
    const action = /OIDC|^EntityNotExist|RoleSessionName|DurationSeconds|RoleArn|^AuthenticationFail/.test(
      code,
    )
      ? 'AssumeRoleWithOIDC'
      : 'CreateImageCache';
    expect(hintFor(code, { action })).toBeDefined();
  });
});

describe('the README', () => {
  const readme = readFileSync('README.md', 'utf8');
  const table = readme.split('## Troubleshooting')[1]?.split('\n## ')[0] ?? '';
  const ten = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, text = '']) => text);

  it('has ten of the texts', () => {
    expect(ten).toHaveLength(10);
  });

  it.each(ten)('has "%s", as the page does', (text) => {
    const known = [...texts, ...spansOf('Code', [0])].some((other) => other.startsWith(text));
    const rest = restOf(text).match(/[a-z]{3,}/gi) ?? [];
    expect(known ? [] : rest.filter((word) => !FRAME.has(word))).toEqual([]);
  });

  it('grants in its policies what the hint about a missing permission names', () => {
    const policies = [...readme.matchAll(/^( *)```json\n(.*?)^\1```/gms)].map(
      ([, , text = '']) => JSON.parse(text) as Policy,
    );
    const actions = policies.map(({ Statement }) => Statement.flatMap(({ Action }) => Action));
    const hinted = hintFor('NoPermission')?.match(/\b(?:eci|ram):\w+/g) ?? [];
    const [least = [], more = []] = actions;
    expect(hinted).toEqual([...least, 'eci:DeleteImageCache', 'ram:CreateServiceLinkedRole']);
    expect(more).toEqual([...least, 'eci:DeleteImageCache', 'eci:ListUsage']);
    expect(actions[2]).toEqual(['sts:AssumeRole']);
  });
});

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

describe('docs/error-tests.md', () => {
  const list = readFileSync('docs/error-tests.md', 'utf8');

  it('has a test for every text but the one that only a layer of 64 GiB could raise', () => {
    const untested = raisedPieces('.').filter(({ tests }) => tests.length === 0);
    expect(untested.map(({ text }) => text)).toEqual(['it unpacks to over 64 GiB']);
  });

  it.each(pieces.map(({ text }) => text))('lists "%s"', (text) => {
    expect(list).toContain(`| \`${text.trim()}\` |`);
  });

  it('names tests that are there', () => {
    const named = new Set(
      [...list.matchAll(/`((?:unit|integration|e2e)\/[\w-]+)`/g)].map(([, name = '']) => name),
    );
    expect(named.size).toBeGreaterThan(30);
    for (const name of named) expect(existsSync(`__tests__/${name}.test.ts`)).toBe(true);
  });
});
