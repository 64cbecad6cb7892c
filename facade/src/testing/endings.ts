import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { Fault } from './faults.ts';
import { answering } from './raw-sockets.ts';
import { okBytes } from './sides.ts';
import { handshake } from './upgrade-door.ts';

const get = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
const silent = (): void => undefined;
const switching =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';
const streamHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const event = '9\r\ndata: a\n\n\r\n';

const answeringBehind =
  (end: string): Fault['onData'] =>
  (socket, soFar) => {
    if (soFar.endsWith(end)) socket.write(okBytes);
  };

const received =
  (text: string): NonNullable<Fault['then']> =>
  (client) =>
    eventually(() => expect(client.received()).toContain(text));

const leavingBehind =
  (text: string): NonNullable<Fault['then']> =>
  async (client, stage) => {
    await received(text)(client, stage);
    client.socket.destroy();
  };

/** Ends of a request where nothing goes wrong at the side, by their outcomes; `refused`: with 400 at the door, before there is one. */
export const endings: readonly (readonly [label: string, ending: Fault])[] = [
  ['completed', { how: 'a read is answered', onData: answering(okBytes), send: get }],
  [
    'completed',
    {
      how: 'a write with a body is answered',
      onData: answeringBehind('hello'),
      send: 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
    },
  ],
  [
    'completed',
    {
      how: 'a chunked write is answered',
      onData: answeringBehind('0\r\n\r\n'),
      send: 'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    },
  ],
  ['completed', { how: 'the side closes behind its answer', onData: (socket) => socket.end(okBytes), send: get }],
  [
    'completed',
    {
      how: 'a stream of events ends',
      onData: (socket) => socket.write(`${streamHead}${event}0\r\n\r\n`),
      send: get,
    },
  ],
  [
    'client-aborted.body',
    {
      how: 'the client leaves a stream of events',
      onData: (socket) => socket.write(streamHead + event),
      send: get,
      then: leavingBehind('data: a'),
    },
  ],
  [
    'completed',
    {
      how: 'the side ends a WebSocket',
      onData: (socket) => socket.end(switching),
      send: handshake,
      then: async (client) => {
        await client.ended;
        client.socket.end();
      },
    },
  ],
  [
    'client-aborted.body',
    {
      how: 'the client resets a WebSocket',
      onData: answering(switching),
      send: handshake,
      then: async (client, stage) => {
        await received('101 Switching')(client, stage);
        client.socket.resetAndDestroy();
      },
    },
  ],
  [
    'completed',
    {
      how: 'a handshake is answered as a plain request',
      onData: answering(okBytes),
      send: handshake,
    },
  ],
  ['refused', { how: 'the head is none', onData: silent, send: 'GET /a HTTP/1.1\r\nHost a\r\n\r\n' }],
  [
    'refused',
    { how: 'the path can be read in two ways', onData: silent, send: 'GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n' },
  ],
  [
    'refused',
    {
      how: 'the body is none',
      onData: silent,
      send: 'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    },
  ],
];
