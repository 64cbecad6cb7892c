import { rename, rm, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { adminToken, namedSide, startFacade, tripRules, type TestFacade } from '../testing/facade.ts';
import { eventually } from '../testing/eventually.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

async function runningFacade(): Promise<{ facade: TestFacade; rules: string; side: string }> {
  const side = await sides.node(namedSide('legacy'));
  const rules = tripRules({ legacy: side, trips: side });
  const facade = await startFacade({ rules });
  sides.onClose(() => facade.close());
  return { facade, rules, side };
}

describe('who may use the admin port', () => {
  test.each([
    ['GET', '/status'],
    ['GET', '/metrics'],
    ['GET', '/explain?path=/'],
    ['GET', '/flags/trips.cutover'],
    ['GET', '/overrides'],
    ['PUT', '/overrides/trips'],
    ['DELETE', '/overrides/trips'],
    ['POST', '/rules/reload'],
    ['GET', '/no-such-route'],
    ['GET', '/Status'],
    ['GET', '/health/../status'],
  ])('%s %s needs the token', async (method, path) => {
    const { facade } = await runningFacade();
    const wrong = [
      undefined,
      'Bearer wrong',
      `Bearer ${adminToken}x`,
      `Basic ${adminToken}`,
      'Bearer',
      `Bearer ${adminToken.slice(0, -1)}`,
    ];
    for (const authorization of wrong) {
      const answer = await fetch(facade.adminUrl + path, {
        method,
        headers: { ...(authorization !== undefined && { authorization }) },
      });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await answer.json()).toMatchObject({ type: '/problems/unauthorised' });
    }
  });

  test('probes ask without one', async () => {
    const { facade } = await runningFacade();
    for (const path of ['/health', '/ready']) expect((await fetch(facade.adminUrl + path)).status).toBe(200);
  });

  test('nothing of it is on the public port', async () => {
    const { facade } = await runningFacade();
    const answer = await fetch(`${facade.url}/status`, { headers: { authorization: `Bearer ${adminToken}` } });
    expect(await answer.text()).toBe('legacy GET /status');
  });
});

describe('what the operator is told', () => {
  test('status: rules, flags with the reason, orders, upstreams', async () => {
    const { facade, side } = await runningFacade();
    const inUse = (url: string) => ({ instance: new URL(url).host, state: 'in-use', outstandingCount: 0 });
    const { body } = await facade.admin('GET', '/status');
    expect(body).toMatchObject({
      rules: {
        revision: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
        path: facade.rulesPath,
        ruleCount: 6,
        problems: [],
      },
      flags: { kind: 'none', ageSeconds: null, why: 'FACADE_UNLEASH_URL is not set' },
      overrides: [],
      upstreams: [
        { name: 'legacy', url: side, side: 'legacy', instances: [inUse(side)] },
        { name: 'trips', url: side, side: 'extracted', instances: [inUse(side)] },
      ],
    });
  });

  test('explain decides as the facade does, step by step, and sends nothing', async () => {
    const { facade } = await runningFacade();
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', subject: '42', reason: 'trial' });
    const explained = async (query: string): Promise<unknown> => (await facade.admin('GET', `/explain?${query}`)).body;
    expect(await explained('method=get&path=/trips/%2537//&subject=42')).toMatchObject({
      decision: { side: 'extracted', routeId: 'trips.read', subject: '42', reason: { kind: 'override' } },
      steps: [{ name: 'match' }, { name: 'target' }, { name: 'override', outcome: 'decides' }],
    });
    expect(await explained('path=/trips&subject=43')).toMatchObject({
      decision: { side: 'legacy', reason: { kind: 'flag' } },
    });
    expect(await explained('path=/trips')).toMatchObject({
      decision: { side: 'legacy', reason: { kind: 'anonymous' } },
    });
    expect(facade.servedLines()).toEqual([]);
  });

  test.each(['path=/a%252fb', 'path=trips', 'method=GET', 'path=/&method=G%20T'])(
    'explain?%s is no request',
    async (query) => {
      const { facade } = await runningFacade();
      expect((await facade.admin('GET', `/explain?${query}`)).status).toBe(400);
    },
  );

  test('a flag that is not known', async () => {
    const { facade } = await runningFacade();
    expect((await facade.admin('GET', '/flags/trips.cutover')).body).toEqual({
      name: 'trips.cutover',
      isKnown: false,
      isEnabled: false,
      definition: null,
    });
  });
});

describe('local orders', () => {
  test('are given, listed and cleared, for everybody and for one', async () => {
    const { facade } = await runningFacade();
    const given = await facade.admin('PUT', '/overrides/trips', { side: 'extracted', subject: '42', reason: 'trial' });
    expect(given).toMatchObject({
      status: 200,
      body: { isPersisted: true, overrides: [{ capability: 'trips', side: 'extracted', subject: '42', by: 'admin' }] },
    });
    await facade.admin('PUT', '/overrides/trips', { side: 'legacy', reason: 'wrong fares' });
    expect((await facade.admin('DELETE', '/overrides/trips?subject=42')).status).toBe(200);
    expect((await facade.admin('GET', '/overrides')).body).toMatchObject({
      overrides: [{ side: 'legacy', reason: 'wrong fares' }],
      problems: [],
    });
    expect((await facade.admin('DELETE', '/overrides/trips?subject=42')).status).toBe(404);
    expect((await facade.admin('DELETE', '/overrides/trips')).status).toBe(200);
  });

  test.each([
    ['trip', { side: 'legacy', reason: 'x' }, 404],
    ['trips', { side: 'new', reason: 'x' }, 400],
    ['trips', { side: 'legacy' }, 400],
    ['trips', { side: 'legacy', reason: 'x', subjct: '42' }, 400],
    ['trips', {}, 400],
  ])('one for %s with %j is refused', async (capability, order, status) => {
    const { facade } = await runningFacade();
    expect((await facade.admin('PUT', `/overrides/${capability}`, order)).status).toBe(status);
    expect((await facade.admin('GET', '/overrides')).body).toMatchObject({ overrides: [] });
  });
});

describe('rules that change', () => {
  const revisionOf = async (facade: TestFacade): Promise<string> =>
    ((await facade.admin('GET', '/status')).body as { rules: { revision: string } }).rules.revision;

  test('are taken over from the file, also when it is replaced by another one', async () => {
    const { facade, rules } = await runningFacade();
    const before = await revisionOf(facade);
    await writeFile(`${facade.rulesPath}.next`, rules.replace('id: users,', 'id: people,'));
    await rename(`${facade.rulesPath}.next`, facade.rulesPath);
    await eventually(async () => expect(await revisionOf(facade)).not.toBe(before));
    await fetch(`${facade.url}/users`);
    await eventually(() => expect(facade.servedLines()[0]).toMatchObject({ rule: 'people' }));
  });

  test('and are bad are refused with all their problems; the last good ones stay', async () => {
    const { facade, rules } = await runningFacade();
    const before = await revisionOf(facade);
    await writeFile(
      facade.rulesPath,
      rules.replaceAll('capability: trips }', 'capability: trip }').replace('upstream: legacy }', 'upstream: legcy }'),
    );
    const reload = await facade.admin('POST', '/rules/reload');
    expect(reload).toMatchObject({ status: 409, body: { type: '/problems/rules-refused' } });
    const { rules: status } = (await facade.admin('GET', '/status')).body as {
      rules: { revision: string; problems: string[] };
    };
    expect(status.revision).toBe(before);
    expect(status.problems.join('\n')).toMatch(/"trip"[^]*"legcy"/);
    expect(await (await fetch(`${facade.url}/trips`)).text()).toBe('legacy GET /trips');
    expect(facade.lines.map(({ event }) => event)).toContain('rules.refused');
    await writeFile(facade.rulesPath, rules.replace('id: users,', 'id: people,'));
    expect((await facade.admin('POST', '/rules/reload')).status).toBe(200);
  });

  test('and vanish stay in force', async () => {
    const { facade } = await runningFacade();
    await rm(facade.rulesPath);
    await eventually(() => expect(facade.lines.map(({ event }) => event)).toContain('rules.refused'));
    expect((await fetch(`${facade.url}/trips`)).status).toBe(200);
  });

  test('move requests to another address, and let the old connections go', async () => {
    const { facade, rules, side } = await runningFacade();
    await (await fetch(`${facade.url}/users`)).text();
    const other = await sides.node(namedSide('other'));
    await writeFile(facade.rulesPath, rules.replaceAll(side, other));
    expect((await facade.admin('POST', '/rules/reload')).status).toBe(200);
    expect(await (await fetch(`${facade.url}/users`)).text()).toBe('other GET /users');
  });
});

describe('a start', () => {
  test.each([
    ['rules with problems', 'version: 1\nroutes: nonsense', {}, /RULES|problem/],
    [
      'rules that know callers in a way nobody configured',
      tripRules({ legacy: 'http://l', trips: 'http://t' }, { subject: '{ from: header, name: x-user }' }),
      {},
      /FACADE_TRUSTED_PROXIES/,
    ],
    [
      'a range of addresses that is none',
      tripRules({ legacy: 'http://l', trips: 'http://t' }),
      { FACADE_TRUSTED_PROXIES: '10.0.0.0/99' },
      /10\.0\.0\.0\/99/,
    ],
    [
      'an upstream that the rules do not have',
      tripRules({ legacy: 'http://l', trips: 'http://t' }),
      { FACADE_UPSTREAMS: 'trip=http://t' },
      /trip/,
    ],
  ])('with %s ends, and says what to mend', async (_what, rules, env, message) => {
    await expect(startFacade({ rules, env })).rejects.toThrow(message);
  });

  test('takes the addresses of the environment instead of those in the rules', async () => {
    const legacy = await sides.node(namedSide('elsewhere'));
    const facade = await startFacade({
      rules: tripRules({ legacy: 'http://l', trips: 'http://t' }),
      env: { FACADE_UPSTREAMS: `legacy=${legacy},trips=${legacy}` },
    });
    sides.onClose(() => facade.close());
    expect(await (await fetch(`${facade.url}/users`)).text()).toBe('elsewhere GET /users');
  });
});
