import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../testing/eventually.ts';
import { openRawClient, type RawClient } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';
import { doorTo, echoSide, handshake, type Door } from '../testing/upgrade-door.ts';
import { Tunnel } from './tunnel.ts';
import { closeFrame } from './websocket-frames.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const text = (words: string): string => String.fromCharCode(0x81, words.length) + words;
const close = (code: number): string => closeFrame(code).toString('latin1');

interface RawLine {
  readonly door: Door;
  readonly client: RawClient;
  /** The side's end of the connection. */
  readonly side: Socket;
  readonly sideReceived: () => string;
}

/** An open connection with bytes at both ends. */
async function rawLine(timeouts: { readonly upgradeIdleMs?: number } = {}): Promise<RawLine> {
  let end: Socket | undefined;
  let length = 0;
  const server = await sides.raw((socket, soFar) => {
    if (end) return;
    end = socket;
    length = soFar.length;
    socket.write(switching);
  });
  const door = await doorTo(sides, server.origin, timeouts);
  const client = await openRawClient(door.port, handshake);
  await eventually(() => expect(client.received()).toMatch(/\r\n\r\n$/));
  return { door, client, side: end ?? expect.unreachable(), sideReceived: () => server.received().slice(length) };
}

const framesOf = (client: RawClient): string => client.received().split('\r\n\r\n').slice(1).join('\r\n\r\n');

describe('a peer that does not read', () => {
  const manyMebibytes = 64 << 20;

  /** Writes until nothing moves any more. */
  async function fill(from: Socket): Promise<number> {
    const chunk = Buffer.alloc(1 << 16, 0);
    let writtenBytes = 0;
    const writeOn = (): void => {
      while (writtenBytes < manyMebibytes && from.write(chunk)) writtenBytes += chunk.length;
    };
    from.on('drain', writeOn);
    writeOn();
    let before = -1;
    await eventually(() => {
      const isStill = before === from.bytesWritten;
      before = from.bytesWritten;
      expect(isStill && from.writableLength > 0).toBe(true);
    });
    return writtenBytes;
  }

  test.each([
    ['client', (line: RawLine) => ({ reader: line.client.socket, writer: line.side })],
    ['side', (line: RawLine) => ({ reader: line.side, writer: line.client.socket })],
  ])('is not read for: the %s pauses, and the writer stops long before its end', async (_who, endsOf) => {
    const line = await rawLine();
    const { reader, writer } = endsOf(line);
    reader.pause();
    expect(await fill(writer)).toBeLessThan(manyMebibytes);
    // In the kernel's buffers there is some of it; in ours at most a piece or two.
    expect(line.door.sockets[0]?.writableLength).toBeLessThan(1 << 18);
    expect(line.door.sockets[0]?.readableLength).toBeLessThan(1 << 18);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(manyMebibytes / 2);
    reader.resume();
    await eventually(() => expect(writer.writableLength).toBe(0));
    line.client.socket.destroy();
  });
});

describe('one direction that ends', () => {
  test('is ended at the other end, and the other direction goes on', async () => {
    const { client, side, sideReceived } = await rawLine();
    const ended = once(side, 'end');
    client.socket.end('last');
    await ended;
    side.removeAllListeners('end');
    expect(sideReceived()).toBe('last');
  });

  test('by the side: the client may still send', async () => {
    const { client, side, sideReceived, door } = await rawLine();
    client.socket.allowHalfOpen = true;
    side.end(text('bye'), 'latin1');
    expect(await client.ended).toBe('end');
    expect(framesOf(client)).toBe(text('bye'));
    client.socket.end('and more');
    await eventually(() => expect(sideReceived()).toBe('and more'));
    await eventually(() => expect(door.outcomes).toEqual([{ kind: 'completed', status: 101 }]));
  });
});

describe('a connection on which nothing moves', () => {
  test('is closed with 1001 after its idle time: timed-out in body', async () => {
    const { origin } = await echoSide(sides);
    const door = await doorTo(sides, origin, { upgradeIdleMs: 50 });
    const client = new WebSocket(`ws://127.0.0.1:${door.port}/`);
    expect((await once(client, 'close'))[0]).toBe(1001);
    await eventually(() => expect(door.outcomes).toEqual([{ kind: 'timed-out', phase: 'body', isTotal: false }]));
  });

  test.each(['client', 'side'] as const)('stays as long as the %s says something in time', (who) => {
    vi.useFakeTimers();
    const ends = { client: aDuplex(), side: aDuplex() };
    const tunnel = new Tunnel({ ...ends, idleMs: 1_000, halfOpenIdleMs: 1, closeGraceMs: 1, onEnd: () => undefined });
    for (let round = 0; round < 5; round += 1) {
      vi.advanceTimersByTime(999);
      ends[who].emit('data', Buffer.from(text('x'), 'latin1'));
    }
    expect(sentTo(ends.client)).not.toContain(close(1001));
    vi.advanceTimersByTime(1_000);
    expect(sentTo(ends.client)).toContain(close(1001));
    tunnel.destroy();
    vi.useRealTimers();
  });
});

/** Remembers what is written to it. */
function aDuplex(): Duplex & { readonly written: Buffer[] } {
  const written: Buffer[] = [];
  const duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk);
      done();
    },
  });
  return Object.assign(duplex, { written });
}

const sentTo = ({ written }: { readonly written: readonly Buffer[] }): string =>
  Buffer.concat(written).toString('latin1');

describe('a connection that is closed for a restart', () => {
  const restart = ({ lines }: Door): void => lines.forEach((line) => line.end('rolled-back'));

  test('tells a real client 1012, and a real side sees the client leave with 1012', async () => {
    const { origin, server } = await echoSide(sides);
    const door = await doorTo(sides, origin);
    const client = new WebSocket(`ws://127.0.0.1:${door.port}/`);
    const [[peer]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [[WebSocket], []];
    const peerClosed = once(peer, 'close');
    restart(door);
    expect((await once(client, 'close'))[0]).toBe(1012);
    expect((await peerClosed)[0]).toBe(1012);
    await eventually(() => expect(door.outcomes).toEqual([{ kind: 'completed', status: 101 }]));
    expect([door.lines.size, door.upgrader.openCount]).toEqual([0, 0]);
  });

  test('lets a frame that is under way come to its end first, and sends nothing behind the Close frame', async () => {
    const { door, client, side } = await rawLine();
    const frame = text('a frame in pieces');
    side.write(frame.slice(0, 5), 'latin1');
    await eventually(() => expect(framesOf(client)).toBe(frame.slice(0, 5)));
    restart(door);
    side.write(frame.slice(5) + text('next'), 'latin1');
    await eventually(() => expect(framesOf(client)).toBe(frame + close(1012)));
    side.write(text('later'), 'latin1');
    client.socket.write('reply');
    side.end();
    expect(await client.ended).toBe('end');
    expect(framesOf(client)).toBe(frame + close(1012));
  });

  test('whose side has sent its own Close frame gets no second one', async () => {
    const { door, client, side } = await rawLine();
    side.write(close(1000), 'latin1');
    await eventually(() => expect(framesOf(client)).toBe(close(1000)));
    restart(door);
    side.end();
    await client.ended;
    expect(framesOf(client)).toBe(close(1000));
  });

  test('is cut when neither end takes part in the closing', async () => {
    const { door, client, side } = await rawLine();
    side.removeAllListeners('end');
    client.socket.allowHalfOpen = true;
    restart(door);
    await eventually(() => expect(framesOf(client)).toBe(close(1012)));
    await eventually(() => expect(door.outcomes).toEqual([{ kind: 'completed', status: 101 }]));
  });
});

test('one connection above the limit is not opened, and nothing was sent for it', async () => {
  const { origin, requests } = await echoSide(sides);
  const door = await doorTo(sides, origin, { limit: 1 });
  const first = new WebSocket(`ws://127.0.0.1:${door.port}/`);
  await once(first, 'open');
  const second = await openRawClient(door.port, handshake);
  await second.ended;
  expect(second.received()).toContain('overloaded');
  expect(requests).toHaveLength(1);
  first.terminate();
  await eventually(() => expect(door.outcomes).toHaveLength(2));
  const third = new WebSocket(`ws://127.0.0.1:${door.port}/`);
  await once(third, 'open');
  third.terminate();
});
