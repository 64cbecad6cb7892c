import { onlyRow, type Sql } from '../db/pool.ts';

export interface FleetStatus {
  readonly totalCount: number;
  readonly byStatus: Readonly<Record<'available' | 'on-trip' | 'maintenance' | 'retired', number>>;
  readonly lowBatteryCount: number;
  readonly criticalDiagnosticsCount: number;
}

type FleetRow = Readonly<
  Record<'tot_cnt' | 'avl_cnt' | 'trp_cnt' | 'mnt_cnt' | 'ret_cnt' | 'low_bat_cnt' | 'crit_cnt', number>
>;

const selectFleet = `select tot_cnt, avl_cnt, trp_cnt, mnt_cnt, ret_cnt, low_bat_cnt, crit_cnt from v_fleet_stat`;

export async function fleetStatus(sql: Sql): Promise<FleetStatus> {
  const { rows } = await sql.query<FleetRow>(selectFleet);
  const row = onlyRow(rows);
  return {
    totalCount: row.tot_cnt,
    byStatus: { available: row.avl_cnt, 'on-trip': row.trp_cnt, maintenance: row.mnt_cnt, retired: row.ret_cnt },
    lowBatteryCount: row.low_bat_cnt,
    criticalDiagnosticsCount: row.crit_cnt,
  };
}
