import { ActionError } from '../errors.js';
import { quote } from '../images/quote.js';

/** Throws the error for a value that is not allowed. `allowed` is a clause: "allowed is true or false". */
export function refuse(got: string, allowed: string, hint?: string): never {
  throw new ActionError(`got ${quote(got)}; ${allowed}`, { hint });
}

/**
 * Maps every item, and throws one ActionError that names all the bad ones, so that a list with three
 * mistakes takes one run to fix, not three.
 */
export function mapAll<From, To>(items: readonly From[], map: (item: From, index: number) => To): To[] {
  const results: To[] = [];
  const problems: ActionError[] = [];
  items.forEach((item, index) => {
    try {
      results.push(map(item, index));
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      problems.push(error);
    }
  });
  if (problems.length > 0) throw joined(problems);
  return results;
}

/** One error with the text of all. */
function joined(problems: readonly ActionError[]): ActionError {
  const hints = new Set(problems.flatMap(({ hint }) => hint ?? []));
  return new ActionError(problems.map(({ message }) => message).join('; '), {
    hint: hints.size === 0 ? undefined : [...hints].join(' '),
  });
}
