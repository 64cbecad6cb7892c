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
  const kept: Partial<SensorRecord> = existing ?? {};
  return gather<SensorRecord>(
    {
      id: alike(row.snsr_no),
      vehicleId: alike(row.vhcl_no),
      kind: fromLegacy(sensorKind, 'snsr_typ', row.snsr_typ, kept.kind),
      serial: fromLegacy(serial, 'srl_no', row.srl_no, kept.serial),
      status: fromLegacy(sensorStatus, 'stat', row.stat, kept.status),
      calibratedAt: fromLegacy(moment, 'cal_dt', row.cal_dt, kept.calibratedAt),
    },
    existing,
  );
}

export function sensorToLegacy(sensor: SensorRecord, existing?: LegacySensorRow): Translation<LegacySensorRow> {
  const kept: Partial<LegacySensorRow> = existing ?? {};
  return gather<LegacySensorRow>(
    {
      snsr_no: alike(sensor.id),
      vhcl_no: alike(sensor.vehicleId),
      snsr_typ: toLegacy(sensorKind, 'kind', sensor.kind, kept.snsr_typ),
      srl_no: toLegacy(serial, 'serial', sensor.serial, kept.srl_no),
      stat: toLegacy(sensorStatus, 'status', sensor.status, kept.stat),
      cal_dt: toLegacy(moment, 'calibratedAt', sensor.calibratedAt, kept.cal_dt),
    },
    existing,
  );
}
