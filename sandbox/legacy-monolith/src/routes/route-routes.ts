import express, { type Router } from 'express';
import type pg from 'pg';
import { findRoute } from '../dao/trip-dao.ts';
import { routeMetres } from '../geo.ts';
import { ownOrNotFound } from '../http/caller.ts';
import { readFields, readId } from '../http/fields.ts';
import { orderRoute } from '../route-order.ts';

export function routeRoutes(pool: pg.Pool): Router {
  const router = express.Router();
  router.get('/routes/:tripId', async (request, response) => {
    const tripId = readId(request.params, 'tripId');
    const { waypoints, distanceMetres } = ownOrNotFound(request, await findRoute(pool, tripId), ['trip', tripId]);
    response.json({ tripId, waypoints, distanceMetres });
  });
  // Computes and stores nothing.
  router.post('/routes', (request, response) => {
    const places = readFields(request.body, (fields) => fields.places('waypoints', { min: 2, max: 25 }));
    const waypoints = orderRoute(places);
    response.json({ waypoints, distanceMetres: Math.round(routeMetres(waypoints)) });
  });
  return router;
}
