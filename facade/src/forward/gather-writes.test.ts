import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { gatherWrites } from './gather-writes.ts';

/** A connection of its own, and what its other end reads. */
async function pairOf(): Promise<{
  readonly socket: Socket;
  readonly read: Promise<string>;
  readonly close: () => void;
}> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  client.setEncoding('latin1');
  return { socket, read: text(client), close: () => server.close() };
}

/** Writes all in one go and tells how many vectors and texts Node was given. */
async function written(pieces: readonly (string | Buffer)[], encoding: BufferEncoding) {
  const { socket, read, close } = await pairOf();
  let vectorCount = 0;
  const writeMany = socket._writev?.bind(socket);
  socket._writev = (chunks, callback) => {
    vectorCount += 1;
    writeMany?.(chunks, callback);
  };
  gatherWrites(socket);
  socket.cork();
  for (const piece of pieces) socket.write(piece, encoding);
  socket.uncork();
  socket.end();
  const got = await read;
  close();
  return { got, vectorCount };
}

test('a small head and its body go out as one text, byte for byte', async () => {
  const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const { got, vectorCount } = await written(['HTTP/1.1 200 OK\r\nX: \xe9\r\n\r\n', body], 'latin1');
  expect(got).toBe(`HTTP/1.1 200 OK\r\nX: \xe9\r\n\r\n${body.toString('latin1')}`);
  expect(vectorCount).toBe(0);
});

test.each([
  ['what is large', ['head', Buffer.alloc(20_000, 'x')], 'latin1', `head${'x'.repeat(20_000)}`],
  ['text that is not one byte a character', ['h\u00e9', Buffer.from('!')], 'utf8', 'h\u00c3\u00a9!'],
] as const)('%s is written as Node writes it', async (_what, pieces, encoding, expected) => {
  expect(await written(pieces, encoding)).toEqual({ got: expected, vectorCount: 1 });
});
