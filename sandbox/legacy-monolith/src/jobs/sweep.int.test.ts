import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startTestMonolith, type TestMonolith } from '../testing/test-monolith.ts';
import { sweepNoShows } from './sweep.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

interface TripJson {
  readonly id: number;
  readonly status: string;
  readonly cancelReason: string | null;
  readonly cancelledAt: string | null;
}

async function requestedTrip(minutesAgo: number): Promise<number> {
  const place = { lat: 37.5, lon: 127 };
  const { body } = await monolith.call<TripJson>('POST /trips', { as: 2, body: { pickup: place, dropoff: place } });
  await monolith.pool.query(`update trip_mst set req_dt = f_now() - make_interval(mins => $2) where trip_no = $1`, [
    body.id,
    minutesAgo,
  ]);
  return body.id;
}

const trip = async (id: number): Promise<TripJson> =>
  (await monolith.call<TripJson>(`GET /trips/${id}`, { as: 2 })).body;

test('the first night after seeding sweeps nothing', async () => {
  expect(await sweepNoShows(monolith.pool, 1_440)).toEqual({ sweptCount: 0 });
});

test('requested trips of that age are cancelled, younger ones stay', async () => {
  const [old, young] = [await requestedTrip(120), await requestedTrip(118)];
  expect(await sweepNoShows(monolith.pool, 119)).toEqual({ sweptCount: 1 });
  expect(await trip(old)).toMatchObject({ status: 'cancelled', cancelReason: 'NO SHOW' });
  expect((await trip(old)).cancelledAt).not.toBeNull();
  expect(await trip(young)).toMatchObject({ status: 'requested', cancelReason: null });
});

test('age nought sweeps a trip of this very second', async () => {
  const id = await requestedTrip(0);
  await sweepNoShows(monolith.pool, 0);
  expect(await trip(id)).toMatchObject({ status: 'cancelled' });
});

test('started trips are left alone, however old', async () => {
  const id = await requestedTrip(0);
  await monolith.call(`POST /trips/${id}/start`, { as: 2, body: { vehicleId: 3 } });
  await monolith.pool.query(`update trip_mst set req_dt = '2026-01-01' where trip_no = $1`, [id]);
  await sweepNoShows(monolith.pool, 0);
  expect(await trip(id)).toMatchObject({ status: 'started' });
});
