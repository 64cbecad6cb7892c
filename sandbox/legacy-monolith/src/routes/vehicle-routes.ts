import express, { type Router } from 'express';
import type pg from 'pg';
import { sensorKind, sensorStatus, vehicleStatus } from '../codes.ts';
import { addSensor, sensorsOf, setSensorStatus } from '../dao/snsr-dao.ts';
import * as vehicles from '../dao/vhcl-dao.ts';
import { requireOperator } from '../http/caller.ts';
import { readFields, readId, type Fields } from '../http/fields.ts';
import { pageOf, readIdCursor, readLimit } from '../http/paging.ts';
import { notFound, Refusal } from '../http/refusal.ts';

/** What a `numeric(6,2)` of gallons holds. */
const litresRange = { min: 0, max: 37_854.08 };

export function vehicleRoutes(pool: pg.Pool): Router {
  const router = express.Router();
  vehicleRecordRoutes(router, pool);
  sensorRoutes(router, pool);
  return router;
}

function vehicleRecordRoutes(router: Router, pool: pg.Pool): void {
  router.post('/vehicles', requireOperator, async (request, response) => {
    const wished = readFields(request.body, readNewVehicle);
    const vehicle = await vehicles.createVehicle(pool, wished);
    if (!vehicle) throw new Refusal(409, 'plate-taken', `Plate ${wished.plate} belongs to another vehicle.`);
    response.status(201).location(`/vehicles/${vehicle.id}`).json(vehicle);
  });

  router.get('/vehicles', async (request, response) => {
    const listing = readFields(request.query, (fields) => ({
      status: fields.optional('status', (name) => fields.oneOf(name, vehicleStatus.words)),
      afterId: readIdCursor(fields),
      limit: readLimit(fields),
    }));
    response.json(pageOf(await vehicles.listVehicles(pool, listing), listing.limit, ({ id }) => [id]));
  });

  router.get('/vehicles/:id', async (request, response) => {
    response.json(await existing(pool, readId(request.params)));
  });

  router.put('/vehicles/:id/status', requireOperator, async (request, response) => {
    const id = readId(request.params);
    const status = readFields(request.body, (fields) => fields.oneOf('status', vehicleStatus.words));
    const changed = await vehicles.setVehicleStatus(pool, id, status);
    if (!changed) throw await whyNotChanged(pool, id);
    response.json(changed);
  });

  router.put('/vehicles/:id/firmware', requireOperator, async (request, response) => {
    const id = readId(request.params);
    const version = readFields(request.body, (fields) => readVersion(fields, 'version'));
    const changed = await vehicles.setFirmware(pool, id, version);
    if (!changed) throw notFound('vehicle', id);
    response.json(changed);
  });
}

function sensorRoutes(router: Router, pool: pg.Pool): void {
  router.get('/vehicles/:id/sensors', async (request, response) => {
    const { id } = await existing(pool, readId(request.params));
    response.json({ items: await sensorsOf(pool, id) });
  });

  router.post('/vehicles/:id/sensors', requireOperator, async (request, response) => {
    const wished = readFields(request.body, (fields) => ({
      kind: fields.oneOf('kind', sensorKind.words),
      serial: fields.text('serial', 40),
    }));
    const { id: vehicleId } = await existing(pool, readId(request.params));
    response.status(201).json(await addSensor(pool, { vehicleId, ...wished }));
  });

  router.put('/vehicles/:id/sensors/:sensorId/status', requireOperator, async (request, response) => {
    const id = readId(request.params, 'sensorId');
    const status = readFields(request.body, (fields) => fields.oneOf('status', sensorStatus.words));
    const { id: vehicleId } = await existing(pool, readId(request.params));
    const changed = await setSensorStatus(pool, { vehicleId, id, status });
    if (!changed) throw notFound('sensor', id);
    response.json(changed);
  });
}

function readNewVehicle(fields: Fields): vehicles.NewVehicle {
  return {
    plate: fields.text('plate', 12),
    model: fields.text('model', 40),
    vin: fields.text('vin', 17),
    energy: fields.nested('energy', readEnergy),
    firmwareVersion: fields.optional('firmwareVersion', (name) => readVersion(fields, name)) ?? '1.0.0',
  };
}

function readVersion(fields: Fields, name: string): string {
  const version = fields.text(name, 20);
  if (version !== '' && !/^\d+\.\d+\.\d+$/.test(version)) fields.refuse(name, 'must look like 1.2.3');
  return version;
}

function readEnergy(fields: Fields): vehicles.Energy {
  const kind = fields.oneOf('kind', ['battery', 'fuel']);
  if (kind === 'fuel') return { kind, litres: fields.number('litres', litresRange) };
  return { kind, percent: fields.number('percent', { min: 0, max: 100 }) };
}

async function existing(pool: pg.Pool, id: number): Promise<vehicles.Vehicle> {
  const vehicle = await vehicles.findVehicle(pool, id);
  if (!vehicle) throw notFound('vehicle', id);
  return vehicle;
}

async function whyNotChanged(pool: pg.Pool, id: number): Promise<Refusal> {
  await existing(pool, id);
  return new Refusal(409, 'vehicle-retired', `Vehicle ${id} is retired, which is final.`);
}
