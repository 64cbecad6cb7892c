import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { mutatedMessage } from '../../testing/heads.ts';
import { CountedBody } from './body-reader.ts';
import { ChunkedBody } from './chunked-body.ts';
import { HeadReader } from './head-reader.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Message {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly version: string;
  readonly rawHeaders: readonly string[];
  readonly headers: object;
  readonly body: string;
  readonly trailers: readonly string[];
}

const limitBytes = 16_384;

/** The first message as it is read here; undefined for one that is refused, or not whole. */
function readHere(text: string): Message | undefined {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new HeadReader(limitBytes);
  const head = reader.read(bytes);
  if (head?.kind !== 'head' || head.isTakeover) return undefined;
  const { method, target, version, rawHeaders, headers, bodyBytes } = head;
  const said = { method, target, version, rawHeaders, headers: { ...headers } };
  if (bodyBytes === 0) return { ...said, body: '', trailers: [] };
  let data = '';
  const sink = { push: (piece: Buffer) => void (data += piece.toString('latin1')) };
  const body = bodyBytes === 'chunked' ? new ChunkedBody(limitBytes, sink) : new CountedBody(bodyBytes, sink);
  body.read(bytes.subarray(reader.takenBytes));
  return body.isDone ? { ...said, body: data, trailers: body.rawTrailers } : undefined;
}

let answer: (seen: Message | string) => void = () => undefined;
/** What stands behind the first message is not compared. */
let isFirst = true;
const server = createServer({ requireHostHeader: false, maxHeaderSize: limitBytes }, (request, response) => {
  const tell = isFirst ? answer : () => undefined;
  isFirst = false;
  void read(request).then(tell, () => tell('broken'));
  response.end();
});
server.on('clientError', (err: NodeJS.ErrnoException, socket) => {
  if (isFirst) answer(err.code ?? 'refused');
  socket.destroy();
});
server.on('upgrade', (_request, socket) => {
  answer('upgrade');
  socket.destroy();
});

async function read(request: IncomingMessage): Promise<Message> {
  const body = (await buffer(request)).toString('latin1');
  const { method, url: target, httpVersion: version, rawHeaders, headers, rawTrailers: trailers } = request;
  return { method, target, version, rawHeaders, headers: { ...headers }, body, trailers };
}

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

/** What Node's own server makes of the same bytes. */
async function readByNode(text: string): Promise<Message | string> {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  const seen = await new Promise<Message | string>((resolve) => {
    answer = resolve;
    isFirst = true;
    socket.resume().once('close', () => resolve('closed'));
    socket.end(text, 'latin1');
  });
  socket.destroy();
  return seen;
}

test('what is taken here is taken by llhttp, and is the same message to both', async () => {
  let takenCount = 0;
  await fc.assert(
    fc.asyncProperty(mutatedMessage, async (text) => {
      const here = readHere(text);
      if (here === undefined) return;
      takenCount += 1;
      expect(await readByNode(text)).toEqual(here);
    }),
    { numRuns: 3_000 },
  );
  expect(takenCount).toBeGreaterThan(300);
});
