/** A small generator whose numbers depend on the seed alone (mulberry32). Not for secrets. */
export interface Random {
  /** 0 <= x < 1 */
  next(): number;
  /** min..max, both included */
  integer(min: number, max: number): number;
  decimal(min: number, max: number, digits: number): number;
  pick<C extends readonly [unknown, ...unknown[]]>(choices: C): C[number];
  chance(probability: number): boolean;
}

export function createRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    decimal: (min, max, digits) => Number((min + next() * (max - min)).toFixed(digits)),
    pick: (choices) => choices[integer(0, choices.length - 1)] ?? choices[0],
    chance: (probability) => next() < probability,
  };
}
