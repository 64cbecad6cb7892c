import express, { type Router } from 'express';
import type pg from 'pg';
import { addFeedback, listFeedback } from '../dao/fdbk-dao.ts';
import { findTrip } from '../dao/trip-dao.ts';
import { callerOf, ownOrNotFound } from '../http/caller.ts';
import { readFields } from '../http/fields.ts';
import { readOwnListing } from '../http/own-listing.ts';
import { pageOf } from '../http/paging.ts';

export function feedbackRoutes(pool: pg.Pool): Router {
  const router = express.Router();

  router.get('/feedback', async (request, response) => {
    const listing = readOwnListing(request);
    const items = await listFeedback(pool, listing);
    response.json(pageOf(items, listing.limit, ({ id }) => [id]));
  });

  router.post('/feedback', async (request, response) => {
    const { userId } = callerOf(request);
    const given = readFields(request.body, (fields) => ({
      tripId: fields.optional('tripId', (name) => fields.integer(name)) ?? null,
      rating: fields.integer('rating', { min: 1, max: 5 }),
      text: fields.text('text', 500),
    }));
    if (given.tripId !== null) ownOrNotFound(request, await findTrip(pool, given.tripId), ['trip', given.tripId]);
    response.status(201).json(await addFeedback(pool, { userId, ...given }));
  });
  return router;
}
