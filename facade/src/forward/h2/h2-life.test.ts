import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { h2Side } from '../../testing/h2-side.ts';
import { createSides } from '../../testing/sides.ts';
import { selfSigned, startTlsSide } from '../../testing/tls-side.ts';
import { failureOf } from '../failure-of.ts';
import { peerOf } from '../instances/peer.ts';
import { verdictOf } from '../instances/verdict.ts';
import { H2Dispatcher } from './h2-dispatcher.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const answer = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200 });
  stream.resume().on('end', () => stream.end('ok'));
};

describe('streams of a connection', () => {
  test('are never more than its server takes; the others wait for their turn', async () => {
    let openCount = 0;
    let mostCount = 0;
    const side = await h2Side(
      sides,
      (stream) => {
        openCount += 1;
        mostCount = Math.max(mostCount, openCount);
        stream.once('close', () => (openCount -= 1));
        setImmediate(() => answer(stream));
      },
      { settings: { maxConcurrentStreams: 3 } },
    );
    const { url } = await sides.forwarderTo(side, { connectionCount: 1 });
    const answers = await Promise.all(Array.from({ length: 60 }, () => fetch(url, { method: 'POST' })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect([mostCount, side.sessions.length]).toEqual([3, 1]);
  });

  test('open another connection where one takes no more, up to the limit', async () => {
    const held: ServerHttp2Stream[] = [];
    const side = await h2Side(sides, (stream) => held.push(stream), { settings: { maxConcurrentStreams: 1 } });
    const { url } = await sides.forwarderTo(side, { connectionCount: 2 });
    const all = Promise.all(Array.from({ length: 4 }, () => fetch(url)));
    await eventually(() => expect(held).toHaveLength(2));
    expect(side.sessions).toHaveLength(2);
    for (let index = 0; index < 4; index += 1) {
      const stream = await eventually(() => {
        const next = held[index];
        expect(next).toBeDefined();
        return next;
      });
      if (stream) answer(stream);
    }
    expect((await all).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(side.sessions).toHaveLength(2);
  });

  test('wait in a queue that has an end: what comes too many fails at once, and nothing of it is sent', async () => {
    const side = await h2Side(sides, () => undefined, { settings: { maxConcurrentStreams: 1 } });
    const limits = { connectionCount: 1, waitingCount: 1_000, headerBytes: 16_384, idleMs: 5_000 };
    const dispatcher = new H2Dispatcher(peerOf(side.urls[0], { tls: undefined, protocol: 'h2' }), limits);
    sides.onClose(() => dispatcher.destroy());
    const failures: unknown[] = [];
    const onError = (err: Error): unknown => failures.push(failureOf(err, 'connect'));
    const ask = (): boolean => dispatcher.dispatch({ path: '/', method: 'GET' }, { onError });
    const taken = Array.from({ length: 1_010 }, ask).filter((isTaken) => isTaken);
    // Our own bound says nothing against the side.
    expect([taken.length, failures]).toEqual([1_000, Array.from({ length: 10 }, () => ({ kind: 'overloaded' }))]);
    expect(verdictOf({ kind: 'overloaded' }, [])).toBe('neutral');
  });
});

describe('one more connection', () => {
  test('that cannot be opened fails nothing: what waits is served by the one that is there', async () => {
    const held: ServerHttp2Stream[] = [];
    const side = await h2Side(sides, (stream) => held.push(stream), { settings: { maxConcurrentStreams: 1 } });
    const relay = await relayTo(side.port);
    const { url, outcomes } = await sides.forwarderTo(
      { ...side, urls: [relay.url], retries: { count: 0, baseMs: 1, maxMs: 1 } },
      { connectionCount: 2 },
    );
    const first = fetch(url, { method: 'POST' });
    await eventually(() => expect(held).toHaveLength(1));
    relay.refuse();
    const second = fetch(url, { method: 'POST' });
    await eventually(() => expect(relay.refusedCount()).toBe(1));
    const third = fetch(url, { method: 'POST' });
    for (let index = 0; index < 3; index += 1) {
      await eventually(() => expect(held.length).toBeGreaterThan(index));
      held[index]?.respond({ ':status': 200 }, { endStream: true });
    }
    expect((await Promise.all([first, second, third])).map(({ status }) => status)).toEqual([200, 200, 200]);
    await eventually(() => expect(outcomes).toHaveLength(3));
    // It is not tried at once again with each request.
    expect(relay.refusedCount()).toBe(1);
  });

  test('that fails after the last one has gone fails what waits', async () => {
    const held: ServerHttp2Stream[] = [];
    const side = await h2Side(sides, (stream) => held.push(stream), { settings: { maxConcurrentStreams: 1 } });
    const relay = await relayTo(side.port);
    const { url } = await sides.forwarderTo({ ...side, urls: [relay.url] }, { connectionCount: 2 });
    const first = fetch(url, { method: 'POST' });
    await eventually(() => expect(held).toHaveLength(1));
    relay.refuse();
    const second = fetch(url, { method: 'POST' });
    await eventually(() => expect(relay.refusedCount()).toBe(1));
    side.sessions[0]?.destroy();
    expect(await (await second).text()).toBe('connect-failed');
    await first;
  });

  test('takes the place of one that has carried as many requests as it has numbers for, and none fails', async () => {
    const side = await h2Side(sides, (stream) => void setImmediate(() => answer(stream)));
    const { url, outcomes } = await sides.forwarderTo(side, { connectionCount: 1, limits: { requestsLimit: 10 } });
    const client = async (): Promise<void> => {
      for (let index = 0; index < 20; index += 1) await (await fetch(url, { method: 'POST', body: 'hi' })).text();
    };
    await Promise.all(Array.from({ length: 5 }, client));
    expect(outcomes).toEqual(outcomes.map(() => ({ kind: 'completed', status: 200 })));
    expect(side.sessions).toHaveLength(10);
    await eventually(() => expect(side.sessions.filter(({ destroyed }) => !destroyed)).toEqual([]));
  });
});

/** Bytes between a client and a side, until they stop without a word. */
async function relayTo(port: number) {
  const sockets: Socket[] = [];
  let isRefusing = false;
  let refusedCount = 0;
  const relay = createServer((client) => {
    if (isRefusing) {
      refusedCount += 1;
      client.resetAndDestroy();
      return;
    }
    const side = connect(port, '127.0.0.1');
    sockets.push(client, side);
    for (const socket of [client, side]) socket.on('error', () => undefined);
    client.pipe(side);
    side.pipe(client);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  sides.onClose(() => {
    sockets.forEach((socket) => socket.destroy());
    relay.close();
  });
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    freeze: () => sockets.forEach((socket) => socket.unpipe().pause()),
    /** New connections are cut. */
    refuse: () => (isRefusing = true),
    refusedCount: () => refusedCount,
  };
}

describe('a connection on which nothing moves', () => {
  test('is given up when its server has vanished: what waits on it ends, and what comes next gets another one', async () => {
    const held: ServerHttp2Stream[] = [];
    const side = await h2Side(sides, (stream, { ':path': path }) =>
      path === '/held' ? held.push(stream) : answer(stream),
    );
    const relay = await relayTo(side.port);
    const { url, outcomes } = await sides.forwarderTo(
      { urls: [relay.url], protocol: 'h2', retries: { count: 0, baseMs: 1, maxMs: 1 } },
      { limits: { pingMs: 50 }, timeouts: { headersMs: 60_000 } },
    );
    const waiting = fetch(`${url}/held`, { method: 'POST' });
    await eventually(() => expect(held).toHaveLength(1));
    relay.freeze();
    expect(await (await waiting).text()).toBe('upstream-cut.headers');
    expect(outcomes).toMatchObject([{ kind: 'upstream-cut', phase: 'headers' }]);
    expect((await fetch(url)).status).toBe(200);
  });

  test('is pinged twice and no more until it says something: servers of gRPC cut who pings more', async () => {
    const held: ServerHttp2Stream[] = [];
    const side = await h2Side(sides, (stream) => held.push(stream));
    const { url } = await sides.forwarderTo(side, { limits: { pingMs: 20 } });
    let pingCount = 0;
    const waiting = fetch(url);
    await eventually(() => expect(held).toHaveLength(1));
    side.sessions[0]?.on('ping', () => (pingCount += 1));
    const look = vi.fn();
    const turns = setInterval(look, 20);
    sides.onClose(() => clearInterval(turns));
    await eventually(() => expect(look.mock.calls.length).toBeGreaterThan(20));
    expect(pingCount).toBeGreaterThan(0);
    expect(pingCount).toBeLessThanOrEqual(2);
    held.forEach(answer);
    expect(await (await waiting).text()).toBe('ok');
    expect(side.sessions).toHaveLength(1);
  });

  test('is closed when it carries nothing for the idle time', async () => {
    const side = await h2Side(sides, answer);
    const { url } = await sides.forwarderTo(side, { limits: { idleMs: 50 } });
    expect(await (await fetch(url)).text()).toBe('ok');
    await eventually(() => expect(side.sessions.map(({ destroyed }) => destroyed)).toEqual([true]));
    expect(await (await fetch(url)).text()).toBe('ok');
  });
});

test('a server that does not agree on HTTP/2 over TLS is connect-failed: nothing was sent', async () => {
  const certificate = await selfSigned('localhost');
  sides.onClose(() => certificate.remove());
  let count = 0;
  const side = await startTlsSide(certificate, (_request, response) => {
    count += 1;
    response.end();
  });
  sides.onClose(() => side.close());
  const { url, outcomes } = await sides.forwarderTo({
    urls: [`https://127.0.0.1:${side.port}`],
    protocol: 'h2',
    tls: { insecure: true },
  });
  await (await fetch(url, { method: 'POST' })).text();
  expect([outcomes[0]?.kind, count]).toEqual(['connect-failed', 0]);
});
