import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { vehicleContract, type RouteContract, type SensorJson } from '../contract/index.ts';
import { vehicleStore } from '../sync/index.ts';
import { aVehicle } from '../testing/a-vehicle.ts';
import { call, problemOf, type CallInput } from '../testing/call.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

const { registerSensor, listSensors, changeSensorStatus } = vehicleContract;
const vehicleId = 42;

describe('sensors', () => {
  let service: RunningService;
  let [operator, user] = ['', ''];
  beforeAll(async () => {
    service = await startService();
    [operator, user] = await Promise.all([service.operatorToken(), service.tokenOf(7)]);
    const vehicles = [aVehicle({ id: vehicleId }), aVehicle({ id: 43, plate: '43' })];
    await service.database.transaction((tx) => vehicleStore.save(tx, vehicles));
  });
  afterAll(() => service.drop());
  beforeEach(() => service.database.query('truncate sensor'));

  const send = (contract: RouteContract, input: Partial<CallInput> = {}) =>
    call(service.url, contract, { token: operator, params: { id: vehicleId }, ...input });

  async function registered(serial = 'L-1'): Promise<SensorJson> {
    const response = await send(registerSensor, { body: { kind: 'lidar', serial } });
    expect(response.status).toBe(201);
    return response.body as SensorJson;
  }
  const set = (sensorId: number, status: string, over: Partial<CallInput> = {}) =>
    send(changeSensorStatus, { params: { id: vehicleId, sensorId }, body: { status }, ...over });

  test('are registered well and not calibrated, with ids of this service', async () => {
    const sensor = await registered();
    expect(sensor).toEqual({
      id: sensor.id,
      vehicleId,
      kind: 'lidar',
      serial: 'L-1',
      status: 'ok',
      calibratedAt: null,
    });
    expect(sensor.id).toBeGreaterThanOrEqual(1_000_000_000);
  });

  test('are listed with their vehicle, for everybody', async () => {
    const sensors = [await registered('L-1'), await registered('L-2')];
    expect((await send(listSensors, { token: user })).body).toEqual({ items: sensors });
    expect((await send(listSensors, { params: { id: 43 } })).body).toEqual({ items: [] });
    expect(problemOf(await send(listSensors, { params: { id: 999 } }))).toBe('vehicle-not-found');
  });

  test('change their status, and the same change again changes nothing', async () => {
    const sensor = await registered();
    const versionBefore = await vehicleVersion();
    expect((await set(sensor.id, 'degraded')).body).toEqual({ ...sensor, status: 'degraded' });
    expect((await set(sensor.id, 'degraded')).body).toEqual({ ...sensor, status: 'degraded' });
    expect((await send(listSensors)).body).toEqual({ items: [{ ...sensor, status: 'degraded' }] });
    expect(await vehicleVersion()).toBe(versionBefore + 1);
  });

  test('are found with their own vehicle only', async () => {
    const { id: sensorId } = await registered();
    expect(problemOf(await set(999, 'failed'))).toBe('sensor-not-found');
    expect(problemOf(await set(0, 'failed', { params: { id: 43, sensorId } }))).toBe('sensor-not-found');
    expect(problemOf(await set(0, 'failed', { params: { id: 999, sensorId } }))).toBe('vehicle-not-found');
  });

  test('are registered and changed by operators only', async () => {
    const { id } = await registered();
    expect(problemOf(await send(registerSensor, { token: user }))).toBe('forbidden');
    expect(problemOf(await set(id, 'failed', { token: user }))).toBe('forbidden');
  });

  test.each([{ kind: 'sonar', serial: 'S' }, { kind: 'gps', serial: ' ' }, {}])(
    'are not registered as %o',
    async (body) => {
      expect(problemOf(await send(registerSensor, { body }))).toBe('invalid-request');
    },
  );

  test('are not registered where there is no vehicle', async () => {
    const body = { kind: 'gps', serial: 'G' };
    expect(problemOf(await send(registerSensor, { params: { id: 999 }, body }))).toBe('vehicle-not-found');
  });

  test('have no other status than the known', async () => {
    const { id } = await registered();
    expect(problemOf(await set(id, 'fine'))).toBe('invalid-request');
  });

  async function vehicleVersion(): Promise<number> {
    const { rows } = await service.database.query<{ version: number }>(selectVersion, [vehicleId]);
    return rows[0]?.version ?? 0;
  }
});

const selectVersion = `select version from vehicle where id = $1`;
