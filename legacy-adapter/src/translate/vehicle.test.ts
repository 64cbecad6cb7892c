import type { VehicleRecord } from '@banyan/vehicle-service/sync';
import { describe, expect, test } from 'vitest';
import type { LegacyVehicleRow } from '../rows/legacy-rows.ts';
import { locationFromLegacy } from './tracking.ts';
import { diagnosticToLegacy } from './diagnostic.ts';
import { sensorFromLegacy } from './sensor.ts';
import { vehicleFromLegacy, vehicleToLegacy } from './vehicle.ts';

const row: LegacyVehicleRow = {
  vhcl_no: 5,
  plate_no: '12가3456',
  mdl_nm: 'Roadrunner',
  vin_no: 'KMHXX00XXXX000001',
  pwr_typ: 'G',
  aux_val: '10.00',
  stat_cd: 2,
  odo_mi: '1000.0',
  fw_ver: '1.0.0',
  lat: '37.566500',
  lon: '126.978000',
  lst_seen_dt: '2026-11-21 08:00:00',
  reg_dt: '2025-01-01 00:00:00',
};

const vehicle: VehicleRecord = {
  id: 5,
  plate: '12가3456',
  model: 'Roadrunner',
  vin: 'KMHXX00XXXX000001',
  energy: { kind: 'fuel', litres: 37.85 },
  status: 'on-trip',
  odometerMetres: 1_609_344,
  firmwareVersion: '1.0.0',
  position: { lat: 37.5665, lon: 126.978 },
  lastSeenAt: '2026-11-20T23:00:00.000Z',
  registeredAt: '2024-12-31T15:00:00.000Z',
  version: 1,
};

describe('vehicles', () => {
  test('gallons and miles become litres and metres, and come back', () => {
    expect(vehicleFromLegacy(row)).toEqual({ kind: 'translated', record: vehicle });
    expect(vehicleToLegacy(vehicle)).toEqual({ kind: 'translated', record: row });
  });

  test('the same column is a percentage when the power type says battery', () => {
    expect(vehicleFromLegacy({ ...row, pwr_typ: 'E', aux_val: '87.50' })).toMatchObject({
      record: { energy: { kind: 'battery', percent: 87.5 } },
    });
  });

  test('a change from fuel to battery does not keep the litres', () => {
    expect(vehicleFromLegacy({ ...row, pwr_typ: 'E' }, vehicle)).toMatchObject({
      record: { energy: { kind: 'battery', percent: 10 }, version: 2 },
    });
  });

  test.for<[string, Partial<LegacyVehicleRow>, string]>([
    ['an unknown power type', { pwr_typ: 'H' }, 'pwr_typ'],
    ['more than a full battery', { pwr_typ: 'E', aux_val: '100.01' }, 'aux_val'],
    ['half a position', { lon: null }, 'lon'],
    ['the other half of a position', { lat: null }, 'lat'],
    ['an unknown status', { stat_cd: 4 }, 'stat_cd'],
    ['more miles than int4 metres hold', { odo_mi: '1334400.0' }, 'odo_mi'],
  ])('a row with %s is untranslatable, and says which column', ([, damage, field]) => {
    expect(vehicleFromLegacy({ ...row, ...damage })).toMatchObject({ kind: 'untranslatable', field });
  });

  test.for<[string, Partial<VehicleRecord>, string]>([
    ['a plate too long for the column', { plate: '1234567890123' }, 'plate'],
    ['a model too long for the column', { model: 'm'.repeat(41) }, 'model'],
    ['a VIN too long for the column', { vin: 'V'.repeat(18) }, 'vin'],
    ['a firmware version too long for the column', { firmwareVersion: '1'.repeat(21) }, 'firmwareVersion'],
    ['more litres than numeric(6,2) gallons hold', { energy: { kind: 'fuel', litres: 37_855 } }, 'energy'],
  ])('a record with %s is untranslatable, and says which field', ([, damage, field]) => {
    expect(vehicleToLegacy({ ...vehicle, ...damage })).toMatchObject({ kind: 'untranslatable', field });
  });
});

describe('what belongs to a vehicle', () => {
  test('a sensor of an unknown kind is untranslatable', () => {
    const sensor = { snsr_no: 1, vhcl_no: 5, snsr_typ: 'X', srl_no: 'S-1', stat: 'O', cal_dt: null };
    expect(sensorFromLegacy(sensor)).toEqual({
      kind: 'untranslatable',
      field: 'snsr_typ',
      reason: 'is none of L, C, R, G, I',
    });
  });

  test('a diagnostic message too long for the column is untranslatable', () => {
    const diagnostic = {
      id: 1,
      vehicleId: 5,
      code: 'P0420',
      severity: 'info' as const,
      message: 'm'.repeat(201),
      reportedAt: vehicle.registeredAt,
    };
    expect(diagnosticToLegacy(diagnostic)).toMatchObject({ kind: 'untranslatable', field: 'message' });
  });

  test('a tracking point keeps its milliseconds and turns mph into m/s', () => {
    const point = {
      trk_no: 1,
      trip_no: 7,
      usr_no: 42,
      lat: '37.566500',
      lon: '126.978000',
      spd_mph: '30.0',
      rec_dt: '2026-11-21 08:00:00.125',
    };
    expect(locationFromLegacy(point)).toEqual({
      kind: 'translated',
      record: {
        id: 1,
        tripId: 7,
        userId: 42,
        lat: 37.5665,
        lon: 126.978,
        speedMetresPerSecond: 13.41,
        recordedAt: '2026-11-20T23:00:00.125Z',
      },
    });
  });
});
