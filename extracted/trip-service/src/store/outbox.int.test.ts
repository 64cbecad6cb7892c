import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tripContract, type RouteContract, type TripJson } from '../contract/index.ts';
import { tripStore } from '../sync/index.ts';
import { aTrip, cityHall, gangnam } from '../testing/a-trip.ts';
import { call } from '../testing/call.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

interface OutboxChange {
  readonly kind: 'INSERT' | 'DELETE';
  readonly text: string;
}

const slot = 'trip_outbox_test';
const createSlot = `select pg_create_logical_replication_slot($1, 'test_decoding')`;
const dropSlot = `select pg_drop_replication_slot($1)`;
const readSlot = `select data from pg_logical_slot_get_changes($1, null, null)`;

describe('the outbox', () => {
  let service: RunningService;
  let token = '';
  beforeAll(async () => {
    service = await startService();
    token = await service.tokenOf(7);
    await service.database.query(createSlot, [slot]);
  });
  afterAll(async () => {
    await service.database.query(dropSlot, [slot]);
    await service.drop();
  });
  beforeEach(() => changes());

  const send = (contract: RouteContract, id: number, body?: object) =>
    call(service.url, contract, { token, params: { id }, ...(body && { body }) });

  async function requested(): Promise<TripJson> {
    const body = { pickup: cityHall, dropoff: gangnam, vehicleId: 5 };
    return (await call(service.url, tripContract.requestTrip, { token, body })).body as TripJson;
  }

  /** What a capture would read about the outbox since the last call. */
  async function changes(): Promise<readonly OutboxChange[]> {
    const { rows } = await service.database.query<{ data: string }>(readSlot, [slot]);
    return rows.flatMap(({ data }) => {
      const [, kind] = /^table public\.outbox: (INSERT|DELETE):/.exec(data) ?? [];
      return kind === 'INSERT' || kind === 'DELETE' ? [{ kind, text: data }] : [];
    });
  }

  const field = ({ text }: OutboxChange, name: string): string | undefined =>
    new RegExp(`\\b${name}\\[[^\\]]*(?:\\[\\])?\\]:'?((?:[^' ]|'')*)`).exec(text)?.[1];
  const dataOf = ({ text }: OutboxChange): unknown =>
    JSON.parse((/ data\[jsonb\]:'(.*)'$/.exec(text)?.[1] ?? '').replaceAll("''", "'"));

  test('tells of every command in the log, and keeps no row', async () => {
    const { id } = await requested();
    await send(tripContract.startTrip, id);
    await send(tripContract.completeTrip, id);
    const cancelled = await requested();
    await send(tripContract.cancelTrip, cancelled.id, { reason: "it's late" });
    const events = (await changes()).filter(({ kind }) => kind === 'INSERT');
    expect(
      events.map((event) => ['aggregate_id', 'scope', 'event_type', 'version'].map((name) => field(event, name))),
    ).toEqual([
      [String(id), '7', 'TripRequested', '1'],
      [String(id), '7', 'TripStarted', '2'],
      [String(id), '7', 'TripCompleted', '3'],
      [String(cancelled.id), '7', 'TripRequested', '1'],
      [String(cancelled.id), '7', 'TripCancelled', '2'],
    ]);
    expect(new Set(events.map((event) => field(event, 'event_id'))).size).toBe(5);
    expect((await service.database.query('select from outbox')).rows).toEqual([]);
  });

  test('carries the state after the command, with its moment', async () => {
    const { id } = await requested();
    await changes();
    const started = (await send(tripContract.startTrip, id)).body as TripJson;
    const [event] = await changes();
    expect(event && dataOf(event)).toEqual({ ...started, waypoints: [cityHall, gangnam] });
    expect(event?.text).toContain(started.startedAt?.replace('T', ' ').replace(/\.?0*Z/, ''));
  });

  test('writes and removes an event in one transaction', async () => {
    await requested();
    expect((await changes()).map(({ kind }) => kind)).toEqual(['INSERT', 'DELETE']);
  });

  test('tells nothing of a command that is refused', async () => {
    const { id } = await requested();
    await changes();
    await send(tripContract.completeTrip, id);
    expect(await changes()).toEqual([]);
  });

  test('tells nothing of what synchronisation writes', async () => {
    await service.database.transaction((tx) => tripStore.save(tx, [aTrip(), aTrip({ id: 43 })]));
    expect(await changes()).toEqual([]);
  });
});
