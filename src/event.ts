import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
// This file is not among the package's exports: those load octokit, a sixth of the time to our first request, and
// this action does not call GitHub's API.
import { Context } from '../node_modules/@actions/github/lib/context.js';
import type { EventContext } from './context.js';
import { ActionError } from './errors.js';

/** GitHub sends no payload over 25 MB ("Webhook events and payloads"); a far larger file is not an event. */
const LARGEST_PAYLOAD_BYTES = 64 * 2 ** 20;

const HINT =
  'The runner sets GITHUB_EVENT_PATH, GITHUB_REPOSITORY and similar variables for every step. Run this action as a step of a workflow.';

/**
 * The event that started the workflow, as the runner hands it over in its default variables and the file of
 * GITHUB_EVENT_PATH.
 *
 * @param warn gets a message if the file is missing, since the details in it are unknown then
 * @throws ActionError if the repository is not known, or there is a file that cannot be read as an event
 */
export function eventOfRunner(warn: (message: string) => void): EventContext {
  // The library that reads the payload looks at this environment, too.
  const variable = (name: string): string => process.env[name]?.trim() ?? '';
  const repository = variable('GITHUB_REPOSITORY');
  if (!/^[^/\s]+\/[^/\s]+$/.test(repository)) {
    const got = repository === '' ? 'is not set' : 'is not of the form owner/name';
    throw new ActionError(`The workflow's repository is not known: GITHUB_REPOSITORY ${got}.`, {
      hint: HINT,
    });
  }
  return {
    eventName: variable('GITHUB_EVENT_NAME'),
    payload: payloadIn(variable('GITHUB_EVENT_PATH'), warn),
    ref: variable('GITHUB_REF'),
    sha: variable('GITHUB_SHA'),
    repository,
    repositoryId: variable('GITHUB_REPOSITORY_ID'),
    serverUrl: variable('GITHUB_SERVER_URL') || 'https://github.com',
    runId: wordOr('0', variable('GITHUB_RUN_ID')),
    // Not every server counts attempts. Without a number, each run is an attempt of its own.
    runAttempt: wordOr(
      randomBytes(4).toString('hex'),
      variable('GITHUB_RUN_ID') === '' ? '' : variable('GITHUB_RUN_ATTEMPT'),
    ),
  };
}

/** Both become part of a name: anything but letters and digits counts as missing. */
function wordOr(otherwise: string, text: string): string {
  return /^[A-Za-z0-9]{1,32}$/.test(text) ? text : otherwise;
}

function payloadIn(file: string, warn: (message: string) => void): unknown {
  const text = file === '' ? '' : readPayload(file);
  if (text.trim() === '') {
    const what =
      file === '' ? 'GITHUB_EVENT_PATH is not set' : `${file} (GITHUB_EVENT_PATH) is missing or empty`;
    warn(`${what}, so the event's details are unknown and only the runner's variables are used.`);
    return {};
  }
  try {
    return new Context().payload;
  } catch {
    // The parser's message quotes the file, which may hold anything.
    throw unreadable(file, 'it is not JSON');
  }
}

/** The text of the file; empty if there is none. */
function readPayload(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > LARGEST_PAYLOAD_BYTES) throw unreadable(file, `it has ${size} bytes, more than any event has`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ActionError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw unreadable(file, code ?? String(error));
  }
}

function unreadable(file: string, why: string): ActionError {
  return new ActionError(`The workflow's event in ${file} (GITHUB_EVENT_PATH) cannot be read: ${why}.`, {
    hint: HINT,
  });
}
