import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { operator, startTestMonolith, type TestMonolith } from '../testing/test-monolith.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

test('everybody sees himself', async () => {
  const { status, body } = await monolith.call<Record<string, unknown>>('GET /users/me', { as: 42 });
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: 42, email: 'user42@fleet.example', roles: [] });
  expect(Object.keys(body).sort()).toEqual(['email', 'id', 'name', 'registeredAt', 'roles', 'tripCount']);
  expect((await monolith.call('GET /users/42', { as: 42 })).body).toEqual(body);
});

test('the count of trips is the one that the trigger keeps', async () => {
  const countOf = async () => (await monolith.call<{ tripCount: number }>('GET /users/me', { as: 42 })).body.tripCount;
  const before = await countOf();
  const place = { lat: 37.5, lon: 127 };
  await monolith.call('POST /trips', { as: 42, body: { pickup: place, dropoff: place } });
  expect(await countOf()).toBe(before + 1);
});

test('only operators see others', async () => {
  expect(await monolith.call('GET /users/43', { as: operator })).toMatchObject({ status: 200, body: { id: 43 } });
  const refused = await monolith.call('GET /users/43', { as: 42 });
  expect(refused).toMatchObject({ status: 403, body: { type: '/problems/forbidden' } });
});

test('everybody renames himself, operators anybody', async () => {
  const name = '김 민준';
  const renamed = await monolith.call('PATCH /users/44', { as: 44, body: { name } });
  expect(renamed).toMatchObject({ status: 200, body: { id: 44, name } });
  expect(await monolith.call('GET /users/44', { as: operator })).toMatchObject({ body: { name } });
  expect(await monolith.call('PATCH /users/44', { as: operator, body: { name: 'Lee' } })).toMatchObject({
    status: 200,
  });
  expect(await monolith.call('PATCH /users/44', { as: 43, body: { name } })).toMatchObject({ status: 403 });
});

test('a name has 1..60 characters', async () => {
  for (const name of ['', 'x'.repeat(61), 7]) {
    const { status, body } = await monolith.call('PATCH /users/44', { as: 44, body: { name } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ path: 'name' }] });
  }
});

test('a user who is not there is not found, an id that is none is refused', async () => {
  const missing = { status: 404, body: { type: '/problems/user-not-found' } };
  expect(await monolith.call('GET /users/9999', { as: operator })).toMatchObject(missing);
  expect(await monolith.call('PATCH /users/9999', { as: operator, body: { name: 'Lee' } })).toMatchObject(missing);
  expect(await monolith.call('GET /users/x', { as: operator })).toMatchObject({ status: 400 });
});
