import type { Database } from '@banyan/platform';
import type { Location } from '../domain/location.ts';
import { locationFromRow } from './location-row.ts';

/** Where trips were. Points are in the order of their moments: their ids come from two sides and tell nothing. */
export interface Locations {
  /** @returns undefined unless the trip is started, also when it ends at this moment */
  record(location: Omit<Location, 'id' | 'userId'>): Promise<Location | undefined>;
  latest(tripId: number): Promise<Location | undefined>;
  find(tripId: number, id: number): Promise<Location | undefined>;
  /** The oldest `limit` of those after `last`; of all when it is undefined. */
  after(tripId: number, last: Location | undefined, limit: number): Promise<readonly Location[]>;
}

// The share lock waits for a command that is ending the trip, and keeps others out until the point is there.
const insertLocation = `
  insert into location (trip_id, user_id, lat, lon, speed_mps, recorded_at)
  select id, user_id, $2, $3, $4, $5 from trip where id = $1 and status = 'started' for share
  returning *`;
const selectLatest = `select * from location where trip_id = $1 order by recorded_at desc, id desc limit 1`;
const selectLocation = `select * from location where trip_id = $1 and id = $2`;
const selectAfter = `
  select * from location
   where trip_id = $1 and ($2::timestamptz is null or (recorded_at, id) > ($2, $3::int))
   order by recorded_at, id limit $4`;

export function createLocations(database: Database): Locations {
  async function one(statement: string, values: readonly unknown[]): Promise<Location | undefined> {
    const { rows } = await database.query(statement, values);
    return rows.map(locationFromRow)[0];
  }

  return {
    record: ({ tripId, lat, lon, speedMetresPerSecond, recordedAt }) =>
      one(insertLocation, [tripId, lat, lon, speedMetresPerSecond, recordedAt]),
    latest: (tripId) => one(selectLatest, [tripId]),
    find: (tripId, id) => one(selectLocation, [tripId, id]),
    async after(tripId, last, limit) {
      const { rows } = await database.query(selectAfter, [tripId, last?.recordedAt, last?.id, limit]);
      return rows.map(locationFromRow);
    },
  };
}
