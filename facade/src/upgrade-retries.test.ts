import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from './testing/eventually.ts';
import { startFacade } from './testing/facade.ts';
import { createSides } from './testing/sides.ts';
import { echoSide } from './testing/upgrade-door.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

async function facadeTo(urls: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const facade = await startFacade({
    rules: `
version: 1
upstreams:
  legacy: { side: legacy, urls: [${urls.map((url) => `'${url}'`).join(', ')}], breaker: { failures: 1000 }, health: { ejectAfter: 1000 } }
defaults: { upstream: legacy }
`,
    env,
  });
  sides.onClose(() => facade.close());
  return facade;
}

test('a handshake that finds nobody goes to another instance', async () => {
  const { origin } = await echoSide(sides);
  const facade = await facadeTo([await sides.absent(), origin]);
  const open = async (): Promise<void> => {
    const client = new WebSocket(facade.url.replace('http', 'ws'));
    sides.onClose(() => client.terminate());
    await once(client, 'open');
  };
  // From the second one on, the instance that is not there is the first choice: it has nothing under way.
  for (let index = 0; index < 3; index += 1) await open();
});

test('a handshake that finds nobody anywhere is answered with 503 once', async () => {
  const facade = await facadeTo([await sides.absent(), await sides.absent()]);
  const client = new WebSocket(facade.url.replace('http', 'ws'));
  const [err] = (await once(client, 'error')) as [Error];
  expect(err.message).toContain('503');
  await eventually(() => expect(facade.servedLines()).toMatchObject([{ outcome: 'connect-failed', status: 503 }]));
});

test('one WebSocket above FACADE_UPGRADES is overloaded: 503, and nothing against the side', async () => {
  const { origin, requests } = await echoSide(sides);
  const facade = await facadeTo([origin], { FACADE_UPGRADES: '1' });
  const first = new WebSocket(facade.url.replace('http', 'ws'));
  sides.onClose(() => first.terminate());
  await once(first, 'open');
  const [err] = (await once(new WebSocket(facade.url.replace('http', 'ws')), 'error')) as [Error];
  expect(err.message).toContain('503');
  await eventually(() => expect(facade.servedLines()).toMatchObject([{ outcome: 'overloaded', status: 503 }]));
  expect(requests).toHaveLength(1);
  expect((await facade.admin('GET', '/status')).body).toMatchObject({
    upstreams: [{ instances: [{ state: 'in-use', outstandingCount: 1 }] }],
  });
});
