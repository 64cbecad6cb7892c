import { z } from 'zod';
import { vehicleStatuses } from '../domain/vehicle.ts';

const count = z.int().min(0);

export const fleetStatus = z
  .object({
    totalCount: count,
    byStatus: z.record(z.enum(vehicleStatuses), count),
    lowBatteryCount: count.meta({ description: 'Electric vehicles below 20 percent.' }),
    criticalDiagnosticsCount: count,
  })
  .meta({ id: 'FleetStatus' });
export type FleetStatusJson = z.output<typeof fleetStatus>;
