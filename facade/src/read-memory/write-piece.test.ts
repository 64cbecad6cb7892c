import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { stillness } from '../testing/stillness.ts';
import { readBlocks } from './read-blocks.ts';
import { writePiece } from './write-piece.ts';

let server: Server;
let writing: Socket;
let reading: Socket;
beforeEach(async () => {
  server = createServer({ pauseOnConnect: true }, (socket) => void (reading = socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  writing = connect((server.address() as AddressInfo).port, '127.0.0.1');
  writing.on('error', () => undefined);
  await once(writing, 'connect');
  await eventually(() => expect(reading).toBeDefined());
});
afterEach(() => {
  writing.destroy();
  reading.destroy();
  server.close();
});

const aPiece = (): Buffer => readBlocks.lend(readBlocks.takeSmall(), 60_000);

/** Fills what the system takes ahead of a client that reads nothing. */
function fillUp(): void {
  while (writing.writableLength === 0) writing.write(Buffer.alloc(1_000_000));
}

test('a piece that the system takes at once is given back at once', () => {
  const piece = aPiece();
  expect(writePiece(writing, piece)).toBe(true);
  expect(readBlocks.isLent(piece)).toBe(false);
});

test('a piece that waits is given back when it is out, and not before', async () => {
  fillUp();
  const piece = aPiece();
  expect(writePiece(writing, piece)).toBe(false);
  expect(readBlocks.isLent(piece)).toBe(true);
  reading.resume();
  await eventually(() => expect(readBlocks.isLent(piece)).toBe(false));
  expect(writing.writableLength).toBe(0);
});

test('a piece that stands behind a corked head is given back when both are out', () => {
  const piece = aPiece();
  writing.cork();
  writing.write('head');
  writePiece(writing, piece);
  expect(readBlocks.isLent(piece)).toBe(true);
  writing.uncork();
  expect(writing.writableLength).toBe(0);
});

test.each([
  ['destroyed', () => writing.destroy()],
  ['reset by the other end', () => reading.resetAndDestroy()],
])('a piece whose connection is %s while it waits is never given back', async (_what, act) => {
  fillUp();
  const piece = aPiece();
  writePiece(writing, piece);
  const closed = new Promise<void>((resolve) => writing.once('close', () => resolve()));
  act();
  await closed;
  await stillness(() => Number(readBlocks.isLent(piece)));
  expect(readBlocks.isLent(piece)).toBe(true);
});

test('what is no lent piece is only written', async () => {
  const bytes = Buffer.from('abc');
  writePiece(writing, bytes);
  reading.resume();
  const [received] = (await once(reading, 'data')) as [Buffer];
  expect(received.toString()).toBe('abc');
});
