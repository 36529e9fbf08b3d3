import { readPackage } from './context/package.js';
import { notPushed, pushed, read, readText, tagOfRef } from './context/read.js';
import type { EventContext, Reading, ReleaseContext } from './context/types.js';
import { readWorkflowRun } from './context/workflow-run.js';
import { quote } from './images/quote.js';

export type { EventContext, PushedTag, ReleaseContext } from './context/types.js';

// Payloads: https://docs.github.com/en/webhooks/webhook-events-and-payloads
// Refs: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
// A called workflow (workflow_call) has its caller's event, so it needs no entry.
const READERS: ReadonlyMap<string, (event: EventContext) => Reading> = new Map([
  ['push', readPush],
  ['create', readCreate],
  ['delete', readDelete],
  ['release', readRelease],
  ['registry_package', readPackage],
  ['package', readPackage],
  ['workflow_run', readWorkflowRun],
]);

const HINT =
  'Write the images with their tag (e.g. the tags output of docker/metadata-action), set image-tag to a template that ' +
  'needs no pushed tag (e.g. sha-{{short-sha}}), or run this action on a tag push.';

const GONE_HINT =
  'Nothing was released: leave this kind of event out of the workflow, or skip the job with an if.';

/**
 * Release actions after which the tag exists, unless the release is a draft. Gitea and Forgejo say `updated`, also when a
 * draft is published.
 */
const RELEASE_ACTIONS: ReadonlySet<string> = new Set([
  'created',
  'edited',
  'prereleased',
  'published',
  'released',
  'updated',
]);

/** Finds the pushed tag in the workflow's event. Never throws, whatever the payload looks like. */
export function readReleaseContext(event: EventContext): ReleaseContext {
  const reading = (READERS.get(event.eventName) ?? readRef)(event);
  return {
    eventName: event.eventName,
    repository: event.repository,
    owner: ownerOf(event),
    ref: reading.ref ?? event.ref,
    sha: reading.sha ?? event.sha,
    tag: reading.tag,
    packageReference: reading.packageReference,
    runId: event.runId,
    runAttempt: event.runAttempt,
  };
}

/**
 * The server's host, and the repository's ID on it: a name can change hands, and another server that uses the same
 * account can have a repository of the same name. Runners of Gitea, Forgejo and act set no ID, so the name is used.
 */
function ownerOf({ serverUrl, repository, repositoryId }: EventContext): string {
  const host = URL.canParse(serverUrl) ? new URL(serverUrl).host : serverUrl;
  return `${host.toLowerCase()}/${repositoryId || repository.toLowerCase()}`;
}

/** Every event without a reader of its own, workflow_dispatch among them: the ref that it runs on decides. */
function readRef({ eventName, ref }: EventContext): Reading {
  const tag = tagOfRef(ref);
  if (tag !== undefined) return pushed(tag);
  return notPushed(`the ${eventName} event runs on ${describeRef(ref)}, which is not a tag`, HINT);
}

function describeRef(ref: string): string {
  if (ref === '') return 'no ref';
  if (ref.startsWith('refs/heads/')) return `the branch ${quote(ref.slice('refs/heads/'.length))}`;
  if (ref.startsWith('refs/pull/')) return `the pull request ${quote(ref)}`;
  return quote(ref);
}

/** Git's null ID, which the push event has after a ref was deleted; it is longer in repositories with SHA-256. */
const NO_COMMIT = /^0{40,64}$/;

function readPush(event: EventContext): Reading {
  const { payload } = event;
  // Gitea and Forgejo have no field `deleted`.
  if (read(payload, 'deleted') !== true && !NO_COMMIT.test(readText(payload, 'after'))) return readRef(event);
  // The runner's ref is the default branch then; the payload's is what was deleted.
  const ref = readText(payload, 'ref');
  return notPushed(`the push event deleted ${quote(ref || event.ref)}`, GONE_HINT);
}

/** GitHub's `ref` is the short name; that of Gitea and Forgejo is the full ref. */
function readCreate(event: EventContext): Reading {
  const ref = readText(event.payload, 'ref');
  const type = readText(event.payload, 'ref_type');
  if (ref === '' || type === '') return readRef(event);
  if (type === 'tag' && !ref.startsWith('refs/heads/')) return pushed(tagOfRef(ref) ?? ref);
  const made = type === 'tag' || type === 'branch' ? 'branch' : quote(type);
  return notPushed(`the create event made the ${made} ${quote(ref.replace(/^refs\/heads\//, ''))}`, HINT);
}

function readDelete({ payload }: EventContext): Reading {
  const type = readText(payload, 'ref_type') === 'tag' ? 'tag' : 'branch';
  const name = readText(payload, 'ref').replace(/^refs\/(?:heads|tags)\//, '');
  return notPushed(`the delete event deleted the ${type} ${quote(name)}`, GONE_HINT);
}

/** The state of the release decides: no action on a draft releases anything. */
function readRelease(event: EventContext): Reading {
  const action = readText(event.payload, 'action');
  const name = readText(event.payload, 'release', 'tag_name');
  const seen = `the release event (${quote(action)}, tag ${quote(name)})`;
  if (read(event.payload, 'release', 'draft') === true) {
    return notPushed(`${seen} is about a draft, which has no tag before it is published`, DRAFT_HINT);
  }
  if (!RELEASE_ACTIONS.has(action)) return notPushed(`${seen} releases nothing`, GONE_HINT);
  return name === '' ? readRef(event) : pushed(name);
}

const DRAFT_HINT = 'Run on release: types: [published], or write the images with their tag.';
