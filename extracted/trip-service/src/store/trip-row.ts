import { z } from 'zod';
import { columns, tableStore, type Row } from '@banyan/platform';
import { tripStatuses, type Trip } from '../domain/trip.ts';

const { decimal, int4, json, moment, text } = columns;
const tripRow = z.object({
  id: int4,
  user_id: int4,
  vehicle_id: int4.nullable(),
  status: z.enum(tripStatuses),
  pickup_lat: decimal,
  pickup_lon: decimal,
  dropoff_lat: decimal,
  dropoff_lon: decimal,
  waypoints: json(z.array(z.tuple([z.number(), z.number()]))),
  distance_metres: int4,
  requested_at: moment,
  started_at: moment.nullable(),
  completed_at: moment.nullable(),
  cancelled_at: moment.nullable(),
  cancel_reason: text.nullable(),
  version: int4,
});

/**
 * Reads a row of the pool or of a captured change.
 *
 * @throws {z.ZodError} when a column is missing or of another type
 */
export function tripFromRow(captured: Row): Trip {
  const row = tripRow.parse(captured);
  return {
    id: row.id,
    userId: row.user_id,
    vehicleId: row.vehicle_id,
    status: row.status,
    pickup: { lat: row.pickup_lat, lon: row.pickup_lon },
    dropoff: { lat: row.dropoff_lat, lon: row.dropoff_lon },
    waypoints: row.waypoints.map(([lat, lon]) => ({ lat, lon })),
    distanceMetres: row.distance_metres,
    requestedAt: row.requested_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    cancelledAt: row.cancelled_at,
    cancelReason: row.cancel_reason,
    version: row.version,
  };
}

export function tripToRow(trip: Trip): z.output<typeof tripRow> {
  return {
    id: trip.id,
    user_id: trip.userId,
    vehicle_id: trip.vehicleId,
    status: trip.status,
    pickup_lat: trip.pickup.lat,
    pickup_lon: trip.pickup.lon,
    dropoff_lat: trip.dropoff.lat,
    dropoff_lon: trip.dropoff.lon,
    waypoints: trip.waypoints.map(({ lat, lon }) => [lat, lon]),
    distance_metres: trip.distanceMetres,
    requested_at: trip.requestedAt,
    started_at: trip.startedAt,
    completed_at: trip.completedAt,
    cancelled_at: trip.cancelledAt,
    cancel_reason: trip.cancelReason,
    version: trip.version,
  };
}

/** Whole trips with the ids they came with; writes no event, for what happened elsewhere was told there. */
export const tripRecords = tableStore<Trip>({
  table: 'trip',
  key: 'id',
  columns: Object.keys(tripRow.shape),
  toRow: tripToRow,
  fromRow: tripFromRow,
});
