import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { vehicleContract, type RouteContract, type SensorJson, type VehicleJson } from '../contract/index.ts';
import { sensorStore, vehicleStore } from '../sync/index.ts';
import { aVehicle } from '../testing/a-vehicle.ts';
import { call } from '../testing/call.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

interface OutboxChange {
  readonly kind: 'INSERT' | 'DELETE';
  readonly text: string;
}

const slot = 'vehicle_outbox_test';
const createSlot = `select pg_create_logical_replication_slot($1, 'test_decoding')`;
const dropSlot = `select pg_drop_replication_slot($1)`;
const readSlot = `select data from pg_logical_slot_get_changes($1, null, null)`;

describe('the outbox', () => {
  let service: RunningService;
  let token = '';
  let plateCount = 0;
  beforeAll(async () => {
    service = await startService();
    token = await service.operatorToken();
    await service.database.query(createSlot, [slot]);
  });
  afterAll(async () => {
    await service.database.query(dropSlot, [slot]);
    await service.drop();
  });
  beforeEach(() => changes());

  const send = (contract: RouteContract, params: Readonly<Record<string, number>>, body: object) =>
    call(service.url, contract, { token, params, body });

  async function registered(): Promise<VehicleJson> {
    const energy = { kind: 'battery', percent: 80 };
    const body = { plate: `P ${(plateCount += 1)}`, model: "Sprout's", vin: 'KMHXX00XXXX000001', energy };
    return (await send(vehicleContract.registerVehicle, {}, body)).body as VehicleJson;
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

  test('tells of every command in the log, in the order of the versions, and keeps no row', async () => {
    const { id } = await registered();
    await send(vehicleContract.changeVehicleStatus, { id }, { status: 'maintenance' });
    await send(vehicleContract.updateFirmware, { id }, { version: '2.0.0' });
    const sensor = (await send(vehicleContract.registerSensor, { id }, { kind: 'gps', serial: 'G' }))
      .body as SensorJson;
    await send(vehicleContract.changeSensorStatus, { id, sensorId: sensor.id }, { status: 'failed' });
    const report = { vehicleId: id, code: 'P0A80', severity: 'info', message: 'Hello.' };
    await send(vehicleContract.reportDiagnostic, {}, report);
    const events = (await changes()).filter(({ kind }) => kind === 'INSERT');
    expect(
      events.map((event) => ['aggregate_id', 'scope', 'event_type', 'version'].map((name) => field(event, name))),
    ).toEqual([
      [String(id), String(id), 'VehicleRegistered', '1'],
      [String(id), String(id), 'VehicleStatusChanged', '2'],
      [String(id), String(id), 'FirmwareUpdated', '3'],
      [String(id), String(id), 'SensorRegistered', '4'],
      [String(id), String(id), 'SensorStatusChanged', '5'],
      [String(id), String(id), 'DiagnosticReported', '6'],
    ]);
    expect(new Set(events.map((event) => field(event, 'event_id'))).size).toBe(6);
    expect((await service.database.query('select from outbox')).rows).toEqual([]);
  });

  test('carries the state after the command', async () => {
    const { id } = await registered();
    await changes();
    const updated = await send(vehicleContract.updateFirmware, { id }, { version: '2.0.0' });
    const [event] = await changes();
    expect(event && dataOf(event)).toEqual(updated.body);
  });

  test('carries a sensor as it is after the command', async () => {
    const { id } = await registered();
    const sensor = (await send(vehicleContract.registerSensor, { id }, { kind: 'gps', serial: 'G' }))
      .body as SensorJson;
    await changes();
    const failed = await send(vehicleContract.changeSensorStatus, { id, sensorId: sensor.id }, { status: 'failed' });
    const [event] = await changes();
    expect(event && dataOf(event)).toEqual(failed.body);
  });

  test('writes and removes an event in one transaction', async () => {
    await registered();
    expect((await changes()).map(({ kind }) => kind)).toEqual(['INSERT', 'DELETE']);
  });

  test('tells nothing of a command that is refused or changes nothing', async () => {
    const { id } = await registered();
    await send(vehicleContract.changeVehicleStatus, { id }, { status: 'retired' });
    await changes();
    await send(vehicleContract.changeVehicleStatus, { id }, { status: 'available' });
    await send(vehicleContract.changeVehicleStatus, { id }, { status: 'retired' });
    expect(await changes()).toEqual([]);
  });

  test('tells nothing of what synchronisation writes', async () => {
    const sensor = { id: 9, vehicleId: 42, kind: 'gps', serial: 'G', status: 'ok', calibratedAt: null } as const;
    await service.database.transaction(async (tx) => {
      await vehicleStore.save(tx, [aVehicle()]);
      await sensorStore.save(tx, [sensor]);
    });
    expect(await changes()).toEqual([]);
  });
});
