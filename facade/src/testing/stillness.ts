import { expect } from 'vitest';
import { eventually } from './eventually.ts';

/** Waits until `measure` is the same over thirty turns of the timers. */
export async function stillness(measure: () => number): Promise<void> {
  let sameCount = 0;
  let last = measure();
  await eventually(() => {
    const now = measure();
    sameCount = now === last ? sameCount + 1 : 0;
    last = now;
    expect(sameCount).toBeGreaterThan(30);
  });
}
