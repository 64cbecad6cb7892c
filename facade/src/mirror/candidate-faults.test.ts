import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { aListeningSide, aMirroringFacade, copiesEnded, mirroredBy, skippedBy } from '../testing/mirroring.ts';
import { answering } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

type OnData = Parameters<typeof sides.raw>[0];

const silent: OnData = () => undefined;
const endless = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const megabyte = `100000\r\n${'m'.repeat(1 << 20)}\r\n`;

const bodyBytes = 60_000;

/** Behaves so once it has the whole request. */
const then =
  (behave: (socket: Parameters<OnData>[0]) => void): OnData =>
  (socket, soFar) => {
    if (soFar.length - soFar.indexOf('\r\n\r\n') - 4 === bodyBytes) behave(socket);
  };

const scene = async (candidate: string, env = {}) => {
  const legacy = await aListeningSide(sides, 'legacy');
  const facade = await aMirroringFacade(sides, { legacy: legacy.origin, candidate, env, candidateRules: quick });
  return { legacy, facade };
};
// The time that a candidate has; the side that serves has two seconds.
const quick =
  'timeouts: { connectMs: 300, headersMs: 300, bodyIdleMs: 300, totalMs: 600 }, breaker: { enabled: false }';

describe('what a candidate does is nothing to the client', () => {
  test.each<readonly [how: string, onData: OnData, outcome: string]>([
    ['reads nothing', (socket) => void socket.pause(), 'timed-out.headers'],
    ['never answers', silent, 'timed-out.headers'],
    ['resets', then((socket) => void socket.resetAndDestroy()), 'upstream-cut.headers'],
    ['closes', then((socket) => void socket.end()), 'upstream-cut.headers'],
    ['answers no HTTP', then((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')), 'answer-refused.headers'],
    ['stops in the body', then((socket) => void socket.write(`${endless}5\r\nhel`)), 'timed-out.body'],
    ['cuts the body', then((socket) => void socket.end(`${endless}5\r\nhel`)), 'upstream-cut.body'],
    ['answers without an end', then((socket) => void socket.write(endless + megabyte.repeat(9))), 'answer-too-large'],
  ])('that %s', async (_how, onData, outcome) => {
    const candidate = await sides.raw(onData);
    const { facade } = await scene(candidate.origin);
    const body = 'm'.repeat(bodyBytes);
    for (let count = 0; count < 3; count += 1)
      expect(await (await fetch(`${facade.url}/writes/${count}`, { method: 'POST', body })).text()).toBe('legacy');
    await eventually(async () => expect(await mirroredBy(facade)).toEqual({ [`writes ${outcome}`]: 3 }));
    await copiesEnded(facade);
    expect(facade.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('that is not there', async () => {
    const { facade } = await scene(await sides.absent());
    expect(await (await fetch(`${facade.url}/reads/a`)).text()).toBe('legacy');
    await eventually(async () => expect(await mirroredBy(facade)).toEqual({ 'reads connect-failed': 1 }));
  });
});

describe('copies', () => {
  test('never go out twice', async () => {
    let requestCount = 0;
    const candidate = await sides.node((request) => {
      requestCount += 1;
      request.socket.destroy();
    });
    const { facade } = await scene(candidate);
    for (let count = 1; count <= 5; count += 1) {
      await (await fetch(`${facade.url}/reads/a`)).text();
      await copiesEnded(facade);
      expect(requestCount).toBe(count);
    }
  });

  test('are few at a time, and the rest is counted', async () => {
    const candidate = await sides.raw(silent);
    const { facade } = await scene(candidate.origin, { FACADE_MIRRORS: '3' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => (await fetch(`${facade.url}/reads/a`)).text()),
    );
    expect(new Set(answers)).toEqual(new Set(['legacy']));
    expect(await skippedBy(facade)).toEqual({ 'reads too-many': 7 });
    await eventually(async () => expect(await mirroredBy(facade)).toEqual({ 'reads timed-out.headers': 3 }));
    await copiesEnded(facade);
    await (await fetch(`${facade.url}/reads/a`)).text();
    await eventually(async () => expect(await mirroredBy(facade)).toEqual({ 'reads timed-out.headers': 4 }));
  });

  test('that fail do not take the instance away from those whom it serves', async () => {
    const trips = await sides.raw((socket, soFar) => {
      // Copies fail, all else succeeds.
      if (!soFar.endsWith('\r\n\r\n')) return;
      if (soFar.slice(soFar.lastIndexOf('GET ')).includes('x-banyan-mirror')) socket.resetAndDestroy();
      else socket.write(okBytes);
    });
    const legacy = await aListeningSide(sides, 'legacy');
    const facade = await aMirroringFacade(sides, {
      legacy: legacy.origin,
      candidate: trips.origin,
      candidateRules: 'breaker: { failures: 2, openMs: 60000 }',
    });
    for (let count = 0; count < 5; count += 1) {
      await (await fetch(`${facade.url}/trips/7`)).text();
      await copiesEnded(facade);
    }
    expect(await mirroredBy(facade)).toEqual({ 'trips.read upstream-cut.headers': 2, 'trips.read unavailable': 3 });
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'trial' });
    const moved = await fetch(`${facade.url}/trips/7`);
    expect([moved.headers.get('x-banyan-side'), await moved.text()]).toEqual(['extracted', 'ok']);
  });

  test('do not hold up the end of the process', async () => {
    const candidate = await sides.raw(silent);
    const legacy = await sides.raw(answering(okBytes));
    const candidateRules = 'timeouts: { headersMs: 60000, totalMs: 60000 }';
    const facade = await aMirroringFacade(sides, {
      legacy: legacy.origin,
      candidate: candidate.origin,
      candidateRules,
    });
    await (await fetch(`${facade.url}/reads/a`)).text();
    await eventually(() => expect(candidate.received()).toContain('x-banyan-mirror: reads'));
    const closed = facade.close();
    await eventually(() => expect(candidate.openCount()).toBe(0));
    await closed;
    expect(facade.lines).not.toContainEqual(expect.objectContaining({ event: 'release.failed' }));
  });
});
