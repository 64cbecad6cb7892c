import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fc, test as property } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { compileRules, matchPath, parseRules, type PathMatch, type RuleTable } from '@banyan/routing-rules';
import { startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { openRawClient, type RawClient } from './testing/raw-sockets.ts';

vi.setConfig({ testTimeout: 120_000 });

let facade: TestFacade;
let table: RuleTable;
const seen: string[] = [];
const side = createServer((request, response) => {
  seen.push(request.url ?? '');
  response.end('served');
});

beforeAll(async () => {
  side.listen(0, '127.0.0.1');
  await once(side, 'listening');
  const origin = `http://127.0.0.1:${(side.address() as AddressInfo).port}`;
  const rules = `${tripRules({ legacy: origin, trips: origin })}
  - { id: packages, methods: [GET], path: '/packages/{name}', upstream: legacy, paths: { allow: [encoded-separator] } }
  - id: anything
    methods: [GET]
    path: /anything/{rest*}
    upstream: legacy
    paths:
      allow: [encoded-separator, backslash, encoded-control, overlong-encoding, dot-segment-parameters, hidden-dot-segments, empty-segments]
`;
  const reading = parseRules(rules);
  if (reading.kind === 'refused') return expect.fail(JSON.stringify(reading.problems));
  table = compileRules(reading.document);
  facade = await startFacade({ rules });
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
    '%c0%af',
    '%C0%AE',
    '%3b',
    '..%3b',
    '~',
    '@',
    ':',
    '|',
    '{',
    '"',
    '\x80',
    '\xff',
  ),
  fc.constantFrom('trips', 'Trips', 'users', '7', 'routes', 'packages/', 'anything/'),
  fc.string({ maxLength: 3 }),
);
const anyPath = fc
  .tuple(fc.constantFrom('', '', 'packages/', 'anything/'), fc.array(piece, { maxLength: 8 }))
  .map(([start, pieces]) => `/${start}${pieces.join('')}`.replace(/[\0-\x20?#\x7f]|[^\0-\xff]/g, ''));

/** Status of the answer to one request on a connection of its own. */
async function statusFor(path: string): Promise<number> {
  const client: RawClient = await openRawClient(
    facade.port,
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  );
  await client.ended;
  client.socket.destroy();
  return Number(client.received().slice(9, 12));
}

/** What the rules say about a path as it came; the same code decides, the sockets are what is tested. */
function expectedFor(path: string): PathMatch {
  return matchPath(table, { method: 'GET', path, host: 'a', headers: {} });
}

describe('the path that is decided on is the path that the side sees, byte for byte', () => {
  property.prop([anyPath], { numRuns: 2_000 })('or the client gets 400 and the side sees nothing', async (path) => {
    seen.length = 0;
    const status = await statusFor(path);
    const expected = expectedFor(path);
    if (expected.kind === 'ambiguous') {
      expect([status, seen]).toEqual([400, []]);
      return;
    }
    expect([status, seen]).toEqual([200, [expected.request.path]]);
    // Whoever decides on what the side saw comes to the same rule.
    const again = expectedFor(seen[0] ?? '');
    expect(again).toMatchObject({ kind: 'settled', request: { path: seen[0] }, match: expected.match });
  });
});

describe('a route that allows a path in two readings', () => {
  test.each([
    ['/packages/@scope%2fname', '/packages/@scope%2Fname', 'packages'],
    ['/packages/@scope%2Fname', '/packages/@scope%2Fname', 'packages'],
    ['/anything/a\\b', '/anything/a%5Cb', 'anything'],
    ['/anything/a//..;x/%00', '/anything/a//..;x/%00', 'anything'],
    ['/anything/%2e%2e%2Fusers', '/anything/..%2Fusers', 'anything'],
  ])('gets %s as %s, and it separates nothing in matching', async (path, forwarded, rule) => {
    seen.length = 0;
    expect([await statusFor(path), seen]).toEqual([200, [forwarded]]);
    expect(facade.servedLines().at(-1)).toMatchObject({ rule });
  });

  test.each(['/packages/@scope%5cname', '/packages/a%2F..%2Fb', '/users/a%2Fb', '/nowhere/a%2Fb', '/anything%2Fa'])(
    'does not open the door for others: %s is 400',
    async (path) => {
      seen.length = 0;
      expect([await statusFor(path), seen]).toEqual([400, []]);
    },
  );
});
