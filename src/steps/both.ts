import { ActionError, ActionErrors } from '../errors.js';

/**
 * Two pieces of work at once. Both are waited for, so that if both fail, both failures are reported.
 *
 * @returns what the first one resolves with
 * @throws the error of the one that fails; where both do, ActionErrors with the first one's before the second one's
 */
export async function both<T>(first: Promise<T>, second: Promise<unknown>): Promise<T> {
  const ends = await Promise.allSettled([first, second]);
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  if (failures.length === 2 && failures.every((failure) => failure instanceof ActionError)) {
    throw new ActionErrors(failures);
  }
  // A cancel or a bug in this action is thrown alone.
  const [failure] = failures.filter((one) => !(one instanceof ActionError)).concat(failures);
  if (failure !== undefined) throw failure as Error;
  return first;
}
