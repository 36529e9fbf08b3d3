import * as core from '@actions/core';
import type { Log } from './log.js';
import type { Secrets } from './secrets.js';

/** The runner's log. Whatever is written here carries no secret and no command of somebody else's. */
export function runnerLog(secrets: Secrets): Log {
  const clean = (text: string): string => defuse(secrets.redact(text));
  return {
    info: (line) => {
      core.info(clean(line));
    },
    debug: (line) => {
      core.debug(clean(line));
    },
    warning: (message) => {
      core.warning(clean(message));
    },
    group: (title, work) => core.group(clean(title), work),
  };
}

/**
 * Takes the teeth out of text that came from elsewhere: control characters are spelt out, so that one call is
 * one line, and what the runner would read as a workflow command at the start of a line (`::`) or anywhere in
 * it (`##[`) is broken by a backslash.
 */
export function defuse(text: string): string {
  return text
    .replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/^(\s*):(?=:)/, '$1\\:')
    .replaceAll('##[', '#\\#[');
}

/** Control characters, and the marks that turn the direction of writing or break lines unseen. */
// eslint-disable-next-line no-control-regex -- naming them is the point
const UNPRINTABLE = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
