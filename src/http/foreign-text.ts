import { printable } from '../printable.js';

/** Longest piece of a stranger's text that a message repeats, in characters. */
const LONGEST_QUOTE = 300;
const LONGEST_TITLE = 80;

/** Text from the network in a form that a line of a log can hold: cut, on one line, without control characters. */
export function quoteForeign(text: string, longest = LONGEST_QUOTE): string {
  if (text.length <= longest) return printable(text);
  // Not in the middle of a surrogate pair.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(longest - 1)) ? longest - 1 : longest;
  return `${printable(text.slice(0, end))}…`;
}

/** Whether an answer is a page for people where a document for programs was expected. */
export function isWebPage(body: string): boolean {
  return /^\uFEFF?\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|script)\b/is.test(
    body.slice(0, 2_000),
  );
}

/**
 * What the body of an error answer says, e.g. `MANIFEST_UNKNOWN: manifest unknown`, cut and escaped. Registries send a
 * list of errors (OCI distribution specification, "Error Codes"), token services OAuth's fields (RFC 6749, section
 * 5.2), others what they like. Of a web page only the title is repeated. Empty for an empty body.
 */
export function describeErrorBody(body: string): string {
  if (isWebPage(body)) return describeWebPage(body);
  return quoteForeign(messagesIn(body) ?? body.trim());
}

/** `a web page titled "Sign in"` */
export function describeWebPage(page: string): string {
  const [, title = ''] = /<title[^>]{0,200}>([^<]{1,500})/i.exec(page.slice(0, 20_000)) ?? [];
  const shown = quoteForeign(title.trim().replace(/\s+/g, ' '), LONGEST_TITLE);
  return shown === '' ? 'a web page' : `a web page titled "${shown}"`;
}

function messagesIn(body: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isRecord(document)) return undefined;
  const errors = Array.isArray(document['errors']) ? document['errors'].slice(0, 10) : [document];
  const messages = errors.filter(isRecord).map(messageIn).filter(Boolean);
  return messages.length > 0 ? messages.join('; ') : undefined;
}

/** The first field of each pair that is there: a code, and words about it. */
const FIELDS = [
  ['code', 'Code', 'error'],
  ['message', 'Message', 'error_description', 'details', 'detail'],
] as const;

function messageIn(error: Record<string, unknown>): string {
  const texts = FIELDS.map((names) =>
    names
      .map((name) => error[name])
      .filter((value) => typeof value === 'string')
      .find((text) => text !== ''),
  );
  return texts.filter((text) => text !== undefined).join(': ');
}

/** True for a JSON object: not null, not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
