/** Longer texts are cut: an error that nobody can read to its end helps nobody. */
const LONGEST_QUOTE = 300;

/** What JSON leaves as it is: DEL and the controls of C1, line separators, and the marks that reorder text. */
const LEFT_BY_JSON = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * The text in double quotes, for errors: control characters escaped, so that no line of it can pass for a
 * line of ours, and cut where it is very long.
 */
export function quote(text: string): string {
  const quoted = JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
  return quoted.replace(
    LEFT_BY_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
