/** How much of a value the debug log shows of a record's field. */
const LONGEST_VALUE = 40;
const MOST_FIELDS = 40;

/**
 * What the service did in this run that its documents leave open: collected on the way, and written to the debug log
 * at the end.
 */
export class Observations {
  private readonly codes = new Map<string, number>();
  private readonly tokens = new Map<string, string>();
  private readonly notes: string[] = [];
  private firstRecord: string | undefined;
  private pages = 0;
  private replayed = false;

  /** An error code that a call was answered with, or that it ended in. */
  sawCode(code: string): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
  }

  /** A record as it came; only the first one counts. */
  sawRecord(record: Readonly<Record<string, unknown>>): void {
    this.firstRecord ??= Object.entries(record)
      .slice(0, MOST_FIELDS)
      .map(([name, value]) => `${name}=${cut(JSON.stringify(value))}`)
      .join(' ');
  }

  /** A further page of a look-up. */
  followedPage(): void {
    this.pages += 1;
  }

  /** The ID that a create was answered with: the same one twice means that the service remembers the token. */
  sawCreated(imageCacheId: string, clientToken: string): void {
    if (this.tokens.get(clientToken) === imageCacheId) this.replayed = true;
    this.tokens.set(clientToken, imageCacheId);
  }

  /** Anything else, e.g. `first seen by tag after 3 s`. */
  note(line: string): void {
    this.notes.push(line);
  }

  /** Lines for the debug log. Text of the service is in them as it came. */
  lines(): string[] {
    const codes = [...this.codes].map(([code, times]) => `${code} (${times}×)`).join(', ');
    return [
      `codes: ${codes || 'none'}`,
      `further pages: ${this.pages}`,
      `client token answered with the same ID again: ${this.replayed ? 'yes' : 'not seen'}`,
      `first record: ${this.firstRecord ?? 'none seen'}`,
      ...this.notes,
    ].map((line) => `Seen of the service: ${line}`);
  }
}

function cut(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}
