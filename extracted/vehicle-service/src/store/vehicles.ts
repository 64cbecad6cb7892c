import type { Database, Transaction } from '@banyan/platform';
import {
  changeStatus,
  registerVehicle,
  updateFirmware,
  type VehicleChange,
  type VehicleRegistration,
} from '../domain/vehicle-commands.ts';
import { vehicleEvent } from '../domain/vehicle-event.ts';
import type { Vehicle, VehicleStatus } from '../domain/vehicle.ts';
import { appendEvent } from './outbox.ts';
import {
  findVehicle,
  insertVehicle,
  listVehicles,
  lockVehicle,
  updateVehicle,
  type VehicleListing,
} from './vehicle-statements.ts';

/** The vehicles of the database. A command and its event are committed together or not at all. */
export interface Vehicles {
  /** @returns undefined when the plate belongs to another vehicle */
  register(registration: VehicleRegistration): Promise<Vehicle | undefined>;
  changeStatus(id: number, status: VehicleStatus): Promise<VehicleChange | NotFound>;
  updateFirmware(id: number, version: string): Promise<VehicleChange | NotFound>;
  find(id: number): Promise<Vehicle | undefined>;
  /** By id, upwards. */
  list(listing: VehicleListing): Promise<readonly Vehicle[]>;
}

interface NotFound {
  readonly kind: 'not-found';
}

export interface StoreParts {
  readonly database: Database;
  readonly now: () => Date;
}

export function createVehicles({ database, now }: StoreParts): Vehicles {
  const change = (id: number, command: (vehicle: Vehicle, now: Date) => VehicleChange) =>
    database.transaction<VehicleChange | NotFound>(async (tx) => {
      const vehicle = await lockVehicle(tx, id);
      return vehicle ? saveChange(tx, command(vehicle, now())) : { kind: 'not-found' };
    });

  return {
    register: (registration) =>
      database.transaction(async (tx) => {
        const at = now();
        const vehicle = await insertVehicle(tx, registerVehicle(registration, at));
        if (vehicle) await appendEvent(tx, vehicleEvent('VehicleRegistered', vehicle, at));
        return vehicle;
      }),
    changeStatus: (id, status) => change(id, (vehicle, at) => changeStatus(vehicle, status, at)),
    updateFirmware: (id, version) => change(id, (vehicle, at) => updateFirmware(vehicle, version, at)),
    find: (id) => findVehicle(database, id),
    list: (listing) => listVehicles(database, listing),
  };
}

async function saveChange(tx: Transaction, result: VehicleChange): Promise<VehicleChange> {
  if (result.kind === 'changed') {
    await updateVehicle(tx, result.vehicle);
    await appendEvent(tx, result.event);
  }
  return result;
}
