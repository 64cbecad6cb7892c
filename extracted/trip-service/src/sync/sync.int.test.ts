import { migrate } from '@banyan/platform';
import { createScratchDatabase, type ScratchDatabase } from '@banyan/platform/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { tripMigrations } from '../store/migrations.ts';
import { aTrip as aRequestedTrip } from '../testing/a-trip.ts';
import { locationStore, tripStore, type LocationRecord, type TripRecord } from './index.ts';

/** With something in every field that commands leave empty. */
const aTrip = (over: Partial<TripRecord> = {}): TripRecord =>
  aRequestedTrip({
    status: 'cancelled',
    dropoff: { lat: -37.000001, lon: -126.999999 },
    cancelledAt: '2026-08-22T10:00:01.000Z',
    cancelReason: '늦음 "late"',
    version: 3,
    ...over,
  });

const aLocation = (over: Partial<LocationRecord> = {}): LocationRecord => ({
  id: 9,
  tripId: 42,
  userId: 7,
  lat: 37.5,
  lon: 126.9,
  speedMetresPerSecond: 13.89,
  recordedAt: '2026-08-22T10:00:00.120Z',
  ...over,
});

describe('the stores of synchronisation', () => {
  let scratch: ScratchDatabase;
  beforeAll(async () => {
    scratch = await createScratchDatabase(inject('postgresUrl'));
    await migrate(scratch.database, tripMigrations);
  });
  afterAll(() => scratch.drop());
  beforeEach(() => scratch.database.query('truncate trip, location'));

  const saveTrips = (...trips: TripRecord[]) => scratch.database.transaction((tx) => tripStore.save(tx, trips));
  const loadTrips = (...ids: number[]) => scratch.database.transaction((tx) => tripStore.load(tx, ids));

  test('give back every field of a trip, under the id it came with', async () => {
    await saveTrips(aTrip(), aTrip({ id: 43, vehicleId: 5, waypoints: [], cancelReason: null }));
    expect(await loadTrips(42, 43)).toEqual(
      new Map([
        [42, aTrip()],
        [43, aTrip({ id: 43, vehicleId: 5, waypoints: [], cancelReason: null })],
      ]),
    );
  });

  test('overwrite a trip with null where it has become null', async () => {
    await saveTrips(aTrip({ vehicleId: 5 }));
    await saveTrips(aTrip({ cancelReason: null, cancelledAt: null, status: 'requested' }));
    expect((await loadTrips(42)).get(42)).toEqual(
      aTrip({ cancelReason: null, cancelledAt: null, status: 'requested' }),
    );
  });

  test('give back and remove points of a trip', async () => {
    await saveTrips(aTrip());
    const points = [aLocation(), aLocation({ id: 10, speedMetresPerSecond: null })];
    const left = await scratch.database.transaction(async (tx) => {
      await locationStore.save(tx, points);
      await locationStore.remove(tx, [9]);
      return locationStore.load(tx, [9, 10]);
    });
    expect(left).toEqual(new Map([[10, points[1]]]));
  });
});
