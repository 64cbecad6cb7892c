/**
 * vehicle-service/sync: the service's records as synchronisation reads and writes them: whole, with their ids, in sets.
 * It must never emit an event or decide a business rule: what it writes happened, and was told, on the other side.
 * Start reading at `../store/vehicle-row.ts`.
 */
export type { Vehicle as VehicleRecord } from '../domain/vehicle.ts';
export type { Sensor as SensorRecord } from '../domain/sensor.ts';
export type { Diagnostic as DiagnosticRecord } from '../domain/diagnostic.ts';
export { vehicleFromRow as vehicleRecordFromRow, vehicleRecords as vehicleStore } from '../store/vehicle-row.ts';
export { sensorFromRow as sensorRecordFromRow, sensorRecords as sensorStore } from '../store/sensor-row.ts';
export {
  diagnosticFromRow as diagnosticRecordFromRow,
  diagnosticRecords as diagnosticStore,
} from '../store/diagnostic-row.ts';
