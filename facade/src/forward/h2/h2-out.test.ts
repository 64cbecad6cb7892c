import { once } from 'node:events';
import type { Socket } from 'node:net';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { h2Side } from '../../testing/h2-side.ts';
import {
  acknowledged,
  endStream,
  frame,
  frameCount,
  goAwayFrame,
  headersFrame,
  resetFrame,
} from '../../testing/http2-frames.ts';
import type { RawServer } from '../../testing/raw-sockets.ts';
import { createSides } from '../../testing/sides.ts';

vi.setConfig({ testTimeout: 20_000 });
const sides = createSides();
afterEach(() => sides.close());

/** A side that writes such frames behind the first request of a connection. */
function frameSide(frames: Buffer): Promise<RawServer> {
  const begun = new WeakSet<Socket>();
  const answered = new WeakSet<Socket>();
  return sides.raw((socket, soFar) => {
    if (!begun.has(socket)) socket.write(Buffer.concat([frame('SETTINGS', 0, 0), frame('SETTINGS', acknowledged, 0)]));
    begun.add(socket);
    if (frameCount('HEADERS', soFar) === 0 || answered.has(socket)) return;
    answered.add(socket);
    socket.write(frames);
  });
}

const echo = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200, 'x-a': ['1', '2'] });
  stream.pipe(stream);
};

test('a request and its answer cross to HTTP/2 and back, both bodies whole', async () => {
  const side = await h2Side(sides, echo);
  const { url, outcomes } = await sides.forwarderTo(side);
  const body = Buffer.alloc(3 << 20, 'x');
  const answer = await fetch(`${url}/a?b`, { method: 'POST', body });
  expect([answer.status, answer.headers.get('x-a')]).toEqual([200, '1, 2']);
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  expect(await (await fetch(url)).text()).toBe('');
  await eventually(() => expect(outcomes.map(({ kind }) => kind)).toEqual(['completed', 'completed']));
  expect(side.sessions).toHaveLength(1);
});

test('no more requests wait for a stream than may: one more is overloaded, which says nothing against the side', async () => {
  const open: ServerHttp2Stream[] = [];
  const side = await h2Side(sides, (stream) => void open.push(stream), { settings: { maxConcurrentStreams: 1 } });
  const { url, outcomes } = await sides.forwarderTo(side, { connectionCount: 1, waitingCount: 1 });
  const first = fetch(url);
  await eventually(() => expect(open).toHaveLength(1));
  const [second, third] = [fetch(url), fetch(url)];
  await eventually(() => expect(outcomes).toEqual([{ kind: 'overloaded' }]));
  open[0]?.respond({ ':status': 200 }, { endStream: true });
  await eventually(() => expect(open).toHaveLength(2));
  open[1]?.respond({ ':status': 200 }, { endStream: true });
  const statuses = await Promise.all([first, second, third].map(async (answer) => (await answer).status));
  expect(statuses.toSorted()).toEqual([200, 200, 599]);
});

test('trailers reach the client', async () => {
  const side = await h2Side(sides, (stream) => {
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '5' }));
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.end('body');
  });
  const { url } = await sides.forwarderTo(side);
  const outgoing = httpRequest(url).end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect((await buffer(answer)).toString()).toBe('body');
  expect(answer.rawTrailers).toEqual(['grpc-status', '5']);
});

describe('a stream that ends badly', () => {
  test('ends alone: the others of its connection go on', async () => {
    const held: ServerHttp2Stream[] = [];
    const side = await h2Side(sides, (stream, { ':path': path }) => {
      if (path === '/held') held.push(stream);
      else stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    });
    const { url } = await sides.forwarderTo(side);
    const good = fetch(`${url}/held`);
    await eventually(() => expect(held).toHaveLength(1));
    expect(await (await fetch(`${url}/bad`)).text()).toBe('upstream-cut.headers');
    held.forEach((stream) => {
      stream.respond({ ':status': 200 });
      stream.end('ok');
    });
    expect(await (await good).text()).toBe('ok');
    expect(side.sessions).toHaveLength(1);
  });

  test('in its body is a broken answer', async () => {
    const side = await h2Side(sides, (stream) => {
      stream.respond({ ':status': 200 });
      stream.write('half', () => stream.session?.destroy());
    });
    const { url, outcomes } = await sides.forwarderTo(side);
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
    await eventually(() => expect(outcomes).toMatchObject([{ kind: 'upstream-cut', phase: 'body' }]));
  });

  const head = headersFrame(1, [[':status', '200']]);
  const half = frame('DATA', 0, 1, Buffer.from('half'));
  const reset = (code: number): Buffer => resetFrame(1, code);

  test.each([
    ['before its head, without an error', [reset(0)], 'headers'],
    ['before its head', [reset(constants.NGHTTP2_INTERNAL_ERROR)], 'headers'],
    ['behind its head, without an error', [head, reset(0)], 'body'],
    ['in its body, without an error', [head, half, reset(0)], 'body'],
    ['in its body', [head, half, reset(constants.NGHTTP2_CANCEL)], 'body'],
    ['in its body, as if it had not been looked at', [head, half, reset(constants.NGHTTP2_REFUSED_STREAM)], 'body'],
    ['with the connection, as if it had not been looked at', [head, half, goAwayFrame(0)], 'body'],
  ])('%s is a broken answer, and never a whole one', async (_how, frames, phase) => {
    for (const method of ['GET', 'POST']) {
      const side = await frameSide(Buffer.concat(frames));
      const { url, outcomes } = await sides.forwarderTo({ urls: [side.origin], protocol: 'h2' });
      const body = method === 'POST' ? { body: 'a body' } : {};
      const answer = fetch(url, { method, ...body }).then((response) => response.text());
      if (phase === 'headers') expect(await answer).toBe('upstream-cut.headers');
      else await expect(answer).rejects.toThrow();
      await eventually(() => expect(outcomes).toMatchObject([{ kind: 'upstream-cut', phase }]));
    }
  });

  test('behind an answer that is whole is not heard of', async () => {
    const end = frame('DATA', endStream, 1);
    const side = await frameSide(Buffer.concat([head, half, end, reset(0)]));
    const { url, outcomes } = await sides.forwarderTo({ urls: [side.origin], protocol: 'h2' });
    // The side takes no more of the body, and says so.
    expect(await (await fetch(url, { method: 'POST', body: 'x'.repeat(1_000_000) })).text()).toBe('half');
    await eventually(() => expect(outcomes).toMatchObject([{ kind: 'completed' }]));
  });

  test('because its server takes nothing of a body that is here is the side that is late, not the client', async () => {
    const none = frame('SETTINGS', 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]));
    const side = await sides.raw((socket, soFar) => {
      if (frameCount('SETTINGS', soFar) === 1) socket.write(Buffer.concat([none, frame('SETTINGS', acknowledged, 0)]));
    });
    const upstream = { urls: [side.origin], protocol: 'h2' } as const;
    const { url, outcomes } = await sides.forwarderTo(upstream, { timeouts: { headersMs: 100, bodyIdleMs: 100 } });
    expect(await (await fetch(url, { method: 'POST', body: 'a body' })).text()).toBe('timed-out.headers');
    expect(outcomes).toMatchObject([{ kind: 'timed-out', phase: 'headers' }]);
  });

  test('because the server refused it was not processed: a POST too is sent again', async () => {
    let count = 0;
    const side = await h2Side(sides, (stream) => {
      count += 1;
      if (count === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else echo(stream);
    });
    const { url } = await sides.forwarderTo({ ...side, retries: { count: 1, baseMs: 1, maxMs: 1 } });
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  });

  test('with the client: the server sees it cancelled', async () => {
    const opened: ServerHttp2Stream[] = [];
    const codes: (number | undefined)[] = [];
    const side = await h2Side(sides, (stream) => {
      opened.push(stream);
      stream.on('close', () => codes.push(stream.rstCode));
    });
    const { url } = await sides.forwarderTo(side);
    const leaving = new AbortController();
    const answer = fetch(url, { signal: leaving.signal }).catch(() => undefined);
    await eventually(() => expect(opened).toHaveLength(1));
    expect(codes).toEqual([]);
    leaving.abort();
    await answer;
    await eventually(() => expect(codes).toEqual([constants.NGHTTP2_CANCEL]));
    expect(side.sessions[0]?.destroyed).toBe(false);
  });
});

test('after a GOAWAY requests go over another connection', async () => {
  const side = await h2Side(sides, echo);
  const { url } = await sides.forwarderTo(side);
  expect((await fetch(url)).status).toBe(200);
  side.sessions[0]?.goaway(constants.NGHTTP2_NO_ERROR);
  await eventually(async () => {
    expect((await fetch(url)).status).toBe(200);
    expect(side.sessions.length).toBeGreaterThan(1);
  });
});

test('a server that does not speak HTTP/2 is connect-failed: nothing was sent', async () => {
  const origin = await sides.node((_request, response) => response.end());
  const { url, outcomes } = await sides.forwarderTo({ urls: [origin], protocol: 'h2' });
  await (await fetch(url, { method: 'POST' })).text();
  expect(outcomes).toMatchObject([{ kind: 'connect-failed' }]);
});
