import { once } from 'node:events';
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import type { Forwarder, ForwarderOptions } from '../testing/forwarder.ts';
import { frame, headersFrame, preface, resetFrame } from '../testing/http2-frames.ts';
import { answering, openRawClient } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';

const sides = createSides();
afterEach(() => sides.close());

interface Reached {
  readonly client: ClientHttp2Session;
  readonly forwarder: Forwarder;
}

async function reach(origin: string, options: ForwarderOptions = {}): Promise<Reached> {
  const forwarder = await sides.forwarderTo(origin, { ...options, protocol: 'h2c' });
  const client = connect(forwarder.url);
  client.on('error', () => undefined);
  sides.onClose(() => client.destroy());
  await once(client, 'connect');
  return { client, forwarder };
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders | undefined;
  readonly body: string;
}

async function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  let trailers: IncomingHttpHeaders | undefined;
  stream.on('trailers', (headers: IncomingHttpHeaders) => (trailers = headers));
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  return { headers, body: await text(stream), trailers };
}

const ask = (client: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Answer> => {
  const stream = client.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return answerOf(stream);
};

describe('a request over HTTP/2', () => {
  test('reaches the side as HTTP/1.1: the authority as Host, no pseudo header, one cookie, duplicates in order', async () => {
    const side = await sides.raw(answering(okBytes));
    const { client } = await reach(side.origin);
    await ask(client, {
      ':path': '/a?b=c',
      ':authority': 'shop.example',
      'x-a': ['1', '2'],
      cookie: ['a=1', 'b=2'],
      te: 'trailers',
    });
    expect(side.received()).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\nhost: shop\.example\r\n/);
    expect(side.received()).toContain('\r\nx-a: 1\r\nx-a: 2\r\ncookie: a=1; b=2\r\n');
    expect(side.received()).not.toMatch(/^:|^te:/m);
    expect(side.received()).toMatch(/^x-forwarded-host: shop\.example\r$/m);
  });

  test('is answered with the side’s status, headers, duplicates and body, and without what belongs to its connection', async () => {
    const lines =
      'Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nETag: "1"\r\nETag: "2"\r\nVary: a\r\nVary: b\r\nKeep-Alive: x=1';
    const side = await sides.raw(answering(`HTTP/1.1 201 Made\r\n${lines}\r\nContent-Length: 2\r\n\r\nok`));
    const { client, forwarder } = await reach(side.origin);
    const { headers, body } = await ask(client, { ':path': '/' });
    expect(headers).toMatchObject({ ':status': 201, 'set-cookie': ['a=1', 'b=2'], etag: '"1"', vary: 'a, b' });
    expect([body, headers['content-length'], headers['keep-alive']]).toEqual(['ok', '2', undefined]);
    await eventually(() => expect(forwarder.outcomes).toEqual([{ kind: 'completed', status: 201 }]));
  });

  test.each([
    ['with a length', { 'content-length': '5' }, /\r\ncontent-length: 5\r\n([^]*\r\n)?\r\nhello$/],
    ['without a length', {}, /\r\ntransfer-encoding: chunked\r\n([^]*\r\n)?\r\n5\r\nhello\r\n0\r\n\r\n$/],
  ])('carries its body %s', async (_how, headers, framed) => {
    const side = await sides.raw((socket, soFar) => {
      if (soFar.endsWith('hello') || soFar.endsWith('0\r\n\r\n')) socket.write(okBytes);
    });
    const { client } = await reach(side.origin);
    expect((await ask(client, { ':path': '/', ':method': 'POST', ...headers }, 'hello')).body).toBe('ok');
    expect(side.received()).toMatch(framed);
  });

  test('is told to go on before it sends a body it announces', async () => {
    const origin = await sides.node((request, response) => void text(request).then((body) => response.end(body)));
    const { client } = await reach(origin);
    const stream = client.request({ ':path': '/', ':method': 'POST', expect: '100-continue' });
    await once(stream, 'continue');
    stream.end('hello');
    expect((await answerOf(stream)).body).toBe('hello');
  });

  test.each(['POST', 'GET'])('whose body turns out to be empty is passed on as %s', async (method) => {
    const origin = await sides.node((request, response) => {
      void text(request).then((body) => response.end(`${request.method ?? ''} <${body}>`));
    });
    const { client } = await reach(origin);
    // Its end comes behind the head, and before there is a connection to the side.
    expect((await ask(client, { ':method': method, ':path': '/' }, '')).body).toBe(`${method} <>`);
  });

  test('gets the trailers of its answer', async () => {
    const side = await sides.raw(
      answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 9\r\n\r\n'),
    );
    const { client } = await reach(side.origin);
    expect(await ask(client, { ':path': '/' })).toMatchObject({ body: 'ok', trailers: { 'x-sum': '9' } });
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n', { ':status': 200, 'content-length': '7' }],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n', { ':status': 204 }],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n', { ':status': 304 }],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', { ':status': 200, 'content-length': '0' }],
  ])('%s without a body in its answer gets one frame that ends it', async (method, bytes, head) => {
    const side = await sides.raw(answering(bytes));
    const { client, forwarder } = await reach(side.origin);
    const stream = client.request({ ':path': '/', ':method': method });
    const [headers, flags] = (await once(stream, 'response')) as [IncomingHttpHeaders, number];
    expect(headers).toMatchObject(head);
    expect(flags & constants.NGHTTP2_FLAG_END_STREAM).toBe(constants.NGHTTP2_FLAG_END_STREAM);
    await eventually(() => expect(forwarder.outcomes[0]).toMatchObject({ kind: 'completed' }));
  });

  test('streams both ways at once, and slowly where its client is slow', async () => {
    const origin = await sides.node((request, response) => void request.pipe(response));
    const { client, forwarder } = await reach(origin);
    const stream = client.request({ ':path': '/', ':method': 'POST' });
    const piece = Buffer.alloc(65_536, 'a');
    for (let index = 0; index < 64; index += 1) stream.write(piece);
    stream.end();
    let byteCount = 0;
    for await (const chunk of stream) byteCount += (chunk as Buffer).length;
    expect(byteCount).toBe(64 * piece.length);
    await eventually(() => expect(forwarder.outcomes[0]).toMatchObject({ kind: 'completed' }));
  });
});

describe('what breaks breaks one stream, never the connection', () => {
  test.each([
    ['in a body with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
    ['in a chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('an answer that the side cuts %s is a reset', async (_where, bytes) => {
    const side = await sides.raw((socket, soFar) => {
      if (soFar.includes('GET /cut')) setImmediate(() => socket.write(bytes, () => socket.resetAndDestroy()));
      else socket.write(okBytes);
    });
    const { client } = await reach(side.origin);
    const cut = client.request({ ':path': '/cut' });
    cut.resume();
    const [err] = (await once(cut, 'error')) as [NodeJS.ErrnoException];
    expect([err.code, cut.rstCode]).toEqual(['ERR_HTTP2_STREAM_ERROR', constants.NGHTTP2_INTERNAL_ERROR]);
    expect((await ask(client, { ':path': '/' })).body).toBe('ok');
  });

  test.each([
    ['CANCEL', constants.NGHTTP2_CANCEL],
    ['NO_ERROR', constants.NGHTTP2_NO_ERROR],
  ])('an upload that its client breaks off with %s never looks complete to the side', async (_name, code) => {
    const side = await sides.raw(() => undefined);
    const forwarder = await sides.forwarderTo(side.origin, { protocol: 'h2c' });
    // Node's own client ends a stream before it resets it.
    const head = headersFrame(1, [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'a'],
    ]);
    const client = await openRawClient(forwarder.port);
    sides.onClose(() => void client.socket.destroy());
    client.socket.write(Buffer.concat([preface, head, frame('DATA', 0, 1, Buffer.from('half'))]));
    await eventually(() => expect(side.received()).toContain('half'));
    client.socket.write(resetFrame(1, code));
    await eventually(() => expect(side.openCount()).toBe(0));
    expect(side.received()).not.toMatch(/\r\n0\r\n\r\n$/);
    expect(forwarder.outcomes).toEqual([{ kind: 'client-aborted', phase: 'headers' }]);
    expect(client.socket.destroyed).toBe(false);
  });

  test('a client that breaks off its answer ends the exchange with the side', async () => {
    const side = await sides.raw(answering('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'));
    const { client, forwarder } = await reach(side.origin);
    const stream = client.request({ ':path': '/' });
    await once(stream, 'data');
    stream.close(constants.NGHTTP2_CANCEL);
    await eventually(() => expect(side.openCount()).toBe(0));
    expect(forwarder.outcomes).toEqual([{ kind: 'client-aborted', phase: 'body' }]);
  });

  test('a side that answers early gets no more of the body, and its answer arrives whole', async () => {
    const side = await sides.raw((socket, soFar) => {
      if (soFar.includes('first'))
        socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig');
    });
    const { client } = await reach(side.origin);
    const stream = client.request({ ':path': '/', ':method': 'POST' });
    stream.on('error', () => undefined);
    stream.write('first');
    expect(await answerOf(stream)).toMatchObject({ headers: { ':status': 413 }, body: 'big' });
    expect(client.destroyed).toBe(false);
  });

  test('a body that stops coming is the client’s fault, and one stream’s', async () => {
    const side = await sides.raw(() => undefined);
    const { client } = await reach(side.origin, { timeouts: { bodyIdleMs: 50 } });
    const stream = client.request({ ':path': '/', ':method': 'POST' });
    stream.write('half');
    expect((await answerOf(stream)).body).toBe('client-stalled.headers');
    expect(client.destroyed).toBe(false);
  });

  test('a client that never reads is cut after the idle time of bodies', async () => {
    const origin = await sides.node((_request, response) => void response.end(Buffer.alloc(8_000_000)));
    const { client, forwarder } = await reach(origin, { timeouts: { bodyIdleMs: 100 } });
    const stream = client.request({ ':path': '/' });
    stream.on('error', () => undefined);
    stream.pause();
    await eventually(() => expect(forwarder.outcomes).toEqual([{ kind: 'client-stalled', phase: 'body' }]));
    await eventually(() => expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR));
  });
});

test('an answer that its client has is a whole one, however busy the connection is', async () => {
  const origin = await sides.node((request, response) => void text(request).then((body) => response.end(body)));
  const { client, forwarder } = await reach(origin);
  const askInTurn = async (): Promise<void> => {
    for (let index = 0; index < 50; index += 1) {
      const { body } = await ask(client, { ':method': 'POST', ':path': '/a' }, 'a body');
      expect(body).toBe('a body');
    }
  };
  await Promise.all(Array.from({ length: 16 }, askInTurn));
  await eventually(() => expect(forwarder.outcomes).toHaveLength(800));
  expect(forwarder.outcomes.filter(({ kind }) => kind !== 'completed')).toEqual([]);
});
