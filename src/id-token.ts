import { getIDToken } from '@actions/core';
import { ActionError } from './errors.js';

/**
 * The runner's OIDC token for the audience.
 *
 * @throws ActionError where the job may not have one, or GitHub does not hand it out
 */
export async function runnerIdToken(audience: string): Promise<string> {
  try {
    return await getIDToken(audience);
  } catch (error) {
    // @actions/core's message for a job without the permission names the variable that is missing.
    const denied = String(error).includes('ACTIONS_ID_TOKEN_REQUEST_');
    throw new ActionError(
      denied
        ? 'The job may not ask for an OIDC token.'
        : "GitHub did not hand out the job's OIDC token for role-to-assume.",
      {
        hint: denied
          ? 'Add "permissions: id-token: write" to the job. A workflow that a pull request from a fork started never gets a token.'
          : 'Run the job again. If it persists, see the status of GitHub Actions.',
        cause: error,
      },
    );
  }
}
