import { Readable } from 'node:stream';
import { codeOf } from '@banyan/platform';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask } from '../../testing/ask-side.ts';
import { eventually } from '../../testing/eventually.ts';
import { createSides, okBytes } from '../../testing/sides.ts';
import { peerOf } from '../instances/peer.ts';
import { H1Dispatcher } from './h1-dispatcher.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

function poolTo(origin: string): H1Dispatcher {
  const limits = { connectionCount: 4, waitingCount: 10, headerBytes: 16_384, idleMs: 60_000 };
  const pool = new H1Dispatcher(peerOf(origin, { tls: undefined, protocol: 'http1' }), limits);
  sides.onClose(() => pool.destroy());
  return pool;
}

describe('a body', () => {
  const chunked = { method: 'POST', headers: ['host', 'a'] };
  const counted = (length: number) => ({ method: 'POST', headers: ['host', 'a', 'content-length', String(length)] });
  const rest = (received: string): string => received.slice(received.indexOf('\r\n\r\n') + 4);

  test('that is small leaves in one packet with its head', async () => {
    const packets: string[] = [];
    const side = await sides.raw((socket, soFar) => {
      packets.push(soFar);
      socket.write(okBytes);
    });
    await ask(poolTo(side.origin), { ...counted(5), body: Readable.from([Buffer.from('hello')]) }).over;
    expect(packets).toHaveLength(1);
    expect(packets[0]).toMatch(/^POST [^]*\r\ncontent-length: 5\r\n\r\nhello$/);
  });

  test.each(['POST', 'DELETE', 'GET', 'OPTIONS', 'HEAD'])('of a %s without a length is chunked', async (method) => {
    const side = await sides.raw(
      (socket, soFar) => soFar.endsWith('\r\n0\r\n\r\n') && socket.write('HTTP/1.1 204 X\r\n\r\n'),
    );
    const body = Readable.from(['ab', 'c'].map((text) => Buffer.from(text)));
    await ask(poolTo(side.origin), { ...chunked, method, body }).over;
    expect(rest(side.received())).toBe('2\r\nab\r\n1\r\nc\r\n0\r\n\r\n');
  });

  test('that is empty has trailers all the same', async () => {
    const side = await sides.raw((socket) => socket.write(okBytes));
    await ask(poolTo(side.origin), { ...chunked, body: Readable.from([]), trailers: 'X-Sum: 1\r\n' }).over;
    expect(side.received()).toMatch(/\r\ntransfer-encoding: chunked\r\n\r\n0\r\nX-Sum: 1\r\n\r\n$/);
  });

  test.each([
    ['longer', ['hello', '!']],
    ['shorter', ['hell']],
  ])('that is %s than its length never makes a whole request, and ends the connection', async (_how, pieces) => {
    const side = await sides.raw(() => undefined);
    const body = Readable.from(pieces.map((text) => Buffer.from(text)));
    const asked = ask(poolTo(side.origin), { ...counted(5), body });
    await asked.over;
    expect(codeOf(asked.error)).toBe('UPLOAD_BROKEN');
    await eventually(() => expect(side.openCount()).toBe(0));
    expect(rest(side.received())).not.toContain('!');
    expect(body.destroyed).toBe(true);
  });

  test('that ends without an end is no end of the request', async () => {
    const side = await sides.raw(() => undefined);
    const body = new Readable({ read: () => undefined });
    const asked = ask(poolTo(side.origin), { ...chunked, body });
    body.push('hello');
    await eventually(() => expect(side.received()).toContain('hello'));
    body.destroy();
    await asked.over;
    await eventually(() => expect(side.openCount()).toBe(0));
    expect([codeOf(asked.error), side.received().includes('\r\n0\r\n')]).toEqual(['UPLOAD_BROKEN', false]);
  });

  test('that is answered before its end is given up with its connection', async () => {
    const side = await sides.raw((socket) => socket.write(okBytes));
    const pool = poolTo(side.origin);
    const body = new Readable({ read: () => undefined });
    const asked = ask(pool, { ...counted(10), body });
    body.push('half');
    await asked.over;
    expect([asked.body, body.destroyed]).toEqual(['ok', true]);
    await ask(pool).over;
    expect(side.connectionCount()).toBe(2);
  });

  test('that is answered while its last bytes are not out gives nobody its connection', async () => {
    const side = await sides.raw((socket, _soFar, index) => {
      if (index === 0) socket.pause();
      socket.write(okBytes);
    });
    const pool = poolTo(side.origin);
    // More than the buffers on the way take, all of it written at once.
    const whole = Buffer.alloc(32 << 20);
    const body = new Readable({ read: () => undefined });
    body.push(whole);
    body.push(null);
    const asked = ask(pool, { ...counted(whole.length), body });
    await asked.over;
    expect([asked.body, asked.isSent]).toEqual(['ok', true]);
    const next = ask(pool);
    await eventually(() => expect(side.connectionCount()).toBe(2));
    await next.over;
    expect([next.body, next.connection?.isReused]).toEqual(['ok', false]);
  });

  test('waits while the side takes no more', async () => {
    const side = await sides.raw((socket) => socket.pause());
    let givenBytes = 0;
    const body = new Readable({
      read() {
        givenBytes += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    ask(poolTo(side.origin), { ...chunked, body });
    await eventually(() => expect(body.isPaused()).toBe(true));
    expect(givenBytes).toBeLessThan(64 << 20);
  });
});
