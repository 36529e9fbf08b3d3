/** Random choices that follow from a seed, so that a schedule can be made again from its number. */
export interface Dice {
  /** From 0 up to, but not including, 1. */
  number(): number;
  /** A whole number; both ends are included. */
  between(least: number, most: number): number;
  /** True in this part of all cases. */
  chance(part: number): boolean;
  /** One of them, each as likely as the others. */
  oneOf<T>(choices: readonly [T, ...T[]]): T;
}

/** @param seeds numbers that name what is chosen, e.g. schedule, run and request */
export function diceFor(...seeds: readonly number[]): Dice {
  const next = mulberry32(seeds.reduce(mix, 0x9e3779b9));
  return {
    number: next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (part) => next() < part,
    oneOf: ([first, ...others]) => {
      const at = Math.floor(next() * (others.length + 1));
      return at === 0 ? first : (others[at - 1] ?? first);
    },
  };
}

/** Neighbouring seeds must not give neighbouring streams: the finaliser of MurmurHash3 spreads them. */
function mix(state: number, seed: number): number {
  let mixed = Math.imul(state ^ seed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) + 0x6d2b79f5;
}

/** Tommy Ettinger's mulberry32: 32 bits of state are plenty for a schedule. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
