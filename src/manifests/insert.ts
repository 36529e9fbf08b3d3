import { isAlias, isMap, isScalar } from 'yaml';
import type { Node, Pair, YAMLMap } from 'yaml';
import type { Cursor } from './tree.js';

/** A change of a document's text: what stands from start to end gives way to the new text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The annotation that names a cache, and its older name. */
export const CACHE_ID = 'k8s.aliyun.com/eci-imc-id';
export const SNAPSHOT_ID = 'k8s.aliyun.com/eci-image-snapshot-id';

/**
 * The edits that put the cache ID among annotations. The document is not printed again: the rest stays byte for byte.
 *
 * @param annotations their map, which need not exist
 * @param text of the document
 * @returns undefined if the text has no place for them
 */
export function annotationEdits(annotations: Cursor, id: string, text: string): Edit[] | undefined {
  const missing: string[] = [];
  let at = annotations;
  while (!isMap(at.node)) {
    if (at.pair !== undefined) return at.isEmpty ? fillNull(at, at.pair, missing, id, text) : undefined;
    if (at.parent === undefined || at.node !== undefined) return undefined;
    missing.unshift(String(at.key));
    at = at.parent;
  }
  if (missing.length > 0) return insertInto(at.node, missing, id, text);
  const present = at.entries().filter(({ key }) => key === CACHE_ID || key === SNAPSHOT_ID);
  const replaced = present.map((entry) => replaceValue(entry, id, text));
  const isThere = present.some(({ key }) => key === CACHE_ID);
  const added = isThere ? [] : insertInto(at.node, [], id, text);
  if (added === undefined || replaced.includes(undefined)) return undefined;
  return [...added, ...replaced.filter((edit) => edit !== undefined)];
}

/** Applies edits; those at one place come in their order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end, text: added } of [...edits].sort((a, b) => a.start - b.start)) {
    pieces.push(text.slice(done, start), added);
    done = end;
  }
  return [...pieces, text.slice(done)].join('');
}

/** Puts the ID, and the maps that lead to it, before the first key that is fit for it. */
function insertInto(map: YAMLMap, missing: readonly string[], id: string, text: string): Edit[] | undefined {
  if (map.flow === true) return insertIntoFlow(map, missing, id, text);
  const starts = map.items.flatMap((pair) => startOf(pair.key) ?? []);
  const own = starts.find((start) => /^ *$/.test(linePrefix(text, start)));
  if (own !== undefined) {
    const indent = linePrefix(text, own).length;
    return [insertion(own - indent, blockLines(missing, id, indent, text))];
  }
  // The one key shares its line with the dash of a list.
  const [first] = starts;
  if (first === undefined || !/^(?: *- +)+$/.test(linePrefix(text, first))) return undefined;
  const indent = linePrefix(text, first).length;
  return [insertion(first, blockLines(missing, id, indent, text).trimStart() + ' '.repeat(indent))];
}

function insertIntoFlow(
  map: YAMLMap,
  missing: readonly string[],
  id: string,
  text: string,
): Edit[] | undefined {
  const open = startOf(map);
  if (open === undefined || text[open] !== '{') return undefined;
  const entry = flowEntry(missing, id);
  const first = map.items.flatMap((pair) => startOf(pair.key) ?? [])[0];
  if (first === undefined) return map.items.length > 0 ? undefined : [insertion(open + 1, entry)];
  const space = text.slice(open + 1, first);
  return [insertion(first, `${entry},${/^\s+$/.test(space) ? space : ' '}`)];
}

/** A key without a value, or with null, becomes a map. */
function fillNull(
  at: Cursor,
  pair: Pair,
  missing: readonly string[],
  id: string,
  text: string,
): Edit[] | undefined {
  const key = startOf(pair.key);
  if (key === undefined) return undefined;
  const value = pair.value as Node | null;
  const [start, end] = value?.range ?? [];
  if (start !== undefined && end !== undefined && (end > start || isAlias(value)))
    return [{ start, end, text: `{${flowEntry(missing, id)}}` }];
  const prefix = linePrefix(text, key);
  const isInBlock = isMap(at.parent?.node) && at.parent.node.flow !== true && /^ *(?:- +)*$/.test(prefix);
  if (!isInBlock) return undefined;
  const lineEnd = text.indexOf('\n', key);
  const lines = blockLines(missing, id, prefix.length + 2, text);
  // If the file ends without a line break, it stays so.
  return lineEnd >= 0
    ? [insertion(lineEnd + 1, lines)]
    : [insertion(text.length, breakOf(text) + lines.slice(0, -breakOf(text).length))];
}

/** The ID in place of another, in the quotes of the other. */
function replaceValue({ pair }: Cursor, id: string, text: string): Edit | undefined {
  const value = pair?.value as Node | null | undefined;
  const [start, end] = value?.range ?? [];
  if (start === undefined || end === undefined) return undefined;
  if (isAlias(value)) return { start, end, text: JSON.stringify(id) };
  if (!isScalar(value)) return undefined;
  if (value.type === 'QUOTE_SINGLE') return { start, end, text: `'${id.replaceAll("'", "''")}'` };
  if (value.type === 'QUOTE_DOUBLE') return { start, end, text: JSON.stringify(id) };
  if (value.type !== 'PLAIN') return { start, end, text: plainId(id) + breakOf(text) };
  const isAfterBlank = end > start || /\s/.test(text.charAt(start - 1));
  return { start, end, text: isAfterBlank ? plainId(id) : ` ${plainId(id)}` };
}

function blockLines(missing: readonly string[], id: string, indent: number, text: string): string {
  const keys = missing.map((key) => `${key}:`);
  const lines = [...keys, `${CACHE_ID}: ${plainId(id)}`];
  const end = breakOf(text);
  return lines.map((line, depth) => `${' '.repeat(indent + 2 * depth)}${line}${end}`).join('');
}

/** In quotes, so that it is JSON too. */
function flowEntry(missing: readonly string[], id: string): string {
  const entry = `${JSON.stringify(CACHE_ID)}: ${JSON.stringify(id)}`;
  return missing.reduceRight((inner, key) => `${JSON.stringify(key)}: {${inner}}`, entry);
}

function plainId(id: string): string {
  return /^[a-z]+-[\w-]+$/i.test(id) ? id : JSON.stringify(id);
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function linePrefix(text: string, at: number): string {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
}

/** The line break that the text uses. */
function breakOf(text: string): string {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}
