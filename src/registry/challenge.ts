/** One challenge of a WWW-Authenticate header, e.g. Bearer with realm, service and scope. */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case; the first of two equal names counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Longer headers are cut: a real challenge has a few hundred characters. */
const LONGEST_HEADER = 8192;

// RFC 9110, sections 5.6.2 (token), 5.6.4 (quoted-string), 11.2 (token68), 11.6.1 (WWW-Authenticate).
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** Not in the grammar, but sent: a realm without quotes, which as an address is no token. */
const UNQUOTED = /[^\s,"]+/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const SPACES = /[ \t]*/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const SEPARATORS = /[ \t,]*/y;

/**
 * The challenges of a WWW-Authenticate header, in order; several headers arrive joined by commas. Never
 * throws: an unreadable part ends the list; the challenges before it count.
 */
export function parseChallenges(header: string): Challenge[] {
  const scanner = new Scanner(header.slice(0, LONGEST_HEADER));
  const challenges: Challenge[] = [];
  for (;;) {
    scanner.take(SEPARATORS);
    const scheme = scanner.take(TOKEN);
    if (scheme === undefined) return challenges;
    challenges.push({ scheme: scheme.toLowerCase(), parameters: parseParameters(scanner) });
  }
}

/** Everything up to the next scheme: a token that no "=" follows. */
function parseParameters(scanner: Scanner): Map<string, string> {
  const parameters = new Map<string, string>();
  scanner.take(SPACES);
  // A token68 stands alone where parameters could be (e.g. Negotiate's); nothing here uses it.
  if (scanner.take(TOKEN68) !== undefined) return parameters;
  for (;;) {
    const start = scanner.position;
    scanner.take(SEPARATORS);
    const name = scanner.take(TOKEN);
    const value = name !== undefined && scanner.take(EQUALS) !== undefined ? takeValue(scanner) : undefined;
    if (name === undefined || value === undefined) {
      scanner.position = start;
      return parameters;
    }
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
  }
}

function takeValue(scanner: Scanner): string | undefined {
  const quoted = scanner.take(QUOTED);
  return quoted === undefined ? scanner.take(UNQUOTED) : quoted.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/** Reads a text from left to right by sticky patterns, each at most once over every character. */
class Scanner {
  position = 0;

  constructor(private readonly text: string) {}

  /** The match at the position, which moves behind it; undefined if there is none. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.position = pattern.lastIndex;
    return match[0];
  }
}
