import { fc } from '@fast-check/vitest';
import type { LocationRecord, TripRecord } from '@banyan/trip-service/sync';
import type { LegacyTrackRow, LegacyTripRow } from '../../rows/legacy-rows.ts';
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
} from './arbitraries.ts';

// `...Rows`: every legacy row that means something. `...Records`: every record of the service that legacy can hold.
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

export const tripRows: fc.Arbitrary<LegacyTripRow> = fc
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
  .chain((row) => legacyEnding.map((ending) => ({ ...row, ...ending })));
export const tripRecords: fc.Arbitrary<TripRecord> = fc
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
  .chain((record) => newEnding.map((ending) => ({ ...record, ...ending })));

export const trackRows: fc.Arbitrary<LegacyTrackRow> = fc.record({
  trk_no: id,
  trip_no: id,
  usr_no: id,
  lat: coordinate(90),
  lon: coordinate(180),
  spd_mph: optional(decimal(9_999.9, 1)),
  rec_dt: localMillisecond,
});
export const locationRecords: fc.Arbitrary<LocationRecord> = fc.record({
  id,
  tripId: id,
  userId: id,
  lat: degrees(90),
  lon: degrees(180),
  speedMetresPerSecond: optional(amount(4_470.35, 2)),
  recordedAt: moment,
});
