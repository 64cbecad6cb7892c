/**
 * Rows of the legacy tables, column by column, without what only legacy uses (`upd_dt`, counters).
 * `numeric` is decimal text, `timestamp` is Seoul local time as Postgres prints it; nothing is rounded on the way in.
 */
export interface LegacyTripRow {
  readonly trip_no: number;
  readonly usr_no: number;
  readonly vhcl_no: number | null;
  /** 10 requested, 20 started, 30 completed, 90 cancelled. */
  readonly stat_cd: number;
  readonly st_pt: string;
  readonly ed_pt: string;
  readonly rte_txt: string;
  readonly dist_mi: string;
  readonly req_dt: string;
  readonly st_dt: string | null;
  /** Completed at when `stat_cd` is 30, cancelled at when it is 90. */
  readonly ed_dt: string | null;
  readonly cncl_rsn: string | null;
}

export interface LegacyTrackRow {
  readonly trk_no: number;
  readonly trip_no: number;
  readonly usr_no: number;
  readonly lat: string;
  readonly lon: string;
  readonly spd_mph: string | null;
  readonly rec_dt: string;
}

export interface LegacyVehicleRow {
  readonly vhcl_no: number;
  readonly plate_no: string;
  readonly mdl_nm: string;
  readonly vin_no: string;
  /** E battery, G fuel. */
  readonly pwr_typ: string;
  /** Battery percent when `pwr_typ` is E, fuel in US gallons when it is G. */
  readonly aux_val: string;
  /** 1 available, 2 on trip, 3 maintenance, 9 retired. */
  readonly stat_cd: number;
  readonly odo_mi: string;
  readonly fw_ver: string;
  readonly lat: string | null;
  readonly lon: string | null;
  readonly lst_seen_dt: string | null;
  readonly reg_dt: string;
}

export interface LegacySensorRow {
  readonly snsr_no: number;
  readonly vhcl_no: number;
  /** L lidar, C camera, R radar, G gps, I imu. */
  readonly snsr_typ: string;
  readonly srl_no: string;
  /** O ok, D degraded, F failed. */
  readonly stat: string;
  readonly cal_dt: string | null;
}

export interface LegacyDiagnosticRow {
  readonly diag_no: number;
  readonly vhcl_no: number;
  readonly diag_cd: string;
  /** 1 info, 2 warning, 3 critical. */
  readonly sev: number;
  readonly msg: string;
  readonly rpt_dt: string;
}
