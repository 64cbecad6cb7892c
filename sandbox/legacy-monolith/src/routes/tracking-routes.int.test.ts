import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Point } from '../dao/trk-dao.ts';
import { openEventStream, type EventStream } from '../testing/event-stream.ts';
import { operator, startTestMonolith, type TestMonolith } from '../testing/test-monolith.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

const rider = 2;
const here = { lat: 37.5665, lon: 126.978 };

async function requestedTrip(): Promise<number> {
  const body = { pickup: here, dropoff: { lat: 37.6, lon: 127 }, vehicleId: 3 };
  return (await monolith.call<{ id: number }>('POST /trips', { as: rider, body })).body.id;
}

async function startedTrip(): Promise<number> {
  const id = await requestedTrip();
  await monolith.call(`POST /trips/${id}/start`, { as: rider });
  return id;
}

const record = (tripId: number, point: object = {}) =>
  monolith.call<Point>(`POST /tracking/${tripId}/points`, { as: rider, body: { ...here, ...point } });
const refusal = (status: number, name: string) => ({ status, body: { type: `/problems/${name}` } });

describe('points', () => {
  test('are recorded and answered', async () => {
    const tripId = await startedTrip();
    const recordedAt = '2026-11-21T03:04:05.678Z';
    const { status, body } = await record(tripId, { speedMetresPerSecond: 12.29, recordedAt });
    expect(status).toBe(201);
    expect(body).toEqual({ id: body.id, tripId, ...here, speedMetresPerSecond: 12.29, recordedAt });
    const { rows } = await monolith.pool.query('select usr_no, spd_mph, rec_dt from trk_pt where trk_no = $1', [
      body.id,
    ]);
    expect(rows).toEqual([{ usr_no: rider, spd_mph: 27.5, rec_dt: '2026-11-21 12:04:05.678' }]);
  });

  test('need neither speed nor time', async () => {
    const { body } = await record(await startedTrip());
    expect(body.speedMetresPerSecond).toBeNull();
    expect(Math.abs(Date.parse(body.recordedAt) - Date.now())).toBeLessThan(60_000);
  });

  test('are for started trips only', async () => {
    const tripId = await requestedTrip();
    expect(await record(tripId)).toMatchObject(refusal(409, 'trip-not-started'));
    await monolith.call(`POST /trips/${tripId}/start`, { as: rider });
    await monolith.call(`POST /trips/${tripId}/complete`, { as: rider });
    expect(await record(tripId)).toMatchObject(refusal(409, 'trip-not-started'));
  });

  test("of others' trips and of no trips are not found", async () => {
    const tripId = await startedTrip();
    const missing = refusal(404, 'trip-not-found');
    for (const what of [`GET /tracking/${tripId}/latest`, `GET /tracking/${tripId}/stream`] as const)
      expect(await monolith.call(what, { as: 3 })).toMatchObject(missing);
    expect(await monolith.call(`POST /tracking/${tripId}/points`, { as: 3, body: here })).toMatchObject(missing);
    expect(await record(999_999)).toMatchObject(missing);
    expect(await monolith.call(`GET /tracking/${tripId}/latest`, { as: operator })).toMatchObject(
      refusal(404, 'no-position'),
    );
  });

  test('with bad fields are refused', async () => {
    const { status, body } = await record(await startedTrip(), {
      lat: 'x',
      speedMetresPerSecond: -1,
      recordedAt: 'now',
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ path: 'lat' }, { path: 'speedMetresPerSecond' }, { path: 'recordedAt' }] });
  });
});

describe('the latest point', () => {
  test('is the one recorded last, whoever numbered it', async () => {
    const tripId = await startedTrip();
    expect(await monolith.call(`GET /tracking/${tripId}/latest`, { as: rider })).toMatchObject(
      refusal(404, 'no-position'),
    );
    await monolith.pool.query(
      `insert into trk_pt (trk_no, trip_no, usr_no, lat, lon, rec_dt) values ($1, $2, $3, 1, 2, '2026-11-21 12:00:00')`,
      [1_000_000_000 + tripId, tripId, rider],
    );
    const { body } = await record(tripId, { recordedAt: '2026-11-21T03:00:01Z' });
    expect(await monolith.call(`GET /tracking/${tripId}/latest`, { as: rider })).toMatchObject({ status: 200, body });
  });
});

describe('the stream', () => {
  async function openStream(tripId: number, headers: Readonly<Record<string, string>> = {}): Promise<EventStream> {
    const authorization = `Bearer ${await monolith.tokenOf(rider)}`;
    return openEventStream(`${monolith.url}/tracking/${tripId}/stream`, { authorization, ...headers });
  }
  const positionOf = (point: Point) => ({ id: String(point.id), event: 'position', data: point });

  test('begins with the latest point, follows the trip and ends with it', async () => {
    const tripId = await startedTrip();
    await record(tripId);
    const { body: latest } = await record(tripId);
    const stream = await openStream(tripId);
    expect(await stream.nextEvent()).toEqual(positionOf(latest));
    const { body: next } = await record(tripId);
    expect(await stream.nextEvent()).toEqual(positionOf(next));
    await monolith.call(`POST /trips/${tripId}/complete`, { as: rider });
    expect(await stream.nextEvent()).toEqual({ event: 'end', data: { tripId, status: 'completed' } });
    expect(await stream.next()).toBeUndefined();
  });

  test('beyond the limit is refused with 503', async () => {
    const tripId = await startedTrip();
    await record(tripId);
    const streams: EventStream[] = [];
    for (let count = 0; count < 4; count += 1) {
      const stream = await openStream(tripId);
      await stream.nextEvent();
      streams.push(stream);
    }
    expect(await monolith.call(`GET /tracking/${tripId}/stream`, { as: rider })).toMatchObject({
      ...refusal(503, 'too-many-streams'),
      headers: { 'retry-after': '5' },
    });
    for (const stream of streams) await stream.close();
  });

  test('resumes after the event that the client saw last', async () => {
    const tripId = await startedTrip();
    const { body: first } = await record(tripId);
    const { body: second } = await record(tripId);
    const { body: third } = await record(tripId);
    const stream = await openStream(tripId, { 'last-event-id': String(first.id) });
    expect([await stream.nextEvent(), await stream.nextEvent()]).toEqual([positionOf(second), positionOf(third)]);
    await stream.close();
  });

  test.each(['x', '999999999', '4000000000'])('begins anew after the unknown event %s', async (lastEventId) => {
    const tripId = await startedTrip();
    const { body: latest } = await record(tripId);
    const stream = await openStream(tripId, { 'last-event-id': lastEventId });
    expect(await stream.nextEvent()).toEqual(positionOf(latest));
    await stream.close();
  });

  test('waits for the first point, with signs of life', async () => {
    const tripId = await requestedTrip();
    const stream = await openStream(tripId);
    expect([await stream.next(), await stream.next()]).toEqual([{}, { comment: 'heartbeat' }]);
    await monolith.call(`POST /trips/${tripId}/start`, { as: rider });
    const { body } = await record(tripId);
    expect(await stream.nextEvent()).toEqual(positionOf(body));
    await stream.close();
  });

  test('of a trip that is over gives its last point and ends', async () => {
    const tripId = await startedTrip();
    const { body } = await record(tripId);
    await monolith.call(`POST /trips/${tripId}/cancel`, { as: rider });
    const stream = await openStream(tripId);
    expect(await stream.nextEvent()).toEqual(positionOf(body));
    expect(await stream.nextEvent()).toMatchObject({ event: 'end' });
    expect(await stream.next()).toBeUndefined();
  });
});
