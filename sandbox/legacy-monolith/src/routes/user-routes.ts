import express, { type Router } from 'express';
import type pg from 'pg';
import { findUser, renameUser } from '../dao/user-dao.ts';
import { callerOf } from '../http/caller.ts';
import { readFields, readId } from '../http/fields.ts';
import { forbidden, notFound } from '../http/refusal.ts';

export function userRoutes(pool: pg.Pool): Router {
  const router = express.Router();
  router.get('/users/me', async (request, response) => {
    const { userId } = callerOf(request);
    response.json((await findUser(pool, userId)) ?? refuseMissing(userId));
  });
  router
    .route('/users/:id')
    .all((request, _response, next) => {
      const caller = callerOf(request);
      if (readId(request.params) !== caller.userId && !caller.isOperator)
        throw forbidden('Only operators may see or change other users.');
      next();
    })
    .get(async (request, response) => {
      const id = readId(request.params);
      response.json((await findUser(pool, id)) ?? refuseMissing(id));
    })
    .patch(async (request, response) => {
      const id = readId(request.params);
      const name = readFields(request.body, (fields) => fields.text('name', 60));
      response.json((await renameUser(pool, id, name)) ?? refuseMissing(id));
    });
  return router;
}

function refuseMissing(id: number): never {
  throw notFound('user', id);
}
