import type { VehicleStatus } from './vehicle.ts';

/** An electric vehicle below this needs a charger soon. */
export const lowBatteryPercent = 20;

export interface FleetStatus {
  readonly totalCount: number;
  readonly byStatus: Readonly<Record<VehicleStatus, number>>;
  /** Below {@link lowBatteryPercent}. */
  readonly lowBatteryCount: number;
  readonly criticalDiagnosticsCount: number;
}
