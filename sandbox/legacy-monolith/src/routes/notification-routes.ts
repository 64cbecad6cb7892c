import express, { type Router } from 'express';
import type pg from 'pg';
import { addNotification, listNotifications } from '../dao/ntf-dao.ts';
import { actingFor } from '../http/caller.ts';
import { readFields } from '../http/fields.ts';
import { readOwnListing } from '../http/own-listing.ts';
import { pageOf } from '../http/paging.ts';
import { notFound } from '../http/refusal.ts';

export function notificationRoutes(pool: pg.Pool): Router {
  const router = express.Router();

  router.get('/notifications', async (request, response) => {
    const listing = readOwnListing(request);
    const items = await listNotifications(pool, listing);
    response.json(pageOf(items, listing.limit, ({ id }) => [id]));
  });

  // To oneself, or with an operator's token to anybody.
  router.post('/notifications', async (request, response) => {
    const { userId, text } = readFields(request.body, (fields) => ({
      userId: fields.optional('userId', (name) => fields.integer(name)),
      text: fields.text('text', 200),
    }));
    const receiver = actingFor(request, userId);
    const notification = await addNotification(pool, receiver, text);
    if (!notification) throw notFound('user', receiver);
    response.status(201).json(notification);
  });
  return router;
}
