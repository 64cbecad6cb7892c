import express, { type Router } from 'express';
import type pg from 'pg';
import { charge, findAccount, listCharges } from '../dao/bil-dao.ts';
import { actingFor, requireOperator } from '../http/caller.ts';
import { readFields } from '../http/fields.ts';
import { readOwnListing } from '../http/own-listing.ts';
import { pageOf } from '../http/paging.ts';
import { notFound, Refusal } from '../http/refusal.ts';

export function billingRoutes(pool: pg.Pool): Router {
  const router = express.Router();

  router.get('/billing/account', async (request, response) => {
    const userId = actingFor(
      request,
      readFields(request.query, (fields) => fields.optional('userId', (name) => fields.digits(name))),
    );
    const account = await findAccount(pool, userId);
    if (!account) throw notFound('account', userId);
    response.json(account);
  });

  router.get('/billing/charges', async (request, response) => {
    const listing = readOwnListing(request);
    const items = await listCharges(pool, listing);
    response.json(pageOf(items, listing.limit, ({ id }) => [id]));
  });

  router.post('/billing/charges', requireOperator, async (request, response) => {
    const wished = readFields(request.body, (fields) => ({
      userId: fields.integer('userId'),
      tripId: fields.optional('tripId', (name) => fields.integer(name)) ?? null,
      credits: fields.integer('credits', { min: 1, max: 1_000_000 }),
      reason: fields.text('reason', 100),
    }));
    const charged = await charge(pool, wished);
    if (!charged) throw await whyNotCharged(pool, wished.userId);
    response.status(201).json(charged);
  });
  return router;
}

async function whyNotCharged(pool: pg.Pool, userId: number): Promise<Refusal> {
  const account = await findAccount(pool, userId);
  if (!account) return notFound('account', userId);
  return new Refusal(409, 'credits-exhausted', `User ${userId} has ${account.credits} credits left.`);
}
