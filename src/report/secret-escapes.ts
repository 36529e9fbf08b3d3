/**
 * How servers escape a character: percent-encoded any number of times, in JSON, in JSON inside of JSON, in HTML, and
 * in mixtures of these. A letter or digit stands for itself everywhere.
 */

/** One character of a secret, in whatever way it may be escaped. */
export class Step {
  /** Of a regular expression. */
  readonly source: string;
  private sticky: RegExp | undefined;
  private anywhere: RegExp | undefined;

  constructor(
    private readonly character: string,
    afterSlash: boolean,
  ) {
    this.source = sourceOf(character, afterSlash);
  }

  /** Where it ends that begins at this place; undefined if it does not begin there. */
  endAt(text: string, from: number): number | undefined {
    if (this.source === this.character) return text.startsWith(this.character, from) ? from + 1 : undefined;
    this.sticky ??= new RegExp(this.source, 'y');
    this.sticky.lastIndex = from;
    return this.sticky.test(text) ? this.sticky.lastIndex : undefined;
  }

  /** Where the next one begins, from this place on; -1 for nowhere. */
  nextIn(text: string, from: number): number {
    if (this.source === this.character) return text.indexOf(this.character, from);
    this.anywhere ??= new RegExp(this.source, 'g');
    this.anywhere.lastIndex = from;
    return this.anywhere.exec(text)?.index ?? -1;
  }
}

const PLAIN = /^[A-Za-z0-9_]$/;
const CHARACTER = /\\+|[\ud800-\udbff][\udc00-\udfff]|[^]/g;
const BACKSLASHES = /^\\+$/;

/** Escapes nest a few times at most; a limit keeps the search short. */
const NESTED = '{0,3}';
const PERCENT = `%(?:25)${NESTED}`;
const SLASHES = '\\\\{1,8}';
const AMPERSAND = `(?:&(?:amp;)${NESTED}|${SLASHES}u0026|${PERCENT}26)`;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\b': 'b',
  '\f': 'f',
};

const known = new Map<string, Step>();

/** The steps by which a text is found. A run of backslashes is one step, since each escape doubles it. */
export function* stepsOf(text: string): Generator<Step> {
  let afterSlash = false;
  for (const [character] of text.matchAll(CHARACTER)) {
    yield stepOf(character, afterSlash);
    afterSlash = BACKSLASHES.test(character);
  }
}

export function firstStep(text: string): Step {
  const [character = ''] = /^(?:\\+|[\ud800-\udbff][\udc00-\udfff]|[^])/.exec(text) ?? [];
  return stepOf(character, false);
}

/** The longest piece that no escape takes apart. */
export function longestWord(text: string): string {
  const words = text.match(/[A-Za-z0-9_]+/g) ?? [];
  return words.reduce<string>((longest, word) => (word.length > longest.length ? word : longest), '');
}

function stepOf(character: string, afterSlash: boolean): Step {
  const key = afterSlash ? `\\${character}` : character;
  const step = known.get(key) ?? new Step(character, afterSlash);
  known.set(key, step);
  return step;
}

function sourceOf(character: string, afterSlash: boolean): string {
  if (PLAIN.test(character)) return character;
  if (BACKSLASHES.test(character)) return backslashes(character.length);
  // What a backslash before it may belong to is settled where one stands in the secret itself.
  const own = `${afterSlash ? '' : '\\\\{0,8}'}${literal(character)}`;
  return [own, ...percents(character), ...unicodes(character), entity(character), ...others(character)].join(
    '|',
  );
}

function backslashes(count: number): string {
  const one = [...percents('\\'), ...unicodes('\\'), entity('\\')].join('|');
  return `\\\\{${count},${count * 8 + 8}}|(?:${one}){${count}}`;
}

/** Any character as a regular expression has it, half a surrogate pair among them. */
function literal(text: string): string {
  return units(text)
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}

/** As UTF-8, and as Latin-1 where it is in there. */
function percents(character: string): string[] {
  const utf8 = [...Buffer.from(character)];
  const code = character.codePointAt(0) ?? 0;
  return (code >= 0x80 && code <= 0xff ? [utf8, [code]] : [utf8]).map((bytes) =>
    bytes.map((byte) => `${PERCENT}${anyCase(byte, 2)}`).join(''),
  );
}

function unicodes(character: string): string[] {
  const long = units(character).map((unit) => `${SLASHES}u${anyCase(unit, 4)}`);
  const [unit = 0, ...more] = units(character);
  return more.length === 0 && unit <= 0xff
    ? [long.join(''), `${SLASHES}x${anyCase(unit, 2)}`]
    : [long.join('')];
}

/** By number, or by any name: what else is in a secret decides. */
function entity(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const number = `#(?:0{0,4}${code}|[xX]0{0,4}${anyCase(code, 1)})`;
  return `${AMPERSAND}(?:${number}|[A-Za-z][A-Za-z0-9]{1,31});`;
}

function others(character: string): string[] {
  if (character === ' ') return ['\\+', `${PERCENT}2[bB]`];
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return [`${SLASHES}${short}`];
  // UTF-8 that was read as Latin-1.
  return character > '\x7f' ? [literal(Buffer.from(character).toString('latin1'))] : [];
}

function units(text: string): number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

function anyCase(number: number, digits: number): string {
  return number
    .toString(16)
    .padStart(digits, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
