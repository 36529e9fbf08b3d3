import { printable } from '../printable.js';
import { annotation, debug, group, info } from './commands.js';
import type { StepLog } from './log.js';
import type { Secrets } from './secrets.js';

/** How the runner takes an error or a warning. */
export interface Annotating {
  /** Whether it may have several lines, with its line breaks escaped; GitHub's runner alone undoes the escapes. */
  readonly severalLines: boolean;
}

/** Between the parts of an error that has to stay on one line. */
const SEPARATOR = ' | ';

/** Prints an error, a warning or a notice; its parts are on a line each where the runner can show that. */
export function annotate(
  kind: 'error' | 'warning' | 'notice',
  parts: readonly string[],
  { severalLines }: Annotating,
): void {
  if (severalLines) annotation(kind, parts.join('\n'));
  else info(`::${kind}::${parts.join(SEPARATOR)}`);
}

/** The runner's log. Whatever is written here carries no secret and no command of somebody else's. */
export function runnerLog(secrets: Secrets, annotating: Annotating): StepLog {
  const clean = (text: string): string => defuse(secrets.redact(text));
  return {
    info: (line) => {
      info(clean(line));
    },
    debug: (line) => {
      debug(clean(line));
    },
    warning: (message) => {
      annotate('warning', [clean(message)], annotating);
    },
    notice: (message) => {
      annotate('notice', [clean(message)], annotating);
    },
    group: (title, work) => group(clean(title), work),
  };
}

/**
 * Takes the teeth out of text that came from elsewhere: control characters are spelled out, so that one call is
 * one line, and what the runner would read as a workflow command at the start of a line (`::`) or anywhere in
 * it (`##[`) is broken by a backslash.
 */
export function defuse(text: string): string {
  return printable(text)
    .replace(/^(\s*):(?=:)/, '$1\\:')
    .replaceAll('##[', '#\\#[');
}
