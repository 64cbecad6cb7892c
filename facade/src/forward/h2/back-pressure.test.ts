import { connect, type ClientHttp2Stream } from 'node:http2';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { h2Side } from '../../testing/h2-side.ts';
import { createSides } from '../../testing/sides.ts';
import { stillness } from '../../testing/stillness.ts';

vi.setConfig({ testTimeout: 60_000 });
const sides = createSides();
afterEach(() => sides.close());

const mebibyte = 1 << 20;
const wholeBytes = 48 * mebibyte;
/** What the windows of both connections, the system's buffers and a few of ours take; without them all would be here. */
const heldBytesLimit = 12 * mebibyte;
const piece = Buffer.alloc(65_536, 'x');

/** Writes the whole as the other end takes it. @returns how many bytes were taken so far */
function pour(into: Writable): () => number {
  let takenBytes = 0;
  const writeOn = (): void => {
    while (takenBytes < wholeBytes) {
      takenBytes += piece.length;
      if (!into.write(piece)) return;
    }
    into.end();
  };
  into.on('drain', writeOn).on('error', () => undefined);
  writeOn();
  return () => takenBytes;
}

type Protocol = 'HTTP/1.1' | 'HTTP/2';

/** Everything that `onExchange` gets comes from, or goes to, the facade. */
async function sideOf(protocol: Protocol, onExchange: (request: Readable, answer: () => Writable) => void) {
  if (protocol === 'HTTP/2') {
    return h2Side(sides, (stream) =>
      onExchange(stream, () => {
        stream.respond({ ':status': 200 });
        return stream;
      }),
    );
  }
  return sides.node((request, response) => onExchange(request, () => response));
}

interface Asking {
  readonly body: Writable;
  /** Nobody reads it yet. */
  readonly answer: Promise<Readable>;
}

function ask(protocol: Protocol, url: string, method: 'GET' | 'POST'): Asking {
  if (protocol === 'HTTP/1.1') {
    const request = httpRequest(url, { method });
    request.on('error', () => undefined);
    const answer = new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    return { body: request, answer };
  }
  const client = connect(url);
  client.on('error', () => undefined);
  sides.onClose(() => client.destroy());
  const stream: ClientHttp2Stream = client.request({ ':method': method }, { endStream: false });
  const answer = new Promise<Readable>((resolve) => stream.once('response', () => resolve(stream)));
  return { body: stream, answer };
}

async function countOf(readable: Readable): Promise<number> {
  let bytes = 0;
  for await (const chunk of readable) bytes += (chunk as Buffer).length;
  return bytes;
}

const doorOf = (protocol: Protocol) => ({ protocol: protocol === 'HTTP/2' ? 'h2c' : 'http/1.1' }) as const;

describe.each<readonly [Protocol, Protocol]>([
  ['HTTP/1.1', 'HTTP/2'],
  ['HTTP/2', 'HTTP/2'],
  ['HTTP/2', 'HTTP/1.1'],
])('a client of %s and a side of %s', (clientProtocol, sideProtocol) => {
  test('while the client reads nothing the side is read no further; then all arrives', async () => {
    let taken = (): number => 0;
    const side = await sideOf(sideProtocol, (request, answer) => {
      request.resume();
      taken = pour(answer());
    });
    const { url } = await sides.forwarderTo(side, doorOf(clientProtocol));
    const { body, answer } = ask(clientProtocol, url, 'GET');
    body.end();
    const unread = await answer;
    await stillness(() => taken());
    expect(taken()).toBeGreaterThan(0);
    expect(taken()).toBeLessThan(heldBytesLimit);
    expect(await countOf(unread)).toBe(wholeBytes);
  });

  test('while the side reads nothing the client is read no further; then all arrives', async () => {
    const unread: Readable[] = [];
    const side = await sideOf(sideProtocol, (request, answer) => {
      unread.push(request);
      request.once('end', () => answer().end('ok'));
    });
    const { url } = await sides.forwarderTo(side, doorOf(clientProtocol));
    const { body, answer } = ask(clientProtocol, url, 'POST');
    const taken = pour(body);
    await eventually(() => expect(unread).toHaveLength(1));
    await stillness(taken);
    expect(taken()).toBeLessThan(heldBytesLimit);
    const [request = expect.unreachable()] = unread;
    expect(await countOf(request)).toBe(wholeBytes);
    (await answer).resume();
  });
});

test('many streams of a client that never reads take a window of each, and no more', async () => {
  const streamCount = 50;
  const taken: (() => number)[] = [];
  const side = await h2Side(sides, (stream) => {
    stream.respond({ ':status': 200 });
    taken.push(pour(stream));
  });
  const { url } = await sides.forwarderTo(side, doorOf('HTTP/2'));
  const client = connect(url);
  client.on('error', () => undefined);
  sides.onClose(() => client.destroy());
  for (let index = 0; index < streamCount; index += 1) client.request({ ':path': '/' }).on('error', () => undefined);
  await eventually(() => expect(taken).toHaveLength(streamCount));
  const total = (): number => taken.reduce((sum, count) => sum + count(), 0);
  await stillness(total);
  expect(total()).toBeGreaterThanOrEqual(streamCount * piece.length);
  expect(total()).toBeLessThan((streamCount * mebibyte) / 2);
});
