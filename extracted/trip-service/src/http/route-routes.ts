import { tripContract } from '../contract/index.ts';
import { optimiseRoute } from '../domain/optimise-route.ts';
import type { Trips } from '../store/trips.ts';
import { serve, type Router } from './serve.ts';
import { visibleTrip } from './visible-trip.ts';

export function addRouteRoutes(router: Router, trips: Trips): void {
  serve(router, tripContract.readRoute, async ({ caller, params }) => {
    const { id, waypoints, distanceMetres } = await visibleTrip(trips, caller, params.tripId);
    return { tripId: id, waypoints: [...waypoints], distanceMetres };
  });

  serve(router, tripContract.planRoute, ({ body }) => {
    const { waypoints, distanceMetres } = optimiseRoute(body.waypoints);
    return Promise.resolve({ waypoints: [...waypoints], distanceMetres });
  });
}
