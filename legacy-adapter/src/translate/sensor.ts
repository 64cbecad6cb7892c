import type { SensorRecord } from '@banyan/vehicle-service/sync';
import type { LegacySensorRow } from '../rows/legacy-rows.ts';
import { sensorKind, sensorStatus } from './codes.ts';
import { fromLegacy, nullable, toLegacy } from './lens.ts';
import { localSecond } from './local-time.ts';
import { shortText } from './texts.ts';
import { alike, gather, type Translation } from './translation.ts';

const serial = shortText(40);
const moment = nullable(localSecond);

export function sensorFromLegacy(row: LegacySensorRow, existing?: SensorRecord): Translation<SensorRecord> {
  return gather<SensorRecord>({
    id: alike(row.snsr_no),
    vehicleId: alike(row.vhcl_no),
    kind: fromLegacy(sensorKind, 'snsr_typ', row.snsr_typ, existing?.kind),
    serial: fromLegacy(serial, 'srl_no', row.srl_no, existing?.serial),
    status: fromLegacy(sensorStatus, 'stat', row.stat, existing?.status),
    calibratedAt: fromLegacy(moment, 'cal_dt', row.cal_dt, existing?.calibratedAt),
  });
}

export function sensorToLegacy(sensor: SensorRecord, existing?: LegacySensorRow): Translation<LegacySensorRow> {
  return gather<LegacySensorRow>({
    snsr_no: alike(sensor.id),
    vhcl_no: alike(sensor.vehicleId),
    snsr_typ: toLegacy(sensorKind, 'kind', sensor.kind, existing?.snsr_typ),
    srl_no: toLegacy(serial, 'serial', sensor.serial, existing?.srl_no),
    stat: toLegacy(sensorStatus, 'status', sensor.status, existing?.stat),
    cal_dt: toLegacy(moment, 'calibratedAt', sensor.calibratedAt, existing?.cal_dt),
  });
}
