/** Numbers in 0..1 that look random and are the same for the same seed (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number in 0..limit-1. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** All numbers 1..count in an order of the seed (Fisher–Yates). */
export function shuffled(random: Random, count: number): readonly number[] {
  const numbers = Array.from({ length: count }, (_unused, index) => index + 1);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = below(random, last + 1);
    [numbers[last], numbers[other]] = [numbers[other] ?? 0, numbers[last] ?? 0];
  }
  return numbers;
}
