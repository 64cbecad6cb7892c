import type { LocationRecord } from '@banyan/trip-service/sync';
import type { LegacyTrackRow } from '../rows/legacy-rows.ts';
import { fromLegacy, nullable, toLegacy } from './lens.ts';
import { localMillisecond } from './local-time.ts';
import { placeColumns } from './places.ts';
import { speed } from './quantities.ts';
import { alike, gather, part, type Translation } from './translation.ts';

const momentarySpeed = nullable(speed);

export function locationFromLegacy(row: LegacyTrackRow, existing?: LocationRecord): Translation<LocationRecord> {
  const kept: Partial<LocationRecord> = existing ?? {};
  const place = fromLegacy(placeColumns, 'lat', row, existing);
  return gather<LocationRecord>(
    {
      id: alike(row.trk_no),
      tripId: alike(row.trip_no),
      userId: alike(row.usr_no),
      lat: part(place, 'lat'),
      lon: part(place, 'lon'),
      speedMetresPerSecond: fromLegacy(momentarySpeed, 'spd_mph', row.spd_mph, kept.speedMetresPerSecond),
      recordedAt: fromLegacy(localMillisecond, 'rec_dt', row.rec_dt, kept.recordedAt),
    },
    existing,
  );
}

export function locationToLegacy(location: LocationRecord, existing?: LegacyTrackRow): Translation<LegacyTrackRow> {
  const kept: Partial<LegacyTrackRow> = existing ?? {};
  const place = toLegacy(placeColumns, 'lat', location, existing);
  return gather<LegacyTrackRow>(
    {
      trk_no: alike(location.id),
      trip_no: alike(location.tripId),
      usr_no: alike(location.userId),
      lat: part(place, 'lat'),
      lon: part(place, 'lon'),
      spd_mph: toLegacy(momentarySpeed, 'speedMetresPerSecond', location.speedMetresPerSecond, kept.spd_mph),
      rec_dt: toLegacy(localMillisecond, 'recordedAt', location.recordedAt, kept.rec_dt),
    },
    existing,
  );
}
