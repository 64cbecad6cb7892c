import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { answering, openRawClient, type RawServer } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

describe('each way an exchange can end is an outcome', () => {
  test('a complete answer', async () => {
    const side = await sides.raw(answering(okBytes));
    const { url, outcomes } = await sides.forwarderTo(side.origin);
    const answer = await fetch(`${url}/a?b=c`);
    expect([answer.status, await answer.text(), answer.headers.get('x-banyan-side')]).toEqual([200, 'ok', 'legacy']);
    expect(side.received()).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\n/);
    await eventually(() => expect(outcomes).toEqual([{ kind: 'completed', status: 200 }]));
  });

  test('nobody listens: connect-failed, and nothing was sent', async () => {
    const { url, outcomes } = await sides.forwarderTo(await sides.absent());
    expect(await (await fetch(url)).text()).toBe('connect-failed');
    expect(outcomes).toEqual([{ kind: 'connect-failed', code: 'ECONNREFUSED' }]);
  });

  test('no connection becomes free in time: timed-out in connect', async () => {
    const side = await sides.raw(() => undefined);
    const forwarder = await sides.forwarderTo(side.origin, { connectionCount: 1, timeouts: { connectMs: 500 } });
    const first = await openRawClient(forwarder.port, 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(side.received()).toContain('GET /1'));
    expect(await (await fetch(`${forwarder.url}/2`)).text()).toBe('timed-out.connect');
    expect(side.received()).not.toContain('GET /2');
    first.socket.destroy();
  });

  test('no more requests wait for a connection than may: overloaded at once, and who has given up takes no room', async () => {
    const side = await sides.raw(() => undefined);
    const timeouts = { connectMs: 50, headersMs: 60_000 };
    const forwarder = await sides.forwarderTo(side.origin, { connectionCount: 1, waitingCount: 3, timeouts });
    const first = await openRawClient(forwarder.port, 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(side.received()).toContain('GET /1'));
    const askAll = (count: number) =>
      Promise.all(Array.from({ length: count }, async () => (await fetch(`${forwarder.url}/2`)).text()));
    expect((await askAll(5)).toSorted()).toEqual([
      ...Array<string>(2).fill('overloaded'),
      ...Array<string>(3).fill('timed-out.connect'),
    ]);
    expect(await askAll(2)).toEqual(['timed-out.connect', 'timed-out.connect']);
    side.reset();
    await eventually(async () => {
      const second = await openRawClient(forwarder.port, 'GET /3 HTTP/1.1\r\nHost: a\r\n\r\n');
      await eventually(() => expect(side.received()).toContain('GET /3'));
      second.socket.destroy();
    });
    expect(side.received()).not.toContain('GET /2');
    first.socket.destroy();
  });

  test('the side never answers: timed-out in headers', async () => {
    const side = await sides.raw(() => undefined);
    const { url, outcomes } = await sides.forwarderTo(side.origin, { timeouts: { headersMs: 100 } });
    expect(await (await fetch(url)).text()).toBe('timed-out.headers');
    expect(outcomes).toEqual([{ kind: 'timed-out', phase: 'headers', isTotal: false }]);
    await eventually(() => expect(side.openCount()).toBe(0));
  });

  test('the side stops in its answer: timed-out in body, and the client sees a broken answer', async () => {
    const side = await sides.raw(answering('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'));
    const { url, outcomes } = await sides.forwarderTo(side.origin, { timeouts: { bodyIdleMs: 100 } });
    const answer = await fetch(url);
    await expect(answer.text()).rejects.toThrow();
    expect(outcomes).toEqual([{ kind: 'timed-out', phase: 'body', isTotal: false }]);
  });

  test('a side that dribbles is ended by the total limit', async () => {
    const origin = await sides.node((_request, response) => {
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const { url, outcomes } = await sides.forwarderTo(origin, { timeouts: { bodyIdleMs: 1_000, totalMs: 200 } });
    await expect((await fetch(url)).text()).rejects.toThrow();
    expect(outcomes).toEqual([{ kind: 'timed-out', phase: 'body', isTotal: true }]);
  });

  test.each([
    ['resets', true],
    ['ends', false],
  ])('a side that %s before it answers: upstream-cut in headers', async (_how, isReset) => {
    const side = await sides.raw((socket) => (isReset ? socket.resetAndDestroy() : socket.end()));
    const { url, outcomes } = await sides.forwarderTo(side.origin);
    expect(await (await fetch(url, { method: 'POST', body: 'x' })).text()).toBe('upstream-cut.headers');
    expect(outcomes).toMatchObject([{ kind: 'upstream-cut', phase: 'headers' }]);
  });

  test.each([
    ['with a length', 'Content-Length: 10\r\n\r\nhalf'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['until the end of the connection', 'Connection: close\r\n\r\nhalf'],
  ])('a side that resets in a body %s: upstream-cut in body, never a complete answer', async (_how, rest) => {
    const side = await sides.raw(answering(`HTTP/1.1 200 OK\r\n${rest}`));
    const { url, outcomes } = await sides.forwarderTo(side.origin);
    const answer = await fetch(url);
    side.reset();
    await expect(answer.text()).rejects.toThrow();
    expect(outcomes).toMatchObject([{ kind: 'upstream-cut', phase: 'body' }]);
  });

  test('an HTTP/1.0 client, who has only the end of the connection to go by, sees a reset for a cut answer', async () => {
    const side = await sides.raw(answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'));
    const { port } = await sides.forwarderTo(side.origin);
    const client = await openRawClient(port, 'GET / HTTP/1.0\r\nHost: a\r\n\r\n');
    await eventually(() => expect(client.received()).toContain('half'));
    side.reset();
    expect(await client.ended).toBe('reset');
  });

  test.each([
    ['garbage', 'NONSENSE\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
    ['a length and a coding', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a head that is too large', `HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['a control character in a header', 'HTTP/1.1 200 OK\r\nX-Bad: a\x01b\r\nContent-Length: 0\r\n\r\n'],
  ])('%s from the side: answer-refused', async (_what, bytes) => {
    const side = await sides.raw(answering(bytes));
    const { url, outcomes } = await sides.forwarderTo(side.origin);
    expect(await (await fetch(url)).text()).toBe('answer-refused.headers');
    expect(outcomes).toMatchObject([{ kind: 'answer-refused', phase: 'headers' }]);
  });

  test('a path that cannot be framed: request-refused, and nothing was sent', async () => {
    const side = await sides.raw(answering(okBytes));
    const forwarder = await sides.forwarderTo(side.origin);
    const client = await openRawClient(forwarder.port, 'GET /a\xf0\x80 HTTP/1.1\r\nHost: a\r\nX-Name: \x80\r\n\r\n');
    await eventually(() => expect(client.received()).toContain('\r\n\r\n'));
    client.socket.destroy();
    const bad = await openRawClient(forwarder.port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(bad.received()).toContain('request-refused'));
    expect(side.received()).not.toContain('OPTIONS');
    bad.socket.destroy();
  });

  test.each([
    ['before the head of the answer', '', 'headers'],
    ['after it', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', 'body'],
  ])('the client leaves %s: client-aborted, and the request to the side is cancelled', async (_when, bytes, phase) => {
    const side = await sides.raw(answering(bytes));
    const { port, outcomes } = await sides.forwarderTo(side.origin);
    const client = await openRawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(side.received()).toContain('GET /'));
    if (bytes !== '') await eventually(() => expect(client.received()).toContain('half'));
    client.socket.destroy();
    await eventually(() => expect(outcomes).toEqual([{ kind: 'client-aborted', phase }]));
    await eventually(() => expect(side.openCount()).toBe(0));
  });

  test('the client leaves while it uploads: the side never sees a complete request', async () => {
    const side = await sides.raw(() => undefined);
    const { port, outcomes } = await sides.forwarderTo(side.origin);
    const client = await openRawClient(
      port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n',
    );
    await eventually(() => expect(side.received()).toContain('first'));
    client.socket.destroy();
    await eventually(() => expect(outcomes).toEqual([{ kind: 'client-aborted', phase: 'headers' }]));
    await eventually(() => expect(side.openCount()).toBe(0));
    expect(side.received()).not.toContain('0\r\n\r\n');
  });

  test("the client stops in its upload: client-stalled, not the side's time-out", async () => {
    const side = await sides.raw(() => undefined);
    const { port, outcomes } = await sides.forwarderTo(side.origin, { timeouts: { bodyIdleMs: 100 } });
    const client = await openRawClient(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    await eventually(() => expect(outcomes).toEqual([{ kind: 'client-stalled', phase: 'headers' }]));
    client.socket.destroy();
  });

  test('an upload may take longer than the head of its answer, as long as it moves', async () => {
    const origin = await sides.node((request, response) => void text(request).then((body) => response.end(body)));
    const { port, outcomes } = await sides.forwarderTo(origin, { timeouts: { headersMs: 150, bodyIdleMs: 2_000 } });
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    const client = await openRawClient(port, head);
    const startedAt = performance.now();
    await eventually(() => {
      client.socket.write('1\r\nx\r\n');
      expect(performance.now() - startedAt).toBeGreaterThan(300);
    });
    client.socket.write('0\r\n\r\n');
    await eventually(() => expect(client.received()).toMatch(/x{3,}/));
    await eventually(() => expect(outcomes).toEqual([{ kind: 'completed', status: 200 }]));
    client.socket.destroy();
  });

  test('a side that does not read an upload is timed out as the side', async () => {
    const side = await sides.raw((socket) => socket.pause());
    const { url, outcomes } = await sides.forwarderTo(side.origin, { timeouts: { bodyIdleMs: 300 } });
    const answer = await fetch(url, { method: 'POST', body: Buffer.alloc(32 << 20) }).catch(() => undefined);
    expect(await answer?.text().catch(() => 'timed-out.headers')).toBe('timed-out.headers');
    expect(outcomes).toEqual([{ kind: 'timed-out', phase: 'headers', isTotal: false }]);
  });

  test('a client that does not read its answer: client-stalled in body', async () => {
    const origin = await sides.node((_request, response) => {
      const fill = (): void => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', fill).on('error', () => undefined);
      fill();
    });
    const { port, outcomes } = await sides.forwarderTo(origin, { timeouts: { bodyIdleMs: 200 } });
    const client = await openRawClient(port);
    client.socket.pause();
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(outcomes).toEqual([{ kind: 'client-stalled', phase: 'body' }]));
    client.socket.destroy();
  });
});

describe('a stale keep-alive connection', () => {
  /** Answers the first request of each connection, and resets the connection at the second. */
  async function forgetfulSide(): Promise<RawServer> {
    return sides.raw((socket, soFar, index) => {
      const requestCount = soFar.split('\r\n\r\n').length - 1;
      if (requestCount > 1 && index === 0) socket.resetAndDestroy();
      else socket.write(okBytes);
    });
  }

  test('is invisible for an idempotent request: it is sent once more on a connection of its own', async () => {
    const side = await forgetfulSide();
    const { url, outcomes } = await sides.forwarderTo(side.origin);
    await (await fetch(url)).text();
    const second = await fetch(`${url}/again`);
    expect([second.status, await second.text()]).toEqual([200, 'ok']);
    expect(side.connectionCount()).toBe(2);
    await eventually(() => expect(outcomes).toHaveLength(2));
  });

  test('is not hidden for a POST, which the side may have carried out', async () => {
    const side = await forgetfulSide();
    const { url, outcomes } = await sides.forwarderTo(side.origin);
    await (await fetch(url)).text();
    expect(await (await fetch(url, { method: 'POST' })).text()).toBe('upstream-cut.headers');
    expect(side.connectionCount()).toBe(1);
    expect(outcomes).toMatchObject([{ kind: 'completed' }, { kind: 'upstream-cut' }]);
  });

  test('a side that always cuts gets an idempotent request on a new connection only once', async () => {
    const side = await sides.raw((socket) => socket.resetAndDestroy());
    const { url } = await sides.forwarderTo(side.origin);
    expect(await (await fetch(url)).text()).toBe('upstream-cut.headers');
    expect(side.connectionCount()).toBe(1);
  });
});
