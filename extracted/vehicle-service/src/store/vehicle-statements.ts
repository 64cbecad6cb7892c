import type { Sql, Transaction } from '@banyan/platform';
import type { Vehicle, VehicleStatus } from '../domain/vehicle.ts';
import { vehicleFromRow, vehicleToRow } from './vehicle-row.ts';

export interface VehicleListing {
  readonly status: VehicleStatus | undefined;
  /** The last vehicle of the page before. */
  readonly afterId: number | undefined;
  readonly limit: number;
}

const selectVehicle = `select * from vehicle where id = $1`;
const lockVehicleRow = `${selectVehicle} for update`;
const selectPage = `
  select * from vehicle where id > coalesce($1::int, 0) and ($2::text is null or status = $2) order by id limit $3`;
const insertVehicleRow = `
  insert into vehicle (plate, model, vin, energy_kind, battery_percent, fuel_litres, status, odometer_metres, firmware_version,
                       registered_at, version)
  select plate, model, vin, energy_kind, battery_percent, fuel_litres, status, odometer_metres, firmware_version,
         registered_at, version
    from jsonb_populate_record(null::vehicle, $1)
  on conflict (plate) do nothing returning *`;
const updateVehicleRow = `update vehicle set status = $2, firmware_version = $3, version = $4 where id = $1`;
const raiseVehicleVersion = `update vehicle set version = version + 1 where id = $1 returning *`;

export async function findVehicle(sql: Sql, id: number): Promise<Vehicle | undefined> {
  const { rows } = await sql.query(selectVehicle, [id]);
  return rows.map(vehicleFromRow)[0];
}

/** Until the transaction ends nobody else changes the vehicle: of two commands at once the second sees what the first did. */
export async function lockVehicle(tx: Transaction, id: number): Promise<Vehicle | undefined> {
  const { rows } = await tx.query(lockVehicleRow, [id]);
  return rows.map(vehicleFromRow)[0];
}

/** By id, upwards. */
export async function listVehicles(sql: Sql, { status, afterId, limit }: VehicleListing): Promise<readonly Vehicle[]> {
  const { rows } = await sql.query(selectPage, [afterId, status, limit]);
  return rows.map(vehicleFromRow);
}

/** @returns undefined when the plate belongs to another vehicle */
export async function insertVehicle(tx: Transaction, vehicle: Omit<Vehicle, 'id'>): Promise<Vehicle | undefined> {
  // The id of the row comes from the sequence, whatever stands here.
  const { rows } = await tx.query(insertVehicleRow, [JSON.stringify(vehicleToRow({ ...vehicle, id: 0 }))]);
  return rows.map(vehicleFromRow)[0];
}

/** Writes what commands change. */
export async function updateVehicle(tx: Transaction, vehicle: Vehicle): Promise<void> {
  const { id, status, firmwareVersion, version } = vehicle;
  await tx.query(updateVehicleRow, [id, status, firmwareVersion, version]);
}

/** For what happens to a part of the vehicle. The row stays locked, as with {@link lockVehicle}. */
export async function raiseVersion(tx: Transaction, id: number): Promise<Vehicle | undefined> {
  const { rows } = await tx.query(raiseVehicleVersion, [id]);
  return rows.map(vehicleFromRow)[0];
}
