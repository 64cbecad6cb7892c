import type { Database } from '@banyan/platform';
import { lowBatteryPercent, type FleetStatus } from '../domain/fleet.ts';

export interface Fleet {
  status(): Promise<FleetStatus>;
}

type FleetRow = Readonly<
  Record<'total' | 'available' | 'on_trip' | 'maintenance' | 'retired' | 'low_battery' | 'critical', number>
>;

const selectFleet = `
  select count(*)::int as total,
         count(*) filter (where status = 'available')::int as available,
         count(*) filter (where status = 'on-trip')::int as on_trip,
         count(*) filter (where status = 'maintenance')::int as maintenance,
         count(*) filter (where status = 'retired')::int as retired,
         count(*) filter (where battery_percent < $1)::int as low_battery,
         (select count(*)::int from diagnostic where severity = 'critical') as critical
    from vehicle`;

export function createFleet(database: Database): Fleet {
  return {
    async status() {
      const { rows } = await database.query<FleetRow>(selectFleet, [lowBatteryPercent]);
      return statusOf(rows[0] ?? nothing);
    },
  };
}

/** For the types: an aggregate without groups always has a row. */
const nothing: FleetRow = {
  total: 0,
  available: 0,
  on_trip: 0,
  maintenance: 0,
  retired: 0,
  low_battery: 0,
  critical: 0,
};

function statusOf({ total, available, on_trip, maintenance, retired, low_battery, critical }: FleetRow): FleetStatus {
  return {
    totalCount: total,
    byStatus: { available, 'on-trip': on_trip, maintenance, retired },
    lowBatteryCount: low_battery,
    criticalDiagnosticsCount: critical,
  };
}
