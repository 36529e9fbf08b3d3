import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type CommandFile, type RunFolders } from './runner-files.js';

/** What set the workflow off: its name, and the payload as GitHub sends it. */
export interface WorkflowEvent {
  readonly name: string;
  readonly payload: object;
}

/** The parts of payloads that decide the default variables. */
interface PayloadParts {
  readonly ref?: string | null;
  readonly ref_type?: string;
  readonly after?: string;
  readonly release?: { readonly tag_name?: string };
  readonly pull_request?: { readonly number?: number };
  readonly merge_group?: { readonly head_ref?: string };
  readonly repository?: { readonly full_name?: string; readonly id?: number };
}

export const DEFAULT_SHA = '1f3c5a7e9b2d4f6081a3c5e7092b4d6f80a1c3e5';
export const DEFAULT_REPOSITORY = 'acme/shop';
/** Of GITHUB_REPOSITORY_ID. */
export const DEFAULT_REPOSITORY_ID = 612345678;

/** Input names and their defaults; undefined where there is no action.yml yet. */
export function inputDefaults(actionFile: string): Readonly<Record<string, string>> | undefined {
  if (!existsSync(actionFile)) return undefined;
  const text = readFileSync(actionFile, 'utf8');
  if (text !== lastRead?.text) lastRead = { text, defaults: defaultsIn(text) };
  return lastRead.defaults;
}

/** Tests start one run after the other, and reading YAML takes longer than anything else about it. */
let lastRead: { readonly text: string; readonly defaults: Record<string, string> } | undefined;

function defaultsIn(text: string): Record<string, string> {
  const action = parse(text) as {
    inputs?: Record<string, { default?: string | number | boolean | null } | null>;
  };
  return Object.fromEntries(
    // The runner hands an input without a default over as an empty string.
    Object.entries(action.inputs ?? {}).map(([name, input]) => [name, String(input?.default ?? '')]),
  );
}

/** `image-cache-size` → `INPUT_IMAGE-CACHE-SIZE`: only spaces are replaced. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** GitHub's default variables for an event ("Variables reference", default environment variables). */
export function eventVariables(event: WorkflowEvent): Record<string, string> {
  const payload = event.payload as PayloadParts;
  const repository = payload.repository?.full_name ?? DEFAULT_REPOSITORY;
  const [owner = 'acme'] = repository.split('/');
  const ref = refOf(event.name, payload);
  const [, kind, ...name] = ref.split('/');
  return {
    GITHUB_EVENT_NAME: event.name,
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: String(payload.repository?.id ?? DEFAULT_REPOSITORY_ID),
    GITHUB_REPOSITORY_OWNER: owner,
    GITHUB_REF: ref,
    GITHUB_REF_TYPE: kind === 'tags' ? 'tag' : 'branch',
    GITHUB_REF_NAME: name.join('/'),
    GITHUB_SHA: payload.after ?? DEFAULT_SHA,
  };
}

function refOf(eventName: string, payload: PayloadParts): string {
  const { ref, ref_type: refType, release, pull_request: pull, merge_group: queue } = payload;
  if (release?.tag_name !== undefined) return `refs/tags/${release.tag_name}`;
  if (pull?.number !== undefined) return `refs/pull/${pull.number}/merge`;
  if (queue?.head_ref !== undefined) return queue.head_ref;
  if (ref?.startsWith('refs/')) return ref;
  if (eventName === 'create' && ref) return `refs/${refType === 'tag' ? 'tags' : 'heads'}/${ref}`;
  return 'refs/heads/main';
}

/** The rest of what the runner sets, the same for every event. */
export function runnerVariables(
  folders: RunFolders,
  commandFiles: Readonly<Record<CommandFile, string>>,
  eventPath: string,
): Record<string, string> {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__acme_warm',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_JOB: 'release',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '9012345678',
    GITHUB_RUN_NUMBER: '42',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_WORKFLOW: 'Release',
    GITHUB_WORKSPACE: folders.workspace,
    ...commandFiles,
    HOME: folders.home,
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'local',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: folders.temp,
    RUNNER_TOOL_CACHE: folders.temp,
  };
}
