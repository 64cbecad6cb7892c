import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { answering, openRawClient } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';
import type { ForwarderOptions } from '../testing/forwarder.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

/** What the side sees when a client sends these header lines. */
async function seenBySide(lines: readonly string[], options?: ForwarderOptions): Promise<readonly string[]> {
  const side = await sides.raw(answering(okBytes));
  const { port } = await sides.forwarderTo(side.origin, options);
  const client = await openRawClient(
    port,
    `GET / HTTP/1.1\r\n${['Host: shop.example', ...lines].join('\r\n')}\r\n\r\n`,
  );
  await eventually(() => expect(client.received()).toContain('ok'));
  client.socket.destroy();
  return side.received().split('\r\n').slice(1, -2);
}

/** What the client sees when the side answers with these header lines. */
async function seenByClient(lines: readonly string[]): Promise<readonly string[]> {
  const side = await sides.raw(
    answering(`HTTP/1.1 200 OK\r\n${[...lines, 'Content-Length: 2'].join('\r\n')}\r\n\r\nok`),
  );
  const { port } = await sides.forwarderTo(side.origin);
  const client = await openRawClient(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => expect(client.received()).toContain('ok'));
  client.socket.destroy();
  return client.received().split('\r\n').slice(1, -2);
}

const introduced = [
  'x-forwarded-for: 127.0.0.1',
  'x-forwarded-proto: http',
  'x-forwarded-host: shop.example',
  'forwarded: for=127.0.0.1;host=shop.example;proto=http',
  'x-request-id: request-1',
  'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
];

describe('towards the side', () => {
  test("order, case, duplicates and odd bytes of the client's headers are kept", async () => {
    const lines = ['X-One: 1', 'x-TWO: 2', 'X-One: 3', 'Cookie: a=b', 'Cookie: c=d', 'X-Latin: caf\xe9'];
    const seen = await seenBySide(lines);
    expect(seen).toEqual(['host: shop.example', 'connection: keep-alive', ...lines, ...introduced]);
  });

  test.each([
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Proxy-Authorization: Basic eA==',
    'Proxy-Authenticate: Basic',
    'TE: gzip',
    'HTTP2-Settings: AAMAAABk',
    'Alt-Svc: h2=":443"',
    'ALPN: h2',
    'Trailer: X-Sum',
    'Upgrade-Insecure-Requests: 1',
  ])('%s ends here', async (line) => {
    expect(await seenBySide([line, 'X-End: 1'])).toEqual([
      'host: shop.example',
      'connection: keep-alive',
      'X-End: 1',
      ...introduced,
    ]);
  });

  test('what Connection names is taken out, in every Connection header', async () => {
    const seen = await seenBySide([
      'Connection: keep-alive, X-User',
      'X-User: mallory',
      'connection: X-Hop',
      'X-Hop: 1',
      'X-End: 1',
    ]);
    expect(seen).toEqual(['host: shop.example', 'connection: keep-alive', 'X-End: 1', ...introduced]);
  });

  test('Connection cannot name away what framing, authentication or our own headers stand on', async () => {
    const seen = await seenBySide([
      'Connection: authorization, cookie, content-length, host, x-request-id, x-forwarded-for',
      'Authorization: Bearer token',
      'Cookie: a=b',
      'Content-Length: 0',
    ]);
    expect(seen).toEqual([
      'host: shop.example',
      'connection: keep-alive',
      'Authorization: Bearer token',
      'Cookie: a=b',
      ...introduced,
    ]);
  });

  test.each([
    'X-Forwarded-For: 6.6.6.6',
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Prefix: /evil',
    'X_Forwarded_For: 6.6.6.6',
    'Forwarded: for=6.6.6.6;host=evil.example',
    'X-Real-IP: 6.6.6.6',
    'X-Banyan-Side: extracted',
    'X_Banyan_Side: extracted',
    'X-Request-Id: forged',
    'Traceparent: 00-11111111111111111111111111111111-2222222222222222-01',
    'Tracestate: forged=1',
    'X-User: admin',
    'X_User: admin',
  ])('"%s" of an untrusted client never reaches the side', async (line) => {
    expect(await seenBySide([line])).toEqual(['host: shop.example', 'connection: keep-alive', ...introduced]);
  });

  test("a trusted peer's account of the client is kept and continued", async () => {
    const seen = await seenBySide(
      [
        'X-Forwarded-For: 9.9.9.9',
        'X-Forwarded-Host: www.example',
        'X-Forwarded-Proto: https',
        'Forwarded: for=9.9.9.9',
        'X-User: 42',
      ],
      { introduction: { isPeerTrusted: true, peerAddress: '10.0.0.1' } },
    );
    expect(seen).toContain('x-forwarded-for: 9.9.9.9, 10.0.0.1');
    expect(seen).toContain('x-forwarded-host: www.example');
    expect(seen).toContain('x-forwarded-proto: https');
    expect(seen).toContain('forwarded: for=9.9.9.9, for=10.0.0.1;host=shop.example;proto=http');
    expect(seen).toContain('X-User: 42');
  });

  test('tracestate goes on together with the trace it belongs to', async () => {
    const seen = await seenBySide(['Tracestate: vendor=1'], { introduction: { keepsTracestate: true } });
    expect(seen).toContain('Tracestate: vendor=1');
  });
});

describe('towards the client', () => {
  const framed = ['Content-Length: 2', 'x-banyan-side: legacy'];

  test('order, case and duplicates are kept, every Set-Cookie on its own line', async () => {
    const lines = [
      'Date: now',
      'Set-Cookie: a=1; Path=/',
      'X-One: 1',
      'set-cookie: b=2',
      'X-one: 2',
      'X-Latin: caf\xe9',
    ];
    expect((await seenByClient(lines)).slice(0, lines.length)).toEqual(lines);
  });

  test.each([
    'Keep-Alive: timeout=1',
    'Proxy-Authenticate: Basic',
    'Proxy-Connection: close',
    'Alt-Svc: h3=":443"',
    'Upgrade: h2c',
    'X-Banyan-Side: extracted',
    'X-Request-Id: of-the-side',
    'Trailer: X-Sum',
  ])('%s ends here', async (line) => {
    const seen = await seenByClient(['Date: now', line]);
    expect(seen).toEqual(['Date: now', ...framed, 'Connection: keep-alive', 'Keep-Alive: timeout=65']);
  });

  test('what Connection names is taken out, but never a cookie', async () => {
    const seen = await seenByClient([
      'Date: now',
      'Connection: X-Secret, Set-Cookie',
      'X-Secret: 1',
      'Set-Cookie: a=1',
    ]);
    expect(seen).toEqual([
      'Date: now',
      'Set-Cookie: a=1',
      ...framed,
      'Connection: keep-alive',
      'Keep-Alive: timeout=65',
    ]);
  });
});
