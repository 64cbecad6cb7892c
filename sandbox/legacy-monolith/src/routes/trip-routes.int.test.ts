import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Trip } from '../dao/trip-dao.ts';
import { toLocalSecond } from '../local-time.ts';
import { operator, startTestMonolith, type Answer, type TestMonolith } from '../testing/test-monolith.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

const cityHall = { lat: 37.5665, lon: 126.978 };
const namsan = { lat: 37.5512, lon: 126.9882 };

async function aTrip(userId: number, body: object = {}): Promise<Trip> {
  const answer = await monolith.call<Trip>('POST /trips', {
    as: userId,
    body: { pickup: cityHall, dropoff: namsan, ...body },
  });
  expect(answer.status).toBe(201);
  return answer.body;
}

const move = (trip: Trip, what: 'start' | 'complete' | 'cancel', body?: object): Promise<Answer<Trip>> =>
  monolith.call<Trip>(`POST /trips/${trip.id}/${what}`, { as: trip.userId, ...(body && { body }) });
const refusal = (status: number, name: string) => ({ status, body: { status, type: `/problems/${name}` } });

describe('a new trip', () => {
  test('belongs to the caller and is requested now', async () => {
    const before = toLocalSecond(new Date());
    const { status, body, headers } = await monolith.call<Trip>('POST /trips', {
      as: 2,
      body: { pickup: cityHall, dropoff: namsan },
    });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/trips/${body.id}`);
    expect(body).toEqual({
      id: body.id,
      userId: 2,
      vehicleId: null,
      status: 'requested',
      pickup: cityHall,
      dropoff: namsan,
      distanceMetres: 1_931, // 1.20 miles: the column has two decimals
      requestedAt: body.requestedAt,
      startedAt: null,
      completedAt: null,
      cancelledAt: null,
      cancelReason: null,
    });
    expect(body.requestedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect(toLocalSecond(new Date(body.requestedAt)) >= before).toBe(true);
    expect((await monolith.call(`GET /trips/${body.id}`, { as: 2 })).body).toEqual(body);
  });

  test('is written in legacy words', async () => {
    const trip = await aTrip(2, { vehicleId: 7 });
    const { rows } = await monolith.pool.query('select * from trip_mst where trip_no = $1', [trip.id]);
    expect(rows).toMatchObject([
      {
        usr_no: 2,
        vhcl_no: 7,
        stat_cd: 10,
        st_pt: '37.566500,126.978000',
        ed_pt: '37.551200,126.988200',
        rte_txt: '37.566500,126.978000;37.551200,126.988200',
        dist_mi: 1.2,
        req_dt: toLocalSecond(new Date(trip.requestedAt)),
      },
    ]);
  });

  test('drives its stops in a short order', async () => {
    const near = { lat: 37.56, lon: 126.98 };
    const far = { lat: 37.553, lon: 126.987 };
    const { id, distanceMetres } = await aTrip(2, { stops: [far, near] });
    const route = await monolith.call(`GET /routes/${id}`, { as: 2 });
    expect(route.body).toEqual({ tripId: id, waypoints: [cityHall, near, far, namsan], distanceMetres });
  });

  test('with bad fields is refused with all of them', async () => {
    const body = { pickup: { lat: 91, lon: 0 }, stops: Array(24).fill(namsan), vehicleId: 'x' };
    const { status, body: problem } = await monolith.call('POST /trips', { as: 2, body });
    expect(status).toBe(400);
    expect(problem).toMatchObject({
      type: '/problems/invalid-request',
      errors: [{ path: 'pickup.lat' }, { path: 'dropoff' }, { path: 'stops' }, { path: 'vehicleId' }],
    });
  });
});

describe('reading a trip', () => {
  test('is for its user and for operators', async () => {
    const { id } = await aTrip(3);
    expect(await monolith.call(`GET /trips/${id}`, { as: operator })).toMatchObject({ status: 200, body: { id } });
    expect(await monolith.call(`GET /trips/${id}`, { as: 4 })).toMatchObject(refusal(404, 'trip-not-found'));
  });

  test('finds nothing where nothing is', async () => {
    expect(await monolith.call('GET /trips/999999999', { as: 3 })).toMatchObject(refusal(404, 'trip-not-found'));
    expect(await monolith.call('GET /trips/2147483648', { as: 3 })).toMatchObject(refusal(400, 'invalid-request'));
  });

  test('works for a trip whose number another program gave', async () => {
    await monolith.pool.query(`
      insert into trip_mst (trip_no, usr_no, stat_cd, st_pt, ed_pt, rte_txt, dist_mi, req_dt)
      values (1000000007, 3, 10, '1.000000,2.000000', '1.000000,2.000000', '', 0, '2026-11-21 12:00:00')`);
    expect((await monolith.call<Trip>('GET /trips/1000000007', { as: 3 })).body).toMatchObject({
      id: 1_000_000_007,
      requestedAt: '2026-11-21T03:00:00.000Z',
    });
  });
});

describe('the life of a trip', () => {
  test('goes from requested over started to completed', async () => {
    const trip = await aTrip(5, { vehicleId: 3 });
    const started = await move(trip, 'start');
    expect(started).toMatchObject({ status: 200, body: { status: 'started', vehicleId: 3, completedAt: null } });
    expect(started.body.startedAt).not.toBeNull();
    const completed = await move(trip, 'complete');
    expect(completed).toMatchObject({ status: 200, body: { status: 'completed', cancelledAt: null } });
    expect(completed.body.completedAt).not.toBeNull();
    expect(completed.body.startedAt).toBe(started.body.startedAt);
  });

  test('can be given its vehicle at the start', async () => {
    const trip = await aTrip(5);
    expect(await move(trip, 'start')).toMatchObject(refusal(409, 'trip-without-vehicle'));
    expect(await move(trip, 'start', { vehicleId: 4 })).toMatchObject({ status: 200, body: { vehicleId: 4 } });
  });

  test('can end before and after the start, with or without a reason', async () => {
    const requested = await move(await aTrip(5), 'cancel', { reason: 'rain' });
    expect(requested).toMatchObject({
      status: 200,
      body: { status: 'cancelled', cancelReason: 'rain', completedAt: null },
    });
    expect(requested.body.cancelledAt).not.toBeNull();
    const trip = await aTrip(5, { vehicleId: 3 });
    await move(trip, 'start');
    expect(await move(trip, 'cancel')).toMatchObject({
      status: 200,
      body: { status: 'cancelled', cancelReason: null },
    });
  });

  test('refuses every other move', async () => {
    const illegal = refusal(409, 'illegal-trip-transition');
    const trip = await aTrip(5, { vehicleId: 3 });
    expect(await move(trip, 'complete')).toMatchObject(illegal);
    await move(trip, 'start');
    expect(await move(trip, 'start')).toMatchObject(illegal);
    await move(trip, 'complete');
    for (const what of ['start', 'complete', 'cancel'] as const) expect(await move(trip, what)).toMatchObject(illegal);
    const cancelled = await aTrip(5, { vehicleId: 3 });
    await move(cancelled, 'cancel');
    for (const what of ['start', 'complete', 'cancel'] as const)
      expect(await move(cancelled, what)).toMatchObject(illegal);
  });

  test('lets one of two starts at once through', async () => {
    const trip = await aTrip(5, { vehicleId: 3 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => move(trip, 'start')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  });

  test('is moved by its user and by operators only', async () => {
    const trip = await aTrip(5, { vehicleId: 3 });
    for (const what of ['start', 'complete', 'cancel'])
      expect(await monolith.call(`POST /trips/${trip.id}/${what}`, { as: 6 })).toMatchObject(
        refusal(404, 'trip-not-found'),
      );
    expect(await monolith.call(`POST /trips/${trip.id}/start`, { as: operator })).toMatchObject({ status: 200 });
  });

  test('refuses bad fields', async () => {
    const trip = await aTrip(5);
    expect(await move(trip, 'cancel', { reason: 'x'.repeat(101) })).toMatchObject(refusal(400, 'invalid-request'));
    expect(await move(trip, 'start', { vehicleId: 0 })).toMatchObject(refusal(400, 'invalid-request'));
  });
});

describe('the list of trips', () => {
  interface TripPage {
    readonly items: readonly Trip[];
    readonly nextCursor: string | null;
  }
  const page = (query: string, as: number): Promise<Answer<TripPage>> =>
    monolith.call<TripPage>(`GET /trips${query}`, { as });

  test('is walked without gaps or repeats, newest first, though many trips share a second', async () => {
    await Promise.all(Array.from({ length: 9 }, () => aTrip(7)));
    const walked: Trip[] = [];
    let cursor: string | null = null;
    do {
      const { body }: Answer<TripPage> = await page(`?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`, 7);
      walked.push(...body.items);
      cursor = body.nextCursor;
    } while (cursor !== null);
    const { rows } = await monolith.pool.query<{ trip_no: number }>(
      'select trip_no from trip_mst where usr_no = 7 order by req_dt desc, trip_no desc',
    );
    expect(rows.length).toBeGreaterThan(9);
    expect(walked.map(({ id }) => id)).toEqual(rows.map(({ trip_no }) => trip_no));
  });

  test('continues after a cursor that knows milliseconds', async () => {
    const trip = await aTrip(8);
    const finer = trip.requestedAt.replace('.000Z', '.789Z');
    const cursor = Buffer.from(JSON.stringify([finer, trip.id])).toString('base64url');
    const { body } = await page(`?cursor=${cursor}`, 8);
    expect(body.items.map(({ id }) => id)).not.toContain(trip.id);
  });

  test('has a cursor of the agreed form', async () => {
    const { body } = await page('?limit=1', 7);
    const [first] = body.items;
    const cursor: unknown = JSON.parse(Buffer.from(body.nextCursor ?? '', 'base64url').toString());
    expect(cursor).toEqual([first?.requestedAt, first?.id]);
  });

  test('can be narrowed to a status', async () => {
    const trip = await aTrip(9);
    await move(trip, 'cancel');
    const { body } = await page('?status=cancelled&limit=100', 9);
    expect(body.items.map(({ id }) => id)).toContain(trip.id);
    expect(new Set(body.items.map(({ status }) => status))).toEqual(new Set(['cancelled']));
  });

  test("shows others' trips to operators only", async () => {
    expect(await page('?userId=9', 8)).toMatchObject(refusal(403, 'forbidden'));
    const { body } = await page('?userId=9', operator);
    expect(new Set(body.items.map(({ userId }) => userId))).toEqual(new Set([9]));
    expect((await page('?userId=9', 9)).body).toEqual(body);
  });

  test.each(['?limit=0', '?limit=101', '?cursor=x', '?status=lost', '?userId=x'])('refuses %s', async (query) => {
    expect(await page(query, operator)).toMatchObject(refusal(400, 'invalid-request'));
  });
});
