/** How the rooms write to the log. One call, one line. */
export interface Log {
  info(line: string): void;
  /** Shown only where step debugging is on. */
  debug(line: string): void;
  warning(message: string): void;
  /** Runs the work inside a foldable group. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
}

/** What only the steps use. */
export interface StepLog extends Log {
  /** Worth more than a line, and nothing is wrong. */
  notice(message: string): void;
}
