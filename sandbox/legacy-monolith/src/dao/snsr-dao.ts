import { sensorKind, sensorStatus } from '../codes.ts';
import { onlyRow, type Sql } from '../db/pool.ts';
import { toUtcOrNull } from '../local-time.ts';

type SensorKind = (typeof sensorKind.words)[number];
type SensorStatus = (typeof sensorStatus.words)[number];

export interface Sensor {
  readonly id: number;
  readonly vehicleId: number;
  readonly kind: SensorKind;
  readonly serial: string;
  readonly status: SensorStatus;
  readonly calibratedAt: string | null;
}

interface SensorRow {
  readonly snsr_no: number;
  readonly vhcl_no: number;
  readonly snsr_typ: 'L' | 'C' | 'R' | 'G' | 'I';
  readonly srl_no: string;
  readonly stat: 'O' | 'D' | 'F';
  readonly cal_dt: string | null;
}

const columns = `snsr_no, vhcl_no, snsr_typ, srl_no, stat, cal_dt`;
const selectOfVehicle = `select ${columns} from snsr_mst where vhcl_no = $1 order by snsr_no`;
const insertSensor = `insert into snsr_mst (vhcl_no, snsr_typ, srl_no) values ($1, $2, $3) returning ${columns}`;
const updateStatus = `update snsr_mst set stat = $3 where vhcl_no = $1 and snsr_no = $2 returning ${columns}`;

export async function sensorsOf(sql: Sql, vehicleNo: number): Promise<readonly Sensor[]> {
  const { rows } = await sql.query<SensorRow>(selectOfVehicle, [vehicleNo]);
  return rows.map(toSensor);
}

export async function addSensor(
  sql: Sql,
  { vehicleId, kind, serial }: Pick<Sensor, 'vehicleId' | 'kind' | 'serial'>,
): Promise<Sensor> {
  const { rows } = await sql.query<SensorRow>(insertSensor, [vehicleId, sensorKind.codeOf(kind), serial]);
  return toSensor(onlyRow(rows));
}

export async function setSensorStatus(
  sql: Sql,
  { vehicleId, id, status }: Pick<Sensor, 'vehicleId' | 'id' | 'status'>,
): Promise<Sensor | undefined> {
  const { rows } = await sql.query<SensorRow>(updateStatus, [vehicleId, id, sensorStatus.codeOf(status)]);
  return rows.map(toSensor)[0];
}

function toSensor(row: SensorRow): Sensor {
  return {
    id: row.snsr_no,
    vehicleId: row.vhcl_no,
    kind: sensorKind.wordOf(row.snsr_typ),
    serial: row.srl_no,
    status: sensorStatus.wordOf(row.stat),
    calibratedAt: toUtcOrNull(row.cal_dt),
  };
}
