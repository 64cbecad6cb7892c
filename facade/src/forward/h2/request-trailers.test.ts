import { once } from 'node:events';
import { connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { h2Side } from '../../testing/h2-side.ts';
import { openRawClient } from '../../testing/raw-sockets.ts';
import { createSides, okBytes } from '../../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

interface Seen {
  readonly head: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: IncomingHttpHeaders | undefined;
}

async function noticingSide() {
  const seen: Seen[] = [];
  const side = await h2Side(sides, (stream, head) => {
    let trailers: IncomingHttpHeaders | undefined;
    stream.on('trailers', (fields: IncomingHttpHeaders) => (trailers = fields));
    void text(stream).then((body) => {
      seen.push({ head, body, trailers });
      stream.respond({ ':status': 200 }, { endStream: true });
    });
  });
  return { side, seen };
}

async function post(url: string, fields: OutgoingHttpHeaders, trailers: OutgoingHttpHeaders): Promise<void> {
  const client = connect(url);
  sides.onClose(() => client.destroy());
  const stream = client.request({ ':method': 'POST', ':path': '/', ...fields }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.resume().end('hello');
  await once(stream, 'close');
}

describe('trailers of a request over HTTP/2', () => {
  test('reach a side of HTTP/2, announced or not, with or without a length, duplicates in order', async () => {
    const { side, seen } = await noticingSide();
    const { url } = await sides.forwarderTo(side, { protocol: 'h2c' });
    await post(url, {}, { 'x-sum': '42', 'x-note': ['1', '2'] });
    await post(url, { 'content-length': '5', trailer: 'x-sum' }, { 'x-sum': '43' });
    expect(seen.map(({ body }) => body)).toEqual(['hello', 'hello']);
    expect(seen[0]?.trailers).toMatchObject({ 'x-sum': '42', 'x-note': '1, 2' });
    expect(seen[1]?.trailers).toMatchObject({ 'x-sum': '43' });
  });

  test('reach a side of HTTP/1.1 behind its chunks', async () => {
    const side = await sides.raw((socket, soFar) => {
      if (/\r\n0\r\n([^\r]+\r\n)*\r\n$/.test(soFar)) socket.write(okBytes);
    });
    const { url } = await sides.forwarderTo(side.origin, { protocol: 'h2c' });
    await post(url, {}, { 'x-sum': '42' });
    expect(side.received()).toMatch(/\r\n5\r\nhello\r\n0\r\nx-sum: 42\r\n\r\n$/);
  });

  test('that route, authenticate or are ours do not', async () => {
    const { side, seen } = await noticingSide();
    const { url } = await sides.forwarderTo(side, { protocol: 'h2c' });
    await post(
      url,
      {},
      { 'x-sum': '1', cookie: 'a', authorization: 'b', 'x-forwarded-for': 'c', 'x-banyan-side': 'd' },
    );
    expect(Object.keys(seen[0]?.trailers ?? {})).toEqual(['x-sum']);
  });

  test('may be none', async () => {
    const { side, seen } = await noticingSide();
    const { url } = await sides.forwarderTo(side, { protocol: 'h2c' });
    await post(url, {}, {});
    expect(seen).toMatchObject([{ body: 'hello', trailers: undefined }]);
  });
});

test('trailers that a client of HTTP/1.1 announces reach a side of HTTP/2', async () => {
  const { side, seen } = await noticingSide();
  const { port } = await sides.forwarderTo(side);
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n';
  const client = await openRawClient(port, `${head}5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n`);
  await eventually(() => expect(seen).toHaveLength(1));
  expect(seen[0]).toMatchObject({ body: 'hello', trailers: { 'x-sum': '42' }, head: { trailer: 'X-Sum' } });
  client.socket.destroy();
});

test('te: trailers is said to a side of HTTP/2 when the client says it', async () => {
  const { side, seen } = await noticingSide();
  const { url } = await sides.forwarderTo(side, { protocol: 'h2c' });
  await post(url, { te: 'trailers' }, {});
  await post(url, {}, {});
  expect(seen.map(({ head }) => head['te'])).toEqual(['trailers', undefined]);
});
