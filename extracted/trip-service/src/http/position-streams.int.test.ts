import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import supertest from 'supertest';
import { tripContract, type PointJson, type TripJson } from '../contract/index.ts';
import { locationStore, tripStore } from '../sync/index.ts';
import { aTrip, cityHall, gangnam } from '../testing/a-trip.ts';
import { call, problemOf } from '../testing/call.ts';
import { openEvents, type EventClient } from '../testing/event-client.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

const streamCountLimit = 3;
const patiently = { timeout: 10_000 };

describe('a stream of positions', () => {
  let service: RunningService;
  let mine = '';
  let tripId = 0;
  let clients: EventClient[] = [];
  beforeAll(async () => {
    const env = { TRIP_STREAM_COUNT_LIMIT: String(streamCountLimit), TRIP_STREAM_HEARTBEAT_MS: '100' };
    service = await startService({ env });
    mine = await service.tokenOf(7);
  });
  afterAll(() => service.drop());
  beforeEach(async () => {
    const body = { pickup: cityHall, dropoff: gangnam, vehicleId: 5 };
    tripId = ((await call(service.url, tripContract.requestTrip, { token: mine, body })).body as TripJson).id;
    await move(tripContract.startTrip);
  });
  afterEach(async () => {
    for (const client of clients) client.stop();
    await Promise.all(clients.map(({ ended }) => ended));
    clients = [];
    await expect.poll(openCount, patiently).toBe(0);
  });

  type Move = typeof tripContract.startTrip | typeof tripContract.completeTrip | typeof tripContract.cancelTrip;
  const move = (contract: Move) => call(service.url, contract, { token: mine, params: { id: tripId } });

  async function record(second: number): Promise<PointJson> {
    const body = { ...cityHall, recordedAt: new Date(Date.UTC(2026, 10, 21, 3, 4, second)).toISOString() };
    return (await call(service.url, tripContract.recordPoint, { token: mine, params: { tripId }, body }))
      .body as PointJson;
  }

  async function open(headers: Readonly<Record<string, string>> = {}): Promise<EventClient> {
    const authorization = `Bearer ${mine}`;
    const client = await openEvents(`${service.url}/tracking/${tripId}/stream`, { authorization, ...headers });
    clients.push(client);
    return client;
  }

  async function openCount(): Promise<number> {
    const { text } = await supertest(service.url).get('/metrics');
    return Number(/^trip_position_streams (\d+)$/m.exec(text)?.[1]);
  }

  const position = (point: PointJson) => ({ id: String(point.id), event: 'position', data: point });
  const end = (status: string) => ({ id: undefined, event: 'end', data: { tripId, status } });

  test('begins with the latest known point and goes on with new ones', async () => {
    await record(1);
    const known = await record(2);
    const client = await open();
    expect([client.status, client.headers['content-type']]).toEqual([200, 'text/event-stream']);
    await client.received(1);
    const next = await record(3);
    expect(await client.received(2)).toEqual([known, next].map(position));
  });

  test('waits for the first point where there is none', async () => {
    const client = await open();
    const first = await record(1);
    expect(await client.received(1)).toEqual([position(first)]);
  });

  test('goes on after the last event that the client has seen', async () => {
    const seen = await record(1);
    const missed = [await record(2), await record(3)];
    const client = await open({ 'last-event-id': String(seen.id) });
    expect(await client.received(2)).toEqual(missed.map(position));
  });

  test.each(['2147483647', 'nonsense'])(
    'begins with the latest point after an unknown event: %s',
    async (lastEventId) => {
      await record(1);
      const latest = await record(2);
      expect(await (await open({ 'last-event-id': lastEventId })).received(1)).toEqual([position(latest)]);
    },
  );

  test('catches up over many points without a gap', async () => {
    const first = await record(0);
    await service.database.query(manyPoints, [tripId, 250]);
    const client = await open({ 'last-event-id': String(first.id) });
    const ids = (await client.received(250)).map(({ id }) => Number(id));
    const { rows } = await service.database.query<{ id: number }>(pointsInOrder, [tripId]);
    expect([first.id, ...ids]).toEqual(rows.map(({ id }) => id));
  });

  test('shows points that synchronisation brings, whatever their ids', async () => {
    const own = await record(1);
    const client = await open();
    await client.received(1);
    const brought = { ...own, id: 17, userId: 7, recordedAt: '2026-11-21T03:05:00.000Z' };
    await service.database.transaction((tx) => locationStore.save(tx, [brought]));
    expect((await client.received(2))[1]).toMatchObject({ id: '17', data: { recordedAt: brought.recordedAt } });
  });

  test('sends the last points and ends with the trip', async () => {
    const client = await open();
    const last = await record(1);
    await move(tripContract.completeTrip);
    await client.ended;
    expect(client.events).toEqual([position(last), end('completed')]);
  });

  test('ends also when synchronisation ends the trip', async () => {
    const client = await open();
    const ended = aTrip({ id: tripId, status: 'cancelled', cancelledAt: '2026-11-21T03:05:00.000Z' });
    await service.database.transaction((tx) => tripStore.save(tx, [ended]));
    await client.ended;
    expect(client.events).toEqual([end('cancelled')]);
  });

  test('of a trip that has ended has its last point and the end', async () => {
    const last = await record(1);
    await move(tripContract.cancelTrip);
    const client = await open();
    await client.ended;
    expect(client.events).toEqual([position(last), end('cancelled')]);
  });

  test('shows signs of life', async () => {
    const client = await open();
    await expect.poll(() => client.comments.length, patiently).toBeGreaterThan(1);
    expect(client.events).toEqual([]);
  });

  test('is one of a bounded number, and a closed one makes room', async () => {
    const [first] = [await open(), await open(), await open()];
    expect(await openCount()).toBe(streamCountLimit);
    const refused = await call(service.url, tripContract.streamPoints, { token: mine, params: { tripId } });
    expect([problemOf(refused), refused.headers['retry-after']]).toEqual(['too-many-streams', '5']);
    first.stop();
    await expect.poll(openCount, patiently).toBe(streamCountLimit - 1);
    expect((await open()).status).toBe(200);
  });

  test('is for those who may read the trip', async () => {
    const token = await service.tokenOf(8);
    expect(problemOf(await call(service.url, tripContract.streamPoints, { token, params: { tripId } }))).toBe(
      'trip-not-found',
    );
  });

  test('ends with the token of its client', async () => {
    const client = await open({ authorization: `Bearer ${await service.tokenOf(7, 1)}` });
    await client.ended;
    expect([client.status, client.events]).toEqual([200, []]);
  });

  test('survives the loss of the connection that listens', async () => {
    const client = await open();
    const first = await record(1);
    await client.received(1);
    expect((await service.database.query(endListeners)).rows).toEqual([{ pg_terminate_backend: true }]);
    const second = await record(2);
    await vi.waitFor(() => expect(client.events).toEqual([first, second].map(position)), patiently);
  });
});

test('streams end when the service closes', async () => {
  const service = await startService();
  const token = await service.tokenOf(7);
  await service.database.transaction((tx) => tripStore.save(tx, [aTrip({ status: 'started' })]));
  const client = await openEvents(`${service.url}/tracking/42/stream`, { authorization: `Bearer ${token}` });
  await Promise.all([service.close(), client.ended]);
  expect(client.events).toEqual([]);
  await service.drop();
});

const manyPoints = `
  insert into location (trip_id, user_id, lat, lon, recorded_at)
  select $1, 7, 37.5, 126.9, timestamptz '2026-11-22Z' + (n / 3) * interval '1 second' from generate_series(1, $2::int) n`;
const pointsInOrder = `select id from location where trip_id = $1 order by recorded_at, id`;
const endListeners = `
  select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'listen "trip_position"'`;
