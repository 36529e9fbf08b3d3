import type { EventContext } from './context.js';
import { ActionError } from './errors.js';

/**
 * The event that started the workflow, as the runner hands it over. @actions/github reads it from the
 * environment at the moment it is imported, so a damaged payload shows itself here.
 *
 * @throws ActionError where the payload cannot be read
 */
export async function eventOfRunner(): Promise<EventContext> {
  try {
    const { context } = await import('@actions/github');
    return {
      eventName: context.eventName,
      payload: context.payload,
      ref: context.ref,
      sha: context.sha,
      repository: `${context.repo.owner}/${context.repo.repo}`,
      serverUrl: context.serverUrl,
      runId: String(context.runId),
      runAttempt: String(context.runAttempt),
    };
  } catch (error) {
    throw new ActionError(`The workflow's event cannot be read: ${String(error)}`, {
      hint: 'The runner sets GITHUB_EVENT_PATH, GITHUB_REPOSITORY and their like for every step. Run this action as a step of a workflow.',
      cause: error,
    });
  }
}
