import { vehicleStatus } from '../codes.ts';
import type { Sql } from '../db/pool.ts';
import type { Place } from '../geo.ts';
import { toUtc, toUtcOrNull } from '../local-time.ts';
import { gallonsToLitres, litresToGallons, milesToMetres } from '../units.ts';

export type VehicleStatus = (typeof vehicleStatus.words)[number];
export type Energy =
  { readonly kind: 'battery'; readonly percent: number } | { readonly kind: 'fuel'; readonly litres: number };

export interface Vehicle {
  readonly id: number;
  readonly plate: string;
  readonly model: string;
  readonly vin: string;
  readonly energy: Energy;
  readonly status: VehicleStatus;
  readonly odometerMetres: number;
  readonly firmwareVersion: string;
  readonly position: Place | null;
  readonly lastSeenAt: string | null;
  readonly registeredAt: string;
}

export type NewVehicle = Pick<Vehicle, 'plate' | 'model' | 'vin' | 'energy' | 'firmwareVersion'>;

interface VehicleRow {
  readonly vhcl_no: number;
  readonly plate_no: string;
  readonly mdl_nm: string;
  readonly vin_no: string;
  readonly pwr_typ: 'E' | 'G';
  readonly aux_val: number;
  readonly stat_cd: 1 | 2 | 3 | 9;
  readonly odo_mi: number;
  readonly fw_ver: string;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly lst_seen_dt: string | null;
  readonly reg_dt: string;
}

export interface VehicleListing {
  readonly status: VehicleStatus | undefined;
  readonly afterId: number | undefined;
  readonly limit: number;
}

const columns = `vhcl_no, plate_no, mdl_nm, vin_no, pwr_typ, aux_val, stat_cd, odo_mi, fw_ver, lat, lon, lst_seen_dt, reg_dt`;
const selectVehicle = `select ${columns} from vhcl_mst where vhcl_no = $1`;
const insertVehicle = `
  insert into vhcl_mst (plate_no, mdl_nm, vin_no, pwr_typ, aux_val, fw_ver) values ($1, $2, $3, $4, $5, $6)
  on conflict (plate_no) do nothing returning ${columns}`;
const listByNumber = `
  select ${columns} from vhcl_mst
   where vhcl_no > $1 and ($2::smallint is null or stat_cd = $2) order by vhcl_no limit $3`;
const updateStatus = `update vhcl_mst set stat_cd = $2::smallint where vhcl_no = $1 and (stat_cd <> 9 or $2::smallint = 9) returning ${columns}`;
const updateFirmware = `update vhcl_mst set fw_ver = $2 where vhcl_no = $1 returning ${columns}`;

export async function findVehicle(sql: Sql, vehicleNo: number): Promise<Vehicle | undefined> {
  const { rows } = await sql.query<VehicleRow>(selectVehicle, [vehicleNo]);
  return rows.map(toVehicle)[0];
}

/** Undefined when the plate is taken. */
export async function createVehicle(sql: Sql, vehicle: NewVehicle): Promise<Vehicle | undefined> {
  const { plate, model, vin, energy, firmwareVersion } = vehicle;
  const power = energy.kind === 'battery' ? ['E', energy.percent] : ['G', litresToGallons(energy.litres)];
  const { rows } = await sql.query<VehicleRow>(insertVehicle, [plate, model, vin, ...power, firmwareVersion]);
  return rows.map(toVehicle)[0];
}

/** By number, upwards; one row more than `limit` when there are more. */
export async function listVehicles(
  sql: Sql,
  { status, afterId = 0, limit }: VehicleListing,
): Promise<readonly Vehicle[]> {
  const code = status === undefined ? null : vehicleStatus.codeOf(status);
  const { rows } = await sql.query<VehicleRow>(listByNumber, [afterId, code, limit + 1]);
  return rows.map(toVehicle);
}

/** Undefined when there is no such vehicle, or it is retired and shall become something else. */
export async function setVehicleStatus(
  sql: Sql,
  vehicleNo: number,
  status: VehicleStatus,
): Promise<Vehicle | undefined> {
  const { rows } = await sql.query<VehicleRow>(updateStatus, [vehicleNo, vehicleStatus.codeOf(status)]);
  return rows.map(toVehicle)[0];
}

export async function setFirmware(sql: Sql, vehicleNo: number, version: string): Promise<Vehicle | undefined> {
  const { rows } = await sql.query<VehicleRow>(updateFirmware, [vehicleNo, version]);
  return rows.map(toVehicle)[0];
}

function toVehicle(row: VehicleRow): Vehicle {
  return {
    id: row.vhcl_no,
    plate: row.plate_no,
    model: row.mdl_nm,
    vin: row.vin_no,
    energy: toEnergy(row),
    status: vehicleStatus.wordOf(row.stat_cd),
    odometerMetres: milesToMetres(row.odo_mi),
    firmwareVersion: row.fw_ver,
    position: row.lat === null || row.lon === null ? null : { lat: row.lat, lon: row.lon },
    lastSeenAt: toUtcOrNull(row.lst_seen_dt),
    registeredAt: toUtc(row.reg_dt),
  };
}

/** Aux_val means percent for an electric vehicle and gallons for any other. */
function toEnergy({ pwr_typ, aux_val }: VehicleRow): Energy {
  return pwr_typ === 'E' ? { kind: 'battery', percent: aux_val } : { kind: 'fuel', litres: gallonsToLitres(aux_val) };
}
