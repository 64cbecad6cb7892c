import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from './testing/eventually.ts';
import { startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { startFakeUnleash } from './testing/fake-unleash.ts';
import { createSides } from './testing/sides.ts';
import { echoSide } from './testing/upgrade-door.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const closeMs = 400;
const socketCount = 30;

/** A facade whose user 42 the flag has moved, and 43 not. */
async function started() {
  const unleash = await startFakeUnleash();
  sides.onClose(() => unleash.kill());
  unleash.setUsers(['42']);
  const [legacy, trips] = await Promise.all([echoSide(sides), echoSide(sides)]);
  const facade = await startFacade({
    rules: tripRules({ legacy: legacy.origin, trips: trips.origin }),
    env: {
      FACADE_UNLEASH_URL: unleash.url,
      FACADE_UNLEASH_TOKEN: 'token',
      FACADE_FLAG_REFRESH_MS: '50',
      FACADE_ROLLBACK_CLOSE_MS: String(closeMs),
    },
  });
  sides.onClose(() => facade.close());
  return { unleash, facade };
}

async function socketsOf(facade: TestFacade, user: string, count: number): Promise<readonly WebSocket[]> {
  const headers = { authorization: `Bearer ${await facade.issuer.tokenFor(user)}` };
  return Promise.all(
    Array.from({ length: count }, async () => {
      const client = new WebSocket(`ws://127.0.0.1:${facade.port}/trips`, { headers });
      await once(client, 'open');
      return client;
    }),
  );
}

/** With which code each is closed, and when. */
async function closingsOf(sockets: readonly WebSocket[]) {
  return Promise.all(
    sockets.map(async (socket) => {
      const [code] = (await once(socket, 'close')) as [number];
      return { code, atMs: performance.now() };
    }),
  );
}

type Scene = Awaited<ReturnType<typeof started>>;
const alarm = { capability: 'trips', why: 'too many errors', since: '2026-11-21T03:04:05.000Z' };

test.each<readonly [string, (scene: Scene) => void]>([
  ['a flag that is switched back', ({ unleash }) => unleash.setUsers([])],
  [
    'a guard that sees the whole capability fail',
    ({ facade }) => void facade.guards.raise({ ...alarm, scope: undefined }),
  ],
  ['a guard that sees one scope fail', ({ facade }) => void facade.guards.raise({ ...alarm, scope: '42' })],
])('%s closes the WebSockets of the scope with 1012, spread over the configured time', async (_cause, rollBack) => {
  const scene = await started();
  const { facade } = scene;
  const [moved, others] = [await socketsOf(facade, '42', socketCount), await socketsOf(facade, '43', 1)];
  const closing = closingsOf(moved);
  rollBack(scene);
  const closed = await closing;
  expect(new Set(closed.map(({ code }) => code))).toEqual(new Set([1012]));
  // Thirty moments drawn from 400 ms: that all fall into a quarter of it does not happen in the life of this test.
  const times = closed.map(({ atMs }) => atMs);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(closeMs / 4);
  const [other] = others;
  expect(other?.readyState).toBe(WebSocket.OPEN);
  await eventually(async () =>
    expect((await facade.admin('GET', '/metrics')).body).toContain(
      `facade_long_lived_ended_total{kind="websocket",why="rolled-back"} ${socketCount}`,
    ),
  );
  other?.terminate();
});

test('an alarm that is lifted before their time closes none', async () => {
  const { facade } = await started();
  const [client = expect.unreachable()] = await socketsOf(facade, '42', 1);
  facade.guards.raise({ ...alarm, scope: '42' });
  facade.guards.lift({ capability: 'trips', scope: '42' });
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('hello');
  client.terminate();
});
