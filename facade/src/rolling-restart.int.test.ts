import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { startBalancer } from './testing/balancer.ts';
import { eventually } from './testing/eventually.ts';
import { tripRules } from './testing/facade.ts';
import { startFacadeProcess, type FacadeProcess } from './testing/facade-process.ts';
import { startLoad } from './testing/load.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 90_000 });
const sides = createSides();
afterEach(() => sides.close());

const drain = { FACADE_DRAIN_WAIT_MS: '300', FACADE_LOG_LEVEL: 'warn' };

async function rulesBeforeEcho(): Promise<string> {
  const legacy = await sides.node((request, response) => {
    void text(request).then((body) => response.end(`got ${body}`));
  });
  return tripRules({ legacy, trips: await sides.absent() });
}

async function started(rules: string, env: Readonly<Record<string, string>>): Promise<FacadeProcess> {
  const facade = await startFacadeProcess(rules, { ...env, FACADE_LOG_LEVEL: 'info' });
  sides.onClose(() => void facade.stop('SIGKILL'));
  return facade;
}

test('no request fails while each of two facades is restarted in turn under load', async () => {
  const rules = await rulesBeforeEcho();
  let running = [await started(rules, drain), await started(rules, drain)];
  const balancer = await startBalancer();
  sides.onClose(() => balancer.close());
  await balancer.use(running);
  const load = startLoad(balancer.url, 6);
  for (const old of running) {
    const before = load.doneCount();
    await eventually(() => expect(load.doneCount()).toBeGreaterThan(before + 50));
    expect(await old.stop()).toBe(0);
    running = [...running.filter((one) => one !== old), await started(rules, drain)];
    await balancer.use(running);
  }
  const before = load.doneCount();
  await eventually(() => expect(load.doneCount()).toBeGreaterThan(before + 50));
  expect(await load.stop()).toEqual([]);
});

test('a connection that was opened ahead is served when its request comes during the drain', async () => {
  const facade = await started(await rulesBeforeEcho(), { FACADE_DRAIN_IDLE_MS: '5000' });
  const ahead = connect(facade.port, '127.0.0.1');
  await once(ahead, 'connect');
  const ended = facade.stop();
  await eventually(async () => {
    const late = connect(facade.port, '127.0.0.1');
    // One that still got in is reset when the port closes.
    late.on('error', () => undefined);
    await expect(once(late, 'connect')).rejects.toThrow('ECONNREFUSED');
  });
  ahead.write('POST /users/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi');
  expect(await text(ahead)).toMatch(/^HTTP\/1\.1 200 OK[^]*connection: close[^]*got hi/i);
  expect(await ended).toBe(0);
});
