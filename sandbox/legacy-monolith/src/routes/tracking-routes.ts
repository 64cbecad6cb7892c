import express, { type Request, type Router } from 'express';
import type pg from 'pg';
import { findTrip, type Trip } from '../dao/trip-dao.ts';
import { addPoint, findPoint, latestPoint } from '../dao/trk-dao.ts';
import { ownOrNotFound } from '../http/caller.ts';
import { isId, readFields, readId, readPlace } from '../http/fields.ts';
import { Refusal } from '../http/refusal.ts';
import type { PositionStreams } from './position-streams.ts';

/** What a `numeric(5,1)` of miles per hour holds. */
const speedRange = { min: 0, max: 4_470 };

export function trackingRoutes(pool: pg.Pool, streams: PositionStreams): Router {
  const router = express.Router();
  const tripOf = async (request: Request<{ tripId: string }>): Promise<Trip> => {
    const tripId = readId(request.params, 'tripId');
    return ownOrNotFound(request, await findTrip(pool, tripId), ['trip', tripId]);
  };

  router.post('/tracking/:tripId/points', async (request, response) => {
    const point = readFields(request.body, (fields) => ({
      ...readPlace(fields),
      speedMetresPerSecond: fields.optional('speedMetresPerSecond', (name) => fields.number(name, speedRange)) ?? null,
      recordedAt: fields.optional('recordedAt', (name) => fields.moment(name)) ?? new Date(),
    }));
    const { id: tripId, userId, status } = await tripOf(request);
    if (status !== 'started')
      throw new Refusal(409, 'trip-not-started', `Trip ${tripId} is ${status}; only started trips are tracked.`);
    response.status(201).json(await addPoint(pool, { tripId, userId, ...point }));
  });

  router.get('/tracking/:tripId/latest', async (request, response) => {
    const { id } = await tripOf(request);
    const point = await latestPoint(pool, id);
    if (!point) throw new Refusal(404, 'no-position', `Trip ${id} has no position yet.`);
    response.json(point);
  });

  router.get('/tracking/:tripId/stream', async (request, response) => {
    const { id: tripId } = await tripOf(request);
    const lastSeenId = Number(request.get('last-event-id'));
    const lastSeen = isId(lastSeenId) ? await findPoint(pool, tripId, lastSeenId) : undefined;
    streams.open(response, { tripId, lastSeen });
  });
  return router;
}
