import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Sensor } from '../dao/snsr-dao.ts';
import type { Vehicle } from '../dao/vhcl-dao.ts';
import { operator, startTestMonolith, type Answer, type TestMonolith } from '../testing/test-monolith.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

const customer = 2;
const refusal = (status: number, name: string) => ({ status, body: { type: `/problems/${name}` } });
let plateCount = 0;

const register = (vehicle: object = {}, as = operator): Promise<Answer<Vehicle>> =>
  monolith.call<Vehicle>('POST /vehicles', {
    as,
    body: {
      plate: `99하${1_000 + (plateCount += 1)}`,
      model: 'EV6 AV',
      vin: 'KMHAV000000000999',
      energy: { kind: 'battery', percent: 80.25 },
      ...vehicle,
    },
  });

describe('registering a vehicle', () => {
  test('answers it, and it can be read', async () => {
    const { status, body, headers } = await register({ plate: '12가3456' });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/vehicles/${body.id}`);
    expect(body).toEqual({
      id: body.id,
      plate: '12가3456',
      model: 'EV6 AV',
      vin: 'KMHAV000000000999',
      energy: { kind: 'battery', percent: 80.25 },
      status: 'available',
      odometerMetres: 0,
      firmwareVersion: '1.0.0',
      position: null,
      lastSeenAt: null,
      registeredAt: body.registeredAt,
    });
    expect((await monolith.call(`GET /vehicles/${body.id}`, { as: customer })).body).toEqual(body);
  });

  test('writes gallons where the vehicle burns fuel, and percent where it does not', async () => {
    const fuelled = await register({ energy: { kind: 'fuel', litres: 37.85 }, firmwareVersion: '2.0.1' });
    expect(fuelled.body).toMatchObject({ energy: { kind: 'fuel', litres: 37.85 }, firmwareVersion: '2.0.1' });
    const electric = await register();
    const { rows } = await monolith.pool.query(
      'select pwr_typ, aux_val from vhcl_mst where vhcl_no = any($1) order by vhcl_no',
      [[fuelled.body.id, electric.body.id]],
    );
    expect(rows).toEqual([
      { pwr_typ: 'G', aux_val: 10 },
      { pwr_typ: 'E', aux_val: 80.25 },
    ]);
  });

  test('refuses a plate that is taken', async () => {
    await register({ plate: '77가7777' });
    expect(await register({ plate: '77가7777' })).toMatchObject(refusal(409, 'plate-taken'));
  });

  test('is for operators', async () => {
    expect(await register({}, customer)).toMatchObject(refusal(403, 'forbidden'));
  });

  test.each([
    ['plate', { plate: 'x'.repeat(13) }],
    ['vin', { vin: 'x'.repeat(18) }],
    ['energy', { energy: undefined }],
    ['energy.kind', { energy: { kind: 'steam', percent: 1 } }],
    ['energy.percent', { energy: { kind: 'battery', percent: 101 } }],
    ['energy.litres', { energy: { kind: 'fuel', litres: -1 } }],
    ['firmwareVersion', { firmwareVersion: '2.0' }],
  ])('refuses a bad %s', async (path, vehicle) => {
    const { status, body } = await register(vehicle);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown });
  });
});

describe('the list of vehicles', () => {
  interface VehiclePage {
    readonly items: readonly Vehicle[];
    readonly nextCursor: string | null;
  }
  const page = (query: string): Promise<Answer<VehiclePage>> =>
    monolith.call<VehiclePage>(`GET /vehicles${query}`, { as: customer });

  test('is walked by id without gaps or repeats', async () => {
    const walked: number[] = [];
    let cursor: string | null = null;
    do {
      const { body }: Answer<VehiclePage> = await page(`?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
      walked.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    const { rows } = await monolith.pool.query<{ id: number }>('select vhcl_no as id from vhcl_mst order by vhcl_no');
    expect(walked).toEqual(rows.map(({ id }) => id));
  });

  test('can be narrowed to a status', async () => {
    const { body } = await page('?status=on-trip&limit=100');
    expect(body.items).toHaveLength(20);
    expect(new Set(body.items.map(({ status }) => status))).toEqual(new Set(['on-trip']));
  });

  test.each(['?limit=x', '?cursor=x', '?status=lost'])('refuses %s', async (query) => {
    expect(await page(query)).toMatchObject(refusal(400, 'invalid-request'));
  });
});

describe('changing a vehicle', () => {
  const put = (path: string, body: object, as = operator) =>
    monolith.call<Vehicle>(`PUT /vehicles/${path}`, { as, body });

  test('sets its status until it is retired, which is final', async () => {
    const { id } = (await register()).body;
    expect(await put(`${id}/status`, { status: 'maintenance' })).toMatchObject({
      status: 200,
      body: { id, status: 'maintenance' },
    });
    expect(await put(`${id}/status`, { status: 'retired' })).toMatchObject({ status: 200 });
    expect(await put(`${id}/status`, { status: 'retired' })).toMatchObject({ status: 200 });
    expect(await put(`${id}/status`, { status: 'available' })).toMatchObject(refusal(409, 'vehicle-retired'));
  });

  test('sets its firmware version', async () => {
    const { id } = (await register()).body;
    expect(await put(`${id}/firmware`, { version: '10.0.12' })).toMatchObject({
      status: 200,
      body: { id, firmwareVersion: '10.0.12' },
    });
    expect(await put(`${id}/firmware`, { version: 'v2' })).toMatchObject(refusal(400, 'invalid-request'));
  });

  test('refuses what is no status', async () => {
    expect(await put('1/status', { status: 'lost' })).toMatchObject(refusal(400, 'invalid-request'));
  });

  test('is for operators', async () => {
    expect(await put('1/status', { status: 'maintenance' }, customer)).toMatchObject(refusal(403, 'forbidden'));
    expect(await put('1/firmware', { version: '1.2.3' }, customer)).toMatchObject(refusal(403, 'forbidden'));
  });

  test('finds nothing where nothing is', async () => {
    const missing = refusal(404, 'vehicle-not-found');
    expect(await monolith.call('GET /vehicles/9999', { as: customer })).toMatchObject(missing);
    expect(await put('9999/status', { status: 'maintenance' })).toMatchObject(missing);
    expect(await put('9999/firmware', { version: '1.2.3' })).toMatchObject(missing);
  });
});

describe('sensors', () => {
  const add = (vehicleId: number, as = operator) =>
    monolith.call<Sensor>(`POST /vehicles/${vehicleId}/sensors`, { as, body: { kind: 'lidar', serial: 'L-1' } });

  test('are added, listed and changed', async () => {
    const { id } = (await register()).body;
    const { status, body: sensor } = await add(id);
    expect(status).toBe(201);
    expect(sensor).toEqual({
      id: sensor.id,
      vehicleId: id,
      kind: 'lidar',
      serial: 'L-1',
      status: 'ok',
      calibratedAt: null,
    });
    const changed = await monolith.call(`PUT /vehicles/${id}/sensors/${sensor.id}/status`, {
      as: operator,
      body: { status: 'degraded' },
    });
    expect(changed).toMatchObject({ status: 200, body: { ...sensor, status: 'degraded' } });
    const list = await monolith.call(`GET /vehicles/${id}/sensors`, { as: customer });
    expect(list.body).toEqual({ items: [{ ...sensor, status: 'degraded' }] });
  });

  test('are not found on another vehicle, nor on none', async () => {
    const { id } = (await register()).body;
    const { body: sensor } = await add(id);
    const body = { status: 'failed' };
    expect(await monolith.call(`PUT /vehicles/1/sensors/${sensor.id}/status`, { as: operator, body })).toMatchObject(
      refusal(404, 'sensor-not-found'),
    );
    expect(await add(9_999)).toMatchObject(refusal(404, 'vehicle-not-found'));
    expect(await monolith.call('GET /vehicles/9999/sensors', { as: customer })).toMatchObject(
      refusal(404, 'vehicle-not-found'),
    );
  });

  test('are changed by operators only, to what there is', async () => {
    expect(await add(1, customer)).toMatchObject(refusal(403, 'forbidden'));
    const body = { kind: 'sonar', serial: '' };
    expect(await monolith.call('POST /vehicles/1/sensors', { as: operator, body })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'kind' }, { path: 'serial' }] },
    });
    const status = { status: 'ok' };
    expect(await monolith.call('PUT /vehicles/1/sensors/1/status', { as: customer, body: status })).toMatchObject(
      refusal(403, 'forbidden'),
    );
  });
});
