import { z } from 'zod';
import { columns, tableStore, type Row } from '@banyan/platform';
import type { Location } from '../domain/location.ts';

const { decimal, int4, moment } = columns;
const locationRow = z.object({
  id: int4,
  trip_id: int4,
  user_id: int4,
  lat: decimal,
  lon: decimal,
  speed_mps: decimal.nullable(),
  recorded_at: moment,
});

/**
 * Reads a row of the pool or of a captured change.
 *
 * @throws {z.ZodError} when a column is missing or of another type
 */
export function locationFromRow(captured: Row): Location {
  const row = locationRow.parse(captured);
  return {
    id: row.id,
    tripId: row.trip_id,
    userId: row.user_id,
    lat: row.lat,
    lon: row.lon,
    speedMetresPerSecond: row.speed_mps,
    recordedAt: row.recorded_at,
  };
}

function locationToRow(location: Location): z.output<typeof locationRow> {
  return {
    id: location.id,
    trip_id: location.tripId,
    user_id: location.userId,
    lat: location.lat,
    lon: location.lon,
    speed_mps: location.speedMetresPerSecond,
    recorded_at: location.recordedAt,
  };
}

/** Whole points with the ids they came with. */
export const locationRecords = tableStore<Location>({
  table: 'location',
  key: 'id',
  columns: Object.keys(locationRow.shape),
  toRow: locationToRow,
  fromRow: locationFromRow,
});
