/** Chance that can be played again: the same seed gives the same throws. */
export interface Dice {
  /** In [0, 1). */
  next(): number;
  /** In [from, to). */
  between(from: number, to: number): number;
  /** `count` of them in [from, to), smallest first. */
  points(count: number, from: number, to: number): number[];
  /** True once in `n` throws. */
  oneIn(n: number): boolean;
}

/** A linear congruential generator with the constants of Numerical Recipes, mixed so that small seeds differ as well. */
export function diceOf(seed: number): Dice {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + next() * (to - from);
  return {
    next,
    between,
    points: (count, from, to) => Array.from({ length: count }, () => between(from, to)).sort((a, b) => a - b),
    oneIn: (n) => next() < 1 / n,
  };
}
