import type { TripRecord } from '@banyan/trip-service/sync';
import { describe, expect, test } from 'vitest';
import type { LegacyTripRow } from '../rows/legacy-rows.ts';
import { tripFromLegacy, tripToLegacy } from './trip.ts';

const row: LegacyTripRow = {
  trip_no: 7,
  usr_no: 42,
  vhcl_no: null,
  stat_cd: 30,
  st_pt: '37.566500,126.978000',
  ed_pt: '37.5,127',
  rte_txt: '37.566500,126.978000;37.500000,127.000000',
  dist_mi: '3.21',
  req_dt: '2026-11-21 08:00:00',
  st_dt: '2026-11-21 08:05:00',
  ed_dt: '2026-11-21 08:30:00',
  cncl_rsn: null,
};

const trip: TripRecord = {
  id: 7,
  userId: 42,
  vehicleId: null,
  status: 'completed',
  pickup: { lat: 37.5665, lon: 126.978 },
  dropoff: { lat: 37.5, lon: 127 },
  waypoints: [
    { lat: 37.5665, lon: 126.978 },
    { lat: 37.5, lon: 127 },
  ],
  distanceMetres: 5166,
  requestedAt: '2026-11-20T23:00:00.000Z',
  startedAt: '2026-11-20T23:05:00.000Z',
  completedAt: '2026-11-20T23:30:00.000Z',
  cancelledAt: null,
  cancelReason: null,
  version: 1,
};

describe('a legacy trip', () => {
  test('becomes metric, UTC and words', () => {
    expect(tripFromLegacy(row)).toEqual({ kind: 'translated', record: trip });
  });

  test('that ended by cancellation has its end in cancelledAt', () => {
    const translation = tripFromLegacy({ ...row, stat_cd: 90, cncl_rsn: 'NO SHOW' });
    expect(translation).toEqual({
      kind: 'translated',
      record: {
        ...trip,
        status: 'cancelled',
        completedAt: null,
        cancelledAt: '2026-11-20T23:30:00.000Z',
        cancelReason: 'NO SHOW',
      },
    });
  });

  test('that did not change hands back the existing record with its finer values', () => {
    const finer = { ...trip, distanceMetres: 5167, requestedAt: '2026-11-20T23:00:00.417Z', version: 9 };
    const translation = tripFromLegacy(row, finer);
    expect(translation.kind === 'translated' && translation.record).toBe(finer);
  });

  test('that changed takes the next version and keeps what legacy did not touch', () => {
    const finer = { ...trip, distanceMetres: 5167, version: 9 };
    expect(tripFromLegacy({ ...row, vhcl_no: 3 }, finer)).toEqual({
      kind: 'translated',
      record: { ...finer, vehicleId: 3, version: 10 },
    });
  });

  test.for<[string, Partial<LegacyTripRow>, string]>([
    ['an unknown status code', { stat_cd: 40 }, 'stat_cd'],
    ['a point that is no point', { st_pt: 'Seoul station' }, 'st_pt'],
    ['a point off the earth', { ed_pt: '97.000000,127.000000' }, 'ed_pt'],
    ['a route with a hole', { rte_txt: '37.5,127;;37.6,127' }, 'rte_txt'],
    ['a negative distance', { dist_mi: '-0.01' }, 'dist_mi'],
    ['a distance that is no number', { dist_mi: 'NaN' }, 'dist_mi'],
    ['a time before Seoul left summer time', { req_dt: '1987-06-01 08:00:00' }, 'req_dt'],
    ['an infinite time', { st_dt: 'infinity' }, 'st_dt'],
    ['an impossible day', { req_dt: '2026-13-41 08:00:00' }, 'req_dt'],
    ['an end while it runs', { stat_cd: 20 }, 'ed_dt'],
  ])('with %s is untranslatable, and says which field', ([, damage, field]) => {
    expect(tripFromLegacy({ ...row, ...damage })).toMatchObject({ kind: 'untranslatable', field });
  });
});

describe('a new trip', () => {
  test('becomes miles, Seoul time and codes', () => {
    expect(tripToLegacy(trip)).toEqual({ kind: 'translated', record: { ...row, ed_pt: '37.500000,127.000000' } });
  });

  test('cuts fractions of a second instead of rounding into the future', () => {
    const translation = tripToLegacy({ ...trip, requestedAt: '2026-11-20T23:00:00.999Z' });
    expect(translation.kind === 'translated' && translation.record.req_dt).toBe('2026-11-21 08:00:00');
  });

  test("keeps legacy's own spelling of a value that did not change", () => {
    expect(tripToLegacy(trip, row)).toEqual({ kind: 'translated', record: row });
  });

  test.for<[string, Partial<TripRecord>, string]>([
    [
      'a reason too long for the column',
      { status: 'cancelled', completedAt: null, cancelReason: 'x'.repeat(101) },
      'cancelReason',
    ],
    ['more metres than numeric(8,2) miles hold', { distanceMetres: 1_700_000_000 }, 'distanceMetres'],
    ['a fraction of no number', { distanceMetres: Number.NaN }, 'distanceMetres'],
    ['a time after the year 9999 in Seoul', { requestedAt: '9999-12-31T20:00:00.000Z' }, 'requestedAt'],
    ['a time that is none', { startedAt: 'yesterday' }, 'startedAt'],
    ['a completion it did not reach', { status: 'started' }, 'completedAt'],
    ['a cancellation it did not reach', { cancelledAt: '2026-11-20T23:30:00.000Z' }, 'cancelledAt'],
    ['a place off the earth', { pickup: { lat: 0, lon: 181 } }, 'pickup'],
  ])('with %s is untranslatable, and says which field', ([, damage, field]) => {
    expect(tripToLegacy({ ...trip, ...damage })).toMatchObject({ kind: 'untranslatable', field });
  });

  test('counts characters as Postgres does, not UTF-16 units', () => {
    const reason = '🚕'.repeat(100);
    const cancelled = { ...trip, status: 'cancelled' as const, completedAt: null, cancelReason: reason };
    expect(tripToLegacy(cancelled)).toMatchObject({ kind: 'translated', record: { cncl_rsn: reason } });
  });
});
