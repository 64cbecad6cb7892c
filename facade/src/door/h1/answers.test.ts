import { Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { openH1Door, type H1Door, type Serve } from '../../testing/h1-door.ts';
import { openRawClient } from '../../testing/raw-sockets.ts';

vi.setConfig({ testTimeout: 30_000 });
const opened: H1Door[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((door) => door.close({ graceMs: 0, idleGraceMs: 0 })));
});

async function aDoor(serve: Serve): Promise<H1Door> {
  const door = await openH1Door(serve);
  opened.push(door);
  return door;
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const withoutDate = (bytes: string): string => bytes.replaceAll(/Date: [^\r]+\r\n/g, '');
const kept = 'Connection: keep-alive\r\nKeep-Alive: timeout=65\r\n';

/** All that a client gets until its connection ends. */
async function received(serve: Serve, bytes: string): Promise<string> {
  const client = await openRawClient((await aDoor(serve)).port, bytes);
  await client.ended;
  return client.received();
}

/** The same of a connection that is kept: as much as the answer is long. */
async function answered(serve: Serve, bytes: string, end: string): Promise<string> {
  const client = await openRawClient((await aDoor(serve)).port, bytes);
  await eventually(() => expect(client.received().endsWith(end)).toBe(true));
  client.socket.destroy();
  return withoutDate(client.received());
}

describe('an answer', () => {
  test('that is at hand leaves in one write, its list as it was given, and is out at once', async () => {
    let writeCount = 0;
    let isOut = false;
    const serve: Serve = (response, request) => {
      const { socket } = request;
      if (!(socket instanceof Socket)) return;
      const write = vi.spyOn(socket, 'write');
      response.writeHead(200, 'Fine', ['Content-Length', '4', 'Set-Cookie', 'a', 'set-cookie', 'b', 'X', 'caf\xe9']);
      response.end(Buffer.from('\xff\x00ok', 'latin1'));
      isOut = response.writableFinished;
      writeCount = write.mock.calls.length;
    };
    expect(await answered(serve, get, 'ok')).toBe(
      `HTTP/1.1 200 Fine\r\nContent-Length: 4\r\nSet-Cookie: a\r\nset-cookie: b\r\nX: caf\xe9\r\n${kept}\r\n\xff\x00ok`,
    );
    expect([writeCount, isOut]).toEqual([1, true]);
  });

  test('without a length is chunked, piece by piece, and its trailers follow', async () => {
    const serve: Serve = (response) => {
      response.writeHead(200);
      response.write('hello');
      response.write('');
      response.addTrailers([['X-Sum', '1']]);
      response.end('!');
    };
    expect(await answered(serve, get, '\r\n\r\n')).toBe(
      `HTTP/1.1 200 OK\r\n${kept}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\n\r\n`,
    );
  });

  test('that is too large for one text is whole', async () => {
    const body = `${'banyan'.repeat(500_000)}.`;
    const serve: Serve = (response) => {
      response.writeHead(200);
      response.end(body);
    };
    const end = `2dc6c1\r\n${body}\r\n0\r\n\r\n`;
    expect(await answered(serve, get, '0\r\n\r\n')).toBe(
      `HTTP/1.1 200 OK\r\n${kept}Transfer-Encoding: chunked\r\n\r\n${end}`,
    );
  });

  test.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('to %s with status %d has no body, whatever is written', async (method, status) => {
    const serve: Serve = (response) => {
      response.writeHead(status, 'Why', ['ETag', '1']);
      response.write('body');
      response.end('body');
    };
    const bytes = await answered(serve, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, '\r\n\r\n');
    expect(bytes).toBe(`HTTP/1.1 ${status} Why\r\nETag: 1\r\n${kept}\r\n`);
  });

  test('to HTTP/1.0 is never chunked: the end of the connection is its end', async () => {
    const serve: Serve = (response) => {
      response.writeHead(200);
      response.write('hel');
      response.end('lo');
    };
    const bytes = await received(serve, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(withoutDate(bytes)).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello');
  });

  test('to HTTP/1.0 with a length keeps the connection for a client that asks for that', async () => {
    const serve: Serve = (response) => {
      response.writeHead(200, undefined, ['Content-Length', '2']);
      response.end('ok');
    };
    const bytes = await answered(serve, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 'ok');
    expect(bytes).toBe(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${kept}\r\nok`);
  });

  test.each([
    ['more', 'hello!'],
    ['fewer', 'hell'],
  ])('of %s bytes than it told breaks the connection', async (_what, body) => {
    const serve: Serve = (response) => {
      response.writeHead(200, undefined, ['Content-Length', '5']);
      response.flushHeaders();
      response.end(body);
    };
    const bytes = await received(serve, get + get);
    expect(bytes).not.toContain('hell');
    expect(bytes.split('HTTP/1.1 200')).toHaveLength(2);
  });

  test('that grows beyond its length in a later piece breaks off before that piece', async () => {
    const serve: Serve = (response) => {
      response.writeHead(200, undefined, ['Content-Length', '5']);
      response.write('hello');
      setImmediate(() => response.write('!'));
    };
    expect(await received(serve, get)).toMatch(/\r\n\r\nhello$/);
  });

  test.each([
    [['X A', 'b'], 'ERR_INVALID_HTTP_TOKEN'],
    [['X-A', 'b\r\nX-C: d'], 'ERR_INVALID_CHAR'],
    [['X-A', 'b\0'], 'ERR_INVALID_CHAR'],
    [['X-A', '\u0100'], 'ERR_INVALID_CHAR'],
    [['Content-Length', '5, 5'], 'ERR_HTTP_CONTENT_LENGTH'],
    [['Content-Length', '5', 'content-length', '5'], 'ERR_HTTP_CONTENT_LENGTH'],
    [['Transfer-Encoding', 'gzip'], 'ERR_HTTP_FRAMING'],
    [['Connection', 'upgrade'], 'ERR_HTTP_FRAMING'],
  ])('with %j is refused with %s before a byte is out', async (headers, code) => {
    const codes: unknown[] = [];
    const serve: Serve = (response) => {
      try {
        response.writeHead(200, undefined, headers);
      } catch (err) {
        codes.push(err instanceof TypeError && 'code' in err && err.code);
      }
      response.writeHead(502, undefined, ['Content-Length', '0']);
      response.end();
    };
    expect(await answered(serve, get, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /);
    expect(codes).toEqual([code]);
  });

  test('is finished when the system has all of it, and closed behind that', async () => {
    const told: string[] = [];
    const serve: Serve = (response) => {
      response.on('finish', () => told.push(`finish ${response.writableFinished}`));
      response.once('close', () => told.push(`close ${response.destroyed}`));
      response.writeHead(200, undefined, ['Content-Length', String(64 << 20)]);
      response.end(Buffer.alloc(64 << 20));
      told.push(`ended ${response.writableFinished}`);
    };
    const client = await openRawClient((await aDoor(serve)).port);
    client.socket.pause();
    client.socket.write(get);
    await eventually(() => expect(told).toEqual(['ended false']));
    client.socket.resume();
    await eventually(() => expect(told).toEqual(['ended false', 'finish true', 'close true']));
    client.socket.destroy();
  });

  test('to a client that leaves before it has all of it was never finished', async () => {
    const door = await aDoor((response) => {
      response.writeHead(200, undefined, ['Content-Length', String(64 << 20)]);
      response.end(Buffer.alloc(64 << 20));
    });
    const client = await openRawClient(door.port);
    client.socket.pause();
    client.socket.write(get);
    await eventually(() => expect(door.visits).toHaveLength(1));
    client.socket.resetAndDestroy();
    await eventually(() => expect(door.visits[0]?.response.destroyed).toBe(true));
    expect(door.visits[0]?.response.writableFinished).toBe(false);
  });
});
