import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { connect as connectHttp2, constants } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { makeCertificate, pairIn } from '../testing/certificate.ts';
import { eventually } from '../testing/eventually.ts';
import { startFacade, tripRules, type TestFacade } from '../testing/facade.ts';
import { endStream, frame, headerBlock, headersFrame, preface, resetFrame } from '../testing/http2-frames.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

type Fields = readonly (readonly [string, string])[];
const asking = (...fields: Fields): Fields => [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/users/7'],
  ...fields,
];
const toShop = asking([':authority', 'shop.example']);

interface Reaching {
  readonly env?: Readonly<Record<string, string>>;
  /** Of the side, in the place of "ok". */
  readonly answer?: (response: ServerResponse) => void;
}

interface Reached {
  readonly facade: TestFacade;
  /** The header lists of what reached the side. */
  readonly seen: readonly (readonly string[])[];
  readonly seenCount: () => number;
  /** Sends bytes on a new connection; settles when the facade has ended it. */
  readonly endOf: (pieces: () => Iterable<Buffer>) => Promise<void>;
}

/** A facade with HTTP/2 and a side that counts what it sees. */
async function reach({ env, answer }: Reaching = {}): Promise<Reached> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-tls-'));
  sides.onClose(() => rm(folder, { recursive: true }));
  const files = pairIn(folder);
  await files.write(await makeCertificate('door'));
  const seen: string[][] = [];
  const legacy = await sides.node((request, response) => {
    seen.push(request.rawHeaders);
    if (answer) answer(response);
    else response.end('ok');
  });
  const rules = tripRules({ legacy, trips: await sides.absent() });
  const facade = await startFacade({ rules, env: { ...files.env, ...env } });
  sides.onClose(() => facade.close());
  return {
    facade,
    seen,
    seenCount: () => seen.length,
    endOf: async (pieces) => {
      const port = Number(new URL(facade.tlsUrl ?? '').port);
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] });
      socket.on('error', () => undefined).resume();
      sides.onClose(() => void socket.destroy());
      await once(socket, 'secureConnect');
      socket.write(preface);
      for (const piece of pieces()) if (!socket.destroyed) socket.write(piece);
      await new Promise((resolve) => (socket.closed ? resolve(undefined) : socket.once('close', resolve)));
    },
  };
}

const metricsOf = async (facade: TestFacade): Promise<string> => String((await facade.admin('GET', '/metrics')).body);

describe('a connection that asks for work and takes it back ends, and others do not notice', () => {
  test('requests that are opened and reset at once (CVE-2023-44487)', async () => {
    const { facade, endOf } = await reach();
    await endOf(function* () {
      for (let id = 1; id < 2_000; id += 2)
        yield Buffer.concat([headersFrame(id, toShop, endStream), resetFrame(id, constants.NGHTTP2_CANCEL)]);
    });
    expect(await metricsOf(facade)).toMatch(/facade_refusals_total\{reason="http2-resets"\} 1/);
  });

  test('requests that are taken back in the middle of their answers', async () => {
    const { facade } = await reach({
      answer: (response) => response.writeHead(200, { 'content-length': 9 }).write('half'),
    });
    const client = connectHttp2(facade.tlsUrl ?? '', { rejectUnauthorized: false });
    client.on('error', () => undefined);
    sides.onClose(() => client.destroy());
    const takeBack = async (): Promise<void> => {
      while (!client.destroyed && !client.closed) {
        const stream = client.request({ ':path': '/users/7' }).on('error', () => undefined);
        await new Promise((resolve) => stream.once('data', resolve).once('close', resolve));
        stream.close(constants.NGHTTP2_CANCEL);
      }
    };
    await Promise.all(Array.from({ length: 50 }, takeBack));
    await eventually(async () =>
      expect(await metricsOf(facade)).toMatch(/facade_refusals_total\{reason="http2-resets"\} 1/),
    );
  });

  test('requests whose client makes the server reset them (CVE-2025-8671)', async () => {
    const { endOf, seenCount } = await reach();
    // A window that grows by nothing is an error of its stream (RFC 9113 6.9).
    const nothing = Buffer.alloc(4);
    await endOf(function* () {
      for (let id = 1; id < 4_000; id += 2)
        yield Buffer.concat([headersFrame(id, toShop, endStream), frame('WINDOW_UPDATE', 0, id, nothing)]);
    });
    expect(seenCount()).toBeLessThan(1_000);
  });

  test('a head that never ends (CVE-2024-27983)', async () => {
    const { endOf, seenCount } = await reach();
    await endOf(function* () {
      yield frame('HEADERS', endStream, 1, headerBlock(toShop));
      for (let index = 0; index < 5_000; index += 1)
        yield frame('CONTINUATION', 0, 1, headerBlock([[`x-${index}`, 'y'.repeat(100)]]));
    });
    expect(seenCount()).toBe(0);
  });

  test.each([
    ['settings', () => frame('SETTINGS', 0, 0)],
    ['pings', () => frame('PING', 0, 0, Buffer.alloc(8))],
  ])('a flood of %s', async (_what, piece) => {
    const { endOf } = await reach();
    const many = Buffer.concat(Array.from({ length: 2_000 }, piece));
    await endOf(function* () {
      for (let index = 0; index < 200; index += 1) yield many;
    });
  });

  test('a connection that asks for nothing ends after the time for a head', async () => {
    const { endOf } = await reach({ env: { FACADE_HEAD_TIMEOUT_MS: '100' } });
    await endOf(function* () {
      yield headersFrame(1, toShop).subarray(0, 20);
    });
  });
});

describe('what cannot be said in HTTP/1.1 never reaches a side', () => {
  const refused = async (fields: Fields): Promise<number> => {
    const { facade, seenCount } = await reach();
    const client = connectHttp2(facade.tlsUrl ?? '', { rejectUnauthorized: false });
    sides.onClose(() => client.destroy());
    client.on('error', () => undefined);
    const stream = client.request(Object.fromEntries(fields));
    const [head] = (await once(stream, 'response')) as [{ ':status': number }];
    expect(seenCount()).toBe(0);
    return head[':status'];
  };

  test.each([
    ['another Host than its authority', asking([':authority', 'a'], ['host', 'b']), 400],
    ['an authority with a user', asking([':authority', 'me@a']), 400],
    [
      'an ambiguous path',
      [...asking([':authority', 'a']).slice(0, 2), [':path', '/users/a%2fb'], [':authority', 'a']],
      400,
    ],
    ['a head above the limit', asking([':authority', 'a'], ['x-a', 'a'.repeat(17_000)]), 431],
    [
      'CONNECT',
      [
        [':method', 'CONNECT'],
        [':authority', 'a:80'],
      ],
      405,
    ],
  ] as const)('%s is refused', async (_what, fields, status) => {
    expect(await refused(fields)).toBe(status);
  });

  test.each([
    ['Connection', asking([':authority', 'a'], ['connection', 'x-a'])],
    ['Transfer-Encoding', asking([':authority', 'a'], ['transfer-encoding', 'chunked'])],
    ['Upgrade', asking([':authority', 'a'], ['upgrade', 'h2c'])],
    // RFC 8441 is not offered.
    ['a WebSocket', [[':method', 'CONNECT'] as const, [':protocol', 'websocket'] as const, ...toShop.slice(1)]],
    ['TE but for trailers', asking([':authority', 'a'], ['te', 'gzip'])],
    ['a name in upper case', asking([':authority', 'a'], ['X-A', 'b'])],
    ['a pseudo header after a header', [['x-a', 'b'] as const, ...toShop]],
    ['two paths', asking([':path', '/'])],
  ])('%s resets its stream', async (_what, fields) => {
    const { facade, endOf, seenCount } = await reach({ env: { FACADE_HEAD_TIMEOUT_MS: '100' } });
    await endOf(function* () {
      yield headersFrame(1, fields, endStream);
    });
    expect(seenCount()).toBe(0);
    await eventually(() => expect(facade.servedLines()).toEqual([]));
  });

  test.each([['b\r\nx-c: d'], ['b\nc'], ['b\0c']])(
    'a header whose value is %j does not count as said',
    async (value) => {
      const { endOf, seen } = await reach();
      void endOf(function* () {
        yield headersFrame(1, asking([':authority', 'a'], ['x-a', value], ['x-b', 'b']), endStream);
      });
      await eventually(() => expect(seen).toHaveLength(1));
      expect(seen[0]).toContain('x-b');
      expect(seen[0]).not.toContain('x-a');
      expect(seen[0]).not.toContain('x-c');
    },
  );
});
