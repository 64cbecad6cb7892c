import { fc } from '@fast-check/vitest';
import type { DiagnosticRecord, SensorRecord, VehicleRecord } from '@banyan/vehicle-service/sync';
import type { LegacyDiagnosticRow, LegacySensorRow, LegacyVehicleRow } from '../../rows/legacy-rows.ts';
import { amount, coordinate, decimal, id, localSecond, moment, optional, place, text } from './arbitraries.ts';

// `...Rows`: every legacy row that means something. `...Records`: every record of the service that legacy can hold.
const legacyEnergy = fc.oneof(
  fc.record({ pwr_typ: fc.constant('E'), aux_val: decimal(100, 2) }),
  fc.record({ pwr_typ: fc.constant('G'), aux_val: decimal(9_999.99, 2) }),
);
const newEnergy: fc.Arbitrary<VehicleRecord['energy']> = fc.oneof(
  fc.record({ kind: fc.constant('battery' as const), percent: amount(100, 2) }),
  fc.record({ kind: fc.constant('fuel' as const), litres: amount(37_854.08, 2) }),
);
const legacyPosition = fc.oneof(
  fc.constant({ lat: null, lon: null }),
  fc.record({ lat: coordinate(90), lon: coordinate(180) }),
);

export const vehicleRows: fc.Arbitrary<LegacyVehicleRow> = fc
  .record({
    vhcl_no: id,
    plate_no: text(12),
    mdl_nm: text(40),
    vin_no: text(17),
    stat_cd: fc.constantFrom(1, 2, 3, 9),
    odo_mi: decimal(1_334_000, 1),
    fw_ver: text(20),
    lst_seen_dt: optional(localSecond),
    reg_dt: localSecond,
  })
  .chain((row) => fc.tuple(legacyEnergy, legacyPosition).map(([energy, place]) => ({ ...row, ...energy, ...place })));
export const vehicleRecords: fc.Arbitrary<VehicleRecord> = fc.record({
  id,
  plate: text(12),
  model: text(40),
  vin: text(17),
  energy: newEnergy,
  status: fc.constantFrom('available' as const, 'on-trip' as const, 'maintenance' as const, 'retired' as const),
  odometerMetres: amount(2_147_483_567, 0),
  firmwareVersion: text(20),
  position: optional(place),
  lastSeenAt: optional(moment),
  registeredAt: moment,
  version: id,
});

export const sensorRows: fc.Arbitrary<LegacySensorRow> = fc.record({
  snsr_no: id,
  vhcl_no: id,
  snsr_typ: fc.constantFrom('L', 'C', 'R', 'G', 'I'),
  srl_no: text(40),
  stat: fc.constantFrom('O', 'D', 'F'),
  cal_dt: optional(localSecond),
});
export const sensorRecords: fc.Arbitrary<SensorRecord> = fc.record({
  id,
  vehicleId: id,
  kind: fc.constantFrom('lidar' as const, 'camera' as const, 'radar' as const, 'gps' as const, 'imu' as const),
  serial: text(40),
  status: fc.constantFrom('ok' as const, 'degraded' as const, 'failed' as const),
  calibratedAt: optional(moment),
});

export const diagnosticRows: fc.Arbitrary<LegacyDiagnosticRow> = fc.record({
  diag_no: id,
  vhcl_no: id,
  diag_cd: text(12),
  sev: fc.constantFrom(1, 2, 3),
  msg: text(200),
  rpt_dt: localSecond,
});
export const diagnosticRecords: fc.Arbitrary<DiagnosticRecord> = fc.record({
  id,
  vehicleId: id,
  code: text(12),
  severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
  message: text(200),
  reportedAt: moment,
});
