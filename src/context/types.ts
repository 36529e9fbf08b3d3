/** The pushed tag, or why there is none: `problem` is a clause that names the event, `hint` the way out. */
export type PushedTag = { readonly known: true; readonly name: string } | NoTag;

export interface NoTag {
  readonly known: false;
  readonly problem: string;
  readonly hint: string;
  /**
   * The event says that nothing was released by this repository, so the run ends, whatever images are listed: they
   * may come from a fork, or never have been built.
   */
  readonly refused?: true;
}

/** What the workflow's event says about the release. Only `runAttempt` differs between re-runs. */
export interface ReleaseContext {
  readonly eventName: string;
  /** owner/name of the workflow's repository. */
  readonly repository: string;
  /** Who owns the cache: the repository on its server, by its ID if the runner gives it. */
  readonly owner: string;
  /** The git ref that was released, e.g. refs/tags/v1.2.3. */
  readonly ref: string;
  /** The commit that the images were built from. */
  readonly sha: string;
  readonly tag: PushedTag;
  /** The image that a registry_package or package event names, e.g. ghcr.io/owner/app:1.2.3. */
  readonly packageReference: string | undefined;
  /** `0` where the server does not say. */
  readonly runId: string;
  /** A random word where the server does not count attempts. */
  readonly runAttempt: string;
}

/** The runner's own view of the event. Nothing in `payload` is trusted to have the shape it should have. */
export interface EventContext {
  readonly eventName: string;
  readonly payload: unknown;
  readonly ref: string;
  readonly sha: string;
  readonly repository: string;
  /** Empty if the runner sets none. */
  readonly repositoryId: string;
  readonly serverUrl: string;
  readonly runId: string;
  readonly runAttempt: string;
}

/** What one kind of event says; what it leaves out is as the runner has it. */
export interface Reading {
  readonly tag: PushedTag;
  readonly ref?: string;
  readonly sha?: string;
  readonly packageReference?: string;
}
