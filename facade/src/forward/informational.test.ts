import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { answering, openRawClient } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const goOn = 'HTTP/1.1 100 Continue\r\n\r\n';
const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Early: 1\r\n\r\n';
const processing = 'HTTP/1.1 102 Processing\r\n\r\n';

/** What a client of this version gets when the side answers with these bytes, two times on one connection. */
async function received(bytes: string, version = '1.1'): Promise<string> {
  const side = await sides.raw(answering(bytes));
  const { port, outcomes } = await sides.forwarderTo(side.origin);
  const client = await openRawClient(port, `GET / HTTP/${version}\r\nHost: a\r\nConnection: keep-alive\r\n\r\n`);
  await eventually(() => expect(outcomes).toHaveLength(1));
  const first = await eventually(() => {
    expect(client.received()).toMatch(/\r\n\r\n(ok|[a-z.-]+)$/);
    return client.received();
  });
  client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => expect(outcomes).toHaveLength(2));
  await eventually(() => expect(client.received().length).toBeGreaterThanOrEqual(2 * first.length));
  client.socket.destroy();
  return first;
}

describe('a 1xx of the side', () => {
  test.each([
    ['100 that nobody asked for', goOn],
    ['100, a hundred times', goOn.repeat(100)],
    ['100 with headers', 'HTTP/1.1 100 Go on\r\nX-A: 1\r\n\r\n'],
  ])('%s is not passed on, and the answer follows', async (_what, bytes) => {
    expect(await received(bytes + okBytes)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/);
  });

  test('103 goes to the client with its links and headers, 102 as it is, each before the answer', async () => {
    const seen = await received(goOn + processing + hints + goOn + okBytes);
    expect(seen).toMatch(
      /^HTTP\/1\.1 102 Processing\r\n\r\nHTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload\r\nx-early: 1\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
    );
  });

  test.each([
    ['a hint that is none', 'HTTP/1.1 103 Early Hints\r\nLink: nonsense\r\n\r\n'],
    ['a hint without a link', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['a status that Node cannot send', 'HTTP/1.1 104 Upload Resumption Supported\r\n\r\n'],
  ])('%s is left out', async (_what, bytes) => {
    expect(await received(bytes + okBytes)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  test('never goes to a client of HTTP/1.0', async () => {
    expect(await received(processing + hints + okBytes, '1.0')).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  test.each([
    ['alone', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['with all that belongs to it', 'HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ])('101 %s to a request that asked for no upgrade is refused', async (_how, bytes) => {
    const side = await sides.raw(answering(bytes));
    const { url, outcomes } = await sides.forwarderTo(side.origin);
    expect(await (await fetch(url)).text()).toBe('answer-refused.headers');
    expect(outcomes).toMatchObject([{ kind: 'answer-refused', phase: 'headers' }]);
    await eventually(() => expect(side.openCount()).toBe(0));
  });

  test('100 that comes byte by byte is taken out all the same', async () => {
    const bytes = goOn + hints + okBytes;
    const side = await sides.raw((socket, soFar) => {
      if (!soFar.endsWith('\r\n\r\n')) return;
      let at = 0;
      const next = (): void => {
        if (at < bytes.length) socket.write(bytes.slice(at, (at += 1)), () => setImmediate(next));
      };
      next();
    });
    const { port } = await sides.forwarderTo(side.origin);
    const client = await openRawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(client.received()).toMatch(/\r\n\r\nok$/));
    expect(client.received().match(/^HTTP\/1\.1 \d{3}/gm)).toEqual(['HTTP/1.1 103', 'HTTP/1.1 200']);
    client.socket.destroy();
  });

  test('100 and nothing more is a cut, as silence is', async () => {
    const side = await sides.raw((socket) => socket.end(goOn));
    const { url } = await sides.forwarderTo(side.origin);
    expect(await (await fetch(url)).text()).toBe('upstream-cut.headers');
  });
});
