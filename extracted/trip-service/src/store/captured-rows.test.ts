import { describe, expect, test } from 'vitest';
import { locationFromRow } from './location-row.ts';
import { tripFromRow } from './trip-row.ts';

/** As Debezium's JSON converter writes them: numeric as text, moments as text in UTC, json as text. */
const capturedTrip = {
  id: 42,
  user_id: 7,
  vehicle_id: null,
  status: 'started',
  pickup_lat: '37.566500',
  pickup_lon: '126.978000',
  dropoff_lat: '-37.000001',
  dropoff_lon: '-126.999999',
  waypoints: '[[37.5665, 126.978], [-37.000001, -126.999999]]',
  distance_metres: 1234,
  requested_at: '2026-08-22T10:00:00.123Z',
  started_at: '2026-08-22T10:00:00Z',
  completed_at: null,
  cancelled_at: null,
  cancel_reason: null,
  version: 3,
};

describe('a captured row', () => {
  test('of a trip is read', () => {
    expect(tripFromRow(capturedTrip)).toEqual({
      id: 42,
      userId: 7,
      vehicleId: null,
      status: 'started',
      pickup: { lat: 37.5665, lon: 126.978 },
      dropoff: { lat: -37.000001, lon: -126.999999 },
      waypoints: [
        { lat: 37.5665, lon: 126.978 },
        { lat: -37.000001, lon: -126.999999 },
      ],
      distanceMetres: 1234,
      requestedAt: '2026-08-22T10:00:00.123Z',
      startedAt: '2026-08-22T10:00:00.000Z',
      completedAt: null,
      cancelledAt: null,
      cancelReason: null,
      version: 3,
    });
  });

  test('of a point is read', () => {
    const row = { id: 9, trip_id: 42, user_id: 7, lat: '37.500000', lon: '126.900000', speed_mps: '13.89' };
    expect(locationFromRow({ ...row, recorded_at: '2026-08-22T10:00:00.12Z' })).toEqual({
      id: 9,
      tripId: 42,
      userId: 7,
      lat: 37.5,
      lon: 126.9,
      speedMetresPerSecond: 13.89,
      recordedAt: '2026-08-22T10:00:00.120Z',
    });
  });

  test.each([
    ['a missing column', { version: undefined }],
    ['an unknown status', { status: 'lost' }],
    ['waypoints that are no JSON', { waypoints: '[[1,' }],
    ['a number that is none', { pickup_lat: 'NAN' }],
    ['a moment that is none', { requested_at: 'infinity' }],
    ['null where a value must be', { distance_metres: null }],
  ])('is refused with %s, naming the column and not the value', (_title, over) => {
    const [column = ''] = Object.keys(over);
    expect(() => tripFromRow({ ...capturedTrip, ...over })).toThrow(column);
  });
});
