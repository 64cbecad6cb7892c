import { vehicleContract, type VehicleJson } from '../contract/index.ts';
import type { Vehicle } from '../domain/vehicle.ts';
import type { Vehicles } from '../store/vehicles.ts';
import { existingVehicle } from './existing-vehicle.ts';
import { idOfCursor, pageOf } from './page.ts';
import { refusal } from './refusal.ts';
import { serve, type Router } from './serve.ts';

const firstFirmwareVersion = '1.0.0';

export function addVehicleRoutes(router: Router, vehicles: Vehicles): void {
  serve(router, vehicleContract.registerVehicle, async ({ body }) => {
    const { plate, model, vin, energy, firmwareVersion } = body;
    const registration = { plate, model, vin, energy, firmwareVersion: firmwareVersion ?? firstFirmwareVersion };
    const vehicle = await vehicles.register(registration);
    if (vehicle) return vehicleJson(vehicle);
    throw refusal('plate-taken', `Plate ${plate} belongs to another vehicle.`);
  });

  serve(router, vehicleContract.listVehicles, async ({ query: { status, limit, cursor } }) => {
    const found = await vehicles.list({ status, afterId: idOfCursor(cursor), limit: limit + 1 });
    return pageOf(found.map(vehicleJson), limit);
  });

  serve(router, vehicleContract.readVehicle, async ({ params }) =>
    vehicleJson(await existingVehicle(vehicles, params.id)),
  );

  serve(router, vehicleContract.changeVehicleStatus, async ({ params: { id }, body }) =>
    changed(id, await vehicles.changeStatus(id, body.status)),
  );

  serve(router, vehicleContract.updateFirmware, async ({ params: { id }, body }) =>
    changed(id, await vehicles.updateFirmware(id, body.version)),
  );
}

function changed(id: number, result: Awaited<ReturnType<Vehicles['changeStatus']>>): VehicleJson {
  switch (result.kind) {
    case 'changed':
    case 'unchanged':
      return vehicleJson(result.vehicle);
    case 'not-found':
      throw refusal('vehicle-not-found', `There is no vehicle ${id}.`);
    case 'retired':
      throw refusal('vehicle-retired', `Vehicle ${id} is retired, which is final.`);
    default:
      return result satisfies never;
  }
}

function vehicleJson(vehicle: Vehicle): VehicleJson {
  const { id, plate, model, vin, energy, status } = vehicle;
  const { odometerMetres, firmwareVersion, position, lastSeenAt, registeredAt } = vehicle;
  return {
    ...{ id, plate, model, vin, energy, status },
    ...{ odometerMetres, firmwareVersion, position, lastSeenAt, registeredAt },
  };
}
