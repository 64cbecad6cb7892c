import type { Diagnostic } from './diagnostic.ts';
import type { Sensor } from './sensor.ts';
import type { Vehicle } from './vehicle.ts';

/** What an event carries: the state after it, so that a reader needs nobody else. */
interface EventData {
  readonly VehicleRegistered: Omit<Vehicle, 'version'>;
  readonly VehicleStatusChanged: Omit<Vehicle, 'version'>;
  readonly FirmwareUpdated: Omit<Vehicle, 'version'>;
  readonly SensorRegistered: Sensor;
  readonly SensorStatusChanged: Sensor;
  readonly DiagnosticReported: Diagnostic;
}

/** What happened to a vehicle, its sensors and diagnostics included: they are one aggregate with one order of versions. */
export interface VehicleEvent {
  readonly aggregateId: number;
  readonly eventType: keyof EventData;
  readonly timestamp: string;
  /** The vehicle's version after it. */
  readonly version: number;
  readonly data: EventData[keyof EventData];
}

type VehicleEventType = 'VehicleRegistered' | 'VehicleStatusChanged' | 'FirmwareUpdated';
type PartEventType = Exclude<keyof EventData, VehicleEventType>;

/** @param vehicle - as it is after what happened */
export function vehicleEvent(eventType: VehicleEventType, { version, ...data }: Vehicle, now: Date): VehicleEvent {
  return { aggregateId: data.id, eventType, timestamp: now.toISOString(), version, data };
}

/** An event of something that belongs to the vehicle. */
export function partEvent<T extends PartEventType>(
  eventType: T,
  { id, version }: Vehicle,
  data: EventData[T],
  now: Date,
): VehicleEvent {
  return { aggregateId: id, eventType, timestamp: now.toISOString(), version, data };
}
