import { quote } from '../images/quote.js';
import { notPushed, pushed, readCommit, readText } from './read.js';
import type { EventContext, Reading } from './types.js';

// The payload calls a tag `head_branch` too and does not say which of the two it is: so the name has to.
const THREE_PARTS = /^(?:.*[-/@_])?v?\d+\.\d+\.\d+(?:\D.*)?$/;
const WHOLE_VERSION = /^(?:v\d+|v?\d+(?:\.\d+)+)$/;
// Branches that end in a version of something else: dependabot/npm_and_yarn/semver-7.5.4, fix/1.2.3-crash.
const BRANCH_FOLDER = /^(?:dependabot|renovate|feature|feat|fix|bugfix|hotfix|chore)\//;

const HINT =
  'Write the images with their tag, or run this action in the workflow that the tag push or the release starts.';

/** workflow_run: the tag of the run that pushed the images, where a tag push or a release started that run. */
export function readWorkflowRun({ payload }: EventContext): Reading {
  const startedBy = readText(payload, 'workflow_run', 'event');
  const name = readText(payload, 'workflow_run', 'head_branch');
  const commit = readCommit(readText(payload, 'workflow_run', 'head_sha'));
  const seen = `the workflow_run event tells of a run that ${quote(startedBy)} started on ${quote(name)}`;

  if (name === '') return { ...notPushed(`${seen}, which is no tag`, HINT), ...commit };
  if (startedBy === 'release') return { ...pushed(name), ...commit };

  const branch = { ref: `refs/heads/${name}`, ...commit };
  if (startedBy !== 'push' && startedBy !== 'create') {
    return { ...notPushed(`${seen}, and only push, create and release push a tag`, HINT), ...branch };
  }
  if (name === readText(payload, 'repository', 'default_branch') || !isVersion(name)) {
    return { ...notPushed(`${seen}, which does not look like a version tag`, HINT), ...branch };
  }
  return { ...pushed(name), ...commit };
}

/** Whether a name is a version, so a tag and not a branch: v1, 1.2, 1.2.3-rc.1, app-v1.2.3, app/v1.2.3. */
export function isVersion(name: string): boolean {
  return WHOLE_VERSION.test(name) || (THREE_PARTS.test(name) && !BRANCH_FOLDER.test(name));
}
