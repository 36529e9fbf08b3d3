import { printable } from '../printable.js';

/** Longer texts are cut: an error that nobody can read to its end helps nobody. */
const LONGEST_QUOTE = 300;

/**
 * The text in double quotes, for errors: control characters escaped, so that no line of it can pass for a
 * line of ours, and cut where it is very long.
 */
export function quote(text: string): string {
  return printable(JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text));
}
