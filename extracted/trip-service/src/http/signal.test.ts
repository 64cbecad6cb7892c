import { describe, expect, test } from 'vitest';
import { createSignal } from './signal.ts';

describe('a signal', () => {
  test('wakes whoever waits', async () => {
    const signal = createSignal();
    const woken = signal.wait();
    signal.set();
    await expect(woken).resolves.toBeUndefined();
  });

  test('is kept for the next wait, once, however often it was set', async () => {
    const signal = createSignal();
    signal.set();
    signal.set();
    await signal.wait();
    const second = signal.wait().then(() => 'woken');
    expect(await Promise.race([second, Promise.resolve('waiting')])).toBe('waiting');
    signal.set();
    expect(await second).toBe('woken');
  });
});
