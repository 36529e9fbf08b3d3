/** What the rooms may say to the person who reads the log. One call, one line. */
export interface Log {
  info(line: string): void;
  /** Shown only where step debugging is on. */
  debug(line: string): void;
  warning(message: string): void;
  /** Runs the work inside a foldable group. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
}
