import { z } from 'zod';
import { columns, tableStore, type Row } from '@banyan/platform';
import { vehicleStatuses, type Energy, type Vehicle } from '../domain/vehicle.ts';

const { decimal, int4, moment, text } = columns;
const vehicleRow = z.object({
  id: int4,
  plate: text,
  model: text,
  vin: text,
  energy_kind: z.enum(['battery', 'fuel']),
  battery_percent: decimal.nullable(),
  fuel_litres: decimal.nullable(),
  status: z.enum(vehicleStatuses),
  odometer_metres: int4,
  firmware_version: text,
  lat: decimal.nullable(),
  lon: decimal.nullable(),
  last_seen_at: moment.nullable(),
  registered_at: moment,
  version: int4,
});
type VehicleRow = z.output<typeof vehicleRow>;

/**
 * Reads a row of the pool or of a captured change.
 *
 * @throws {z.ZodError} when a column is missing or of another type
 */
export function vehicleFromRow(captured: Row): Vehicle {
  const row = vehicleRow.parse(captured);
  return {
    id: row.id,
    plate: row.plate,
    model: row.model,
    vin: row.vin,
    energy: energyOf(row),
    status: row.status,
    odometerMetres: row.odometer_metres,
    firmwareVersion: row.firmware_version,
    position: row.lat === null || row.lon === null ? null : { lat: row.lat, lon: row.lon },
    lastSeenAt: row.last_seen_at,
    registeredAt: row.registered_at,
    version: row.version,
  };
}

export function vehicleToRow(vehicle: Vehicle): VehicleRow {
  return {
    id: vehicle.id,
    plate: vehicle.plate,
    model: vehicle.model,
    vin: vehicle.vin,
    energy_kind: vehicle.energy.kind,
    battery_percent: vehicle.energy.kind === 'battery' ? vehicle.energy.percent : null,
    fuel_litres: vehicle.energy.kind === 'fuel' ? vehicle.energy.litres : null,
    status: vehicle.status,
    odometer_metres: vehicle.odometerMetres,
    firmware_version: vehicle.firmwareVersion,
    lat: vehicle.position?.lat ?? null,
    lon: vehicle.position?.lon ?? null,
    last_seen_at: vehicle.lastSeenAt,
    registered_at: vehicle.registeredAt,
    version: vehicle.version,
  };
}

/** A constraint of the table makes sure that the amount of the kind is there. */
function energyOf({ energy_kind, battery_percent, fuel_litres }: VehicleRow): Energy {
  return energy_kind === 'battery'
    ? { kind: 'battery', percent: decimal.parse(battery_percent) }
    : { kind: 'fuel', litres: decimal.parse(fuel_litres) };
}

/** Whole vehicles with the ids they came with; writes no event, for what happened elsewhere was told there. */
export const vehicleRecords = tableStore<Vehicle>({
  table: 'vehicle',
  key: 'id',
  columns: Object.keys(vehicleRow.shape),
  toRow: vehicleToRow,
  fromRow: vehicleFromRow,
});
