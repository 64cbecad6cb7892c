import express, { type Request, type Router } from 'express';
import type pg from 'pg';
import { tripStatus } from '../codes.ts';
import { createTrip, findTrip, listTrips, lockTrip, moveTrip, type Trip, type TripMove } from '../dao/trip-dao.ts';
import { inTransaction } from '../db/pool.ts';
import { actingFor, callerOf, ownOrNotFound } from '../http/caller.ts';
import { readFields, readId } from '../http/fields.ts';
import { pageOf, readLimit, readTimeCursor } from '../http/paging.ts';
import { Refusal } from '../http/refusal.ts';
import { orderRoute } from '../route-order.ts';

export function tripRoutes(pool: pg.Pool): Router {
  const router = express.Router();

  router.post('/trips', async (request, response) => {
    const { stops, vehicleId, ...ends } = readFields(request.body, (fields) => ({
      pickup: fields.place('pickup'),
      dropoff: fields.place('dropoff'),
      stops: fields.optional('stops', (name) => fields.places(name, { min: 0, max: 23 })) ?? [],
      vehicleId: fields.optional('vehicleId', (name) => fields.integer(name)) ?? null,
    }));
    const route = orderRoute([ends.pickup, ...stops, ends.dropoff]);
    const trip = await createTrip(pool, { userId: callerOf(request).userId, vehicleId, ...ends, route });
    response.status(201).location(`/trips/${trip.id}`).json(trip);
  });

  router.get('/trips', async (request, response) => {
    const { userId, ...rest } = readFields(request.query, (fields) => ({
      userId: fields.optional('userId', (name) => fields.digits(name)),
      status: fields.optional('status', (name) => fields.oneOf(name, tripStatus.words)),
      after: readTimeCursor(fields),
      limit: readLimit(fields),
    }));
    const trips = await listTrips(pool, { userId: actingFor(request, userId), ...rest });
    response.json(pageOf(trips, rest.limit, (last) => [last.requestedAt, last.id]));
  });

  router.get('/trips/:id', async (request, response) => {
    const id = readId(request.params);
    response.json(ownOrNotFound(request, await findTrip(pool, id), ['trip', id]));
  });

  router.post('/trips/:id/start', async (request, response) => {
    const vehicleId = readFields(
      request.body ?? {},
      (fields) => fields.optional('vehicleId', (name) => fields.integer(name)) ?? null,
    );
    response.json(await move(pool, request, { status: 'started', vehicleId, cancelReason: null }));
  });
  router.post('/trips/:id/complete', async (request, response) => {
    response.json(await move(pool, request, { status: 'completed', vehicleId: null, cancelReason: null }));
  });
  router.post('/trips/:id/cancel', async (request, response) => {
    const cancelReason = readFields(
      request.body ?? {},
      (fields) => fields.optional('reason', (name) => fields.text(name, 100)) ?? null,
    );
    response.json(await move(pool, request, { status: 'cancelled', vehicleId: null, cancelReason }));
  });
  return router;
}

const allowedFrom: Readonly<Record<Trip['status'], readonly Trip['status'][]>> = {
  requested: [],
  started: ['requested'],
  completed: ['started'],
  cancelled: ['requested', 'started'],
};

/** The row stays locked from the check to the write: of two moves at once the second sees what the first did. */
function move(pool: pg.Pool, request: Request<{ id: string }>, to: TripMove): Promise<Trip> {
  const id = readId(request.params);
  return inTransaction(pool, async (sql) => {
    const trip = ownOrNotFound(request, await lockTrip(sql, id), ['trip', id]);
    if (!allowedFrom[to.status].includes(trip.status))
      throw new Refusal(409, 'illegal-trip-transition', `Trip ${id} is ${trip.status}; it cannot become ${to.status}.`);
    if (to.status === 'started' && (to.vehicleId ?? trip.vehicleId) === null)
      throw new Refusal(409, 'trip-without-vehicle', `Trip ${id} has no vehicle; name one to start it.`);
    return moveTrip(sql, id, to);
  });
}
