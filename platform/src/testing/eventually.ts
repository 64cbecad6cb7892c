import { setTimeout as pause } from 'node:timers/promises';

const patienceMs = 15_000;
const intervalMs = 10;

/** Waits until `assertion` holds; fails with its last failure. Patient, because the machine may be busy. */
export async function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await assertion();
    } catch (err) {
      if (performance.now() > deadline) throw err;
      await pause(intervalMs);
    }
  }
}
