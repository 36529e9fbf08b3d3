import { formsOf, textsOf } from './secret-forms.js';
import { SecretPattern } from './secret-pattern.js';

/** Masking shorter ones would blot out half the log and protect nothing. */
const SHORTEST_SECRET = 3;

/** Every secret of this run, in every form in which it can show. */
export class Secrets {
  /** Text → how it is found, and which input or variable it is from. */
  private readonly found = new Map<string, { readonly pattern: SecretPattern; readonly origin: string }>();
  private readonly masked = new Set<string>();
  private sorted: readonly SecretPattern[] | undefined;

  /** @param mask makes a form known to the runner */
  constructor(private readonly mask: (form: string) => void) {}

  /**
   * Masks a password, key or token. Call it before the value is used for anything.
   *
   * @param origin the input or variable that holds it, for a warning
   */
  add(secret: string | undefined, origin = ''): void {
    if (secret === undefined || secret.trim().length < SHORTEST_SECRET) return;
    for (const form of formsOf(secret)) this.tellRunner(form);
    // What is shown line by line, and what the runner masks so, is a secret line by line.
    const parts = [secret, ...secret.split(/\r?\n/)].filter((part) => part.trim().length >= SHORTEST_SECRET);
    for (const text of parts.flatMap((part) => [...textsOf(part)])) this.find(text, origin);
  }

  /** Masks a password, and the base64 of `username:password` that HTTP's Basic scheme sends. */
  addLogin(username: string, password: string, origin = ''): void {
    this.add(password, origin);
    if (password === '') return;
    const basic = Buffer.from(`${username}:${password}`);
    for (const text of [basic.toString('base64'), basic.toString('base64url')]) {
      for (const form of [text, text.replace(/=+$/, ''), encodeURIComponent(text)]) {
        this.tellRunner(form);
        this.find(form, origin);
      }
    }
  }

  /** The text without any secret in it, nor a piece of one that gives it away. */
  redact(text: string): string {
    return this.longestFirst().reduce((rest, pattern) => pattern.hidePieces(rest), this.hide(text));
  }

  /** The text without any whole secret, for text that other code processes: a piece may be there by accident. */
  hide(text: string): string {
    return this.longestFirst().reduce((rest, pattern) => pattern.hide(rest), text);
  }

  /** The inputs and variables whose secrets are in the text; empty if none is, and `''` for one of unknown origin. */
  originsIn(text: string): ReadonlySet<string> {
    const inside = [...this.found.values()].filter(({ pattern }) => pattern.isIn(text));
    return new Set(inside.map(({ origin }) => origin));
  }

  private find(text: string, origin: string): void {
    if (this.found.has(text)) return;
    this.found.set(text, { pattern: new SecretPattern(text), origin });
    this.sorted = undefined;
  }

  /** A text that contains another has to go first, or its rest would stay. */
  private longestFirst(): readonly SecretPattern[] {
    this.sorted ??= [...this.found].sort(([a], [b]) => b.length - a.length).map(([, { pattern }]) => pattern);
    return this.sorted;
  }

  /** The runner masks line by line: a secret of several lines needs a mask for each. */
  private tellRunner(form: string): void {
    for (const line of form.split(/\r?\n/)) {
      if (line.trim().length < SHORTEST_SECRET || this.masked.has(line)) continue;
      this.masked.add(line);
      this.mask(line);
    }
  }
}
