import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Upstream } from '@banyan/routing-rules';
import { noBreaker, patientHealth } from '../testing/an-upstream.ts';
import { eventually } from '../testing/eventually.ts';
import { answering, type RawServer } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const textOf = async (url: string): Promise<string> => (await fetch(url)).text();
const breaker: Upstream['breaker'] = { ...noBreaker, enabled: true, failures: 2 };

/** Cuts every connection until it is told to answer. */
async function brokenSide(): Promise<RawServer & { repair(): void }> {
  let isBroken = true;
  const side = await sides.raw((socket, soFar) => {
    if (isBroken) socket.resetAndDestroy();
    else answering(okBytes)(socket, soFar);
  });
  return { ...side, repair: () => (isBroken = false) };
}

describe('a circuit breaker', () => {
  test('stops asking an instance that fails, and then nothing is sent', async () => {
    const side = await brokenSide();
    const { url } = await sides.forwarderTo({ urls: [side.origin], breaker });
    const answers: string[] = [];
    for (let count = 0; count < 4; count += 1) answers.push(await textOf(url));
    expect(answers).toEqual(['upstream-cut.headers', 'upstream-cut.headers', 'unavailable', 'unavailable']);
    expect(side.connectionCount()).toBe(2);
  });

  test('closes when a probe succeeds', async () => {
    let nowMs = 0;
    const side = await brokenSide();
    const { url } = await sides.forwarderTo({ urls: [side.origin], breaker }, { nowMs: () => nowMs });
    for (let count = 0; count < 3; count += 1) await textOf(url);
    side.repair();
    expect(await textOf(url)).toBe('unavailable');
    nowMs += breaker.openMs;
    expect([await textOf(url), await textOf(url)]).toEqual(['ok', 'ok']);
  });

  test('has the result of its probe with the head of an answer that has no end', async () => {
    let nowMs = 0;
    const side = await sides.raw((socket, soFar) => {
      if (soFar.includes('/stream'))
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n');
      else socket.resetAndDestroy();
    });
    const { url, outcomes } = await sides.forwarderTo({ urls: [side.origin], breaker }, { nowMs: () => nowMs });
    for (let count = 0; count < 2; count += 1) await textOf(url);
    nowMs += breaker.openMs;
    const [first, second] = [new AbortController(), new AbortController()];
    await fetch(`${url}/stream`, { signal: first.signal });
    await fetch(`${url}/stream`, { signal: second.signal });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['upstream-cut', 'upstream-cut']);
    first.abort();
    second.abort();
  });

  test('is not opened by clients that leave', async () => {
    const side = await sides.raw(() => undefined);
    const { url, outcomes } = await sides.forwarderTo({ urls: [side.origin], breaker });
    for (let count = 1; count <= 4; count += 1) {
      const leaving = new AbortController();
      const answer = fetch(url, { signal: leaving.signal }).catch(() => undefined);
      await eventually(() => expect(side.connectionCount()).toBe(count));
      leaving.abort();
      await answer;
      await eventually(() => expect(outcomes).toHaveLength(count));
    }
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['client-aborted']));
  });
});

describe('an instance that fails among others', () => {
  const health: Upstream['health'] = { ...patientHealth, ejectAfter: 1 };

  test('is out for a time, and the others serve', async () => {
    let nowMs = 0;
    const broken = await brokenSide();
    const good = await sides.node((_request, response) => response.end('good'));
    const { url } = await sides.forwarderTo(
      { urls: [broken.origin, good], health },
      { nowMs: () => nowMs, random: () => 0 },
    );
    const post = async (): Promise<string> => (await fetch(url, { method: 'POST' })).text();
    expect([await post(), await post(), await post()]).toEqual(['upstream-cut.headers', 'good', 'good']);
    nowMs += health.ejectMs;
    expect([await post(), await post()]).toEqual(['upstream-cut.headers', 'good']);
  });

  test('by a status that the rules call a failure', async () => {
    const full = await sides.node((_request, response) => response.writeHead(503).end('full'));
    const good = await sides.node((_request, response) => response.end('good'));
    const upstream = { urls: [full, good], health: { ...health, failureStatuses: [503] } };
    const { url } = await sides.forwarderTo(upstream, { random: () => 0 });
    expect([await textOf(url), await textOf(url), await textOf(url)]).toEqual(['full', 'good', 'good']);
  });
});

test('an instance whose checks fail gets no requests until they succeed again', async () => {
  let isReady = true;
  const paths = new Set<string>();
  const changing = await sides.node((request, response) => {
    paths.add(request.url ?? '');
    if (request.url === '/ready') response.writeHead(isReady ? 200 : 500).end();
    else response.end('changing');
  });
  const steady = await sides.node((_request, response) => response.end('steady'));
  const check = { path: '/ready', intervalMs: 5, timeoutMs: 1_000, healthyAfter: 2, unhealthyAfter: 2 };
  const upstream = { urls: [changing, steady], health: { ...patientHealth, check } };
  const { url } = await sides.forwarderTo(upstream, { random: () => 0 });
  expect(await textOf(url)).toBe('changing');
  isReady = false;
  await eventually(async () => expect(await textOf(url)).toBe('steady'));
  for (let count = 0; count < 10; count += 1) expect(await textOf(url)).toBe('steady');
  isReady = true;
  await eventually(async () => expect(await textOf(url)).toBe('changing'));
  expect(paths).toEqual(new Set(['/', '/ready']));
});
