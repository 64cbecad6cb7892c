import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tripContract, type PointJson, type TripJson } from '../contract/index.ts';
import { cityHall, gangnam } from '../testing/a-trip.ts';
import { call, problemOf } from '../testing/call.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

describe('tracking', () => {
  let service: RunningService;
  let [mine, others, operators] = ['', '', ''];
  let tripId = 0;
  beforeAll(async () => {
    service = await startService();
    [mine, others, operators] = await Promise.all([service.tokenOf(7), service.tokenOf(8), service.operatorToken()]);
  });
  afterAll(() => service.drop());
  beforeEach(async () => {
    const body = { pickup: cityHall, dropoff: gangnam, vehicleId: 5 };
    tripId = ((await call(service.url, tripContract.requestTrip, { token: mine, body })).body as TripJson).id;
  });

  const move = (contract: typeof tripContract.startTrip | typeof tripContract.completeTrip) =>
    call(service.url, contract, { token: mine, params: { id: tripId } });
  const record = (body: object, token = mine) =>
    call(service.url, tripContract.recordPoint, { token, params: { tripId }, body });
  const latest = (token = mine) => call(service.url, tripContract.readLatestPoint, { token, params: { tripId } });

  test('takes points of a started trip and answers the latest', async () => {
    await move(tripContract.startTrip);
    await record({ ...cityHall, recordedAt: '2026-11-21T03:04:05.678Z' });
    const body = { ...gangnam, speedMetresPerSecond: 13.894, recordedAt: '2026-11-21T12:04:06+09:00' };
    const response = await record(body);
    const point = response.body as PointJson;
    expect(response.status).toBe(201);
    expect(point).toEqual({
      id: point.id,
      tripId,
      ...gangnam,
      speedMetresPerSecond: 13.89,
      recordedAt: '2026-11-21T03:04:06.000Z',
    });
    expect(point.id).toBeGreaterThanOrEqual(1_000_000_000);
    expect((await latest()).body).toEqual(point);
  });

  test('takes the moment of arrival where none is given', async () => {
    await move(tripContract.startTrip);
    const before = Date.now();
    const { recordedAt } = (await record(cityHall)).body as PointJson;
    expect(Date.parse(recordedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(recordedAt)).toBeLessThanOrEqual(Date.now());
  });

  test('answers the point that was recorded last, not the one that came last', async () => {
    await move(tripContract.startTrip);
    const newest = await record({ ...gangnam, recordedAt: '2026-11-21T03:04:06Z' });
    await record({ ...cityHall, recordedAt: '2026-11-21T03:04:05Z' });
    expect((await latest()).body).toEqual(newest.body);
  });

  test('has no position before the first point', async () => {
    expect(problemOf(await latest())).toBe('no-position');
  });

  test('takes no point before the start or after the end', async () => {
    expect(problemOf(await record(cityHall))).toBe('trip-not-started');
    await move(tripContract.startTrip);
    await record(cityHall);
    await move(tripContract.completeTrip);
    expect(problemOf(await record(cityHall))).toBe('trip-not-started');
    expect((await latest()).status).toBe(200);
  });

  test('is for the owner and for operators', async () => {
    await move(tripContract.startTrip);
    expect((await record(cityHall, operators)).status).toBe(201);
    expect((await latest(operators)).status).toBe(200);
    expect(problemOf(await record(cityHall, others))).toBe('trip-not-found');
    expect(problemOf(await latest(others))).toBe('trip-not-found');
  });

  test.each([
    ['lat', { lon: 1 }],
    ['speedMetresPerSecond', { ...cityHall, speedMetresPerSecond: -1 }],
    ['recordedAt', { ...cityHall, recordedAt: '2026-11-21' }],
  ])('refuses a point with a bad %s', async (path, body) => {
    await move(tripContract.startTrip);
    const response = await record(body);
    expect(problemOf(response)).toBe('invalid-request');
    expect(response.body).toMatchObject({ errors: [{ path }] });
  });

  test('takes no point that waits while the trip ends', async () => {
    await move(tripContract.startTrip);
    let waiting: ReturnType<typeof record> | undefined;
    await service.database.transaction(async (tx) => {
      await tx.query(`update trip set status = 'completed' where id = $1`, [tripId]);
      waiting = record(cityHall);
      const waitingCount = async () => (await service.database.query(waitingForLock)).rows.length;
      await expect.poll(waitingCount, { timeout: 10_000 }).toBe(1);
    });
    expect(waiting && problemOf(await waiting)).toBe('trip-not-started');
  });
});

const waitingForLock = `
  select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
