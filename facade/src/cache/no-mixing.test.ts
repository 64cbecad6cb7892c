import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { startFacade, type TestFacade } from '../testing/facade.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 60_000 });
const sides = createSides();
afterEach(() => sides.close());

/** Both sides let every answer be shared, whatever is in it: a careless one must not do harm. */
async function careless(name: string, delayed = false): Promise<string> {
  return sides.node((request, response) => {
    const { authorization = 'nobody', cookie = 'no cookie' } = request.headers;
    request.resume();
    const answer = (): void => {
      response.writeHead(200, { 'cache-control': 'public, max-age=60' }).end(`${name} for ${authorization}, ${cookie}`);
    };
    if (delayed) setImmediate(answer);
    else answer();
  });
}

async function aFacade(legacy: string, trips: string): Promise<TestFacade> {
  const facade = await startFacade({
    rules: `
version: 1
upstreams:
  legacy: { side: legacy, url: ${legacy} }
  trips: { side: extracted, url: ${trips} }
defaults: { upstream: legacy }
capabilities:
  trips: { flag: trips.cutover, stage: live, handover: immediate, legacy: legacy, extracted: trips }
routes:
  - { id: trips.list, methods: [GET], path: /trips, capability: trips, cache: true }
  - { id: fixed, methods: [GET], path: /fixed, upstream: legacy, cache: true }
`,
  });
  sides.onClose(() => facade.close());
  return facade;
}

interface Caller {
  readonly user: string | undefined;
  readonly cookie: string | undefined;
}

async function headersOf({ user, cookie }: Caller, facade: TestFacade): Promise<Record<string, string>> {
  const token = user === undefined ? undefined : await facade.issuer.tokenFor(user);
  return { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(cookie !== undefined && { cookie }) };
}

async function move(facade: TestFacade, from: string, to: string): Promise<void> {
  if (from === to) return;
  if (from !== 'none') await facade.admin('DELETE', `/overrides/trips?subject=${from}`);
  if (to !== 'none') await facade.admin('PUT', '/overrides/trips', { side: 'extracted', subject: to, reason: 'test' });
}

function bodyFor(side: string, { authorization = 'nobody', cookie = 'no cookie' }: Record<string, string>): string {
  return `${side} for ${authorization}, ${cookie}`;
}

describe('nobody gets the answer of somebody else, or of a side that does not serve him', () => {
  test('whoever asks in whatever order, and whichever side serves whom', async () => {
    const facade = await aFacade(await careless('legacy'), await careless('trips'));
    const users = [undefined, '42', '43'];
    const tokens = new Map<string, Record<string, string>>();
    const caller = fc.record({
      user: fc.constantFrom(...users),
      cookie: fc.constantFrom(undefined, 'sid=1', 'sid=2'),
    });
    const step = fc.record({
      caller,
      path: fc.constantFrom('/trips', '/fixed'),
      moved: fc.constantFrom('42', '43', 'none'),
    });
    let moved = 'none';
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        for (const { caller: asking, path, moved: next } of steps) {
          await move(facade, moved, next);
          moved = next;
          const known = JSON.stringify(asking);
          const headers = tokens.get(known) ?? (await headersOf(asking, facade));
          tokens.set(known, headers);
          const side = path === '/trips' && asking.user === moved ? 'trips' : 'legacy';
          expect(await (await fetch(facade.url + path, { headers })).text()).toBe(bodyFor(side, headers));
        }
      }),
      { numRuns: 40 },
    );
    const metrics = (await facade.admin('GET', '/metrics')).body as string;
    // Were nothing kept at all, the property would hold for nothing.
    expect(metrics).toMatch(/facade_cache_requests_total\{rule="trips.list",result="hit"\} [1-9]/);
    expect(metrics).toMatch(/facade_cache_bytes [1-9]/);
  });

  test('a fall-back is not kept for whom the extracted side serves', async () => {
    const facade = await aFacade(await careless('legacy'), await sides.absent());
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'test' });
    for (let count = 1; count <= 2; count++) {
      const got = await fetch(`${facade.url}/trips`);
      expect([got.headers.get('x-banyan-fallback'), got.headers.get('x-banyan-cache')]).toEqual([
        'connect-failed',
        null,
      ]);
    }
  });
});

describe('what is kept is forgotten', () => {
  test('by an admin call, for one route or all', async () => {
    const facade = await aFacade(await careless('legacy'), await sides.absent());
    const result = async (path: string) => (await fetch(facade.url + path)).headers.get('x-banyan-cache');
    expect([await result('/trips'), await result('/fixed'), await result('/fixed')]).toEqual(['miss', 'miss', 'hit']);
    expect(await facade.admin('DELETE', '/cache?route=fixed')).toEqual({ status: 200, body: { forgottenCount: 1 } });
    expect([await result('/fixed'), await result('/trips')]).toEqual(['miss', 'hit']);
    expect(await facade.admin('DELETE', '/cache')).toEqual({ status: 200, body: { forgottenCount: 2 } });
    expect((await facade.admin('GET', '/metrics')).body).toContain('facade_cache_bytes 0\n');
    expect((await facade.admin('DELETE', '/cache?route=none')).status).toBe(404);
  });

  test('when the rules change', async () => {
    const { readFile, writeFile } = await import('node:fs/promises');
    const facade = await aFacade(await careless('legacy'), await sides.absent());
    const result = async () => (await fetch(`${facade.url}/fixed`)).headers.get('x-banyan-cache');
    expect([await result(), await result()]).toEqual(['miss', 'hit']);
    await writeFile(facade.rulesPath, `${await readFile(facade.rulesPath, 'utf8')}# changed\n`);
    await facade.admin('POST', '/rules/reload');
    expect(await result()).toBe('miss');
  });
});

test('a kept answer is given in the shape that the route wants now, and its line says how it ended', async () => {
  const facade = await aFacade(await careless('legacy', true), await sides.absent());
  for (let count = 1; count <= 2; count++) await (await fetch(`${facade.url}/fixed`)).text();
  await eventually(() => expect(facade.servedLines().length).toBe(2));
  expect(facade.servedLines().map(({ outcome, status }) => [outcome, status])).toEqual([
    ['completed', 200],
    ['completed', 200],
  ]);
});
