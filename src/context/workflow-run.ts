import { quote } from '../images/quote.js';
import { notPushed, pushed, read, readCommit, readText, refused, tagOfRef } from './read.js';
import type { EventContext, Reading } from './types.js';

// GitHub's payload calls a tag `head_branch` too, and does not say which of the two it is: so the name decides.
const THREE_PARTS = /^(?:.*[-/@_])?v?\d+\.\d+\.\d+(?:\D.*)?$/;
const WHOLE_VERSION = /^(?:v\d+|v?\d+(?:\.\d+)+)$/;
// Branches that end in a version of something else: dependabot/npm_and_yarn/semver-7.5.4, fix/1.2.3-crash.
const BRANCH_FOLDER = /^(?:dependabot|renovate|feature|feat|fix|bugfix|hotfix|chore)\//;

const HINT =
  'Write the images with their tag, or run this action in the workflow that the tag push or the release starts.';
const FAILED_HINT =
  "Run on workflow_run: types: [completed], and give the job if: github.event.workflow_run.conclusion == 'success'.";
const FOREIGN_HINT =
  'Give the job if: github.event.workflow_run.head_repository.full_name == github.repository. A fork can name its branches as it likes, and run its own code.';

/** workflow_run: the tag of the run that pushed the images, where a tag push or a release started that run. */
export function readWorkflowRun(event: EventContext): Reading {
  const { payload } = event;
  const run = read(payload, 'workflow_run');
  const startedBy = readText(run, 'event');
  const ref = refInPath(readText(run, 'path'));
  const name = readText(run, 'head_branch') || (tagOfRef(ref) ?? '');
  const seen = `the workflow_run event is about a run that ${quote(startedBy)} started on ${quote(name)}`;

  const conclusion = readText(run, 'conclusion');
  if (conclusion !== 'success') {
    const how = conclusion === '' ? 'has not ended' : `ended with the conclusion ${quote(conclusion)}`;
    return refused(`${seen}, and that run ${how}, so it released nothing`, FAILED_HINT);
  }
  const foreign = foreignRepository(event, ref);
  if (foreign !== undefined) return refused(`${seen} in ${foreign}, not in this repository`, FOREIGN_HINT);

  const commit = readCommit(readText(run, 'head_sha'));
  if (name === '') return { ...notPushed(`${seen}, which is not a tag`, HINT), ...commit };
  const branch = { ref: `refs/heads/${name}`, ...commit };
  if (ref.startsWith('refs/heads/')) return { ...notPushed(`${seen}, which is a branch`, HINT), ...branch };
  if (startedBy === 'release') return { ...pushed(name), ...commit };
  if (startedBy !== 'push' && startedBy !== 'create') {
    return { ...notPushed(`${seen}, and only push, create and release push a tag`, HINT), ...branch };
  }
  if (tagOfRef(ref) === name) return { ...pushed(name), ...commit };
  if (name === readText(payload, 'repository', 'default_branch') || !isVersion(name)) {
    return { ...notPushed(`${seen}, which does not look like a version tag`, HINT), ...branch };
  }
  return { ...pushed(name), ...commit };
}

/**
 * The full ref at the end of `path`; empty if there is none. Gitea leaves head_branch empty for a tag, and has it
 * there: `release.yml@refs/tags/v1.2.3`.
 */
function refInPath(path: string): string {
  return /@(refs\/(?:tags|heads|pull)\/.+)$/s.exec(path)?.[1] ?? '';
}

/**
 * The repository of the run, in words, where it is not the workflow's own; undefined if it is. GitHub's
 * `head_repository` is null once a fork is deleted. Gitea never sends the field: there, a fork's own runs stay in the
 * fork, and the full ref in `path` shows that it is Gitea's payload.
 */
function foreignRepository({ payload, repository }: EventContext, refOfPath: string): string | undefined {
  const head = read(payload, 'workflow_run', 'head_repository');
  if (head === undefined && refOfPath !== '') return undefined;
  const name = readText(head, 'full_name');
  if (name === '') return 'a repository that is not known';
  return name.toLowerCase() === repository.toLowerCase() ? undefined : `the repository ${quote(name)}`;
}

/** Whether a name is a version, so a tag and not a branch: v1, 1.2, 1.2.3-rc.1, app-v1.2.3, app/v1.2.3. */
export function isVersion(name: string): boolean {
  return WHOLE_VERSION.test(name) || (THREE_PARTS.test(name) && !BRANCH_FOLDER.test(name));
}
