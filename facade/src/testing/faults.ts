import { expect } from 'vitest';
import type { OutcomeLabel } from '../outcomes/outcome-table.ts';
import { eventually } from './eventually.ts';
import type { TestFacade } from './facade.ts';
import { answering, openRawClient, type RawClient, type RawServer } from './raw-sockets.ts';

/** One way in which an exchange goes wrong, with real sockets. */
export interface Fault {
  /** Completes "the side …" or "the client …". */
  readonly how: string;
  readonly onData: Parameters<typeof import('./raw-sockets.ts').startRawServer>[0];
  readonly send: string;
  /** Nothing listens while the fault lasts. */
  readonly isAbsent?: boolean;
  readonly totalMs?: number;
  /** Of all requests. */
  readonly limits?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly before?: (stage: FaultStage) => Promise<void>;
  /** After the request is sent: what the client does. */
  readonly then?: (client: RawClient, stage: FaultStage) => Promise<void>;
  /** Of the side's own answer, where there is one. */
  readonly status?: number;
}

export interface FaultStage {
  readonly facade: TestFacade;
  readonly side: RawServer;
}

const get = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
const post = (length: number, body = ''): string =>
  `POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${body}`;
const chunked = 'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (length: number): string => `${length.toString(16)}\r\n${'c'.repeat(length)}\r\n`;
const silent = (): void => undefined;
const ok = 'HTTP/1.1 200 OK\r\n';
const seen = ({ side }: FaultStage, text: string) => eventually(() => expect(side.received()).toContain(text));
const received = (client: RawClient, text: string) => eventually(() => expect(client.received()).toContain(text));

/** Writes a piece again and again until the connection is gone. */
function dribbling(head: string, piece: string): Fault['onData'] {
  return (socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.once('close', () => clearInterval(timer));
  };
}

/** The only connection is taken, and stays so: an answer that never comes would free it when its own time is over. */
const oneConnection = {
  onData: dribbling(`${ok}Content-Length: 99999\r\n\r\n`, 'd'),
  env: { FACADE_UPSTREAM_CONNECTIONS: '1' },
  before: async (stage: FaultStage): Promise<void> => {
    await openRawClient(stage.facade.port, 'GET /first HTTP/1.1\r\nHost: a\r\n\r\n');
    await seen(stage, '/first');
  },
};

/** For each outcome at least one fault that leads to it; a row of the table without one is an error of types. */
export const faults: Readonly<Record<Exclude<OutcomeLabel, 'request-refused'>, readonly [Fault, ...Fault[]]>> = {
  completed: [
    {
      how: 'the side answers 103 a hundred times',
      onData: answering(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)}${ok}Content-Length: 2\r\n\r\nok`),
      send: get,
      status: 200,
    },
    {
      how: 'the side refuses an upload early',
      onData: (socket) =>
        socket.end('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
      send: post(8 << 20, 'u'.repeat(1 << 20)),
      status: 413,
    },
    {
      how: 'the side dribbles its body',
      onData: (socket) => {
        socket.write(`${ok}Content-Length: 2\r\n\r\n`);
        setTimeout(() => socket.write('o'), 30);
        setTimeout(() => socket.write('k'), 60);
      },
      send: get,
      status: 200,
    },
  ],
  unavailable: [
    {
      how: 'the side has failed and is left alone for a time',
      onData: (socket) => socket.destroy(),
      send: get,
      before: async ({ facade }) => {
        for (let count = 0; count < 5; count++) await (await fetch(`${facade.url}/first`)).text();
      },
    },
  ],
  overloaded: [
    {
      how: 'no connection to the side is free, and nobody may wait for one',
      send: get,
      ...oneConnection,
      env: { FACADE_UPSTREAM_CONNECTIONS: '1', FACADE_UPSTREAM_WAITING: '0' },
    },
  ],
  'rate-limited': [
    {
      how: 'the client asks too often',
      onData: silent,
      send: get,
      limits: '{ requests: { perSecond: 0.5, burst: 1 } }',
      before: async (stage) => {
        await openRawClient(stage.facade.port, 'GET /first HTTP/1.1\r\nHost: a\r\n\r\n');
        await seen(stage, '/first');
      },
    },
  ],
  'body-too-large.connect': [
    { how: 'the client says that it sends too much', onData: silent, send: post(9), limits: '{ bodyBytes: 8 }' },
    { how: 'the client begins with too much', onData: silent, send: chunked + chunk(9), limits: '{ bodyBytes: 8 }' },
  ],
  'body-too-large.headers': [
    {
      how: 'the client goes on for too long',
      onData: silent,
      send: chunked + chunk(8),
      limits: '{ bodyBytes: 8 }',
      then: async (client, stage) => {
        await seen(stage, 'cccccccc');
        client.socket.write(chunk(1));
      },
    },
  ],
  'body-too-large.body': [
    {
      how: 'the client goes on for too long while it is answered',
      onData: (socket, soFar) => {
        if (soFar.includes('cccccccc')) socket.write(`${ok}Content-Length: 9\r\n\r\nhalf`);
      },
      send: chunked + chunk(8),
      limits: '{ bodyBytes: 8 }',
      then: async (client) => {
        await received(client, 'half');
        client.socket.write(chunk(1));
      },
    },
  ],
  'connect-failed': [{ how: 'the side refuses connections', isAbsent: true, onData: silent, send: get }],
  'timed-out.connect': [{ how: 'no connection to the side becomes free', send: post(0), ...oneConnection }],
  'timed-out.headers': [
    { how: 'the side accepts and never answers', onData: silent, send: get },
    { how: 'the side dribbles the head of its answer', onData: dribbling(ok, 'X-A: b\r\n'), send: get },
    { how: 'the side answers 102 for ever', onData: dribbling('', 'HTTP/1.1 102 Processing\r\n\r\n'), send: get },
    {
      how: 'the side answers 100 a hundred times, and nothing else',
      onData: answering('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)),
      send: get,
    },
  ],
  'timed-out.body': [
    { how: 'the side pauses in its body', onData: answering(`${ok}Content-Length: 9\r\n\r\nhalf`), send: get },
  ],
  'timed-out.total': [{ how: 'the side never comes to an answer', onData: silent, send: get, totalMs: 150 }],
  'upstream-cut.headers': [
    { how: 'the side resets instead of answering', onData: (socket) => socket.resetAndDestroy(), send: post(0) },
    { how: 'the side ends in the head of its answer', onData: (socket) => socket.end(`${ok}Content-Le`), send: get },
  ],
  'upstream-cut.body': [
    {
      how: 'the side ends in a body with a length',
      onData: (socket) => socket.end(`${ok}Content-Length: 9\r\n\r\nhalf`),
      send: get,
    },
    {
      how: 'the side ends in a chunk',
      onData: (socket) => socket.end(`${ok}Transfer-Encoding: chunked\r\n\r\n9\r\nhalf`),
      send: get,
    },
  ],
  'answer-refused.headers': [
    {
      how: 'the side floods the head',
      onData: (socket) => socket.write(`${ok}${'X-A: bbbbbbbbbb\r\n'.repeat(5_000)}`),
      send: get,
    },
    {
      how: 'the side speaks TLS',
      onData: (socket) => socket.write('\x15\x03\x01\x00\x02\x02\x46', 'latin1'),
      send: get,
    },
    {
      how: 'the side answers with two lengths',
      onData: answering(`${ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`),
      send: get,
    },
  ],
  'answer-refused.body': [
    {
      how: 'the side sends a chunk of no size',
      onData: answering(`${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\n`),
      send: get,
    },
  ],
  'client-aborted.connect': [
    {
      how: 'the client leaves while it waits for a connection',
      send: get,
      ...oneConnection,
      then: async (client, { facade }) => {
        await eventually(async () =>
          expect((await facade.admin('GET', '/metrics')).body).toContain('facade_requests_in_flight 2'),
        );
        client.socket.destroy();
      },
    },
  ],
  'client-aborted.headers': [
    {
      how: 'the client leaves before the answer',
      onData: silent,
      send: get,
      then: async (client, stage) => {
        await seen(stage, 'GET /a');
        client.socket.destroy();
      },
    },
  ],
  'client-aborted.body': [
    {
      how: 'the client leaves in the answer',
      onData: answering(`${ok}Content-Length: 9\r\n\r\nhalf`),
      send: get,
      then: async (client) => {
        await received(client, 'half');
        client.socket.destroy();
      },
    },
  ],
  'client-stalled.headers': [
    { how: 'the client stops in its upload', onData: silent, send: post(9, 'half') },
    {
      how: 'the client dribbles its upload',
      onData: silent,
      send: post(9_000, 'half'),
      env: { FACADE_BODY_RATE_MS: '400', FACADE_BODY_BYTES_PER_SECOND: '1000' },
      then: (client) => {
        dribbling('', 'd')(client.socket, '', 0);
        return Promise.resolve();
      },
    },
  ],
  'client-stalled.body': [
    {
      how: 'the client stops reading',
      onData: (socket) => socket.write(`${ok}Content-Length: ${32 << 20}\r\n\r\n${'d'.repeat(16 << 20)}`),
      send: get,
      then: (client) => {
        client.socket.pause();
        return Promise.resolve();
      },
    },
  ],
};
