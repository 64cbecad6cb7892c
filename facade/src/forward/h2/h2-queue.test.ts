import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { codeOf } from '@banyan/platform';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask } from '../../testing/ask-side.ts';
import { eventually } from '../../testing/eventually.ts';
import { h2Side } from '../../testing/h2-side.ts';
import { acknowledged, frame } from '../../testing/http2-frames.ts';
import { createSides } from '../../testing/sides.ts';
import { peerOf } from '../instances/peer.ts';
import { H2Dispatcher } from './h2-dispatcher.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

function dispatcherTo(origin: string): H2Dispatcher {
  const limits = { connectionCount: 1, waitingCount: 2, headerBytes: 16_384, idleMs: 60_000 };
  const dispatcher = new H2Dispatcher(peerOf(origin, { tls: undefined, protocol: 'h2' }), limits);
  sides.onClose(() => dispatcher.destroy());
  return dispatcher;
}

/** A side that takes one request at a time and holds it, behind one connection and a queue of two. */
async function narrow() {
  const paths: (string | undefined)[] = [];
  const held: ServerHttp2Stream[] = [];
  const side = await h2Side(
    sides,
    (stream, { ':path': path }) => {
      paths.push(path);
      held.push(stream);
    },
    { settings: { maxConcurrentStreams: 1 } },
  );
  const dispatcher = dispatcherTo(side.urls[0]);
  const first = ask(dispatcher, { path: '/first' });
  await eventually(() => expect(held).toHaveLength(1));
  const answerLast = (): void => {
    held.pop()?.respond({ ':status': 200 }, { endStream: true });
  };
  return { dispatcher, first, paths, answerLast };
}

test('who gives up while waiting leaves the queue at once, is never sent, and another one has its place', async () => {
  const { dispatcher, first, paths, answerLast } = await narrow();
  const [leaving, staying] = [ask(dispatcher, { path: '/leaving' }), ask(dispatcher, { path: '/staying' })];
  expect(codeOf(ask(dispatcher, { path: '/too-many' }).error)).toBe('QUEUE_FULL');
  leaving.connection?.cut();
  const late = ask(dispatcher, { path: '/late' });
  expect(late.error).toBeUndefined();
  // It has one place to give.
  leaving.connection?.cut();
  expect(codeOf(ask(dispatcher, { path: '/too-many' }).error)).toBe('QUEUE_FULL');
  for (const sent of [['/first'], ['/first', '/staying'], ['/first', '/staying', '/late']]) {
    await eventually(() => expect(paths).toEqual(sent));
    answerLast();
  }
  await Promise.all([first, staying, late].map(({ over }) => over));
  expect([first, staying, late].map(({ status }) => status)).toEqual([200, 200, 200]);
  expect([leaving.status, leaving.error]).toEqual([undefined, undefined]);
});

test('who gives up on a stream leaves those alone that wait', async () => {
  const { dispatcher, first, paths, answerLast } = await narrow();
  const [second, third] = [ask(dispatcher, { path: '/second' }), ask(dispatcher, { path: '/third' })];
  first.connection?.cut();
  for (const sent of [
    ['/first', '/second'],
    ['/first', '/second', '/third'],
  ]) {
    await eventually(() => expect(paths).toEqual(sent));
    answerLast();
  }
  await Promise.all([second.over, third.over]);
  expect([first.status, second.status, third.status]).toEqual([undefined, 200, 200]);
});

describe('close', () => {
  test('lets those that wait finish, the last of them too, and does not wait for who gave up', async () => {
    const { dispatcher, first, paths, answerLast } = await narrow();
    const [leaving, staying] = [ask(dispatcher, { path: '/leaving' }), ask(dispatcher, { path: '/staying' })];
    const closing = dispatcher.close();
    leaving.connection?.cut();
    answerLast();
    await eventually(() => expect(paths).toEqual(['/first', '/staying']));
    answerLast();
    await closing;
    expect([first.status, staying.status, staying.error]).toEqual([200, 200, undefined]);
  });

  test('lets a request finish that was sent at the same moment', async () => {
    const side = await h2Side(sides, (stream) => stream.respond({ ':status': 200 }, { endStream: true }));
    const dispatcher = dispatcherTo(side.urls[0]);
    await ask(dispatcher).over;
    const asked = ask(dispatcher);
    await dispatcher.close();
    expect([asked.status, asked.error]).toEqual([200, undefined]);
    await eventually(() => expect(side.sessions.every(({ destroyed }) => destroyed)).toBe(true));
  });
});

test('destroy ends a connection too that opens only afterwards', async () => {
  let side: Socket | undefined;
  const server = await sides.raw((socket) => (side = socket));
  const dispatcher = dispatcherTo(server.origin);
  const asked = ask(dispatcher);
  await eventually(() => expect(side).toBeDefined());
  await dispatcher.destroy();
  expect(codeOf(asked.error)).toBe('H2_CLOSED');
  side?.write(Buffer.concat([frame('SETTINGS', 0, 0), frame('SETTINGS', acknowledged, 0)]));
  await eventually(() => expect(server.openCount()).toBe(0));
});
