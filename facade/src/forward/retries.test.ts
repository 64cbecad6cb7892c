import type { Socket } from 'node:net';
import { fc, test as property } from '@fast-check/vitest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Upstream } from '@banyan/routing-rules';
import { eventually } from '../testing/eventually.ts';
import { openRawClient, answering } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';
import { RetryBudget } from './instances/retry-budget.ts';
import { retryReason } from './may-repeat.ts';
import type { ForwardOutcome } from './outcome.ts';

vi.setConfig({ testTimeout: 60_000 });
const sides = createSides();
afterEach(() => sides.close());

const retries: Upstream['retries'] = { count: 2, baseMs: 1, maxMs: 2 };
const textOf = async (url: string, method = 'GET'): Promise<string> => (await fetch(url, { method })).text();

describe('a request is sent again', () => {
  test('to another instance, when nothing was sent to the first: whatever the method', async () => {
    const good = await sides.node((_request, response) => response.end('good'));
    const retried: string[] = [];
    const { url } = await sides.forwarderTo(
      { urls: [await sides.absent(), good], retries },
      { random: () => 0, onRetried: (reason) => retried.push(reason) },
    );
    expect([await textOf(url), await textOf(url, 'POST')]).toEqual(['good', 'good']);
    expect(retried).toEqual(['connect-failed', 'connect-failed']);
  });

  test('when the connection was cut before an answer, if it is idempotent', async () => {
    const cut = await sides.raw((socket) => socket.resetAndDestroy());
    const good = await sides.node((_request, response) => response.end('good'));
    const { url } = await sides.forwarderTo({ urls: [cut.origin, good], retries }, { random: () => 0 });
    expect(await textOf(url)).toBe('good');
    expect(await textOf(url, 'DELETE')).toBe('good');
    expect(await textOf(url, 'POST')).toBe('upstream-cut.headers');
    expect(await textOf(url, 'PATCH')).toBe('upstream-cut.headers');
  });

  test('to the same instance when there is no other, and no more often than the rules say', async () => {
    const cut = await sides.raw((socket) => socket.resetAndDestroy());
    const { url } = await sides.forwarderTo({ urls: [cut.origin], retries });
    expect(await textOf(url)).toBe('upstream-cut.headers');
    expect(cut.connectionCount()).toBe(3);
  });

  test('not after the total time, which holds for all of it together', async () => {
    let nowMs = 0;
    const cut = await sides.raw((socket) => {
      nowMs += 600;
      socket.resetAndDestroy();
    });
    const { url } = await sides.forwarderTo(
      { urls: [cut.origin], retries },
      { nowMs: () => nowMs, timeouts: { totalMs: 1_000 } },
    );
    expect(await textOf(url)).toBe('upstream-cut.headers');
    expect(cut.connectionCount()).toBe(2);
  });

  test('not for a client that has left meanwhile', async () => {
    const cut = await sides.raw((socket) => socket.resetAndDestroy());
    const { port, outcomes } = await sides.forwarderTo(
      { urls: [cut.origin], retries: { count: 3, baseMs: 60_000, maxMs: 60_000 } },
      { random: () => 0.99 },
    );
    const client = await openRawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(cut.connectionCount()).toBe(1));
    client.socket.destroy();
    await eventually(() => expect(outcomes).toHaveLength(1));
    expect(cut.connectionCount()).toBe(1);
  });
});

const never: ForwardOutcome[] = [
  { kind: 'completed', status: 503 },
  { kind: 'unavailable' },
  { kind: 'timed-out', phase: 'headers', isTotal: false },
  { kind: 'timed-out', phase: 'connect', isTotal: true },
  { kind: 'answer-refused', phase: 'headers', code: 'X' },
  { kind: 'upstream-cut', phase: 'body', code: 'X' },
  { kind: 'request-refused', code: 'X' },
  { kind: 'client-aborted', phase: 'connect' },
  { kind: 'client-stalled', phase: 'headers' },
];
test.each(never)('%j is not repeated', (outcome) => {
  expect(retryReason(outcome, { method: 'GET', isUntouched: true }, true)).toBeUndefined();
});

test('waiting in vain for a connection is repeated only where there is another instance', () => {
  const outcome: ForwardOutcome = { kind: 'timed-out', phase: 'connect', isTotal: false };
  const reasons = [true, false].map((hasOther) =>
    retryReason(outcome, { method: 'POST', isUntouched: true }, hasOther),
  );
  expect(reasons).toEqual(['timed-out.connect', undefined]);
});

property.prop([fc.array(fc.tuple(fc.nat(2_000), fc.nat(3)), { maxLength: 200 })])(
  'retries are at most a fifth of the requests of the last ten seconds, or three',
  (steps) => {
    const budget = new RetryBudget();
    const requests: number[] = [];
    const taken: number[] = [];
    let nowMs = 0;
    for (const [waitMs, wishCount] of steps) {
      nowMs += waitMs;
      budget.noteRequest(nowMs);
      requests.push(nowMs);
      for (let wish = 0; wish < wishCount; wish += 1) if (budget.take(nowMs)) taken.push(nowMs);
      const recent = (times: readonly number[]): number =>
        times.filter((at) => Math.floor(at / 1_000) > Math.floor(nowMs / 1_000) - 10).length;
      if (taken.at(-1) === nowMs) expect(recent(taken)).toBeLessThanOrEqual(Math.max(3, recent(requests) / 5));
    }
  },
);

type Behaviour = 'ok' | 'busy' | 'cut' | 'cut-in-head' | 'cut-in-body' | 'garbage';

const behaviours: Readonly<Record<Behaviour, (socket: Socket) => void>> = {
  ok: (socket) => socket.write(okBytes),
  busy: (socket) => socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'),
  cut: (socket) => socket.resetAndDestroy(),
  'cut-in-head': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'),
  'cut-in-body': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
  garbage: (socket) => socket.end('what?\r\n\r\n'),
};

const asked = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PATCH'),
  body: fc.constantFrom('', 'abc'),
  script: fc.array(fc.constantFrom(...(Object.keys(behaviours) as Behaviour[])), { minLength: 4, maxLength: 4 }),
});

describe('whatever fails at whatever stage', () => {
  property.prop([fc.array(asked, { minLength: 1, maxLength: 12 }), fc.nat(2)], { numRuns: 40 })(
    'a write is carried out at most once, and a client gets at most one answer',
    async (requests, absentCount) => {
      let script: Behaviour[] = [];
      let arrivals: string[] = [];
      const serve = (socket: Socket, soFar: string): void => {
        const [start] = [...soFar.matchAll(/[A-Z]+ \/\d+ HTTP/g)].slice(-1);
        const message = soFar.slice(start?.index);
        if (!message.endsWith(/content-length: 3/i.test(message) ? '\r\n\r\nabc' : '\r\n\r\n')) return;
        arrivals.push(start?.[0] ?? message);
        behaviours[script.shift() ?? 'ok'](socket);
      };
      const present = [await sides.raw(serve), await sides.raw(serve)].map(({ origin }) => origin);
      const absent = await Promise.all(Array.from({ length: absentCount }, () => sides.absent()));
      let retryCount = 0;
      const { port, outcomes } = await sides.forwarderTo(
        { urls: [...absent, ...present], retries },
        { onRetried: (reason) => (retryCount += reason === 'stale-connection' ? 0 : 1) },
      );
      for (const [index, request] of requests.entries()) {
        script = [...request.script];
        arrivals = [];
        const length = request.body === '' ? '' : 'Content-Length: 3\r\n';
        const head = `${request.method} /${index} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${length}\r\n`;
        const client = await openRawClient(port, head + request.body);
        await client.ended;
        await eventually(() => expect(outcomes).toHaveLength(index + 1));
        const isWrite = request.method === 'POST' || request.method === 'PATCH';
        expect(arrivals.length).toBeLessThanOrEqual(isWrite ? 1 : 2 + retries.count);
        expect(arrivals.every((line) => line === `${request.method} /${index} HTTP`)).toBe(true);
        expect(client.received().split('HTTP/1.1 ').length - 1).toBeLessThanOrEqual(1);
      }
      expect(retryCount).toBeLessThanOrEqual(Math.max(3, requests.length / 5));
      await sides.close();
    },
  );
});

test('a side that works is asked once', async () => {
  const side = await sides.raw(answering(okBytes));
  const { url } = await sides.forwarderTo({ urls: [side.origin], retries });
  for (let count = 0; count < 5; count += 1) expect(await textOf(url)).toBe('ok');
  expect(side.received().match(/^GET /gm)).toHaveLength(5);
});
