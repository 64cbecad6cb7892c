import { z } from 'zod';
import { columns, tableStore, type Row } from '@banyan/platform';
import { sensorKinds, sensorStatuses, type Sensor } from '../domain/sensor.ts';

const { int4, moment, text } = columns;
const sensorRow = z.object({
  id: int4,
  vehicle_id: int4,
  kind: z.enum(sensorKinds),
  serial: text,
  status: z.enum(sensorStatuses),
  calibrated_at: moment.nullable(),
});

/**
 * Reads a row of the pool or of a captured change.
 *
 * @throws {z.ZodError} when a column is missing or of another type
 */
export function sensorFromRow(captured: Row): Sensor {
  const { id, vehicle_id, kind, serial, status, calibrated_at } = sensorRow.parse(captured);
  return { id, vehicleId: vehicle_id, kind, serial, status, calibratedAt: calibrated_at };
}

function sensorToRow({ vehicleId, calibratedAt, ...same }: Sensor): z.output<typeof sensorRow> {
  return { ...same, vehicle_id: vehicleId, calibrated_at: calibratedAt };
}

/** Whole sensors with the ids they came with; writes no event. */
export const sensorRecords = tableStore<Sensor>({
  table: 'sensor',
  key: 'id',
  columns: Object.keys(sensorRow.shape),
  toRow: sensorToRow,
  fromRow: sensorFromRow,
});
