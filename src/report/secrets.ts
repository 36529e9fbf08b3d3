import { setSecret } from '@actions/core';

/** Shorter secrets would blot out half the log, and protect nobody. */
const SHORTEST_SECRET = 3;

/** Every secret of this run, in every form in which it can show. */
export class Secrets {
  private readonly forms = new Set<string>();

  /** @param mask tells the runner; replaced in tests */
  constructor(private readonly mask: (form: string) => void = setSecret) {}

  /** Masks a password, key or token. Call it before the value is used for anything. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret.trim().length < SHORTEST_SECRET) return;
    for (const form of formsOf(secret)) this.addForm(form);
  }

  /** Masks a password, and the base64 of `username:password` that HTTP's Basic scheme sends. */
  addLogin(username: string, password: string): void {
    this.add(password);
    if (password === '') return;
    this.add(Buffer.from(`${username}:${password}`).toString('base64'));
  }

  /** The text without any secret in it, nor the start of one that was cut off with an ellipsis. */
  redact(text: string): string {
    const forms = this.longestFirst();
    let clean = text;
    for (const form of forms) clean = clean.replaceAll(form, '***');
    return clean.includes('…') ? withoutCutSecrets(clean, forms) : clean;
  }

  private addForm(form: string): void {
    if (this.forms.has(form)) return;
    this.forms.add(form);
    // The runner masks line by line: a secret of several lines needs a mask for each.
    for (const line of form.split(/\r?\n/)) {
      if (line.trim().length >= SHORTEST_SECRET) {
        this.forms.add(line);
        this.mask(line);
      }
    }
  }

  /** A form that contains another has to go first, or its rest would stay. */
  private longestFirst(): string[] {
    return [...this.forms].sort((a, b) => b.length - a.length);
  }
}

/** Remote text is bounded before it is redacted: what is left of a secret at the cut stands before a '…'. */
function withoutCutSecrets(text: string, forms: readonly string[]): string {
  const pieces = text.split('…');
  const last = pieces.pop() ?? '';
  const clean = pieces.map((piece) => {
    const cut = Math.max(0, ...forms.map((form) => startAtEnd(piece, form)));
    return cut > SHORTEST_SECRET ? `${piece.slice(0, -cut)}***` : piece;
  });
  return [...clean, last].join('…');
}

/** How many characters of the form's start the piece ends in. */
function startAtEnd(piece: string, form: string): number {
  for (let length = Math.min(piece.length, form.length); length > 0; length -= 1) {
    if (piece.endsWith(form.slice(0, length))) return length;
  }
  return 0;
}

function formsOf(secret: string): Set<string> {
  // Half a surrogate pair cannot be percent-encoded; UTF-8 has a substitute for it.
  const whole = Buffer.from(secret).toString();
  const percent = encodeURIComponent(whole);
  const encoded = [
    percent,
    // RFC 3986 also reserves these, and the SDK's signer encodes them.
    percent.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    // As a URL's parser leaves it: only what must be encoded is.
    encodeURI(whole),
    // As a form is sent.
    new URLSearchParams({ '': whole }).toString().slice(1),
  ];
  const spaced = [...encoded, ...encoded.map((form) => form.replaceAll('%20', '+'))];
  return new Set([
    secret,
    ...spaced,
    ...spaced.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ]);
}
