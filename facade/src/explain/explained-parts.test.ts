import { afterEach, expect, test } from 'vitest';
import { adminToken, namedSide, startFacade, tripRules } from '../testing/facade.ts';
import { createSides } from '../testing/sides.ts';

const sides = createSides();
afterEach(() => sides.close());

const joined = `
  - id: dashboard
    methods: [GET]
    path: '/dashboard/{userId}'
    aggregate:
      query: [trip, limit, api_key]
      parts:
        trips: { path: '/trips/{trip}', query: [limit, api_key] }
        account: { path: '/users/{userId}' }
`;

test('a joined answer is explained by what happens to each of its requests', async () => {
  const origin = await sides.node(namedSide('side'));
  const facade = await startFacade({ rules: tripRules({ legacy: origin, trips: origin }) + joined });
  sides.onClose(() => facade.close());
  await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'trial' });
  const parts = [
    {
      name: 'trips',
      target: expect.stringMatching(/^\/trips\/7\?limit=5&api_key=(?!s3cret)/) as string,
      decision: {
        routeId: 'trips.read',
        side: 'extracted',
        upstream: 'trips',
        reason: { kind: 'override', why: 'trial' },
      },
    },
    {
      name: 'account',
      target: '/users/u1',
      decision: { routeId: 'users', side: 'legacy', upstream: 'legacy', reason: { kind: 'fixed' } },
    },
  ];
  const target = '/dashboard/u1?trip=7&limit=5&api_key=s3cret';
  const asked = await fetch(facade.url + target, { headers: { 'x-banyan-explain': adminToken } });
  expect(await asked.json()).toMatchObject({ decision: { routeId: 'dashboard' }, parts });
  const { body } = await facade.admin('GET', `/explain?path=${encodeURIComponent(target)}&subject=42`);
  expect(body).toMatchObject({ parts });
  const { body: lacking } = await facade.admin('GET', '/explain?path=/dashboard/u1');
  expect(lacking).toMatchObject({ parts: [{ name: 'trips', target: null, decision: null }, { name: 'account' }] });
  expect((await facade.admin('GET', '/explain?path=/trips')).body).toMatchObject({ parts: null });
});
