import { migrate, type RecordStore } from '@banyan/platform';
import { createScratchDatabase, type ScratchDatabase } from '@banyan/platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { vehicleMigrations } from '../store/migrations.ts';
import { aVehicle } from '../testing/a-vehicle.ts';
import { diagnosticStore, sensorStore, vehicleStore, type DiagnosticRecord, type SensorRecord } from './index.ts';

const aSensor: SensorRecord = {
  id: 9,
  vehicleId: 42,
  kind: 'lidar',
  serial: 'L-9',
  status: 'degraded',
  calibratedAt: null,
};

const aDiagnostic: DiagnosticRecord = {
  id: 11,
  vehicleId: 42,
  code: 'P0A80',
  severity: 'critical',
  message: 'Replace the battery "soon".',
  reportedAt: '2026-08-22T10:00:00.001Z',
};

describe('the stores of synchronisation', () => {
  let scratch: ScratchDatabase;
  beforeAll(async () => {
    scratch = await createScratchDatabase(inject('postgresUrl'));
    await migrate(scratch.database, vehicleMigrations);
  });
  afterAll(() => scratch.drop());
  beforeEach(() => scratch.database.query('truncate vehicle, sensor, diagnostic'));

  const afterSaving = <R extends { readonly id: number }>(store: RecordStore<R>, ...records: readonly R[]) =>
    scratch.database.transaction(async (tx) => {
      await store.save(tx, records);
      return [...(await store.load(tx, [...new Set(records.map(({ id }) => id))])).values()];
    });

  test('give back every field of a vehicle, under the id it came with', async () => {
    const vehicles = [
      aVehicle(),
      aVehicle({ id: 43, plate: '2', energy: { kind: 'fuel', litres: 37_854.08 }, position: null, lastSeenAt: null }),
    ];
    expect(await afterSaving(vehicleStore, ...vehicles)).toEqual(vehicles);
  });

  test('take a vehicle whose energy and position changed their kind', async () => {
    await afterSaving(vehicleStore, aVehicle());
    const changed = aVehicle({ energy: { kind: 'fuel', litres: 0 }, position: null, version: 4 });
    expect(await afterSaving(vehicleStore, changed)).toEqual([changed]);
  });

  test('give back and remove sensors and diagnostics, also of a vehicle that is not here', async () => {
    expect(await afterSaving(sensorStore, aSensor)).toEqual([aSensor]);
    expect(await afterSaving(diagnosticStore, aDiagnostic)).toEqual([aDiagnostic]);
    const left = await scratch.database.transaction(async (tx) => {
      await sensorStore.remove(tx, [9]);
      await diagnosticStore.remove(tx, [11]);
      return [await sensorStore.load(tx, [9]), await diagnosticStore.load(tx, [11])];
    });
    expect(left).toEqual([new Map(), new Map()]);
  });
});
