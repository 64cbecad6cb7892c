import type { Trip } from '../domain/trip.ts';

export const cityHall = { lat: 37.5665, lon: 126.978 };
export const gangnam = { lat: 37.497942, lon: 127.027621 };

export const aTrip = (over: Partial<Trip> = {}): Trip => ({
  id: 42,
  userId: 7,
  vehicleId: null,
  status: 'requested',
  pickup: cityHall,
  dropoff: gangnam,
  waypoints: [cityHall, gangnam],
  distanceMetres: 8_807,
  requestedAt: '2026-08-22T10:00:00.123Z',
  startedAt: null,
  completedAt: null,
  cancelledAt: null,
  cancelReason: null,
  version: 1,
  ...over,
});
