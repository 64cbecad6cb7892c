import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { startFacade, tripRules, type TestFacade } from '../../testing/facade.ts';
import { openRawClient } from '../../testing/raw-sockets.ts';
import { createSides } from '../../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

/** A facade before a side that answers a request when it is told to. */
async function facadeBeforeSlowSide(): Promise<{ facade: TestFacade; saw: string[]; answerAll: () => void }> {
  const saw: string[] = [];
  const waiting: (() => void)[] = [];
  const legacy = await sides.node((request, response) => {
    saw.push(`${request.method ?? ''} ${request.url ?? ''}`);
    request.resume();
    waiting.push(() => response.end(`${request.url ?? ''} served.`));
  });
  const facade = await startFacade({ rules: tripRules({ legacy, trips: legacy }) });
  sides.onClose(() => facade.close());
  return { facade, saw, answerAll: () => waiting.splice(0).forEach((answer) => answer()) };
}

const post = 'POST /users/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi';
const get = (path: string, lines = ''): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;
const webSocket = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n';

test('a read does not overtake the write that the same connection sent before it', async () => {
  const { facade, saw, answerAll } = await facadeBeforeSlowSide();
  const client = await openRawClient(facade.port, post + get('/users/1') + get('/users/2'));
  await eventually(() => expect(saw).toEqual(['POST /users/1']));
  answerAll();
  await eventually(() => expect(saw).toEqual(['POST /users/1', 'GET /users/1']));
  expect(client.received()).toContain('/users/1 served.');
  answerAll();
  await eventually(() => expect(saw).toHaveLength(3));
  answerAll();
  await eventually(() => expect(client.received().split(' served.')).toHaveLength(4));
  client.socket.destroy();
});

test('what stands behind a refused message is never served', async () => {
  const { facade, saw } = await facadeBeforeSlowSide();
  const client = await openRawClient(facade.port, get('/%2f') + get('/users/1') + post);
  await client.ended;
  const other = await openRawClient(facade.port, get('/users/2'));
  await eventually(() => expect(saw).toEqual(['GET /users/2']));
  other.socket.destroy();
});

test('a connection that sends far ahead of its answers is closed', async () => {
  const { facade, saw } = await facadeBeforeSlowSide();
  const client = await openRawClient(facade.port, get('/users/1').repeat(200));
  await client.ended;
  expect(saw.length).toBeLessThanOrEqual(1);
});

test('a message that breaks behind a good one does not take its answer', async () => {
  const { facade, saw, answerAll } = await facadeBeforeSlowSide();
  const client = await openRawClient(facade.port, `${get('/users/1')}nonsense\r\n\r\n`);
  await eventually(() => expect(saw).toHaveLength(1));
  answerAll();
  await client.ended;
  expect(client.received()).toMatch(/^HTTP\/1\.1 200 [^]*\/users\/1 served\.HTTP\/1\.1 400 /);
});

test('a message that breaks in its body while it waits does not take the answer of the one before', async () => {
  const { facade, saw, answerAll } = await facadeBeforeSlowSide();
  const brokenPost = 'POST /users/2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n';
  const client = await openRawClient(facade.port, get('/users/1') + brokenPost);
  await eventually(() => expect(saw).toHaveLength(1));
  answerAll();
  await client.ended;
  expect(client.received()).toMatch(/^HTTP\/1\.1 200 [^]*\/users\/1 served\.HTTP\/1\.1 400 /);
  expect(saw).toEqual(['GET /users/1']);
});

test('a handshake behind a request that is being served waits for its answer', async () => {
  const { facade, saw, answerAll } = await facadeBeforeSlowSide();
  const client = await openRawClient(facade.port, get('/users/1') + get('/users/2', webSocket));
  await eventually(() => expect(saw).toEqual(['GET /users/1']));
  await nextTurn();
  expect(saw).toEqual(['GET /users/1']);
  answerAll();
  await eventually(() => expect(client.received()).toContain('/users/1 served.'));
  // The side knows no upgrades: it answers the handshake as any request.
  await eventually(() => expect(saw).toEqual(['GET /users/1', 'GET /users/2']));
  answerAll();
  await client.ended;
  expect(client.received()).toMatch(/^HTTP\/1\.1 200 [^]*\/users\/1 served\.HTTP\/1\.1 200 [^]*\/users\/2 served\./);
});

test('a handshake in the packet of a request that is answered at once does no harm', async () => {
  const { facade } = await facadeBeforeSlowSide();
  for (const last of [get('/users/2', webSocket), 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n']) {
    const client = await openRawClient(facade.port, get('/%2f') + last);
    await client.ended;
    expect(client.received()).not.toContain(' 101 ');
  }
  expect(await facade.admin('GET', '/status')).toMatchObject({ status: 200 });
});
