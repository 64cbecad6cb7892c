import type { Socket } from 'node:net';
import { startRawServer } from './raw-sockets.ts';
import { readStrictRequest, type StrictRequest } from './strict-requests.ts';

/** What a side does once it has a whole request. */
export interface StrictAnswer {
  /** Latin1. */
  readonly bytes: string;
  readonly then?: 'close' | 'reset';
}

/** A side that reads requests without any tolerance and remembers exactly what it was sent. */
export interface StrictSide {
  readonly origin: string;
  /** Everything since the last `forget`, over all connections in the order it came. */
  readonly bytes: () => string;
  /** Whole requests since the last `forget`. */
  readonly requests: () => readonly StrictRequest[];
  /** Why something was no request, since the start. */
  readonly violations: () => readonly string[];
  readonly openCount: () => number;
  forget(): void;
  close(): Promise<void>;
}

export async function startStrictSide(answerTo: (request: StrictRequest) => StrictAnswer): Promise<StrictSide> {
  const readUpTo = new WeakMap<Socket, number>();
  const violations: string[] = [];
  let requests: StrictRequest[] = [];
  let forgotten = 0;
  const server = await startRawServer((socket, soFar) => {
    for (;;) {
      const start = readUpTo.get(socket) ?? 0;
      if (start === soFar.length) return;
      const reading = readStrictRequest(soFar.slice(start));
      if (reading.kind === 'incomplete') return;
      if (reading.kind === 'malformed') {
        violations.push(reading.why);
        socket.resetAndDestroy();
        return;
      }
      readUpTo.set(socket, start + reading.request.length);
      requests.push(reading.request);
      answer(socket, answerTo(reading.request));
    }
  });
  return {
    origin: server.origin,
    bytes: () => server.received().slice(forgotten),
    requests: () => requests,
    violations: () => violations,
    openCount: server.openCount,
    forget: () => {
      forgotten = server.received().length;
      requests = [];
    },
    close: () => server.close(),
  };
}

function answer(socket: Socket, { bytes, then }: StrictAnswer): void {
  socket.write(bytes, 'latin1');
  // Within the write's own turn Node would end the connection in order.
  if (then === 'reset') setImmediate(() => socket.resetAndDestroy());
  if (then === 'close') socket.end();
}
