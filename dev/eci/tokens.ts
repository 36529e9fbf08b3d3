import { type ServiceClock } from './clock.js';
import { type Flat } from './parameters.js';
import { RpcError } from './rpc.js';

interface Remembered {
  readonly parameters: string;
  readonly answer: object;
  readonly untilMs: number;
}

/**
 * Remembers answers by action and client token. The same token with the same parameters (all but the token itself)
 * gets the first answer again, whatever became of the cache; with others it is refused.
 */
export function tokenMemory(
  clock: ServiceClock,
  keptMs = Infinity,
): (action: string, flat: Flat, act: () => object) => object {
  const memory = new Map<string, Remembered>();
  return (action, flat, act) => {
    const { ClientToken: token, ...parameters } = flat;
    if (!token) return act();
    const key = `${action} ${token}`;
    const compared = JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = memory.get(key);
    if (known && clock.now() < known.untilMs) {
      if (known.parameters !== compared) throw mismatch();
      return known.answer;
    }
    const answer = act();
    memory.set(key, { parameters: compared, answer, untilMs: clock.now() + keptMs });
    return answer;
  };
}

function mismatch(): RpcError {
  return new RpcError(
    400,
    'IdempotentParameterMismatch',
    'The request uses the same client token as a previous, but non-identical request.',
  );
}
