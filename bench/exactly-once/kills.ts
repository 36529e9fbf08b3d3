import type { Dice } from './random.js';

/** SIGKILL, which no process can answer. */
export type Kill =
  | { readonly at: 'moment'; readonly wallMs: number }
  | {
      readonly at: 'request';
      /** Only requests with this action count; every one does where it is left out. */
      readonly action?: string;
      /** The how-manieth of them that this process makes, from 1. */
      readonly nth: number;
      readonly when: KillTime;
    };

/** Before the service acts, after it has acted but not answered, or after its answer. */
export type KillTime = 'before' | 'acted' | 'answered';

const WHEN: readonly [KillTime, ...KillTime[]] = ['before', 'acted', 'answered'];

/** Most of what can go wrong does so around the first requests: look-up, usage, create, first looks. */
export function makeKill(dice: Dice, withEip: boolean): Kill {
  if (dice.chance(0.3)) return { at: 'moment', wallMs: dice.between(50, 2_500) };
  const when = dice.oneOf(WHEN);
  // The second create of a process comes after one that was of no use, many looks later.
  if (dice.chance(0.4)) {
    if (withEip && dice.chance(0.5)) {
      const action = dice.oneOf(['AllocateEipAddress', 'DescribeEipAddresses', 'ReleaseEipAddress']);
      return { at: 'request', action, nth: dice.oneOf([1, 1, 2, 3]), when };
    }
    return { at: 'request', action: 'CreateImageCache', nth: dice.oneOf([1, 1, 2, 2, 3]), when };
  }
  return {
    at: 'request',
    nth: dice.chance(0.75) ? dice.between(1, 5) : dice.between(5, 16),
    when,
  };
}
