import type { Sql, Transaction } from '@banyan/platform';
import type { Trip, TripStatus } from '../domain/trip.ts';
import { tripFromRow, tripToRow } from './trip-row.ts';

export interface TripListing {
  readonly userId: number;
  readonly status: TripStatus | undefined;
  /** The last trip of the page before. */
  readonly after: { readonly requestedAt: string; readonly id: number } | undefined;
  readonly limit: number;
}

const selectTrip = `select * from trip where id = $1`;
const lockTripRow = `${selectTrip} for update`;
const selectPage = `
  select * from trip
   where user_id = $1 and ($2::text is null or status = $2)
     and ($3::timestamptz is null or (requested_at, id) < ($3, $4::int))
   order by requested_at desc, id desc limit $5`;
const insertTripRow = `
  insert into trip (user_id, vehicle_id, status, pickup_lat, pickup_lon, dropoff_lat, dropoff_lon, waypoints, distance_metres,
                    requested_at, version)
  select user_id, vehicle_id, status, pickup_lat, pickup_lon, dropoff_lat, dropoff_lon, waypoints, distance_metres,
         requested_at, version
    from jsonb_populate_record(null::trip, $1)
  returning *`;
const updateTripRow = `
  update trip set status = $2, vehicle_id = $3, started_at = $4, completed_at = $5, cancelled_at = $6, cancel_reason = $7, version = $8
   where id = $1`;

export async function findTrip(sql: Sql, id: number): Promise<Trip | undefined> {
  const { rows } = await sql.query(selectTrip, [id]);
  return rows.map(tripFromRow)[0];
}

/** Until the transaction ends nobody else changes the trip: of two commands at once the second sees what the first did. */
export async function lockTrip(tx: Transaction, id: number): Promise<Trip | undefined> {
  const { rows } = await tx.query(lockTripRow, [id]);
  return rows.map(tripFromRow)[0];
}

/** Newest first. */
export async function listTrips(sql: Sql, { userId, status, after, limit }: TripListing): Promise<readonly Trip[]> {
  const values = [userId, status, after?.requestedAt, after?.id, limit];
  const { rows } = await sql.query(selectPage, values);
  return rows.map(tripFromRow);
}

export async function insertTrip(tx: Transaction, trip: Omit<Trip, 'id'>): Promise<Trip> {
  // The id of the row comes from the sequence, whatever stands here.
  const { rows } = await tx.query(insertTripRow, [JSON.stringify(tripToRow({ ...trip, id: 0 }))]);
  return tripFromRow(rows[0] ?? {});
}

/** Writes what commands change. */
export async function updateTrip(tx: Transaction, trip: Trip): Promise<void> {
  const { id, status, vehicleId, startedAt, completedAt, cancelledAt, cancelReason, version } = trip;
  await tx.query(updateTripRow, [id, status, vehicleId, startedAt, completedAt, cancelledAt, cancelReason, version]);
}
