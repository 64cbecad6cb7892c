import { fc, test } from '@fast-check/vitest';
import type { LocationRecord, TripRecord } from '@banyan/trip-service/sync';
import type { DiagnosticRecord, SensorRecord, VehicleRecord } from '@banyan/vehicle-service/sync';
import { describe, expect } from 'vitest';
import type {
  LegacyDiagnosticRow,
  LegacySensorRow,
  LegacyTrackRow,
  LegacyTripRow,
  LegacyVehicleRow,
} from '../rows/legacy-rows.ts';
import { formatUnits } from './decimal.ts';
import { diagnosticFromLegacy, diagnosticToLegacy } from './diagnostic.ts';
import { sensorFromLegacy, sensorToLegacy } from './sensor.ts';
import { locationFromLegacy, locationToLegacy } from './tracking.ts';
import type { Translation } from './translation.ts';
import { tripFromLegacy, tripToLegacy } from './trip.ts';
import { vehicleFromLegacy, vehicleToLegacy } from './vehicle.ts';

interface Pair<L, N> {
  readonly fromLegacy: (row: L, existing?: N) => Translation<N>;
  readonly toLegacy: (record: N, existing?: L) => Translation<L>;
  /** All rows that mean something. */
  readonly rows: fc.Arbitrary<L>;
  /** All records that legacy can hold. */
  readonly records: fc.Arbitrary<N>;
}

function obeysTheLaws<L extends object, N extends object>(name: string, pair: Pair<L, N>): void {
  const { fromLegacy, toLegacy, rows, records } = pair;
  describe(name, () => {
    test.prop([rows])('legacy -> new -> legacy gives the row again', (row) => {
      expect(recordOf(toLegacy(recordOf(fromLegacy(row)), row))).toEqual(row);
    });
    test.prop([records])('new -> legacy -> new gives the very record again', (record) => {
      expect(recordOf(fromLegacy(recordOf(toLegacy(record)), record))).toEqual(record);
    });
    test.prop([rows, records])('a row put over any record is read back as that row', (row, existing) => {
      expect(recordOf(toLegacy(recordOf(fromLegacy(row, existing)), row))).toEqual(row);
    });
    test.prop([records, rows])('a record put over any row is read back as that record', (record, existing) => {
      expect(recordOf(fromLegacy(recordOf(toLegacy(record, existing)), record))).toEqual(record);
    });
    test.prop([rows])('what arrived in the new model needs no help to go back and come again', (row) => {
      const record = recordOf(fromLegacy(row));
      expect(recordOf(fromLegacy(recordOf(toLegacy(record))))).toEqual(record);
    });
    test.prop([rows, broken])('any broken row is refused with a field and a reason, or translated', (row, damage) => {
      expectVerdict(fromLegacy({ ...row, ...damageOf(row, damage) }));
    });
    test.prop([records, broken])('any broken record is refused or translated, too', (record, damage) => {
      expectVerdict(toLegacy({ ...record, ...damageOf(record, damage) }));
    });
  });
}

function recordOf<T>(translation: Translation<T>): T {
  if (translation.kind === 'translated') return translation.record;
  return expect.fail(`${translation.field} ${translation.reason}`);
}

function expectVerdict(translation: Translation<object>): void {
  if (translation.kind === 'translated') return;
  expect(translation.field).toMatch(/^[a-zA-Z_]+$/);
  expect(translation.reason).not.toBe('');
}

const broken = fc.record({ index: fc.nat(), text: fc.string({ unit: 'binary' }), number: fc.double() });

/** Another value of the same type in one field. */
function damageOf(record: object, { index, text, number }: { index: number; text: string; number: number }): object {
  const entries = Object.entries(record).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  const [name, value] = entries[index % entries.length] ?? expect.fail('a record without fields');
  return { [name]: typeof value === 'string' ? text : number };
}

const id = fc.integer({ min: 1, max: 2_147_483_647 });
const text = (maxCount: number) =>
  fc
    .array(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), { maxLength: maxCount })
    .map((characters) => characters.join('').replaceAll('\0', ''));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const decimal = (max: number, scale: number) =>
  fc.bigInt({ min: 0n, max: BigInt(Math.round(max * 10 ** scale)) }).map((units) => formatUnits(units, scale));
const amount = (max: number, scale: number) => decimal(max, scale).map(Number);

const firstMs = Date.parse('1988-12-31T15:00:00.000Z');
const lastMs = Date.parse('9999-12-31T14:59:59.999Z');
const moment = fc.integer({ min: firstMs, max: lastMs }).map((ms) => new Date(ms).toISOString());
const wallClock = (length: number) =>
  fc
    .integer({ min: firstMs, max: lastMs })
    .map((ms) => new Date(ms + 9 * 3_600_000).toISOString().replace('T', ' ').slice(0, length));
const localSecond = wallClock(19);
const localMillisecond = wallClock(23);

const degrees = (max: number) =>
  fc.integer({ min: -max * 1_000_000, max: max * 1_000_000 }).map((micro) => micro / 1_000_000);
const place = fc.record({ lat: degrees(90), lon: degrees(180) });
/** As legacy may have written it: padded, short, spaced, with more digits than we keep. */
const placeText = fc
  .tuple(
    place,
    fc.constantFrom<(value: number) => string>(
      String,
      (value) => value.toFixed(6),
      (value) => value.toFixed(9),
    ),
    fc.constantFrom(',', ', '),
  )
  .filter(([{ lat, lon }]) => !`${lat} ${lon}`.includes('e'))
  .map(([{ lat, lon }, format, comma]) => `${format(lat)}${comma}${format(lon)}`);
const coordinate = (max: number) => degrees(max).map((value) => (value + 0).toFixed(6));

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
