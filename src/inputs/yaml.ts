import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, Parser } from 'yaml';
import type { Document, Node } from 'yaml';
import { ActionError } from '../errors.js';
import { isNestedDeeper } from '../manifests/yaml-depth.js';

/** The value of a key. Its texts may be secret: messages quote them only if they cannot be. */
export interface Field {
  readonly line: number;
  readonly texts: readonly string[];
  readonly isList: boolean;
  /** Why the texts must not be used, as the end of a sentence that starts with the key. */
  readonly fault: string | undefined;
}

/** One entry of the list; undefined if the entry is no mapping. */
export type Entry = ReadonlyMap<string, Field> | undefined;

/** What could be read (half a document may hold a whole password), and what is wrong with the rest. */
export interface YamlList {
  readonly entries: readonly Entry[];
  readonly problem: ActionError | undefined;
}

/** What the parser's error codes mean; a code that is not here gets a position only. */
const SYNTAX_ERRORS: ReadonlyMap<string, string> = new Map([
  ['BAD_INDENT', 'the indentation does not fit'],
  ['BAD_SCALAR_START', 'the value starts with a character that YAML reserves'],
  ['BLOCK_AS_IMPLICIT_KEY', 'the value holds a colon'],
  ['DUPLICATE_KEY', 'the key is there twice'],
  ['MISSING_CHAR', 'a quote, bracket, colon or comma is missing'],
  ['MULTIPLE_DOCS', 'a second document starts'],
  ['TAB_AS_INDENT', 'a tab cannot indent'],
]);

/** An entry is a mapping whose values are texts or lists of them. */
const DEEPEST = 20;

const QUOTE_HINT = 'Put values with special characters into single quotes.';

/**
 * Reads a list of mappings in YAML, or a single mapping. Every value is the text that was written: 0123,
 * 1e5 and yes are passwords like any other. Never throws, and shows no part of the source.
 */
export function readYamlList(text: string): YamlList {
  if (isNestedDeeper(DEEPEST, [...new Parser().parse(text)])) {
    return { entries: [], problem: new ActionError(`is nested more than ${DEEPEST} levels deep`) };
  }
  const lines = new LineCounter();
  // The failsafe schema knows texts only; pretty errors would quote the source, passwords included.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const { contents } = document;
  const items = isSeq(contents) ? contents.items : isMap(contents) ? [contents] : [];
  return {
    entries: items.map((item) => toEntry(item, lines)),
    problem: syntaxProblem(document, lines) ?? shapeProblem(document),
  };
}

function syntaxProblem({ errors }: Document.Parsed, lines: LineCounter): ActionError | undefined {
  const [first] = errors;
  if (first === undefined) return undefined;
  const { line, col } = lines.linePos(first.pos[0]);
  const meaning = SYNTAX_ERRORS.get(first.code);
  const where = `is not valid YAML at line ${line}, column ${col}`;
  return new ActionError(meaning === undefined ? where : `${where}: ${meaning}`, { hint: QUOTE_HINT });
}

function shapeProblem({ contents }: Document.Parsed): ActionError | undefined {
  // Nothing but comments is an empty list.
  const isEmpty = contents === null || (isScalar(contents) && contents.value === '');
  return isEmpty || isSeq(contents) || isMap(contents)
    ? undefined
    : new ActionError('is not a list of entries');
}

function toEntry(item: unknown, lines: LineCounter): Entry {
  if (!isMap<Node, Node | null>(item)) return undefined;
  return new Map(
    item.items.map(({ key, value }) => {
      const line = lines.linePos(key.range?.[0] ?? 0).line;
      return [isScalar(key) ? String(key.value) : '', toField(value, line)];
    }),
  );
}

function toField(value: Node | null, line: number): Field {
  const isList = isSeq(value);
  const nodes: unknown[] = isList ? value.items : [value];
  const fault = nodes.map(faultOf).find((found) => found !== undefined);
  return { line, texts: nodes.map(textOf), isList, fault };
}

/**
 * The text of a scalar. A block scalar ends in a line break, which is never meant to be in a password; an
 * escape can make half of a surrogate pair, which UTF-8 cannot encode.
 */
function textOf(node: unknown): string {
  if (!isScalar(node) || typeof node.value !== 'string') return '';
  return node.value.replace(/[\r\n]+$/, '').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** A password such as &abc or !abc loses its first word to YAML without an error. */
function faultOf(node: unknown): string | undefined {
  if (node === null) return undefined;
  if (isAlias(node))
    return 'starts with a character that means something else in YAML; put the value into quotes';
  if (!isScalar(node)) return 'must be a text';
  return node.tag !== undefined || node.anchor !== undefined
    ? 'starts with a character that means something else in YAML; put the value into quotes'
    : undefined;
}
