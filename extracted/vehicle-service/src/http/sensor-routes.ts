import { vehicleContract } from '../contract/index.ts';
import type { Sensors } from '../store/sensors.ts';
import type { Vehicles } from '../store/vehicles.ts';
import { existingVehicle } from './existing-vehicle.ts';
import { refusal } from './refusal.ts';
import { serve, type Router } from './serve.ts';

export function addSensorRoutes(router: Router, sensors: Sensors, vehicles: Vehicles): void {
  serve(router, vehicleContract.listSensors, async ({ params }) => {
    const { id } = await existingVehicle(vehicles, params.id);
    return { items: [...(await sensors.listOf(id))] };
  });

  serve(router, vehicleContract.registerSensor, async ({ params: { id }, body }) => {
    const sensor = await sensors.register(id, body);
    if (sensor) return sensor;
    throw refusal('vehicle-not-found', `There is no vehicle ${id}.`);
  });

  serve(router, vehicleContract.changeSensorStatus, async ({ params: { id, sensorId }, body }) => {
    const result = await sensors.changeStatus(id, sensorId, body.status);
    switch (result.kind) {
      case 'set':
        return result.sensor;
      case 'no-vehicle':
        throw refusal('vehicle-not-found', `There is no vehicle ${id}.`);
      case 'no-sensor':
        throw refusal('sensor-not-found', `Vehicle ${id} has no sensor ${sensorId}.`);
      default:
        return result satisfies never;
    }
  });
}
