import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fc, test as property } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { canonicalisePath } from '@banyan/routing-rules';
import { eventually } from './testing/eventually.ts';
import { startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { openRawClient, type RawClient } from './testing/raw-sockets.ts';

vi.setConfig({ testTimeout: 120_000 });

let facade: TestFacade;
const seen: string[] = [];
const side = createServer((request, response) => {
  seen.push(request.url ?? '');
  response.end('served');
});

beforeAll(async () => {
  side.listen(0, '127.0.0.1');
  await once(side, 'listening');
  const origin = `http://127.0.0.1:${(side.address() as AddressInfo).port}`;
  facade = await startFacade({ rules: tripRules({ legacy: origin, trips: origin }) });
});
afterAll(async () => {
  await facade.close();
  side.closeAllConnections();
  side.close();
});

const piece = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '.',
    '..',
    '%2e',
    '%2E%2e',
    '%2f',
    '%5C',
    '\\',
    ';',
    '..;',
    '%00',
    '%',
    '%zz',
    '%41',
    '%7e',
    '~',
    '@',
    ':',
    '|',
    '{',
    '"',
    '\x80',
    '\xff',
  ),
  fc.constantFrom('trips', 'Trips', 'users', '7', 'routes'),
  fc.string({ maxLength: 3 }),
);
const anyPath = fc
  .array(piece, { maxLength: 8 })
  .map((pieces) => `/${pieces.join('')}`.replace(/[\0-\x20?#\x7f]|[^\0-\xff]/g, ''));

/** Status of the answer to one request on a connection of its own. */
async function statusFor(path: string): Promise<number> {
  const client: RawClient = await openRawClient(
    facade.port,
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  );
  await eventually(() => expect(client.received()).toMatch(/^HTTP\/1\.1 \d{3} /));
  client.socket.destroy();
  return Number(client.received().slice(9, 12));
}

describe('the path that is decided on is the path that the side sees', () => {
  property.prop([anyPath], { numRuns: 1_000 })('or the client gets 400 and the side sees nothing', async (path) => {
    seen.length = 0;
    const status = await statusFor(path);
    const canonical = canonicalisePath(path);
    if (canonical.kind === 'ambiguous') {
      expect([status, seen]).toEqual([400, []]);
      return;
    }
    expect([status, seen]).toEqual([200, [canonical.path]]);
    expect(canonicalisePath(seen[0] ?? '')).toEqual(canonical);
  });
});
