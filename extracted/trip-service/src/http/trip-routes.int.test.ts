import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tripContract, type RouteContract, type TripJson } from '../contract/index.ts';
import { cityHall, gangnam } from '../testing/a-trip.ts';
import { call, problemOf, type CallInput } from '../testing/call.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

const firstOwnId = 1_000_000_000;
const { requestTrip, listTrips, readTrip, startTrip, completeTrip, cancelTrip } = tripContract;

describe('trips', () => {
  let service: RunningService;
  let [mine, others, operators] = ['', '', ''];
  beforeAll(async () => {
    service = await startService();
    [mine, others, operators] = await Promise.all([service.tokenOf(7), service.tokenOf(8), service.operatorToken()]);
  });
  afterAll(() => service.drop());
  beforeEach(() => service.database.query('truncate trip, location'));

  const send = (contract: RouteContract, input: Partial<CallInput> = {}) =>
    call(service.url, contract, { token: mine, ...input });

  async function requested(body: object = {}): Promise<TripJson> {
    const response = await send(requestTrip, { body: { pickup: cityHall, dropoff: gangnam, ...body } });
    expect(response.status).toBe(201);
    return response.body as TripJson;
  }

  describe('a request', () => {
    test('makes a trip of the caller, with an id of this service', async () => {
      const response = await send(requestTrip, { body: { pickup: cityHall, dropoff: gangnam } });
      const trip = response.body as TripJson;
      expect(response.status).toBe(201);
      expect(response.headers['location']).toBe(`/trips/${trip.id}`);
      expect(trip).toMatchObject({
        userId: 7,
        vehicleId: null,
        status: 'requested',
        pickup: cityHall,
        dropoff: gangnam,
      });
      expect(trip.id).toBeGreaterThanOrEqual(firstOwnId);
      expect((await send(readTrip, { params: { id: trip.id } })).body).toEqual(trip);
    });

    test('puts its stops into a short order and measures the way', async () => {
      const at = (lon: number) => ({ lat: 0, lon });
      const trip = await requested({ pickup: at(0), dropoff: at(3), stops: [at(2), at(1)], vehicleId: 5 });
      expect(trip).toMatchObject({ vehicleId: 5, distanceMetres: 333_585 });
    });

    test('keeps six decimals of its places', async () => {
      const trip = await requested({ pickup: { lat: 37.56650049, lon: 126.97800051 } });
      expect(trip.pickup).toEqual({ lat: 37.5665, lon: 126.978001 });
    });

    test.each([
      ['no body', undefined, ['pickup', 'dropoff']],
      ['a place outside the Earth', { pickup: { lat: 91, lon: 0 }, dropoff: gangnam }, ['pickup.lat']],
      ['too many stops', { pickup: cityHall, dropoff: gangnam, stops: Array(24).fill(gangnam) }, ['stops']],
      ['a vehicle that is no id', { pickup: cityHall, dropoff: gangnam, vehicleId: 1.5 }, ['vehicleId']],
    ])('with %s is refused, naming the fields', async (_title, body, paths) => {
      const response = await send(requestTrip, body ? { body } : {});
      expect(problemOf(response)).toBe('invalid-request');
      expect((response.body as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(paths);
    });
  });

  describe('a trip', () => {
    test('is read by its owner and by operators, and not found by others', async () => {
      const { id } = await requested();
      expect((await send(readTrip, { params: { id }, token: operators })).status).toBe(200);
      expect(problemOf(await send(readTrip, { params: { id }, token: others }))).toBe('trip-not-found');
    });

    test.each([
      [firstOwnId - 1, 'trip-not-found'],
      ['abc', 'invalid-request'],
      [2_147_483_648, 'invalid-request'],
    ])('with the id %s: %s', async (id, name) => {
      expect(problemOf(await send(readTrip, { params: { id } }))).toBe(name);
    });

    test('lives from request to completion', async () => {
      const params = { id: (await requested()).id };
      const started = (await send(startTrip, { params, body: { vehicleId: 5 } })).body as TripJson;
      const completed = (await send(completeTrip, { params })).body as TripJson;
      expect(started).toMatchObject({ status: 'started', vehicleId: 5, completedAt: null });
      expect(completed).toEqual({ ...started, status: 'completed', completedAt: completed.completedAt });
      expect(Date.parse(completed.completedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(started.startedAt ?? ''));
      expect((await send(readTrip, { params })).body).toEqual(completed);
    });

    test('is cancelled with a reason', async () => {
      const params = { id: (await requested()).id };
      const response = await send(cancelTrip, { params, body: { reason: '비가 와서' } });
      expect(response.body).toMatchObject({ status: 'cancelled', cancelReason: '비가 와서' });
    });

    test('is cancelled without a body', async () => {
      const params = { id: (await requested()).id };
      expect((await send(cancelTrip, { params })).body).toMatchObject({ status: 'cancelled', cancelReason: null });
    });

    test('does not start without a vehicle', async () => {
      const params = { id: (await requested()).id };
      expect(problemOf(await send(startTrip, { params }))).toBe('trip-without-vehicle');
      expect((await send(readTrip, { params })).body).toMatchObject({ status: 'requested' });
    });

    test('makes no illegal move, and stays as it was', async () => {
      const params = { id: (await requested()).id };
      expect(problemOf(await send(completeTrip, { params }))).toBe('illegal-trip-transition');
      await send(cancelTrip, { params });
      expect(problemOf(await send(startTrip, { params, body: { vehicleId: 5 } }))).toBe('illegal-trip-transition');
      expect((await send(readTrip, { params })).body).toMatchObject({ status: 'cancelled', vehicleId: null });
    });

    test.each([startTrip, completeTrip, cancelTrip])('is not moved by others: $path', async (contract) => {
      const params = { id: (await requested({ vehicleId: 5 })).id };
      expect(problemOf(await send(contract, { params, token: others }))).toBe('trip-not-found');
      expect((await send(readTrip, { params })).body).toMatchObject({ status: 'requested' });
    });

    test('is moved by operators', async () => {
      const params = { id: (await requested({ vehicleId: 5 })).id };
      expect((await send(startTrip, { params, token: operators })).body).toMatchObject({
        userId: 7,
        status: 'started',
      });
    });

    test('refuses a reason that is too long', async () => {
      const params = { id: (await requested()).id };
      expect(problemOf(await send(cancelTrip, { params, body: { reason: 'x'.repeat(101) } }))).toBe('invalid-request');
    });

    test('is ended by exactly one of two commands at once', async () => {
      for (let round = 0; round < 10; round += 1) {
        const params = { id: (await requested({ vehicleId: 5 })).id };
        await send(startTrip, { params });
        const answers = await Promise.all([send(completeTrip, { params }), send(cancelTrip, { params })]);
        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
        const winner = answers.find(({ status }) => status === 200);
        expect((await send(readTrip, { params })).body).toEqual(winner?.body);
      }
    });
  });

  describe('the list', () => {
    const list = (query: Readonly<Record<string, string | number>> = {}, token = mine) =>
      send(listTrips, { query, token });
    const idsOf = (response: { body: unknown }): number[] =>
      (response.body as { items: TripJson[] }).items.map(({ id }) => id);
    const cursorOf = (response: { body: unknown }): string | null =>
      (response.body as { nextCursor: string | null }).nextCursor;

    test("has the caller's trips, newest first, and nobody else's", async () => {
      const [first, second] = [await requested(), await requested()];
      await send(requestTrip, { token: others, body: { pickup: cityHall, dropoff: gangnam } });
      const response = await list();
      expect(idsOf(response)).toEqual([second.id, first.id]);
      expect(cursorOf(response)).toBeNull();
    });

    test("has another user's trips for operators only", async () => {
      const { id } = await requested();
      expect(idsOf(await list({ userId: 7 }, operators))).toEqual([id]);
      expect(idsOf(await list({}, operators))).toEqual([]);
      expect(problemOf(await list({ userId: 7 }, others))).toBe('forbidden');
      expect(idsOf(await list({ userId: 7 }))).toEqual([id]);
    });

    test('has one status if asked', async () => {
      const [first, second] = [await requested(), await requested()];
      await send(cancelTrip, { params: { id: first.id } });
      expect(idsOf(await list({ status: 'cancelled' }))).toEqual([first.id]);
      expect(idsOf(await list({ status: 'requested' }))).toEqual([second.id]);
    });

    test('has every trip exactly once over its pages, while trips are added', async () => {
      const before = [];
      for (let count = 0; count < 7; count += 1) before.push((await requested()).id);
      const seen: number[] = [];
      for (let query: Record<string, string | number> | undefined = { limit: 2 }; query;) {
        const page = await list(query);
        await requested();
        seen.push(...idsOf(page));
        const cursor = cursorOf(page);
        query = cursor === null ? undefined : { limit: 2, cursor };
      }
      expect(seen).toEqual(before.toReversed());
    });

    test('goes on by id among trips of the same moment', async () => {
      const ids = [(await requested()).id, (await requested()).id, (await requested()).id];
      await service.database.query(`update trip set requested_at = '2026-01-02T03:04:05.678Z'`);
      const first = await list({ limit: 2 });
      const second = await list({ limit: 2, cursor: cursorOf(first) ?? '' });
      expect([...idsOf(first), ...idsOf(second)]).toEqual(ids.toReversed());
    });

    test('has a cursor that the other side writes and reads as well', async () => {
      const { requestedAt, id } = await requested();
      await requested();
      const cursor = Buffer.from(JSON.stringify([requestedAt, id])).toString('base64url');
      expect(idsOf(await list({ cursor }))).toEqual([]);
      const newer = await list({ limit: 1 });
      const [last] = (newer.body as { items: TripJson[] }).items;
      expect(cursorOf(newer)).toBe(Buffer.from(JSON.stringify([last?.requestedAt, last?.id])).toString('base64url'));
    });

    test.each([
      ['cursor', 'nonsense'],
      ['cursor', Buffer.from('[42]').toString('base64url')],
      ['cursor', Buffer.from('["yesterday",42]').toString('base64url')],
      ['limit', 0],
      ['limit', 101],
      ['limit', 'all'],
      ['status', 'lost'],
      ['userId', '0'],
    ])('refuses %s=%s', async (name, value) => {
      const response = await list({ [name]: value });
      expect(problemOf(response)).toBe('invalid-request');
      expect(response.body).toMatchObject({ errors: [{ path: name }] });
    });

    test('has 20 trips on a page unless told otherwise', async () => {
      await service.database.query(manyTrips, [25]);
      const page = await list();
      expect([idsOf(page).length, cursorOf(page) === null]).toEqual([20, false]);
      expect(idsOf(await list({ limit: 100 })).length).toBe(25);
    });
  });
});

const manyTrips = `
  insert into trip (user_id, status, pickup_lat, pickup_lon, dropoff_lat, dropoff_lon, waypoints, distance_metres, requested_at)
  select 7, 'requested', 0, 0, 0, 0, '[]', 0, now() + n * interval '1 ms' from generate_series(1, $1::int) n`;
