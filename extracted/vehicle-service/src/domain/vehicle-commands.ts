import type { Energy, Vehicle, VehicleStatus } from './vehicle.ts';
import { vehicleEvent, type VehicleEvent } from './vehicle-event.ts';

export interface VehicleRegistration {
  readonly plate: string;
  readonly model: string;
  readonly vin: string;
  readonly energy: Energy;
  readonly firmwareVersion: string;
}

export type VehicleChange =
  | { readonly kind: 'changed'; readonly vehicle: Vehicle; readonly event: VehicleEvent }
  /** It is so already: the command succeeds and nothing happens, however often it is sent. */
  | { readonly kind: 'unchanged'; readonly vehicle: Vehicle }
  | { readonly kind: 'retired' };

/** The vehicle that a registration begins; its id comes with its row. */
export function registerVehicle(registration: VehicleRegistration, now: Date): Omit<Vehicle, 'id'> {
  return {
    ...registration,
    status: 'available',
    odometerMetres: 0,
    position: null,
    lastSeenAt: null,
    registeredAt: now.toISOString(),
    version: 1,
  };
}

/** Operators may set any status, in any order; only retired is final. */
export function changeStatus(vehicle: Vehicle, status: VehicleStatus, now: Date): VehicleChange {
  if (vehicle.status === status) return { kind: 'unchanged', vehicle };
  if (vehicle.status === 'retired') return { kind: 'retired' };
  const changed = { ...vehicle, status, version: vehicle.version + 1 };
  return { kind: 'changed', vehicle: changed, event: vehicleEvent('VehicleStatusChanged', changed, now) };
}

/** A lower version is an operator's act like any other: firmware is also rolled back. */
export function updateFirmware(vehicle: Vehicle, firmwareVersion: string, now: Date): VehicleChange {
  if (vehicle.firmwareVersion === firmwareVersion) return { kind: 'unchanged', vehicle };
  const changed = { ...vehicle, firmwareVersion, version: vehicle.version + 1 };
  return { kind: 'changed', vehicle: changed, event: vehicleEvent('FirmwareUpdated', changed, now) };
}
