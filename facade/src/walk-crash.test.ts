import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { captureLog } from '@banyan/platform/testing';
import { compileRules, parseRules, type RuleTable } from '@banyan/routing-rules';
import { serveVisit, type ServeVisitParts } from './serve-visit.ts';
import { tripRules } from './testing/facade.ts';
import { Injected, throwing } from './testing/injected.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

function tripTable(): RuleTable {
  const reading = parseRules(tripRules({ legacy: 'http://legacy.example', trips: 'http://trips.example' }));
  return reading.kind === 'refused' ? expect.fail(JSON.stringify(reading.problems)) : compileRules(reading.document);
}

const table = tripTable();
const unreachable = { kind: 'connect-failed', code: 'ECONNREFUSED' };

/** A walk that goes well: the order sends trips to the extracted side, which answers. */
const wellBehaved = {
  rules: () => ({ table, gatewayNames: new Set<string>() }),
  flags: () => ({ isEnabled: () => ({ isOn: false }) }),
  overrides: () => ({ orderFor: (capability: string) => ({ capability, side: 'extracted', reason: 'test' }) }),
  guard: { alarmFor: () => undefined },
  ownership: { ownerOf: () => undefined },
  identify: (): unknown => ({ subject: '42' }),
  trustedPeers: { has: () => false },
  admit: () => ({ refusal: undefined, headers: undefined, uploadLimits: undefined }),
  exchanges: { open: ({ response }: { response: ServerResponse }) => exchangeOf(() => answered(response)) },
  longLived: { watch: () => () => undefined },
  recorder: { served: () => undefined, refused: () => undefined },
  onlookers: { tap: { isOpen: false }, explainer: {} },
  targetLengthLimit: 8_000,
};

const exchangeOf = (send: () => unknown) => ({ send: () => Promise.resolve().then(send), isUntouched: true });

function answered(response: ServerResponse) {
  response.end('served');
  return { kind: 'completed', status: 200 };
}

/** The first side cannot be reached, and what is sent to the second one throws. */
function throwingFallback() {
  let sendCount = 0;
  return exchangeOf(() => {
    sendCount += 1;
    return sendCount === 1 ? unreachable : throwing();
  });
}

type Steps = Partial<Record<keyof typeof wellBehaved, unknown>>;

/** Serves requests with `steps` for the first one and with a walk that goes well for the next. */
async function facadeCrashingOnce(steps: Steps) {
  const { log, lines } = captureLog();
  const inFlight = { count: 0 };
  const metrics = { inFlight };
  let next: Steps = steps;
  server = createServer((request, response) => {
    const parts = { ...wellBehaved, ...next, log, metrics } as unknown as ServeVisitParts;
    next = {};
    void serveVisit(parts, { request, response, upgrade: undefined, startedAtMs: 0 });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/trips/7`;
  return { url, crashes: () => lines.map(({ event }) => event), inFlight: () => inFlight.count };
}

// A rejected promise that nobody handled would end this process, and the run with it.
describe('a throw in the walk', () => {
  test.each<[step: string, steps: Steps]>([
    ['introduce', { trustedPeers: { has: throwing } }],
    ['toRouteRequest', { targetLengthLimit: { valueOf: throwing } }],
    [
      'matchRoute',
      {
        rules: () => ({
          table: Object.create(table, { index: { get: throwing } }) as unknown,
          gatewayNames: new Set(),
        }),
      },
    ],
    ['the table', { rules: () => ({ table: undefined, gatewayNames: new Set() }) }],
    ['identify', { identify: throwing }],
    ['identify, later', { identify: () => Promise.reject(new Injected('injected')) }],
    ['flags', { flags: throwing }],
    ['decide', { overrides: () => ({ orderFor: throwing }) }],
    ['look on', { onlookers: { tap: { isOpen: true, take: throwing }, explainer: {} } }],
    ['limits', { admit: throwing }],
    ['open', { exchanges: { open: throwing } }],
    ['watch', { longLived: { watch: throwing } }],
    ['send', { exchanges: { open: () => exchangeOf(throwing) } }],
    ['fall back', { exchanges: { open: throwingFallback } }],
  ])('at the step "%s" is a 500, and the next request is served', async (_step, steps) => {
    const { url, crashes, inFlight } = await facadeCrashingOnce(steps);
    const answer = await fetch(url);
    expect([answer.status, await answer.json()]).toMatchObject([500, { type: '/problems/internal' }]);
    expect(crashes()).toEqual(['request.crashed']);
    expect(await (await fetch(url)).text()).toBe('served');
    expect(inFlight()).toBe(0);
  });

  test('once the head is out breaks the answer off, and the next request is served', async () => {
    const half = ({ response }: { response: ServerResponse }) =>
      exchangeOf(() => {
        response.writeHead(200, { 'content-length': '9' }).write('half');
        throwing();
      });
    const { url, crashes } = await facadeCrashingOnce({ exchanges: { open: half } });
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
    expect(crashes()).toEqual(['request.crashed']);
    expect(await (await fetch(url)).text()).toBe('served');
  });

  test('of the record leaves the answer that is out as it is, and the next request is served', async () => {
    const { url, crashes, inFlight } = await facadeCrashingOnce({ recorder: { served: throwing } });
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, 'served']);
    expect(crashes()).toEqual(['request.crashed']);
    expect(await (await fetch(url)).text()).toBe('served');
    expect(inFlight()).toBe(0);
  });
});
