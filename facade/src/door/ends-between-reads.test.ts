import { once } from 'node:events';
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import {
  endStream,
  framesIn,
  goAwayFrame,
  headersFrame,
  preface,
  resetFrame,
  type Frame,
} from '../testing/http2-frames.ts';
import { endBetweenReads, type SessionEnds } from './ends-between-reads.ts';

interface Scene {
  readonly session: ServerHttp2Session;
  readonly ends: SessionEnds;
  readonly client: Socket;
  /** What the server has sent. */
  readonly frames: (type: Frame['type']) => readonly Frame[];
  readonly visited: readonly number[];
}

const asking = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'a'],
] as const;
const ask = (id: number): Buffer => headersFrame(id, asking, endStream);
const many = [3, 5, 7, 9, 11];

/** A session with one stream that is open, and a client in the same process: what it writes can be read at once. */
async function aSession(onStream: (stream: ServerHttp2Stream) => void = ok): Promise<Scene> {
  const visited: number[] = [];
  const opened = createServer();
  let accepted: Socket;
  opened.prependListener('connection', (socket: Socket) => (accepted = socket));
  const begun = new Promise<Pick<Scene, 'session' | 'ends'>>((resolve) => {
    opened.once('session', (session: ServerHttp2Session) => {
      const ends = endBetweenReads(session, accepted);
      session.on('error', () => undefined);
      session.on('stream', (stream) => {
        stream.on('error', () => undefined);
        if (ends.isLeaving()) return;
        visited.push(stream.id ?? 0);
        // The first one stays open.
        if (visited.length === 1) resolve({ session, ends });
        else onStream(stream);
      });
    });
  });
  opened.listen(0, '127.0.0.1');
  await once(opened, 'listening');
  const client = connect((opened.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => {
    client.destroy();
    opened.close();
  });
  const received: Buffer[] = [];
  client.on('data', (bytes: Buffer) => received.push(bytes));
  client.write(Buffer.concat([preface, ask(1)]));
  const { session, ends } = await begun;
  const frames = (type: Frame['type']): Frame[] =>
    framesIn(Buffer.concat(received)).filter((frame) => frame.type === type);
  await eventually(() => expect(frames('SETTINGS')).toHaveLength(2));
  return { session, ends, client, frames, visited };
}

const ok = (stream: ServerHttp2Stream): void => stream.respond({ ':status': 200 }, { endStream: true });
const lastOf = ({ payload }: Frame): number => payload.readUInt32BE(0);
const codeOf = ({ payload }: Frame): number => payload.readUInt32BE(4);
const idsOf = (frames: readonly Frame[]): readonly number[] => frames.map(({ streamId }) => streamId);

test('what a client asks for behind its own GOAWAY, in one read, is answered; then the session ends', async () => {
  const { client, frames, visited, session } = await aSession();
  client.write(Buffer.concat([goAwayFrame(0), ...many.map(ask)]));
  await eventually(() => expect(idsOf(frames('HEADERS'))).toEqual(many));
  expect(visited).toEqual([1, ...many]);
  await eventually(() => expect(frames('GOAWAY').map(lastOf)).toEqual([11]));
  expect(frames('RST_STREAM')).toEqual([]);
  expect([session.closed, session.destroyed]).toEqual([true, false]);
});

test('what arrives in the turn in which we close is answered', async () => {
  const { session, client, frames } = await aSession();
  // Both come before the next read.
  client.write(Buffer.concat(many.map(ask)));
  session.close();
  await eventually(() => expect(idsOf(frames('HEADERS'))).toEqual(many));
  await eventually(() => expect(frames('GOAWAY').map(lastOf)).toEqual([11]));
});

test('what arrives between our GOAWAY and its way out is not served, and its client can tell', async () => {
  const { session, client, frames, visited } = await aSession();
  session.close();
  // The GOAWAY is said in the immediates of this turn, and goes out in those of the next, behind what is read there.
  await nextTurn();
  client.write(Buffer.concat(many.map(ask)));
  // Else Node would refuse them, and that sends while they are read.
  expect(session.closed).toBe(false);
  await eventually(() => expect(frames('GOAWAY').map(lastOf)).toEqual([1]));
  await nextTurn();
  await nextTurn();
  expect(visited).toEqual([1]);
  expect(frames('HEADERS')).toEqual([]);
  expect([session.closed, session.destroyed]).toEqual([true, false]);
  // No second one, which would name more than the first.
  expect(frames('GOAWAY')).toHaveLength(1);
});

test('a closed session ends with its last stream, and tells who waits for that', async () => {
  const open: ServerHttp2Stream[] = [];
  const { session, client, frames } = await aSession((stream) => open.push(stream));
  client.write(ask(3));
  await eventually(() => expect(open).toHaveLength(1));
  let toldCount = 0;
  session.close(() => (toldCount += 1));
  session.close(() => (toldCount += 1));
  client.write(resetFrame(1, constants.NGHTTP2_CANCEL));
  await eventually(() => expect(session.closed).toBe(true));
  await eventually(() => expect(frames('GOAWAY').map(lastOf)).toEqual([3]));
  expect([session.destroyed, toldCount]).toEqual([false, 0]);
  for (const stream of open) ok(stream);
  await eventually(() => expect([session.destroyed, toldCount]).toEqual([true, 2]));
});

test('a GOAWAY with an error ends the session behind what was read with it', async () => {
  const { client, frames, session } = await aSession();
  client.write(Buffer.concat([goAwayFrame(0, constants.NGHTTP2_INTERNAL_ERROR), ...many.map(ask)]));
  await eventually(() => expect(session.destroyed).toBe(true));
  await eventually(() => expect(frames('GOAWAY').map(codeOf)).toEqual([constants.NGHTTP2_NO_ERROR]));
});

test('a session that is destroyed while it is read ends behind that, once', async () => {
  const seen: boolean[] = [];
  const { client, session } = await aSession((stream) => {
    stream.session?.destroy();
    seen.push(stream.session?.destroyed ?? true);
  });
  client.write(Buffer.concat(many.map(ask)));
  await eventually(() => expect(session.destroyed).toBe(true));
  expect(seen).toEqual(many.map(() => false));
});

test('a session that is cut says why', async () => {
  const { client, frames, session, ends } = await aSession(() => {
    ends.cut(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    ends.cut(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  });
  client.write(ask(3));
  await eventually(() => expect(session.destroyed).toBe(true));
  await eventually(() => expect(frames('GOAWAY').map(codeOf)).toContain(constants.NGHTTP2_ENHANCE_YOUR_CALM));
});
