import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { operator, startTestMonolith, type TestMonolith } from '../testing/test-monolith.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

const at = (lat: number, lon: number) => ({ lat, lon });

test('a route is planned and not stored', async () => {
  const count = async () => (await monolith.pool.query<{ count: number }>('select count(*) from trip_mst')).rows;
  const before = await count();
  const { status, body } = await monolith.call('POST /routes', {
    as: 2,
    body: { waypoints: [at(0, 0), at(0, 2), at(0, 1), at(0, 3)] },
  });
  expect(status).toBe(200);
  expect(body).toEqual({ waypoints: [at(0, 0), at(0, 1), at(0, 2), at(0, 3)], distanceMetres: 333_585 });
  expect(await count()).toEqual(before);
});

test.each([1, 26])('%i waypoints make no route', async (count) => {
  const body = { waypoints: Array(count).fill(at(0, 0)) };
  expect(await monolith.call('POST /routes', { as: 2, body })).toMatchObject({
    status: 400,
    body: { type: '/problems/invalid-request', errors: [{ path: 'waypoints' }] },
  });
});

test('the route of a trip is for its user and for operators', async () => {
  const trip = await monolith.call<{ id: number; distanceMetres: number }>('POST /trips', {
    as: 2,
    body: { pickup: at(37.5, 127), dropoff: at(37.6, 127) },
  });
  const { id, distanceMetres } = trip.body;
  const route = { tripId: id, waypoints: [at(37.5, 127), at(37.6, 127)], distanceMetres };
  expect(await monolith.call(`GET /routes/${id}`, { as: 2 })).toMatchObject({ status: 200, body: route });
  expect(await monolith.call(`GET /routes/${id}`, { as: operator })).toMatchObject({ status: 200, body: route });
  const missing = { status: 404, body: { type: '/problems/trip-not-found' } };
  expect(await monolith.call(`GET /routes/${id}`, { as: 3 })).toMatchObject(missing);
  expect(await monolith.call('GET /routes/999999', { as: 2 })).toMatchObject(missing);
});
