import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { outcomeReference, statusInLogs } from './outcomes/outcome-reference.ts';
import { outcomeTable, type OutcomeRow } from './outcomes/outcome-table.ts';
import { eventually } from './testing/eventually.ts';
import { statusesIn } from './testing/conformance.ts';
import { startFacade, type TestFacade } from './testing/facade.ts';
import { faults, type Fault } from './testing/faults.ts';
import { openRawClient, type RawClient, type RawServer } from './testing/raw-sockets.ts';
import { createSides, okBytes } from './testing/sides.ts';

vi.setConfig({ testTimeout: 60_000 });
const sides = createSides();
afterEach(() => sides.close());

const rows = outcomeTable();

test('docs/reference/outcomes.md is the table of the code (npx vitest -u writes it)', async () => {
  await expect(outcomeReference(rows)).toMatchFileSnapshot('../../docs/reference/outcomes.md');
});

/** Kept short, so that every clock runs out within the test. */
const rulesFor = (origin: string, totalMs: number, limits: string): string => `
version: 1
upstreams:
  legacy: { side: legacy, url: ${origin}, health: { ejectAfter: 1000 }, breaker: { failures: 3, openMs: 300 } }
defaults:
  upstream: legacy
  timeouts: { connectMs: 300, headersMs: 300, bodyIdleMs: 300, totalMs: ${totalMs} }
  limits: ${limits}
capabilities: {}
routes: []
`;

interface Scene {
  readonly facade: TestFacade;
  readonly side: RawServer;
  /** From now on the side does what it should. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

async function sceneOf({ onData, isAbsent = false, env = {}, totalMs = 10_000, limits = '{}' }: Fault): Promise<Scene> {
  let isWell = false;
  const side = await sides.raw((socket, soFar, index) => {
    if (!isWell) onData(socket, soFar, index);
    else if (soFar.endsWith('\r\n\r\n')) socket.write(okBytes);
  });
  if (isAbsent) await side.close();
  const facade = await startFacade({ rules: rulesFor(side.origin, totalMs, limits), env });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= facade.close());
  sides.onClose(close);
  const heal = async (): Promise<void> => {
    isWell = true;
    if (isAbsent) await listenAgain(side.port);
    else side.reset();
  };
  return { facade, side, heal, close };
}

async function listenAgain(port: number): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('data', () => socket.end(okBytes));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  sides.onClose(() => void server.close());
}

/** What the client has in its hands at the end. */
async function expectAnswer(
  client: RawClient,
  { client: expected }: OutcomeRow,
  status: number | undefined,
): Promise<void> {
  switch (expected.kind) {
    case 'own':
      await eventually(() => expect(statusesIn(client.received()).at(-1)).toBe(status));
      return;
    case 'problem':
      await eventually(() => expect(client.received()).toContain(`"type":"${expected.type}"`));
      expect(statusesIn(client.received())).toEqual([expected.status]);
      return;
    case 'broken':
      client.socket.resume();
      await client.ended;
      expect(client.received()).not.toMatch(/\r\n0\r\n\r\n$/);
      return;
    case 'gone':
  }
}

const classOf = (status: number): string => (status === 0 ? 'none' : `${Math.floor(status / 100)}xx`);

const cases = rows.flatMap((row) =>
  row.label === 'request-refused' ? [] : faults[row.label].map((fault) => [row.label, fault.how, row, fault] as const),
);

describe('the outcome, what the client sees, the metric, the next request, and nothing left behind', () => {
  test.each(cases)('%s: %s', async (label, _how, row, fault) => {
    const scene = await sceneOf(fault);
    const { facade, side } = scene;
    await fault.before?.(scene);
    const client = await openRawClient(facade.port, fault.send);
    await fault.then?.(client, scene);

    const line = await eventually(() => {
      const found = facade.servedLines().find(({ outcome }) => outcome === label);
      expect(found?.['outcome']).toBe(label);
      return found;
    });
    const status = statusInLogs(row) ?? fault.status ?? 200;
    expect(line).toMatchObject({ status });
    await expectAnswer(client, row, fault.status);
    const labels = `{rule="default",side="legacy",status_class="${classOf(status)}",outcome="${label}"}`;
    const { body: metrics } = await facade.admin('GET', '/metrics');
    expect(metrics).toMatch(new RegExp(`facade_requests_total${labels} [1-9]`));

    await scene.heal();
    await eventually(async () => expect(await (await fetch(`${facade.url}/next`)).text()).toBe('ok'));
    client.socket.destroy();
    await eventually(async () =>
      expect((await facade.admin('GET', '/metrics')).body).toContain('facade_requests_in_flight 0'),
    );
    await scene.close();
    await eventually(() => expect(side.openCount()).toBe(0));
  });
});

test('request-refused: the second lock, which no request gets to through the door', async () => {
  const { port, outcomes } = await sides.forwarderTo('http://127.0.0.1:9');
  const client = await openRawClient(port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => expect(client.received()).toContain('request-refused'));
  expect(outcomes).toMatchObject([{ kind: 'request-refused' }]);
  client.socket.destroy();
});

test('every row of the table has a fault', () => {
  const proved = new Set([...Object.keys(faults), 'request-refused']);
  expect(rows.map(({ label }) => label).filter((label) => !proved.has(label))).toEqual([]);
});
