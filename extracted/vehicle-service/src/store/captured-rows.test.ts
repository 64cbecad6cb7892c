import { describe, expect, test } from 'vitest';
import { aVehicle } from '../testing/a-vehicle.ts';
import { diagnosticFromRow } from './diagnostic-row.ts';
import { sensorFromRow } from './sensor-row.ts';
import { vehicleFromRow } from './vehicle-row.ts';

/** As Debezium's JSON converter writes them: numeric as text, moments as text in UTC. */
const capturedVehicle = {
  id: 42,
  plate: '12가 3456',
  model: 'Sprout',
  vin: 'KMHXX00XXXX000001',
  energy_kind: 'battery',
  battery_percent: '78.25',
  fuel_litres: null,
  status: 'available',
  odometer_metres: 120_000,
  firmware_version: '1.10.0',
  lat: '37.566500',
  lon: '126.978000',
  last_seen_at: '2026-08-22T10:00:00.12Z',
  registered_at: '2024-02-29T23:59:59.999Z',
  version: 3,
};

describe('a captured row', () => {
  test('of a vehicle is read', () => {
    expect(vehicleFromRow(capturedVehicle)).toEqual(aVehicle());
  });

  test('of a vehicle with fuel that was never seen is read', () => {
    const nowhere = { lat: null, lon: null, last_seen_at: null };
    const fuel = { energy_kind: 'fuel', battery_percent: null, fuel_litres: '40.50' };
    expect(vehicleFromRow({ ...capturedVehicle, ...nowhere, ...fuel })).toEqual(
      aVehicle({ energy: { kind: 'fuel', litres: 40.5 }, position: null, lastSeenAt: null }),
    );
  });

  test('of a sensor is read', () => {
    const row = { id: 9, vehicle_id: 42, kind: 'lidar', serial: 'L-9', status: 'ok' };
    expect(sensorFromRow({ ...row, calibrated_at: '2026-08-22T10:00:00Z' })).toEqual({
      id: 9,
      vehicleId: 42,
      kind: 'lidar',
      serial: 'L-9',
      status: 'ok',
      calibratedAt: '2026-08-22T10:00:00.000Z',
    });
  });

  test('of a diagnostic is read', () => {
    const row = { id: 11, vehicle_id: 42, code: 'P0A80', severity: 'critical', message: 'Replace the battery.' };
    expect(diagnosticFromRow({ ...row, reported_at: '2026-08-22T10:00:00.001Z' })).toEqual({
      id: 11,
      vehicleId: 42,
      code: 'P0A80',
      severity: 'critical',
      message: 'Replace the battery.',
      reportedAt: '2026-08-22T10:00:00.001Z',
    });
  });

  test.each([
    ['a missing column', { version: undefined }],
    ['an unknown status', { status: 'lost' }],
    ['a number that is none', { battery_percent: 'NAN' }],
    ['a moment that is none', { registered_at: 'infinity' }],
    ['null where a value must be', { odometer_metres: null }],
  ])('is refused with %s, naming the column', (_title, over) => {
    const [column = ''] = Object.keys(over);
    expect(() => vehicleFromRow({ ...capturedVehicle, ...over })).toThrow(column);
  });

  test('is refused without the amount that its kind names', () => {
    expect(() => vehicleFromRow({ ...capturedVehicle, battery_percent: null })).toThrow();
  });
});
