import type { LocationRecord } from '@banyan/trip-service/sync';
import type { LegacyTrackRow } from '../rows/legacy-rows.ts';
import { fromLegacy, nullable, toLegacy } from './lens.ts';
import { localMillisecond } from './local-time.ts';
import { placeColumns } from './places.ts';
import { speed } from './quantities.ts';
import { alike, gather, part, type Translation } from './translation.ts';

const momentarySpeed = nullable(speed);

export function locationFromLegacy(row: LegacyTrackRow, existing?: LocationRecord): Translation<LocationRecord> {
  const place = fromLegacy(placeColumns, 'lat', row, existing);
  return gather<LocationRecord>({
    id: alike(row.trk_no),
    tripId: alike(row.trip_no),
    userId: alike(row.usr_no),
    lat: part(place, 'lat'),
    lon: part(place, 'lon'),
    speedMetresPerSecond: fromLegacy(momentarySpeed, 'spd_mph', row.spd_mph, existing?.speedMetresPerSecond),
    recordedAt: fromLegacy(localMillisecond, 'rec_dt', row.rec_dt, existing?.recordedAt),
  });
}

export function locationToLegacy(location: LocationRecord, existing?: LegacyTrackRow): Translation<LegacyTrackRow> {
  const place = toLegacy(placeColumns, 'lat', location, existing);
  return gather<LegacyTrackRow>({
    trk_no: alike(location.id),
    trip_no: alike(location.tripId),
    usr_no: alike(location.userId),
    lat: part(place, 'lat'),
    lon: part(place, 'lon'),
    spd_mph: toLegacy(momentarySpeed, 'speedMetresPerSecond', location.speedMetresPerSecond, existing?.spd_mph),
    rec_dt: toLegacy(localMillisecond, 'recordedAt', location.recordedAt, existing?.rec_dt),
  });
}
