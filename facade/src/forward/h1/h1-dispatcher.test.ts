import { codeOf } from '@banyan/platform';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask } from '../../testing/ask-side.ts';
import { eventually } from '../../testing/eventually.ts';
import { answering } from '../../testing/raw-sockets.ts';
import { createSides, okBytes } from '../../testing/sides.ts';
import { peerOf } from '../instances/peer.ts';
import { H1Dispatcher, type H1Limits } from './h1-dispatcher.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const usual: H1Limits = { connectionCount: 4, waitingCount: 10, headerBytes: 16_384, idleMs: 60_000 };

function poolTo(origin: string, limits: Partial<H1Limits> = {}): H1Dispatcher {
  const pool = new H1Dispatcher(peerOf(origin, { tls: undefined, protocol: 'http1' }), { ...usual, ...limits });
  sides.onClose(() => pool.destroy());
  return pool;
}

const requestCount = (received: string): number => received.split('\r\n\r\n').length - 1;

describe('connections', () => {
  test('serve one request at a time, the one that was used last first, and are no more than allowed', async () => {
    const held: (() => void)[] = [];
    const side = await sides.raw((socket) => void held.push(() => socket.write(okBytes)));
    const pool = poolTo(side.origin, { connectionCount: 2 });
    const all = [ask(pool), ask(pool), ask(pool), ask(pool)];
    await eventually(() => expect(held).toHaveLength(2));
    expect(side.connectionCount()).toBe(2);
    held.splice(0).forEach((answer) => answer());
    await eventually(() => expect(held).toHaveLength(2));
    held.splice(0).forEach((answer) => answer());
    await Promise.all(all.map(({ over }) => over));
    expect(all.map(({ body }) => body)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect([side.connectionCount(), requestCount(side.received())]).toEqual([2, 4]);
  });

  test.each([204, 304])('serve on behind a %d, which has no body', async (status) => {
    const side = await sides.raw((socket) => socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: 5\r\n\r\n`));
    const pool = poolTo(side.origin);
    for (let count = 0; count < 3; count += 1) {
      const asked = ask(pool);
      await asked.over;
      expect([asked.status, asked.error]).toEqual([status, undefined]);
    }
    expect(side.connectionCount()).toBe(1);
  });

  test.each([
    ['says close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok'],
    ['closes within the second', 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok'],
  ])('are not used again when the side %s', async (_what, bytes) => {
    const side = await sides.raw(answering(bytes));
    const pool = poolTo(side.origin);
    for (const count of [1, 2]) {
      const asked = ask(pool);
      await asked.over;
      expect([asked.body, asked.connection?.isReused, side.connectionCount()]).toEqual(['ok', false, count]);
      await eventually(() => expect(side.openCount()).toBe(0));
    }
  });

  test('are closed when they have been idle for as long as may be, all of them', async () => {
    const side = await sides.raw(answering(okBytes));
    const pool = poolTo(side.origin, { idleMs: 50 });
    await Promise.all([ask(pool).over, ask(pool).over, ask(pool).over]);
    expect(side.connectionCount()).toBe(3);
    await eventually(() => expect(side.openCount()).toBe(0));
    await ask(pool).over;
    expect(side.connectionCount()).toBe(4);
  });

  test('are closed a second before the side says it will', async () => {
    const side = await sides.raw(answering('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2\r\nContent-Length: 2\r\n\r\nok'));
    const pool = poolTo(side.origin);
    await ask(pool).over;
    const startedAtMs = performance.now();
    await eventually(() => expect(side.openCount()).toBe(0));
    expect(performance.now() - startedAtMs).toBeGreaterThan(900);
  });

  test('that the side ends while they are idle are not used again', async () => {
    const side = await sides.raw((socket, soFar) => {
      socket.write(okBytes);
      if (requestCount(soFar) === 1) socket.end();
    });
    const pool = poolTo(side.origin);
    for (let count = 1; count <= 3; count += 1) {
      const asked = ask(pool);
      await asked.over;
      expect([asked.body, asked.error, side.connectionCount()]).toEqual(['ok', undefined, count]);
      await eventually(() => expect(side.openCount()).toBe(0));
    }
  });
});

describe('who waits', () => {
  test('is served in turn, and who gives up leaves at once and is never sent', async () => {
    let answer = (): void => undefined;
    const side = await sides.raw((socket) => {
      answer = () => void socket.write(okBytes);
    });
    const pool = poolTo(side.origin, { connectionCount: 1, waitingCount: 2 });
    const [first, second, third] = ['/1', '/2', '/3'].map((path) => ask(pool, { path }));
    await eventually(() => expect(side.received()).toContain('GET /1'));
    expect(pool.isFull).toBe(true);
    second?.connection?.cut();
    expect(pool.isFull).toBe(false);
    answer();
    await eventually(() => expect(side.received()).toContain('GET /3'));
    answer();
    await third?.over;
    expect([first?.body, third?.body, second?.status, second?.error]).toEqual(['ok', 'ok', undefined, undefined]);
    expect(side.received()).not.toContain('GET /2');
  });

  test('hears why there is no connection, each for itself', async () => {
    const pool = poolTo(await sides.absent(), { connectionCount: 2 });
    const all = Array.from({ length: 5 }, () => ask(pool));
    await Promise.all(all.map(({ over }) => over));
    expect(all.map(({ error }) => codeOf(error))).toEqual(Array<string>(5).fill('ECONNREFUSED'));
  });
});

test('what a slow client keeps of an answer is never written over by what is read next', async () => {
  const pattern = Buffer.alloc(4 << 20, Array.from({ length: 1_021 }, (_, index) => `${index};`).join(''));
  const side = await sides.raw((socket) => {
    // Packets of all sizes, those that are copied and those whose memory is handed on.
    let at = 0;
    const next = (): void => {
      if (at >= pattern.length) return;
      const size = at % 3 === 0 ? 700 : 50_001;
      socket.write(pattern.subarray(at, (at += size)), () => setImmediate(next));
    };
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${pattern.length}\r\n\r\n`, next);
  });
  const kept: Buffer[] = [];
  let resume = (): void => undefined;
  let isOver = false;
  poolTo(side.origin).dispatch(
    { method: 'GET', path: '/', headers: ['host', 'a'] },
    {
      onConnect: () => undefined,
      onHeaders: (_status, _raw, goOn) => {
        resume = goOn;
        return true;
      },
      onData: (chunk) => {
        kept.push(chunk);
        setImmediate(() => resume());
        return kept.length % 2 === 0;
      },
      onComplete: () => (isOver = true),
      onError: (err) => expect.unreachable(err.message),
    },
  );
  await eventually(() => expect(isOver).toBe(true));
  expect(Buffer.compare(Buffer.concat(kept), pattern)).toBe(0);
});

describe('at the end', () => {
  test('close lets requests under way finish, and takes no more', async () => {
    let answer = (): void => undefined;
    const side = await sides.raw((socket) => {
      answer = () => void socket.write(okBytes);
    });
    const pool = poolTo(side.origin);
    const asked = ask(pool);
    await eventually(() => expect(side.received()).toContain('GET /'));
    const closing = Promise.all([pool.close(), pool.close()]);
    const late = ask(pool);
    answer();
    await closing;
    expect([asked.body, codeOf(late.error)]).toEqual(['ok', 'CLIENT_CLOSED']);
    await eventually(() => expect(side.openCount()).toBe(0));
  });

  test('destroy cuts all of them, those that wait as well', async () => {
    const side = await sides.raw(() => undefined);
    const pool = poolTo(side.origin, { connectionCount: 1 });
    const all = [ask(pool), ask(pool)];
    await eventually(() => expect(side.received()).toContain('GET /'));
    await pool.destroy();
    await Promise.all(all.map(({ over }) => over));
    expect(all.map(({ error }) => codeOf(error))).toEqual(['CLIENT_CLOSED', 'CLIENT_CLOSED']);
    await eventually(() => expect(side.openCount()).toBe(0));
  });

  test('who is over reaches nobody: a late cut does not touch the next exchange of its connection', async () => {
    let answer = (): void => undefined;
    const side = await sides.raw((socket) => {
      answer = () => void socket.write(okBytes);
    });
    const pool = poolTo(side.origin);
    const first = ask(pool, { path: '/1' });
    await eventually(() => expect(side.received()).toContain('/1'));
    answer();
    await first.over;
    const second = ask(pool, { path: '/2' });
    await eventually(() => expect(side.received()).toContain('/2'));
    first.connection?.cut();
    answer();
    await second.over;
    expect([second.body, second.connection?.isReused]).toEqual(['ok', true]);
  });
});
