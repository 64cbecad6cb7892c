import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tripContract, type TripJson } from '../contract/index.ts';
import { call, problemOf } from '../testing/call.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

const at = (lon: number) => ({ lat: 0, lon });

describe('routes', () => {
  let service: RunningService;
  let [mine, others, operators] = ['', '', ''];
  beforeAll(async () => {
    service = await startService();
    [mine, others, operators] = await Promise.all([service.tokenOf(7), service.tokenOf(8), service.operatorToken()]);
  });
  afterAll(() => service.drop());

  const plan = (waypoints: unknown) => call(service.url, tripContract.planRoute, { token: mine, body: { waypoints } });

  test('are planned between fixed ends, and stored nowhere', async () => {
    const response = await plan([at(0), at(2), at(1), at(3)]);
    expect(response.body).toEqual({ waypoints: [0, 1, 2, 3].map(at), distanceMetres: 333_585 });
    expect((await service.database.query('select from trip')).rows).toEqual([]);
  });

  test.each([
    ['one waypoint', [at(0)]],
    ['26 waypoints', Array(26).fill(at(0))],
    ['something else', 'there'],
  ])('are not planned from %s', async (_title, waypoints) => {
    expect(problemOf(await plan(waypoints))).toBe('invalid-request');
  });

  test('of trips are read by those who may read the trip', async () => {
    const body = { pickup: at(0), dropoff: at(3), stops: [at(2), at(1)] };
    const requested = await call(service.url, tripContract.requestTrip, { token: mine, body });
    const { id: tripId } = requested.body as TripJson;
    const read = (token: string) => call(service.url, tripContract.readRoute, { token, params: { tripId } });
    const route = { tripId, waypoints: [0, 1, 2, 3].map(at), distanceMetres: 333_585 };
    expect((await read(mine)).body).toEqual(route);
    expect((await read(operators)).body).toEqual(route);
    expect(problemOf(await read(others))).toBe('trip-not-found');
  });
});
