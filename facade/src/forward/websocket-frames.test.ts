import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { closeFrame, FrameTracker } from './websocket-frames.ts';

interface Frame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly isMasked: boolean;
  /** Written in 8 bytes although fewer would do: a receiver may refuse it, a tracker must not stumble. */
  readonly isLong: boolean;
  readonly payloadLength: number;
}

const frames = fc.array(
  fc.record<Frame>({
    opcode: fc.constantFrom(0, 1, 2, 9, 10),
    isFinal: fc.boolean(),
    isMasked: fc.boolean(),
    isLong: fc.boolean(),
    payloadLength: fc.oneof(fc.nat(300), fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536)),
  }),
  { minLength: 1, maxLength: 12 },
);
const cuts = fc.array(fc.nat({ max: 1_000_000 }), { maxLength: 40 });

function bytesOf({ opcode, isFinal, isMasked, isLong, payloadLength }: Frame): Buffer {
  const mask = isMasked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0);
  const length = lengthBytes(payloadLength, isLong, isMasked ? 0x80 : 0);
  return Buffer.concat([Buffer.from([(isFinal ? 0x80 : 0) | opcode]), length, mask, Buffer.alloc(payloadLength, 0x88)]);
}

function lengthBytes(payloadLength: number, isLong: boolean, maskBit: number): Buffer {
  if (isLong || payloadLength > 0xffff) {
    const long = Buffer.alloc(9);
    long[0] = maskBit | 127;
    long.writeBigUInt64BE(BigInt(payloadLength), 1);
    return long;
  }
  if (payloadLength < 126) return Buffer.from([maskBit | payloadLength]);
  return Buffer.from([maskBit | 126, payloadLength >> 8, payloadLength & 0xff]);
}

function piecesOf(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const edges = [0, ...at.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((one, other) => one - other);
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

describe('the frames of a WebSocket', () => {
  test('end where they end, however the bytes are cut', () => {
    fc.assert(
      fc.property(frames, cuts, (sent, at) => {
        const ends = new Set([0]);
        let length = 0;
        for (const frame of sent) ends.add((length += bytesOf(frame).length));
        const tracker = new FrameTracker();
        let passed = 0;
        for (const piece of piecesOf(Buffer.concat(sent.map(bytesOf)), at)) {
          expect(tracker.advance(piece)).toBe(piece.length);
          passed += piece.length;
          expect(tracker.isAtBoundary).toBe(ends.has(passed));
        }
      }),
    );
  });

  test('a stop is at the first boundary after where it stands', () => {
    fc.assert(
      fc.property(frames, fc.nat({ max: 400_000 }), (sent, cut) => {
        const bytes = Buffer.concat(sent.map(bytesOf));
        const from = cut % (bytes.length + 1);
        const ends = sent.reduce<number[]>((all, frame) => [...all, (all.at(-1) ?? 0) + bytesOf(frame).length], [0]);
        const tracker = new FrameTracker();
        tracker.advance(bytes.subarray(0, from));
        const stop = from + tracker.advance(bytes.subarray(from), true);
        expect(stop).toBe(ends.find((end) => end >= from));
      }),
    );
  });

  test('a Close frame is noticed, a payload that looks like one is not', () => {
    const tracker = new FrameTracker();
    tracker.advance(bytesOf({ opcode: 2, isFinal: true, isMasked: false, isLong: false, payloadLength: 8 }));
    expect(tracker.hasClose).toBe(false);
    tracker.advance(closeFrame(1000).subarray(0, 1));
    expect(tracker.hasClose).toBe(true);
  });

  test('a length beyond what numbers count never ends, and breaks nothing', () => {
    const tracker = new FrameTracker();
    tracker.advance(Buffer.from([0x82, 127, ...Array<number>(8).fill(0xff)]));
    tracker.advance(Buffer.alloc(1 << 16));
    expect(tracker.isAtBoundary).toBe(false);
  });
});

test('our Close frame is one that a WebSocket library reads', async () => {
  const server = createServer((socket: Socket) => {
    socket.once('data', (head: Buffer) => {
      const key = /sec-websocket-key: (\S+)/i.exec(head.toString())?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.end(closeFrame(1012));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect((await once(client, 'close'))[0]).toBe(1012);
  server.close();
});
