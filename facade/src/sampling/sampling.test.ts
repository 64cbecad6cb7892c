import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bucketOf, parseSampleLine, type SampledRequest, type SampleHeader } from '@banyan/routing-rules';
import { eventually } from '../testing/eventually.ts';
import { namedSide, startFacade, tripRules, type TestFacade } from '../testing/facade.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
let facade: TestFacade;
beforeEach(async () => {
  const side = await sides.node(namedSide('legacy'));
  const rules = `${tripRules({ legacy: side, trips: side })}
  - { id: v2, methods: [GET], path: /reports, headers: { x-api-version: '2' }, upstream: legacy }
  - { id: v3, methods: [GET], path: /reports, mediaType: application/vnd.fleet.v3+json, upstream: legacy }
  - id: vehicles
    methods: [GET]
    path: /vehicles/{vehicleId}
    capability: trips
    scope: { from: path, name: vehicleId }
  - { id: tenants, methods: [GET], path: /tenants, capability: trips, scope: { from: header, name: x-tenant } }
`;
  facade = await startFacade({ rules });
  sides.onClose(() => facade.close());
});
afterEach(() => sides.close());

interface Sample {
  readonly header: SampleHeader;
  readonly lines: readonly SampledRequest[];
  readonly text: string;
}

async function sample(): Promise<Sample> {
  const text = (await facade.admin('GET', '/samples/current')).body as string;
  const parsed = text.trimEnd().split('\n').map(parseSampleLine);
  const read = parsed.map((one) => (one.kind === 'line' ? one.line : expect.fail(`${one.why}: ${text}`)));
  const [header] = read.filter((line) => line.kind === 'sample');
  return { header: header ?? expect.fail(text), lines: read.filter((line) => line.kind === 'request'), text };
}

/** As soon as it holds that many requests. */
async function sampleOf(count: number): Promise<Sample> {
  await eventually(async () => expect((await sample()).lines).toHaveLength(count));
  return sample();
}

const start = (order: object = {}) => facade.admin('POST', '/samples', { seconds: 60, ...order });
const bearer = async (subject: string) => ({ authorization: `Bearer ${await facade.issuer.tokenFor(subject)}` });

describe('a sample as it is taken by default', () => {
  test('holds nothing that a client wrote but its method, host and names', async () => {
    await start();
    const token = await bearer('leak-1');
    await fetch(`${facade.url}/trips/leak-2;jsessionid=leak-3?code=leak-4&leak-5`, {
      headers: {
        ...token,
        cookie: 'sid=leak-6',
        'x-secret': 'leak-7',
        accept: 'text/leak-8, application/vnd.fleet.v3+json;profile=leak-9',
        'x-api-version': 'leak-10',
        'x-banyan-explain': 'leak-11',
        'user-agent': 'leak-12',
      },
    });
    await fetch(`${facade.url}/reset/leak-13/trips`, { method: 'POST', body: 'leak-14' });
    const { lines, text } = await sampleOf(2);
    expect(text).not.toMatch(/leak|jsession|banyan/);
    expect(text).not.toContain(token.authorization.slice(7));
    const [read, reset] = lines.toSorted((one, other) => one.method.localeCompare(other.method));
    expect(read).toMatchObject({
      method: 'GET',
      path: expect.stringMatching(/^\/trips\/~[\w-]{12}$/) as string,
      host: '127.0.0.1',
      queryNames: ['code'],
      headers: { accept: 'application/vnd.fleet.v3+json' },
      caller: { kind: 'identified', key: expect.stringMatching(/^~[\w-]{12}$/) as string },
      decided: { route: 'trips.read', side: 'legacy', reason: 'flag' },
    });
    expect(read?.headerNames).toEqual(expect.arrayContaining(['authorization', 'cookie', 'x-secret', 'user-agent']));
    expect(reset?.path).toMatch(/^\/~[\w-]{12}\/~[\w-]{12}\/trips$/);
  });

  test('has the bucket of each scope under each flag, and what the flag said', async () => {
    await start();
    await fetch(`${facade.url}/trips`, { headers: await bearer('42') });
    await fetch(`${facade.url}/vehicles/v7`, { headers: await bearer('42') });
    await fetch(`${facade.url}/tenants`, { headers: { 'x-tenant': 'acme' } });
    const { lines } = await sampleOf(3);
    const bucketsIn = (route: string): unknown[] =>
      Object.values(lines.find(({ decided }) => decided.route === route)?.keys ?? {}).map(({ buckets, flags }) => [
        buckets['trips.cutover'],
        flags['trips.cutover'],
      ]);
    const bucketsFor = (...keys: string[]): unknown[] => keys.map((key) => [bucketOf(key, 'trips.cutover'), false]);
    expect(bucketsIn('trips.list')).toEqual(bucketsFor('42'));
    expect(bucketsIn('vehicles').toSorted()).toEqual(bucketsFor('v7', '42').toSorted());
    expect(bucketsIn('tenants')).toEqual(bucketsFor('acme'));
  });

  test('knows one user by one pseudonym, which no other sample knows', async () => {
    const keysOf = async (): Promise<readonly unknown[]> => {
      await start();
      for (const user of ['42', '42', '43']) await fetch(`${facade.url}/trips`, { headers: await bearer(user) });
      const { lines } = await sampleOf(3);
      await facade.admin('DELETE', '/samples/current');
      return lines.map(({ caller }) => caller.key);
    };
    const [first, second] = [await keysOf(), await keysOf()];
    expect([new Set(first).size, new Set(second).size, new Set([...first, ...second]).size]).toEqual([2, 2, 4]);
  });

  test('knows the caller also where the rules do not ask who calls yet', async () => {
    await start();
    await fetch(`${facade.url}/users/me`, { headers: await bearer('42') });
    await fetch(`${facade.url}/nowhere`, { headers: await bearer('42') });
    const { lines } = await sampleOf(2);
    expect(lines.map(({ caller }) => caller.kind)).toEqual(['identified', 'identified']);
    expect(lines[0]?.caller).toEqual(lines[1]?.caller);
  });

  test('keeps what rules say that are not in force yet, when it is told them', async () => {
    const words = { segments: ['reset'], headers: ['x-plan: gold'], salts: ['autumn'] };
    await start({ words });
    await fetch(`${facade.url}/reset/4711`, { headers: { 'x-plan': 'gold', ...(await bearer('42')) } });
    const { lines } = await sampleOf(1);
    expect(lines[0]?.path).toMatch(/^\/reset\/~/);
    expect(lines[0]?.headers).toEqual({ 'x-plan': 'gold' });
    expect(Object.values(lines[0]?.keys ?? {})[0]?.buckets).toMatchObject({ autumn: bucketOf('42', 'autumn') });
  });
});

test('subjects and paths are in it where the operator asks for them, and that is an audit line', async () => {
  await start({ includeSubjects: true, includePaths: true });
  await fetch(`${facade.url}/vehicles/v%2D7;jsessionid=4711?token=4712`, { headers: await bearer('42') });
  const { lines, text, header } = await sampleOf(1);
  expect(lines[0]).toMatchObject({ path: '/vehicles/v-7', caller: { kind: 'identified', key: '42' } });
  expect(Object.keys(lines[0]?.keys ?? {}).toSorted()).toEqual(['42', 'v-7']);
  expect(header.includes).toEqual({ subjects: true, paths: true });
  expect(text).not.toMatch(/471[12]/);
  expect(facade.lines.filter(({ event }) => event === 'audit.sample-started')).toMatchObject([
    { by: 'admin', to: 'with subjects, with paths' },
  ]);
});

describe('a sample is bounded', () => {
  test('by its count: it is an even choice of what came', async () => {
    await start({ count: 3 });
    for (let count = 0; count < 10; count++) await fetch(`${facade.url}/trips`);
    const { header } = await sampleOf(3);
    expect(header).toMatchObject({ seenCount: 10, lineCount: 3, endedAt: null });
  });

  test('by its time', async () => {
    await start({ seconds: 1 });
    await eventually(async () => expect((await sample()).header.endedAt).not.toBeNull());
    await fetch(`${facade.url}/trips`);
    expect((await sample()).header).toMatchObject({ seenCount: 0 });
  });

  test('to one at a time, until it is ended', async () => {
    expect((await facade.admin('GET', '/samples/current')).status).toBe(404);
    expect((await start()).status).toBe(202);
    expect((await start()).status).toBe(409);
    expect((await facade.admin('DELETE', '/samples/current')).status).toBe(204);
    expect((await facade.admin('DELETE', '/samples/current')).status).toBe(404);
    expect((await start()).status).toBe(202);
  });

  test.each([{ seconds: 601 }, { count: 10_001 }, { seconds: 0 }, { includeBodies: true }])(
    '%j is no order for one',
    async (order) => {
      expect((await start(order)).status).toBe(400);
    },
  );
});
