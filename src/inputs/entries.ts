import { ActionError } from '../errors.js';
import { quote } from '../images/quote.js';
import { mapAll } from './refuse.js';
import type { Entry, Field, YamlList } from './yaml.js';

/** What is asked of one key of an entry. */
export interface Rule {
  readonly required?: boolean;
  /** Takes several texts, as a list or between commas. */
  readonly many?: boolean;
  /** Checks and normalises one text; its error may quote the text, so a secret key has no parser. */
  readonly parse?: (text: string) => string;
  /** What people write instead, in lower case without signs. */
  readonly alsoKnownAs?: readonly string[];
}

/** The keys of an entry. The first one names the entry in errors. */
export type Rules<Key extends string> = Readonly<Record<Key, Rule>>;

/** The checked texts of a key: one, or several where its rule says so; none if it is unset. */
export type Checked<Key extends string> = Readonly<Record<Key, readonly string[]>>;

/**
 * Checks every entry against the rules.
 * @throws ActionError that names every bad entry and every mistake in it, and quotes only values
 *   that a rule's parser quotes
 */
export function checkEntries<Key extends string>(list: YamlList, rules: Rules<Key>): Checked<Key>[] {
  const allowed = `The keys of an entry are ${Object.keys(rules).join(', ')}.`;
  if (list.problem !== undefined) {
    throw new ActionError(list.problem.message, {
      hint: list.problem.hint ?? `Write a YAML list. ${allowed}`,
    });
  }
  return mapAll(list.entries, (entry, index) => {
    const { checked, problems } = checkEntry(entry, rules);
    if (problems.length === 0) return checked;
    const name = checked[firstKey(rules)][0];
    const label = name === undefined ? `entry ${index + 1}` : `entry ${index + 1} (${name})`;
    throw new ActionError(`${label}: ${problems.join(', ')}`, { hint: allowed });
  });
}

function firstKey<Key extends string>(rules: Rules<Key>): Key {
  return Object.keys(rules)[0] as Key;
}

function checkEntry<Key extends string>(
  entry: Entry,
  rules: Rules<Key>,
): { checked: Checked<Key>; problems: string[] } {
  const problems: string[] =
    entry === undefined ? ['is not a mapping of keys to values'] : unknownKeys(entry, rules);
  const keys = Object.keys(rules) as Key[];
  const checked = keys.map((key) => {
    try {
      return [key, entry === undefined ? [] : checkField(key, entry.get(key), rules[key])] as const;
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      problems.push(error.message);
      return [key, []] as const;
    }
  });
  return { checked: Object.fromEntries(checked) as unknown as Checked<Key>, problems };
}

function checkField(key: string, field: Field | undefined, rule: Rule): readonly string[] {
  if (field?.fault !== undefined) throw new ActionError(`${key} ${field.fault}`);
  if (field?.isList === true && rule.many !== true)
    throw new ActionError(`${key} must be one text, not a list`);
  const texts = (field?.texts ?? [])
    .flatMap((text) => (rule.many === true ? text.split(',') : [text]))
    .map((text) => (rule.parse === undefined ? text : text.trim()))
    .filter((text) => text !== '');
  if (texts.length > 0) return texts.map((text) => parseText(key, text, rule));
  if (rule.required !== true) return [];
  throw new ActionError(`${key} is ${field === undefined ? 'missing' : 'empty'}`);
}

function parseText(key: string, text: string, { parse }: Rule): string {
  try {
    return parse === undefined ? text : parse(text);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint.replace(/\.$/, '')})`;
    throw new ActionError(`${key} ${error.message}${hint}`);
  }
}

function unknownKeys<Key extends string>(entry: ReadonlyMap<string, Field>, rules: Rules<Key>): string[] {
  return [...entry]
    .filter(([key]) => !Object.hasOwn(rules, key))
    .map(([key, field]) => {
      const meant = Object.entries<Rule>(rules).find(([right, rule]) => isNearly(key, right, rule));
      const advice = meant === undefined ? '' : ` (it is called ${meant[0]})`;
      return `${nameUnknown(key, field)} is not known${advice}`;
    });
}

function isNearly(key: string, right: string, { alsoKnownAs = [] }: Rule): boolean {
  const bare = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
  return bare(key) === bare(right) || alsoKnownAs.includes(bare(key));
}

/** A piece of a password that was pasted without quotes can stand where a key is expected: say where only. */
function nameUnknown(key: string, field: Field): string {
  const looksLikeKey = /^[a-z][a-z_-]{0,31}$/i.test(key) && field.texts.some((text) => text !== '');
  return looksLikeKey ? `the key ${quote(key)}` : `the key on line ${field.line}`;
}
