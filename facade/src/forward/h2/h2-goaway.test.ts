import { constants, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { h2Side } from '../../testing/h2-side.ts';
import { acknowledged, endStream, frame, frameCount, goAwayFrame, headersFrame } from '../../testing/http2-frames.ts';
import { createSides } from '../../testing/sides.ts';
import { peerOf } from '../instances/peer.ts';
import { H2Dispatcher } from './h2-dispatcher.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const ignore = (): void => undefined;
/** The largest number of a stream: a GOAWAY with it warns, and refuses nothing yet (RFC 9113 6.8). */
const anyStream = 2 ** 31 - 1;

describe.each<[string, string | undefined]>([
  ['without a body', undefined],
  ['with a body', 'a body'],
  ['with a body of several pieces', 'b'.repeat(60_000)],
])('GOAWAYs during load fail no POST %s', (_which, body) => {
  const load = async (goAway: (session: ServerHttp2Session) => void) => {
    let count = 0;
    const bodies = new Set<string>();
    const side = await h2Side(sides, (stream) => {
      count += 1;
      void text(stream).then((taken) => bodies.add(taken), ignore);
      stream.respond({ ':status': 200 });
      stream.on('end', () => stream.end('ok'));
      if (count % 40 === 0 && stream.session) goAway(stream.session as ServerHttp2Session);
    });
    const { url, outcomes } = await sides.forwarderTo({ ...side, retries: { count: 3, baseMs: 1, maxMs: 5 } });
    const client = async (): Promise<void> => {
      for (let index = 0; index < 50; index += 1) {
        const sent = body === undefined ? {} : { body };
        await (await fetch(url, { method: 'POST', ...sent })).text();
      }
    };
    await Promise.all(Array.from({ length: 8 }, client));
    expect(outcomes.filter(({ kind }) => kind !== 'completed')).toEqual([]);
    expect(outcomes).toHaveLength(400);
    expect([...bodies]).toEqual([body ?? '']);
    expect(side.sessions.length).toBeGreaterThan(5);
  };

  test('when the server closes at once: what it refuses is sent again', async () => {
    await load((session) => session.close());
  });

  test('when the server warns first, and closes a moment later', async () => {
    // Between the two a server of Node reads nothing once it has no open stream: what was just sent is in no hand at all.
    await load((session) => {
      session.goaway(constants.NGHTTP2_NO_ERROR, anyStream);
      setTimeout(() => session.close(), 20);
    });
  });
});

test('a request that waits to be written when its server says GOAWAY was not sent', async () => {
  let side: Socket | undefined;
  const server = await sides.raw((socket) => {
    if (!side) socket.write(Buffer.concat([frame('SETTINGS', 0, 0), frame('SETTINGS', acknowledged, 0)]));
    side = socket;
  });
  const limits = { connectionCount: 1, waitingCount: 10, headerBytes: 16_384, idleMs: 5_000 };
  const dispatcher = new H2Dispatcher(peerOf(server.origin, { tls: undefined, protocol: 'h2' }), limits);
  sides.onClose(() => dispatcher.destroy());
  const codes: unknown[] = [];
  const ask = (path: string): boolean =>
    dispatcher.dispatch({ path, method: 'POST' }, { onError: (err) => codes.push([path, 'code' in err && err.code]) });
  ask('/first');
  await eventually(() => expect(frameCount('HEADERS', server.received())).toBe(1));
  // Timers come before what is read, and that before what is written.
  await new Promise<void>((resolve) => {
    setTimeout(() => {
      side?.write(goAwayFrame(anyStream));
      ask('/late');
      resolve();
    });
  });
  await eventually(() => expect(codes).toEqual([['/late', 'H2_REFUSED_STREAM']]));
  expect(frameCount('HEADERS', server.received())).toBe(1);
});

test('a GOAWAY with an error ends its connection behind what was read with it, and nothing more goes over it', async () => {
  const goodbye = goAwayFrame(anyStream, constants.NGHTTP2_INTERNAL_ERROR);
  const ok = headersFrame(1, [[':status', '200']], endStream);
  const server = await sides.raw((socket, soFar, index) => {
    if (frameCount('HEADERS', soFar) > 0) socket.write(index === 0 ? Buffer.concat([goodbye, ok]) : ok);
    else socket.write(Buffer.concat([frame('SETTINGS', 0, 0), frame('SETTINGS', acknowledged, 0)]));
  });
  const limits = { connectionCount: 1, waitingCount: 10, headerBytes: 16_384, idleMs: 5_000 };
  const dispatcher = new H2Dispatcher(peerOf(server.origin, { tls: undefined, protocol: 'h2' }), limits);
  sides.onClose(() => dispatcher.destroy());
  const told: string[] = [];
  const ask = (path: string, then: () => void): boolean =>
    dispatcher.dispatch(
      { path, method: 'POST' },
      {
        onError: (err) => told.push(`${path} ${err.message}`),
        onComplete: () => {
          told.push(path);
          then();
        },
      },
    );
  // The second one is asked for while the first connection is still read.
  ask('/first', () => ask('/second', ignore));
  await eventually(() => expect(told).toEqual(['/first', '/second']));
  expect(server.connectionCount()).toBe(2);
});
