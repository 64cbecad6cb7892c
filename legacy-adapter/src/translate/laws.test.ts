import { fc } from '@fast-check/vitest';
import type { LocationRecord, TripRecord } from '@banyan/trip-service/sync';
import type { DiagnosticRecord, SensorRecord, VehicleRecord } from '@banyan/vehicle-service/sync';
import type {
  LegacyDiagnosticRow,
  LegacySensorRow,
  LegacyTrackRow,
  LegacyTripRow,
  LegacyVehicleRow,
} from '../rows/legacy-rows.ts';
import { diagnosticFromLegacy, diagnosticToLegacy } from './diagnostic.ts';
import { sensorFromLegacy, sensorToLegacy } from './sensor.ts';
import { locationFromLegacy, locationToLegacy } from './tracking.ts';
import { tripFromLegacy, tripToLegacy } from './trip.ts';
import { vehicleFromLegacy, vehicleToLegacy } from './vehicle.ts';
import {
  amount,
  coordinate,
  decimal,
  degrees,
  id,
  localMillisecond,
  localSecond,
  moment,
  optional,
  place,
  placeText,
  text,
} from './testing/arbitraries.ts';
import { obeysTheLaws } from './testing/lens-laws.ts';

const legacyEnding = fc.oneof(
  fc.record({ stat_cd: fc.constantFrom(10, 20), ed_dt: fc.constant(null) }),
  fc.record({ stat_cd: fc.constantFrom(30, 90), ed_dt: optional(localSecond) }),
);
const newEnding: fc.Arbitrary<Pick<TripRecord, 'status' | 'completedAt' | 'cancelledAt'>> = fc.oneof(
  fc.record({
    status: fc.constantFrom('requested' as const, 'started' as const),
    completedAt: fc.constant(null),
    cancelledAt: fc.constant(null),
  }),
  fc.record({
    status: fc.constant('completed' as const),
    completedAt: optional(moment),
    cancelledAt: fc.constant(null),
  }),
  fc.record({
    status: fc.constant('cancelled' as const),
    completedAt: fc.constant(null),
    cancelledAt: optional(moment),
  }),
);

obeysTheLaws<LegacyTripRow, TripRecord>('trips', {
  fromLegacy: tripFromLegacy,
  toLegacy: tripToLegacy,
  rows: fc
    .record({
      trip_no: id,
      usr_no: id,
      vhcl_no: optional(id),
      st_pt: placeText,
      ed_pt: placeText,
      rte_txt: fc.array(placeText, { maxLength: 25 }).map((points) => points.join(';')),
      dist_mi: decimal(999_999.99, 2),
      req_dt: localSecond,
      st_dt: optional(localSecond),
      cncl_rsn: optional(text(100)),
    })
    .chain((row) => legacyEnding.map((ending) => ({ ...row, ...ending }))),
  records: fc
    .record({
      id,
      userId: id,
      vehicleId: optional(id),
      pickup: place,
      dropoff: place,
      waypoints: fc.array(place, { maxLength: 25 }),
      distanceMetres: amount(1_609_343_983, 0),
      requestedAt: moment,
      startedAt: optional(moment),
      cancelReason: optional(text(100)),
      version: id,
    })
    .chain((record) => newEnding.map((ending) => ({ ...record, ...ending }))),
});

obeysTheLaws<LegacyTrackRow, LocationRecord>('tracking points', {
  fromLegacy: locationFromLegacy,
  toLegacy: locationToLegacy,
  rows: fc.record({
    trk_no: id,
    trip_no: id,
    usr_no: id,
    lat: coordinate(90),
    lon: coordinate(180),
    spd_mph: optional(decimal(9_999.9, 1)),
    rec_dt: localMillisecond,
  }),
  records: fc.record({
    id,
    tripId: id,
    userId: id,
    lat: degrees(90),
    lon: degrees(180),
    speedMetresPerSecond: optional(amount(4_470.35, 2)),
    recordedAt: moment,
  }),
});

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

obeysTheLaws<LegacyVehicleRow, VehicleRecord>('vehicles', {
  fromLegacy: vehicleFromLegacy,
  toLegacy: vehicleToLegacy,
  rows: fc
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
    .chain((row) => fc.tuple(legacyEnergy, legacyPosition).map(([energy, place]) => ({ ...row, ...energy, ...place }))),
  records: fc.record({
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
  }),
});

obeysTheLaws<LegacySensorRow, SensorRecord>('sensors', {
  fromLegacy: sensorFromLegacy,
  toLegacy: sensorToLegacy,
  rows: fc.record({
    snsr_no: id,
    vhcl_no: id,
    snsr_typ: fc.constantFrom('L', 'C', 'R', 'G', 'I'),
    srl_no: text(40),
    stat: fc.constantFrom('O', 'D', 'F'),
    cal_dt: optional(localSecond),
  }),
  records: fc.record({
    id,
    vehicleId: id,
    kind: fc.constantFrom('lidar' as const, 'camera' as const, 'radar' as const, 'gps' as const, 'imu' as const),
    serial: text(40),
    status: fc.constantFrom('ok' as const, 'degraded' as const, 'failed' as const),
    calibratedAt: optional(moment),
  }),
});

obeysTheLaws<LegacyDiagnosticRow, DiagnosticRecord>('diagnostics', {
  fromLegacy: diagnosticFromLegacy,
  toLegacy: diagnosticToLegacy,
  rows: fc.record({
    diag_no: id,
    vhcl_no: id,
    diag_cd: text(12),
    sev: fc.constantFrom(1, 2, 3),
    msg: text(200),
    rpt_dt: localSecond,
  }),
  records: fc.record({
    id,
    vehicleId: id,
    code: text(12),
    severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
    message: text(200),
    reportedAt: moment,
  }),
});
