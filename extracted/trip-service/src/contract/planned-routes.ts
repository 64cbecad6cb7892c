import { fields } from '@banyan/platform';
import { z } from 'zod';
import { place } from './fields.ts';

const { id, idText } = fields;
/** Pickup, 23 stops, dropoff. */
const largestWaypointCount = 25;

const way = { waypoints: z.array(place), distanceMetres: z.int().min(0) };

export const plannedRoute = z.object(way).meta({ id: 'Route' });
export const tripRoute = z.object({ tripId: id, ...way }).meta({ id: 'TripRoute' });
export const newRoute = z
  .object({ waypoints: z.array(place).min(2).max(largestWaypointCount) })
  .meta({ id: 'NewRoute', description: 'The first and the last stay, the others are put into a shorter order.' });
export const tripRoutePath = z.object({ tripId: idText });
