import { ActionError } from '../errors.js';
import { mapAll } from './refuse.js';

/** The lines that say something, without `#` comments; a `#` inside a word is part of the word. */
export function parseLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** The entries of a list that takes newlines or commas, and `#` comments. */
export function parseList(text: string): string[] {
  return parseLines(text)
    .flatMap((line) => line.split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** A parser of a list: it checks every entry and drops duplicates. */
export function listOf(
  parseEntry: (entry: string) => string,
  atMost = Infinity,
): (text: string) => readonly string[] {
  return (text) => {
    const entries = [...new Set(mapAll(parseList(text), parseEntry))];
    if (entries.length > atMost)
      throw new ActionError(`got ${entries.length} entries; at most ${atMost} are allowed`);
    return entries;
  };
}
