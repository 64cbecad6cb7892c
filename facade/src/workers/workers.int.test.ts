import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { tripRules } from '../testing/facade.ts';
import { startFacadeProcess, type FacadeProcess } from '../testing/facade-process.ts';
import { startLoad } from '../testing/load.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 90_000 });
const sides = createSides();
afterEach(() => sides.close());

async function twoWorkers(): Promise<FacadeProcess> {
  const echo = await sides.node((request, response) => {
    void text(request).then((body) => response.end(`got ${body}`));
  });
  const facade = await startFacadeProcess(tripRules({ legacy: echo, trips: echo }), { FACADE_WORKERS: '2' });
  sides.onClose(() => void facade.stop('SIGKILL'));
  return facade;
}

interface Status {
  readonly workers: readonly { readonly worker: number; readonly processId: number | null }[];
}

async function processIdsOf(facade: FacadeProcess): Promise<readonly (number | null)[]> {
  const { text: status } = await facade.admin('GET', '/status');
  return (JSON.parse(status) as Status).workers.map(({ processId }) => processId);
}

/** Asks on a connection of its own, so that the workers take turns. */
async function ask(
  facade: FacadeProcess,
  path: string,
): Promise<{ readonly side: string | null; readonly body: string }> {
  const answer = await fetch(facade.url + path, { headers: { connection: 'close' } });
  return { side: answer.headers.get('x-banyan-side'), body: await answer.text() };
}

const servedBy = (facade: FacadeProcess): ReadonlySet<unknown> =>
  new Set(facade.lines.filter(({ event }) => event === 'request.served').map(({ name }) => name));

test('both workers serve, and one endpoint sums what both have counted', async () => {
  const facade = await twoWorkers();
  for (let index = 0; index < 10; index += 1) expect((await ask(facade, '/users/7')).body).toBe('got ');
  const ids = await processIdsOf(facade);
  expect(new Set(ids).size).toBe(2);
  await eventually(() => expect(servedBy(facade).size).toBe(2));
  const { text: metrics } = await facade.admin('GET', '/metrics');
  expect(metrics).toContain(
    'facade_requests_total{rule="users",side="legacy",status_class="2xx",outcome="completed"} 10',
  );
  expect(metrics).toContain('facade_workers_open 2');
  expect((await facade.admin('GET', '/ready')).status).toBe(200);
  expect(await facade.stop()).toBe(0);
});

test('an order is in effect in every worker when the call returns, and in one that is started later', async () => {
  const facade = await twoWorkers();
  const sidesOf = async (): Promise<ReadonlySet<string | null>> => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(facade, '/trips/7')));
    return new Set(answers.map(({ side }) => side));
  };
  expect(await sidesOf()).toEqual(new Set(['legacy']));
  const order = { side: 'extracted', reason: 'a test' };
  expect(await facade.admin('PUT', '/overrides/trips', order)).toMatchObject({ status: 200 });
  expect(await sidesOf()).toEqual(new Set(['extracted']));
  const [first] = await processIdsOf(facade);
  process.kill(first ?? expect.unreachable(), 'SIGKILL');
  await eventually(async () => {
    const now = await processIdsOf(facade);
    expect(now[0]).not.toBe(first);
    expect((await facade.admin('GET', '/ready')).status).toBe(200);
  });
  expect(await sidesOf()).toEqual(new Set(['extracted']));
  expect(await facade.admin('DELETE', '/overrides/trips')).toMatchObject({ status: 200 });
  expect(await sidesOf()).toEqual(new Set(['legacy']));
});

test('a sample is one of all workers, and a caller who comes by two of them has one pseudonym in it', async () => {
  const facade = await twoWorkers();
  expect(await facade.admin('POST', '/samples', { seconds: 60, count: 100 })).toMatchObject({ status: 202 });
  for (let index = 0; index < 10; index += 1) await ask(facade, '/users/secret-name');
  await eventually(() => expect(servedBy(facade).size).toBe(2));
  const { text: ndjson } = await facade.admin('GET', '/samples/current');
  const [header, ...lines] = ndjson
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(header).toMatchObject({ kind: 'sample', seenCount: 10, lineCount: 10, endedAt: null });
  expect(new Set(lines.map(({ path }) => path)).size).toBe(1);
  expect(ndjson).not.toContain('secret-name');
  expect((await facade.admin('DELETE', '/samples/current')).status).toBe(204);
  expect((await facade.admin('GET', '/samples/current')).status).toBe(404);
  // Every worker sees a change; the audit of one of them is the audit of all.
  await facade.admin('PUT', '/overrides/trips', { side: 'legacy', reason: 'a test' });
  const { entries } = JSON.parse((await facade.admin('GET', '/audit')).text) as {
    readonly entries: readonly unknown[];
  };
  expect(entries).toMatchObject([{ kind: 'override-changed' }, { kind: 'sample-started' }]);
});

test('a connection that was on its way to a worker that dies is served by another one', async () => {
  const facade = await twoWorkers();
  const [first] = await processIdsOf(facade);
  process.kill(first ?? expect.unreachable(), 'SIGSTOP');
  let answeredCount = 0;
  const ask = async (): Promise<number> => {
    const { status } = await fetch(`${facade.url}/users/7`, { headers: { connection: 'close' } });
    answeredCount += 1;
    return status;
  };
  // A worker gets one at a time: one waits for the word of the worker that stands still, the others are served.
  const asked = Promise.all(Array.from({ length: 6 }, ask));
  await eventually(() => expect(answeredCount).toBe(5));
  process.kill(first ?? expect.unreachable(), 'SIGKILL');
  expect(await asked).toEqual([200, 200, 200, 200, 200, 200]);
});

test('a worker that is killed loses only what it had under way, and is replaced', async () => {
  const facade = await twoWorkers();
  const load = startLoad(facade.url, 4);
  await eventually(() => expect(load.doneCount()).toBeGreaterThan(50));
  const [first, second] = await processIdsOf(facade);
  process.kill(first ?? expect.unreachable(), 'SIGKILL');
  await eventually(async () => expect((await facade.admin('GET', '/ready')).status).toBe(200));
  const before = load.doneCount();
  await eventually(() => expect(load.doneCount()).toBeGreaterThan(before + 50));
  // Each client has one request under way at a time.
  expect((await load.stop()).length).toBeLessThanOrEqual(4);
  expect((await processIdsOf(facade))[1]).toBe(second);
  expect((await facade.admin('GET', '/metrics')).text).toContain('facade_worker_crashes_total 1');
  expect(facade.lines).toContainEqual(expect.objectContaining({ event: 'worker.crashed', how: 'SIGKILL' }));
});

test('SIGTERM lets all workers finish: what they had under way is answered, and the exit code is 0', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let heldCount = 0;
  const slow = await sides.node((_request, response) => {
    heldCount += 1;
    void held.then(() => response.end('late'));
  });
  const facade = await startFacadeProcess(tripRules({ legacy: slow, trips: slow }), { FACADE_WORKERS: '2' });
  sides.onClose(() => void facade.stop('SIGKILL'));
  const asked = Promise.all(Array.from({ length: 6 }, () => ask(facade, '/users/7')));
  await eventually(() => expect(heldCount).toBe(6));
  const ended = facade.stop();
  await eventually(() => expect(facade.lines.filter(({ event }) => event === 'process.closing').length).toBe(3));
  release?.();
  expect((await asked).map(({ body }) => body)).toEqual(Array(6).fill('late'));
  expect(await ended).toBe(0);
});
