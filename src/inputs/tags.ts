import type { Tag } from '../cache/service.js';
import { ActionError } from '../errors.js';
import { quote } from '../images/quote.js';
import { parseLines } from './lists.js';
import { mapAll, refuse } from './refuse.js';

/** The service takes 20 tags, and up to six of them are ours (cache/identity.ts). */
const MOST_TAGS = 14;
const LONGEST = 128;

/** Our own tags, by which a cache is found again. */
const OWN_PREFIX = 'warm-image-cache-';

interface Rule {
  readonly breaks: (tag: Tag) => boolean;
  readonly says: string;
}

/** What the service demands of a tag, and what keeps ours apart. */
const RULES: readonly Rule[] = [
  { breaks: ({ key }) => key === '', says: 'the key is empty' },
  { breaks: ({ key }) => key.length > LONGEST, says: `a key has at most ${LONGEST} characters` },
  { breaks: ({ value }) => value.length > LONGEST, says: `a value has at most ${LONGEST} characters` },
  { breaks: ({ key }) => /^(aliyun|acs:)/i.test(key), says: 'a key must not start with aliyun or acs:' },
  { breaks: ({ key }) => /https?:\/\//i.test(key), says: 'a key must not contain http:// or https://' },
  {
    breaks: ({ key }) => key.toLowerCase().startsWith(OWN_PREFIX),
    says: `keys that start with ${OWN_PREFIX} belong to this action`,
  },
];

/**
 * Lines `key=value`. A value may hold '=' and commas; a line in which every part between commas holds
 * a '=' is several tags.
 */
export function parseTags(text: string): Tag[] {
  const tags = mapAll(parseLines(text).flatMap(splitLine), parseTag);
  const keys = tags.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new ActionError(`the key ${quote(twice)} is there twice`);
  if (tags.length > MOST_TAGS) {
    throw new ActionError(`got ${tags.length} tags; at most ${MOST_TAGS} are allowed`, {
      hint: 'The service takes 20 tags, and this action adds up to six of its own.',
    });
  }
  return tags;
}

function splitLine(line: string): string[] {
  const parts = line.split(',').filter((part) => part.trim() !== '');
  return parts.every((part) => part.includes('=')) ? parts : [line];
}

function parseTag(text: string): Tag {
  const equals = text.indexOf('=');
  if (equals < 0) refuse(text, 'a tag reads key=value');
  const tag = { key: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() };
  const broken = RULES.find((rule) => rule.breaks(tag));
  return broken === undefined ? tag : refuse(text.trim(), broken.says);
}
