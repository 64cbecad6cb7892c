import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { statusesIn } from './testing/conformance.ts';
import { eventually } from './testing/eventually.ts';
import { startFacade, type TestFacade } from './testing/facade.ts';
import { openRawClient } from './testing/raw-sockets.ts';
import { createSides, okBytes } from './testing/sides.ts';

vi.setConfig({ testTimeout: 60_000 });
const sides = createSides();
afterEach(() => sides.close());

async function facadeBefore(origin: string, env: Readonly<Record<string, string>> = {}): Promise<TestFacade> {
  const rules = `
version: 1
upstreams: { legacy: { side: legacy, url: ${origin} } }
defaults: { upstream: legacy, timeouts: { bodyIdleMs: 500, totalMs: none } }
`;
  const facade = await startFacade({ rules, env });
  sides.onClose(() => facade.close());
  return facade;
}

/** Writes one byte of `bytes` after the other, for ever, until the connection is gone. */
function dribble(socket: Socket, bytes: string): void {
  let at = 0;
  const timer = setInterval(() => socket.write(bytes.charAt(at++ % bytes.length), 'latin1'), 20);
  socket.on('error', () => undefined).once('close', () => clearInterval(timer));
}

const mebibyte = 1 << 20;

/** Writes as much as the other end takes; tells how many bytes have left this process. */
function pour(socket: Socket): () => number {
  const chunk = Buffer.alloc(65_536, 'p');
  let leftBytes = 0;
  const next = (): void =>
    void socket.write(chunk, (err) => {
      if (err) return;
      leftBytes += chunk.length;
      next();
    });
  next();
  return () => leftBytes;
}

/** A side over raw connections. */
async function pouringSide(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sides.onClose(() => void socket.destroy());
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  sides.onClose(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a client that is slow on purpose', () => {
  test.each([
    ['the request line', 'GET /'],
    ['a header', 'GET /a HTTP/1.1\r\nHost: a\r\nX-A: '],
    ['one header after the other', 'GET /a HTTP/1.1\r\nHost: a\r\nX-'],
    ['the head of its second request', 'GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /a HTTP/1.1\r\nX-A: '],
  ])('dribbles %s: 408 and the end, although bytes keep coming', async (_what, begin) => {
    const side = await sides.raw((socket, soFar) => soFar.endsWith('\r\n\r\n') && socket.write(okBytes));
    const facade = await facadeBefore(side.origin, { FACADE_HEAD_TIMEOUT_MS: '300' });
    const client = await openRawClient(facade.port, begin);
    dribble(client.socket, begin.endsWith('X-') ? 'a: b\r\nX-' : 'a');
    await client.ended;
    expect(statusesIn(client.received()).at(-1)).toBe(408);
    expect(side.received()).not.toContain('GET /a');
    expect((await facade.admin('GET', '/metrics')).body).toMatch(
      /facade_refusals_total\{reason="ERR_HTTP_REQUEST_TIMEOUT"\} 1/,
    );
  });

  test('dribbles a body that never pauses for long: 408, and the connection of the side is free again', async () => {
    const side = await sides.raw(() => undefined);
    const env = { FACADE_BODY_RATE_MS: '400', FACADE_BODY_BYTES_PER_SECOND: '1000' };
    const facade = await facadeBefore(side.origin, env);
    const client = await openRawClient(facade.port, 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n');
    dribble(client.socket, 'd');
    await eventually(() => expect(statusesIn(client.received())).toEqual([408]));
    await eventually(() => expect(side.openCount()).toBe(0));
    expect(facade.servedLines()).toMatchObject([{ outcome: 'client-stalled.headers' }]);
    client.socket.destroy();
  });

  test('dribbles a body where no rate is asked for, or as a call of gRPC, and is waited for', async () => {
    const side = await sides.raw((socket, soFar) => soFar.endsWith('d'.repeat(40)) && socket.write(okBytes));
    const head = 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n';
    const strict = { FACADE_BODY_RATE_MS: '100', FACADE_BODY_BYTES_PER_SECOND: '1000' };
    for (const [env, lines] of [
      [{ ...strict, FACADE_BODY_BYTES_PER_SECOND: '0' }, ''],
      [strict, 'Content-Type: application/grpc+proto\r\n'],
    ] as const) {
      const facade = await facadeBefore(side.origin, env);
      const client = await openRawClient(facade.port, `${head}${lines}\r\n`);
      dribble(client.socket, 'd');
      await eventually(() => expect(statusesIn(client.received())[0]).toBe(200));
      client.socket.destroy();
    }
  });

  test('never reads: the side is read no further than the connection takes, and is free after the idle time', async () => {
    let poured = (): number => 0;
    let closedCount = 0;
    const origin = await pouringSide((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n');
        poured = pour(socket);
      });
      socket.once('close', () => (closedCount += 1));
    });
    const facade = await facadeBefore(origin);
    const client = connect(facade.port, '127.0.0.1').on('error', () => undefined);
    client.pause().write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(facade.servedLines()).toMatchObject([{ outcome: 'client-stalled.body', status: 0 }]));
    await eventually(() => expect(closedCount).toBe(1));
    expect(poured()).toBeGreaterThan(0);
    expect(poured()).toBeLessThan(32 * mebibyte);
    client.destroy();
  });
});

test('a side that never reads: the client is read no further than that connection takes, and is told', async () => {
  const origin = await pouringSide((socket) => void socket.pause());
  const facade = await facadeBefore(origin, { FACADE_BODY_RATE_MS: '200', FACADE_BODY_BYTES_PER_SECOND: '1000' });
  const client = await openRawClient(
    facade.port,
    'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1099511627776\r\n\r\n',
  );
  const poured = pour(client.socket);
  let takenBytes = 0;
  await eventually(() => {
    if (facade.servedLines().length === 0) takenBytes = poured();
    expect(facade.servedLines()).toMatchObject([{ outcome: 'timed-out.headers', status: 504 }]);
  });
  expect(takenBytes).toBeGreaterThan(0);
  expect(takenBytes).toBeLessThan(32 * mebibyte);
  client.socket.destroy();
});
