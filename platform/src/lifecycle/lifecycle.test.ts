import { describe, expect, test } from 'vitest';
import { captureLog } from '../testing/index.ts';
import { createLifecycle, withDeadline } from './lifecycle.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('a lifecycle', () => {
  test('releases the newest first, one after the other', async () => {
    const { log } = captureLog();
    const lifecycle = createLifecycle({ log });
    const order: string[] = [];
    lifecycle.onClose('pool', () => void order.push('pool'));
    lifecycle.onClose('server', async () => {
      await Promise.resolve();
      order.push('server');
    });
    await lifecycle.close('SIGTERM');
    expect(order).toEqual(['server', 'pool']);
  });

  test('closes once, whoever asks how often', async () => {
    const lifecycle = createLifecycle({ log: captureLog().log });
    let releaseCount = 0;
    lifecycle.onClose('pool', () => void (releaseCount += 1));
    await Promise.all([lifecycle.close('one'), lifecycle.close('two')]);
    await lifecycle.close('three');
    expect(releaseCount).toBe(1);
  });

  test('is closing from the first moment, and refuses to open more', async () => {
    const lifecycle = createLifecycle({ log: captureLog().log });
    expect(lifecycle.isClosing).toBe(false);
    const closed = lifecycle.close('SIGTERM');
    expect(lifecycle.isClosing).toBe(true);
    expect(() => lifecycle.onClose('late', () => undefined)).toThrow('"late" was opened while the process closes.');
    await closed;
  });

  test.each([
    ['rejects', () => Promise.reject(new TypeError('stuck'))],
    [
      'throws',
      () => {
        throw new TypeError('stuck');
      },
    ],
  ])('logs a release that %s and goes on', async (_name, release) => {
    const { log, lines } = captureLog();
    const lifecycle = createLifecycle({ log });
    let isPoolReleased = false;
    lifecycle.onClose('pool', () => void (isPoolReleased = true));
    lifecycle.onClose('server', release);
    await lifecycle.close('SIGTERM');
    expect(isPoolReleased).toBe(true);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'release.failed', part: 'server' }));
  });

  test('stops waiting for a release that takes too long and goes on', async () => {
    const { log, lines } = captureLog();
    const lifecycle = createLifecycle({ log, releaseTimeoutMs: 1 });
    let isPoolReleased = false;
    lifecycle.onClose('pool', () => void (isPoolReleased = true));
    lifecycle.onClose('server', never);
    await lifecycle.close('SIGTERM');
    expect(isPoolReleased).toBe(true);
    expect(lines).toContainEqual(
      expect.objectContaining({ part: 'server', msg: 'server did not close: server took longer than 1 ms.' }),
    );
  });
});

describe('a deadline', () => {
  test('passes the result on in time', async () => {
    await expect(withDeadline(Promise.resolve(7), 1_000, 'it')).resolves.toBe(7);
  });

  test('passes the failure on in time', async () => {
    await expect(withDeadline(Promise.reject(new TypeError('no')), 1_000, 'it')).rejects.toThrow('no');
  });

  test('rejects with its code when the work takes longer', async () => {
    await expect(withDeadline(never(), 1, 'the answer')).rejects.toMatchObject({
      code: 'DEADLINE_PASSED',
      message: 'the answer took longer than 1 ms.',
    });
  });
});
