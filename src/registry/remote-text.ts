/** Longest piece of a stranger's text that an error repeats, in characters. */
const LONGEST_QUOTE = 300;

/**
 * Text from the network in a form that a log line can hold: bounded, on one line, and without control
 * characters, which could start a workflow command or move a terminal's cursor.
 */
export function quoteRemote(text: string): string {
  const clean = text
    .slice(0, LONGEST_QUOTE + 1)
    // Controls of C0 and C1, line separators, and the marks that reorder text.
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (c) => `\\u${hex(c)}`);
  return clean.length > LONGEST_QUOTE ? `${clean.slice(0, LONGEST_QUOTE)}…` : clean;
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}

/**
 * What an error answer says, e.g. `MANIFEST_UNKNOWN: manifest unknown`. Registries send a list of errors
 * (OCI distribution specification, "Error Codes"); token services and proxies send what they like.
 */
export function describeErrorBody(body: string): string {
  const errors = errorsOf(body);
  if (errors === undefined) return quoteRemote(body.trim());
  return quoteRemote(
    errors.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; '),
  );
}

interface RemoteError {
  readonly code: string;
  readonly message: string;
}

function errorsOf(body: string): RemoteError[] | undefined {
  try {
    const document: unknown = JSON.parse(body);
    if (!isRecord(document) || !Array.isArray(document['errors'])) return undefined;
    return document['errors']
      .filter(isRecord)
      .map((error) => ({ code: textOf(error['code']), message: textOf(error['message']) }));
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** True for a JSON object: not null, not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
