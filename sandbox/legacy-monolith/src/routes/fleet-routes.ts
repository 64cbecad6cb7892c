import express, { type Router } from 'express';
import type pg from 'pg';
import { severity } from '../codes.ts';
import { addDiagnostic, listDiagnostics } from '../dao/diag-dao.ts';
import { fleetStatus } from '../dao/fleet-dao.ts';
import { findVehicle } from '../dao/vhcl-dao.ts';
import { requireOperator } from '../http/caller.ts';
import { readFields } from '../http/fields.ts';
import { pageOf, readIdCursor, readLimit } from '../http/paging.ts';
import { notFound } from '../http/refusal.ts';

export function fleetRoutes(pool: pg.Pool): Router {
  const router = express.Router();

  router.get('/fleet/status', async (_request, response) => {
    response.json(await fleetStatus(pool));
  });

  router.get('/diagnostics', async (request, response) => {
    const listing = readFields(request.query, (fields) => ({
      vehicleId: fields.optional('vehicleId', (name) => fields.digits(name)),
      severity: fields.optional('severity', (name) => fields.oneOf(name, severity.words)),
      beforeId: readIdCursor(fields),
      limit: readLimit(fields),
    }));
    response.json(pageOf(await listDiagnostics(pool, listing), listing.limit, ({ id }) => [id]));
  });

  router.post('/diagnostics', requireOperator, async (request, response) => {
    const wished = readFields(request.body, (fields) => ({
      vehicleId: fields.integer('vehicleId'),
      code: fields.text('code', 12),
      severity: fields.oneOf('severity', severity.words),
      message: fields.text('message', 200),
    }));
    if (!(await findVehicle(pool, wished.vehicleId))) throw notFound('vehicle', wished.vehicleId);
    response.status(201).json(await addDiagnostic(pool, wished));
  });
  return router;
}
