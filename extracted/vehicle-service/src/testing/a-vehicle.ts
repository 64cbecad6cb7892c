import type { Vehicle } from '../domain/vehicle.ts';

export const aVehicle = (over: Partial<Vehicle> = {}): Vehicle => ({
  id: 42,
  plate: '12가 3456',
  model: 'Sprout',
  vin: 'KMHXX00XXXX000001',
  energy: { kind: 'battery', percent: 78.25 },
  status: 'available',
  odometerMetres: 120_000,
  firmwareVersion: '1.10.0',
  position: { lat: 37.5665, lon: 126.978 },
  lastSeenAt: '2026-08-22T10:00:00.120Z',
  registeredAt: '2024-02-29T23:59:59.999Z',
  version: 3,
  ...over,
});
