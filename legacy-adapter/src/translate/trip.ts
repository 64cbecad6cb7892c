import type { TripRecord } from '@banyan/trip-service/sync';
import type { LegacyTripRow } from '../rows/legacy-rows.ts';
import { tripStatus } from './codes.ts';
import { fromLegacy, impossible, nullable, spelled, toLegacy, type Lens } from './lens.ts';
import { localSecond } from './local-time.ts';
import { placeText, routeText } from './places.ts';
import { tripDistance } from './quantities.ts';
import { shortText } from './texts.ts';
import { alike, gather, part, type Translation } from './translation.ts';
import { nextVersion } from './version.ts';

type Ending = Pick<TripRecord, 'status' | 'completedAt' | 'cancelledAt'>;
type LegacyEnding = Pick<LegacyTripRow, 'stat_cd' | 'ed_dt'>;

const moment = nullable(localSecond);
const cancelReason = nullable(shortText(100));

export function tripFromLegacy(row: LegacyTripRow, existing?: TripRecord): Translation<TripRecord> {
  const kept: Partial<TripRecord> = existing ?? {};
  const ended = fromLegacy(ending, 'ed_dt', row, existing);
  const translation = gather<TripRecord>(
    {
      id: alike(row.trip_no),
      userId: alike(row.usr_no),
      vehicleId: alike(row.vhcl_no),
      status: part(ended, 'status'),
      pickup: fromLegacy(placeText, 'st_pt', row.st_pt, kept.pickup),
      dropoff: fromLegacy(placeText, 'ed_pt', row.ed_pt, kept.dropoff),
      waypoints: fromLegacy(routeText, 'rte_txt', row.rte_txt, kept.waypoints),
      distanceMetres: fromLegacy(tripDistance, 'dist_mi', row.dist_mi, kept.distanceMetres),
      requestedAt: fromLegacy(localSecond, 'req_dt', row.req_dt, kept.requestedAt),
      startedAt: fromLegacy(moment, 'st_dt', row.st_dt, kept.startedAt),
      completedAt: part(ended, 'completedAt'),
      cancelledAt: part(ended, 'cancelledAt'),
      cancelReason: fromLegacy(cancelReason, 'cncl_rsn', row.cncl_rsn, kept.cancelReason),
      version: alike(kept.version ?? 1),
    },
    existing,
  );
  return nextVersion(translation, existing);
}

export function tripToLegacy(trip: TripRecord, existing?: LegacyTripRow): Translation<LegacyTripRow> {
  const kept: Partial<LegacyTripRow> = existing ?? {};
  const ended = toLegacy(ending, 'status', trip, existing);
  return gather<LegacyTripRow>(
    {
      trip_no: alike(trip.id),
      usr_no: alike(trip.userId),
      vhcl_no: alike(trip.vehicleId),
      stat_cd: part(ended, 'stat_cd'),
      st_pt: toLegacy(placeText, 'pickup', trip.pickup, kept.st_pt),
      ed_pt: toLegacy(placeText, 'dropoff', trip.dropoff, kept.ed_pt),
      rte_txt: toLegacy(routeText, 'waypoints', trip.waypoints, kept.rte_txt),
      dist_mi: toLegacy(tripDistance, 'distanceMetres', trip.distanceMetres, kept.dist_mi),
      req_dt: toLegacy(localSecond, 'requestedAt', trip.requestedAt, kept.req_dt),
      st_dt: toLegacy(moment, 'startedAt', trip.startedAt, kept.st_dt),
      ed_dt: part(ended, 'ed_dt'),
      cncl_rsn: toLegacy(cancelReason, 'cancelReason', trip.cancelReason, kept.cncl_rsn),
    },
    existing,
  );
}

/** One legacy column for two moments: which one `ed_dt` is depends on the status. */
const ending: Lens<LegacyEnding, Ending> = {
  toNew({ stat_cd, ed_dt }) {
    const status = tripStatus.toNew(stat_cd);
    if (status.kind === 'impossible') return impossible(status.reason, 'stat_cd');
    const at = moment.toNew(ed_dt);
    if (at.kind === 'impossible') return at;
    if (status.value === 'completed')
      return spelled({ status: status.value, completedAt: at.value, cancelledAt: null });
    if (status.value === 'cancelled')
      return spelled({ status: status.value, completedAt: null, cancelledAt: at.value });
    if (at.value !== null) return impossible('is set, but the trip has not ended');
    return spelled({ status: status.value, completedAt: null, cancelledAt: null });
  },
  toLegacy({ status, completedAt, cancelledAt }) {
    const code = tripStatus.toLegacy(status);
    if (code.kind === 'impossible') return code;
    if (completedAt !== null && status !== 'completed') return impossible('is not completed', 'completedAt');
    if (cancelledAt !== null && status !== 'cancelled') return impossible('is not cancelled', 'cancelledAt');
    const at = moment.toLegacy(completedAt ?? cancelledAt);
    if (at.kind === 'impossible') return impossible(at.reason, completedAt === null ? 'cancelledAt' : 'completedAt');
    return spelled({ stat_cd: code.value, ed_dt: at.value });
  },
};
