import { setImmediate as nextTurn } from 'node:timers/promises';
import { ServiceError } from '../cache/service.js';
import type { CredentialProvider } from './credentials.js';
import { loadSdk } from './rpc.js';

/**
 * Gets ready for the first call while others wait for the registries: credentials, and the SDK, which keeps the
 * process busy for a moment. What may heal is left to the first call, which has the patience for it.
 *
 * @throws ServiceError where there will be no credentials
 */
export async function headStart(credentials: CredentialProvider): Promise<void> {
  const keys = credentials();
  // Requests that were made in this turn leave before the process is kept busy.
  const sdk = nextTurn().then(loadSdk);
  const [got] = await Promise.allSettled([keys, sdk]);
  if (got.status === 'rejected' && !mayHeal(got.reason)) throw got.reason;
}

function mayHeal(error: unknown): boolean {
  return error instanceof ServiceError && error.kind === 'transient';
}
