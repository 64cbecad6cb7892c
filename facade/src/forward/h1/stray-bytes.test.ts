import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask } from '../../testing/ask-side.ts';
import { eventually } from '../../testing/eventually.ts';
import { createSides, okBytes } from '../../testing/sides.ts';
import { peerOf } from '../instances/peer.ts';
import { H1Dispatcher } from './h1-dispatcher.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

function poolTo(origin: string, connectionCount = 4): H1Dispatcher {
  const limits = { connectionCount, waitingCount: 10, headerBytes: 16_384, idleMs: 60_000 };
  const pool = new H1Dispatcher(peerOf(origin, { tls: undefined, protocol: 'http1' }), limits);
  sides.onClose(() => pool.destroy());
  return pool;
}

describe('bytes that belong to no answer', () => {
  const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned';

  test('never become the answer of the next request: in the same packet', async () => {
    const side = await sides.raw((socket, _soFar, index) => socket.write(index === 0 ? okBytes + poison : okBytes));
    const pool = poolTo(side.origin);
    for (const count of [1, 2]) {
      const asked = ask(pool);
      await asked.over;
      expect([asked.body, side.connectionCount()]).toEqual(['ok', count]);
    }
  });

  test('never become the answer of the next request: on an idle connection', async () => {
    let say: (bytes: string) => void = () => undefined;
    const side = await sides.raw((socket) => {
      say = (bytes) => void socket.write(bytes);
      socket.write(okBytes);
    });
    const pool = poolTo(side.origin);
    await ask(pool).over;
    say(poison);
    await eventually(() => expect(side.openCount()).toBe(0));
    const asked = ask(pool);
    await asked.over;
    expect([asked.body, side.connectionCount()]).toEqual(['ok', 2]);
  });

  test('never become the answer of the next request: a body behind an answer to HEAD, however late', async () => {
    const side = await sides.raw((socket, soFar, index) => {
      if (index > 0) {
        socket.write(okBytes);
        return;
      }
      if (soFar.includes('GET ')) return;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 46\r\n\r\n');
      // By then the request that waits would be on its way, were the connection used again.
      setTimeout(() => socket.write(poison), 50);
    });
    const pool = poolTo(side.origin, 1);
    const [head, waiting] = [ask(pool, { method: 'HEAD' }), ask(pool)];
    await Promise.all([head.over, waiting.over]);
    expect([head.status, head.body, waiting.body, waiting.connection?.isReused]).toEqual([200, '', 'ok', false]);
    await eventually(() => expect(side.openCount()).toBe(1));
    const next = ask(pool);
    await next.over;
    expect([next.body, next.connection?.isReused, side.connectionCount()]).toEqual(['ok', true, 2]);
  });
});
