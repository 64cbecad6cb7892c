import type { Vehicle } from '../domain/vehicle.ts';
import type { Vehicles } from '../store/vehicles.ts';
import { refusal } from './refusal.ts';

/** @throws {ProblemError} 404 vehicle-not-found */
export async function existingVehicle(vehicles: Vehicles, id: number): Promise<Vehicle> {
  const vehicle = await vehicles.find(id);
  if (vehicle) return vehicle;
  throw refusal('vehicle-not-found', `There is no vehicle ${id}.`);
}
