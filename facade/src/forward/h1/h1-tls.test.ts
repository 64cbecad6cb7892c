import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ask } from '../../testing/ask-side.ts';
import { eventually } from '../../testing/eventually.ts';
import { createSides } from '../../testing/sides.ts';
import { selfSigned, startTlsSide, type Certificate } from '../../testing/tls-side.ts';
import { peerOf } from '../instances/peer.ts';
import { H1Dispatcher } from './h1-dispatcher.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

let certificate: Certificate;
beforeAll(async () => {
  certificate = await selfSigned('trips.internal');
});
afterAll(() => certificate.remove());

const pattern = Buffer.alloc(2 << 20, Array.from({ length: 1_021 }, (_, index) => `${index};`).join(''));

/** A server that answers with the pattern, and the connections to it that were opened. */
async function overTls() {
  let connectionCount = 0;
  const side = await startTlsSide(certificate, (_request, response) => response.end(pattern));
  side.server.on('secureConnection', () => (connectionCount += 1));
  sides.onClose(() => side.close());
  const tls = { caFile: certificate.certFile };
  const peer = peerOf(`https://trips.internal:${side.port}`, { tls, protocol: 'http1' }, '127.0.0.1');
  const pool = new H1Dispatcher(peer, { connectionCount: 4, waitingCount: 10, headerBytes: 16_384, idleMs: 60_000 });
  sides.onClose(() => pool.destroy());
  return { pool, connectionCount: () => connectionCount };
}

test('a connection over TLS is used again, and an answer larger than all buffers comes whole', async () => {
  const { pool, connectionCount } = await overTls();
  for (let count = 0; count < 3; count += 1) {
    const asked = ask(pool);
    await asked.over;
    expect([asked.status, asked.error]).toEqual([200, undefined]);
    expect(asked.body === pattern.toString('latin1')).toBe(true);
  }
  expect(connectionCount()).toBe(1);
});

test('a client that takes a piece now and then gets all of it', async () => {
  const { pool } = await overTls();
  const kept: Buffer[] = [];
  let resume = (): void => undefined;
  let isOver = false;
  pool.dispatch(
    { method: 'GET', path: '/', headers: ['host', 'a'] },
    {
      onHeaders: (_status, _raw, goOn) => {
        resume = goOn;
        return true;
      },
      onData: (chunk) => {
        kept.push(chunk);
        setImmediate(() => resume());
        return false;
      },
      onComplete: () => (isOver = true),
    },
  );
  await eventually(() => expect(isOver).toBe(true));
  expect(Buffer.compare(Buffer.concat(kept), pattern)).toBe(0);
});
