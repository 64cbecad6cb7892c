import { z } from 'zod';
import { integer, localMillisecond, localSecond, numeric, text } from './columns.ts';
import type {
  LegacyDiagnosticRow,
  LegacySensorRow,
  LegacyTrackRow,
  LegacyTripRow,
  LegacyVehicleRow,
} from './legacy-rows.ts';

/** Reads a row, captured or from the pool. @throws {z.ZodError} when a column is missing or of another type */
export interface RowDecoder<R> {
  (row: Readonly<Record<string, unknown>>): R;
  readonly columns: readonly string[];
}

export const decodeTripRow = decoder<LegacyTripRow>({
  trip_no: integer,
  usr_no: integer,
  vhcl_no: integer.nullable(),
  stat_cd: integer,
  st_pt: text,
  ed_pt: text,
  rte_txt: text,
  dist_mi: numeric,
  req_dt: localSecond,
  st_dt: localSecond.nullable(),
  ed_dt: localSecond.nullable(),
  cncl_rsn: text.nullable(),
});

export const decodeTrackRow = decoder<LegacyTrackRow>({
  trk_no: integer,
  trip_no: integer,
  usr_no: integer,
  lat: numeric,
  lon: numeric,
  spd_mph: numeric.nullable(),
  rec_dt: localMillisecond,
});

export const decodeVehicleRow = decoder<LegacyVehicleRow>({
  vhcl_no: integer,
  plate_no: text,
  mdl_nm: text,
  vin_no: text,
  pwr_typ: text,
  aux_val: numeric,
  stat_cd: integer,
  odo_mi: numeric,
  fw_ver: text,
  lat: numeric.nullable(),
  lon: numeric.nullable(),
  lst_seen_dt: localSecond.nullable(),
  reg_dt: localSecond,
});

export const decodeSensorRow = decoder<LegacySensorRow>({
  snsr_no: integer,
  vhcl_no: integer,
  snsr_typ: text,
  srl_no: text,
  stat: text,
  cal_dt: localSecond.nullable(),
});

export const decodeDiagnosticRow = decoder<LegacyDiagnosticRow>({
  diag_no: integer,
  vhcl_no: integer,
  diag_cd: text,
  sev: integer,
  msg: text,
  rpt_dt: localSecond,
});

function decoder<R>(columns: { readonly [K in keyof R]: z.ZodType<R[K]> }): RowDecoder<R> {
  const schema = z.object(columns);
  const decode = (row: Readonly<Record<string, unknown>>): R => schema.parse(row) as R;
  return Object.assign(decode, { columns: Object.keys(columns) });
}
