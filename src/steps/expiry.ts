import type { Inputs } from '../inputs/types.js';
import type { RunDeps } from './deps.js';

/** STS gives sessions of 900 s or more, of an hour unless it is asked for another time. */
const SHORTEST_SESSION_MINUTES = 15;
const USUAL_SESSION_MINUTES = 60;

/**
 * Says once, before the wait, that temporary credentials may not last long enough. The lifetime of given credentials
 * cannot be seen; those of role-to-assume are renewed.
 */
export function warnOfExpiry(
  { credentials, waitTimeoutMinutes }: Pick<Inputs, 'credentials' | 'waitTimeoutMinutes'>,
  { log }: Pick<RunDeps, 'log'>,
): void {
  if (credentials.kind !== 'static' || credentials.securityToken === undefined) return;
  if (waitTimeoutMinutes <= SHORTEST_SESSION_MINUTES) return;
  const text = `The credentials are temporary, and this step cannot renew them. The wait may take up to ${waitTimeoutMinutes} minutes. If they expire before it ends, the step fails and the build continues. With role-to-assume they are renewed.`;
  if (waitTimeoutMinutes > USUAL_SESSION_MINUTES) log.warning(text);
  else log.info(text);
}
