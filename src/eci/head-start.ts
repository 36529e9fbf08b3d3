import { setImmediate as nextTurn } from 'node:timers/promises';
import { isTransient } from '../cache/service.js';
import type { CredentialProvider } from './access-key.js';

/**
 * Gets ready for the first call while others wait for the registries: credentials, and code, which keeps the
 * process busy for a moment. A failure that may heal is left to the first call, which retries.
 *
 * @param load loads the code
 * @throws ServiceError if there will be no credentials
 */
export async function headStart(
  credentials: CredentialProvider,
  load: () => Promise<unknown>,
): Promise<void> {
  const keys = credentials();
  // Requests that were made in this turn leave before the process is kept busy.
  const code = nextTurn().then(load);
  const [got] = await Promise.allSettled([keys, code]);
  if (got.status === 'rejected' && !isTransient(got.reason)) throw got.reason;
}
