import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from './testing/eventually.ts';
import { namedSide, startFacade, tripRules, type TestFacade, type TestFacadeOptions } from './testing/facade.ts';
import { startFakeUnleash } from './testing/fake-unleash.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

async function facadeWith(options: Partial<TestFacadeOptions> = {}): Promise<TestFacade> {
  const [legacy, trips] = await Promise.all([sides.node(namedSide('legacy')), sides.node(namedSide('trips'))]);
  const facade = await startFacade({ rules: tripRules({ legacy, trips }), ...options });
  sides.onClose(() => facade.close());
  return facade;
}

async function get(facade: TestFacade, path: string, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(facade.url + path, { headers });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

const toExtracted = { side: 'extracted', reason: 'test' };

describe('where a request goes', () => {
  test('without flags everything goes to legacy, in the spelling that was decided on', async () => {
    const facade = await facadeWith();
    expect((await get(facade, '/trips/%37//?a=%2F')).text).toBe('legacy GET /trips/7/?a=%2F');
    expect((await get(facade, '/anything')).text).toBe('legacy GET /anything');
  });

  test('the flag moves one user, and nobody else', async () => {
    const unleash = await startFakeUnleash();
    sides.onClose(() => unleash.kill());
    unleash.setUsers(['42']);
    const env = { FACADE_UNLEASH_URL: unleash.url, FACADE_UNLEASH_TOKEN: 'token', FACADE_FLAG_REFRESH_MS: '50' };
    const facade = await facadeWith({ env });
    const as = async (user: string) =>
      get(facade, '/trips', { authorization: `Bearer ${await facade.issuer.tokenFor(user)}` });
    const moved = await as('42');
    expect([moved.text, moved.headers.get('x-banyan-side')]).toEqual(['trips GET /trips', 'extracted']);
    expect((await as('43')).text).toBe('legacy GET /trips');
    expect((await get(facade, '/trips')).text).toBe('legacy GET /trips');
    unleash.setUsers([]);
    await eventually(async () => expect((await as('42')).text).toBe('legacy GET /trips'));
  });

  test("a forged token is nobody's: it routes to legacy, and the side gets it as it is", async () => {
    const seen: (string | undefined)[] = [];
    const legacy = await sides.node((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    const facade = await facadeWith({ rules: tripRules({ legacy, trips: await sides.node(namedSide('trips')) }) });
    await facade.admin('PUT', '/overrides/trips', { ...toExtracted, subject: '42' });
    const [head = '', , signature = ''] = (await facade.issuer.tokenFor('1')).split('.');
    const forged = `Bearer ${head}.${Buffer.from('{"sub":"42","iss":"fleet-legacy","exp":9999999999}').toString('base64url')}.${signature}`;
    expect((await get(facade, '/trips', { authorization: forged })).status).toBe(401);
    expect(seen).toEqual([forged]);
    const good = `Bearer ${await facade.issuer.tokenFor('42')}`;
    expect((await get(facade, '/trips', { authorization: good })).text).toBe('trips GET /trips');
  });

  test("a gateway's header names the caller only when the gateway is trusted", async () => {
    const seen: (string | string[] | undefined)[] = [];
    const [legacy, trips] = [
      await sides.node((request, response) => {
        seen.push(request.headers['x-user']);
        response.end('legacy');
      }),
      await sides.node(namedSide('trips')),
    ];
    const rules = tripRules({ legacy, trips }, { subject: '{ from: header, name: x-user }' });
    const trusting = await facadeWith({ rules, env: { FACADE_TRUSTED_PROXIES: '127.0.0.0/8' } });
    await trusting.admin('PUT', '/overrides/trips', { ...toExtracted, subject: '42' });
    expect((await get(trusting, '/trips', { 'x-user': '42' })).text).toBe('trips GET /trips');
    const wary = await facadeWith({ rules, env: { FACADE_TRUSTED_PROXIES: '10.0.0.0/8' } });
    await wary.admin('PUT', '/overrides/trips', { ...toExtracted, subject: '42' });
    expect((await get(wary, '/trips', { 'x-user': '42' })).text).toBe('legacy');
    expect(seen).toEqual([undefined]);
  });

  test('an anonymous caller who keeps the cookie keeps the side; one who keeps none stays on legacy', async () => {
    const [legacy, trips] = await Promise.all([sides.node(namedSide('legacy')), sides.node(namedSide('trips'))]);
    const facade = await facadeWith({ rules: tripRules({ legacy, trips }, { anonymous: 'cookie' }) });
    const first = await get(facade, '/trips');
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect([first.text, cookie]).toEqual(['legacy GET /trips', expect.stringMatching(/^banyan_id=v1\./)]);
    const id = cookie.split('.')[1] ?? '';
    await facade.admin('PUT', '/overrides/trips', { ...toExtracted, subject: id });
    const second = await get(facade, '/trips', { cookie });
    expect([second.text, second.headers.getSetCookie()]).toEqual(['trips GET /trips', []]);
    // The first character is any of 64.
    const forged = cookie.replace(id, `${id.startsWith('x') ? 'y' : 'x'}${id.slice(1)}`);
    expect((await get(facade, '/trips', { cookie: forged })).text).toBe('legacy GET /trips');
    expect((await get(facade, '/users/me')).headers.getSetCookie()).toEqual([]);
  });
});

describe("the operator's local order", () => {
  test('beats the flag, is in force at once, and survives a restart', async () => {
    const first = await facadeWith();
    const { folder, issuer } = first;
    expect((await first.admin('PUT', '/overrides/trips', toExtracted)).status).toBe(200);
    expect((await get(first, '/trips')).text).toBe('trips GET /trips');
    const again = await facadeWith({ folder, issuer });
    expect((await get(again, '/trips')).text).toBe('trips GET /trips');
    expect((await again.admin('DELETE', '/overrides/trips')).status).toBe(200);
    expect((await get(again, '/trips')).text).toBe('legacy GET /trips');
  });
});

describe('what is told about a request', () => {
  test('the client gets the request id, the side gets it and the trace', async () => {
    const facade = await facadeWith({
      rules: tripRules({
        legacy: await sides.node((request, response) => response.end(JSON.stringify(request.headers))),
        trips: await sides.absent(),
      }),
    });
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { text, headers } = await get(facade, '/', {
      'x-request-id': 'my-id',
      traceparent: parent,
      tracestate: 'a=1',
    });
    const seen = JSON.parse(text) as Record<string, string>;
    expect([headers.get('x-request-id'), seen['x-request-id'], seen['tracestate']]).toEqual(['my-id', 'my-id', 'a=1']);
    expect(seen['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
    const without = JSON.parse(
      (await get(facade, '/', { traceparent: 'nonsense', tracestate: 'a=1', 'x-request-id': 'a b' })).text,
    ) as Record<string, string>;
    expect(without['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect([without['tracestate'], without['x-request-id']]).toEqual([
      undefined,
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
  });

  test('one line in the log says who served it and why, without path, query, token or body', async () => {
    const facade = await facadeWith();
    const token = await facade.issuer.tokenFor('42');
    await get(facade, '/trips/7?secret=1', { authorization: `Bearer ${token}` });
    const line = await eventually(() => facade.servedLines()[0] ?? expect.unreachable('no line yet'));
    expect(line).toMatchObject({
      rule: 'trips.read',
      capability: 'trips',
      side: 'legacy',
      reason: 'flag',
      caller: 'token',
      status: 200,
      outcome: 'completed',
      method: 'GET',
    });
    expect(JSON.stringify(line)).not.toMatch(/secret|trips\/7|eyJ/);
  });

  test('metrics count it by rule, side, class of status and outcome', async () => {
    const facade = await facadeWith();
    await get(facade, '/trips');
    const text = await eventually(async () => {
      const { body } = await facade.admin('GET', '/metrics');
      expect(body).toContain(
        'facade_requests_total{rule="trips.list",side="legacy",status_class="2xx",outcome="completed"} 1',
      );
      return body;
    });
    for (const name of [
      'flag_data_age_seconds +Inf',
      'facade_rules_revision 1',
      'facade_requests_in_flight 0',
      'facade_overrides 0',
    ])
      expect(text).toContain(name);
  });
});
