import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { vehicleContract, type RouteContract, type VehicleJson } from '../contract/index.ts';
import { vehicleStore } from '../sync/index.ts';
import { aVehicle } from '../testing/a-vehicle.ts';
import { call, problemOf, type CallInput } from '../testing/call.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

const firstOwnId = 1_000_000_000;
const { registerVehicle, listVehicles, readVehicle, changeVehicleStatus, updateFirmware } = vehicleContract;

describe('vehicles', () => {
  let service: RunningService;
  let [operator, user] = ['', ''];
  let plateCount = 0;
  beforeAll(async () => {
    service = await startService();
    [operator, user] = await Promise.all([service.operatorToken(), service.tokenOf(7)]);
  });
  afterAll(() => service.drop());
  beforeEach(() => service.database.query('truncate vehicle'));

  const send = (contract: RouteContract, input: Partial<CallInput> = {}) =>
    call(service.url, contract, { token: operator, ...input });

  const registration = (over: object = {}) => ({
    plate: `P ${(plateCount += 1)}`,
    model: 'Sprout',
    vin: 'KMHXX00XXXX000001',
    energy: { kind: 'battery', percent: 80 },
    ...over,
  });

  async function registered(over: object = {}): Promise<VehicleJson> {
    const response = await send(registerVehicle, { body: registration(over) });
    expect(response.status).toBe(201);
    return response.body as VehicleJson;
  }

  describe('a registration', () => {
    test('makes an available vehicle, with an id of this service', async () => {
      const body = registration({ energy: { kind: 'fuel', litres: 40.5 } });
      const response = await send(registerVehicle, { body });
      const vehicle = response.body as VehicleJson;
      expect(response.status).toBe(201);
      expect(response.headers['location']).toBe(`/vehicles/${vehicle.id}`);
      expect(vehicle).toMatchObject({ ...body, status: 'available', firmwareVersion: '1.0.0', odometerMetres: 0 });
      expect(vehicle).toMatchObject({ position: null, lastSeenAt: null });
      expect(vehicle.id).toBeGreaterThanOrEqual(firstOwnId);
      expect((await send(readVehicle, { params: { id: vehicle.id }, token: user })).body).toEqual(vehicle);
    });

    test('keeps the firmware version that is given', async () => {
      expect(await registered({ firmwareVersion: '2.3.4' })).toMatchObject({ firmwareVersion: '2.3.4' });
    });

    test('with a plate that is taken is refused', async () => {
      const { plate } = await registered();
      expect(problemOf(await send(registerVehicle, { body: registration({ plate }) }))).toBe('plate-taken');
    });

    test('happens once when it is sent twice at once', async () => {
      const body = registration();
      const answers = await Promise.all([send(registerVehicle, { body }), send(registerVehicle, { body })]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    });

    test('is for operators, whatever it says', async () => {
      expect(problemOf(await send(registerVehicle, { token: user }))).toBe('forbidden');
    });

    test('with bad fields is refused, naming them all', async () => {
      const response = await send(registerVehicle, { body: { plate: '', model: 'Sprout', energy: { kind: 'steam' } } });
      expect(problemOf(response)).toBe('invalid-request');
      expect((response.body as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual([
        'plate',
        'vin',
        'energy.kind',
      ]);
    });
  });

  describe('a vehicle', () => {
    test.each([
      [firstOwnId - 1, 'vehicle-not-found'],
      ['abc', 'invalid-request'],
      [0, 'invalid-request'],
    ])('with the id %s: %s', async (id, name) => {
      expect(problemOf(await send(readVehicle, { params: { id } }))).toBe(name);
    });

    test('that synchronisation brought is read as it came', async () => {
      const { version, ...brought } = aVehicle();
      await service.database.transaction((tx) => vehicleStore.save(tx, [{ ...brought, version }]));
      expect((await send(readVehicle, { params: { id: brought.id } })).body).toEqual(brought);
    });

    test('changes its status, and the same change again changes nothing', async () => {
      const vehicle = await registered();
      const change = () => send(changeVehicleStatus, { params: { id: vehicle.id }, body: { status: 'maintenance' } });
      expect((await change()).body).toEqual({ ...vehicle, status: 'maintenance' });
      expect((await change()).body).toEqual({ ...vehicle, status: 'maintenance' });
      const { rows } = await service.database.query('select version from vehicle where id = $1', [vehicle.id]);
      expect(rows).toEqual([{ version: 2 }]);
    });

    test('that is retired stays so', async () => {
      const params = { id: (await registered()).id };
      const set = (status: string) => send(changeVehicleStatus, { params, body: { status } });
      expect((await set('retired')).status).toBe(200);
      expect((await set('retired')).status).toBe(200);
      expect(problemOf(await set('available'))).toBe('vehicle-retired');
    });

    test('gets firmware, also an older one', async () => {
      const vehicle = await registered({ firmwareVersion: '2.0.0' });
      const set = (version: string) => send(updateFirmware, { params: { id: vehicle.id }, body: { version } });
      expect((await set('2.1.0')).body).toEqual({ ...vehicle, firmwareVersion: '2.1.0' });
      expect((await set('1.9.0')).body).toEqual({ ...vehicle, firmwareVersion: '1.9.0' });
      expect(problemOf(await set('newest'))).toBe('invalid-request');
    });

    test.each([
      [changeVehicleStatus, { status: 'maintenance' }],
      [updateFirmware, { version: '9.9.9' }],
    ])('is changed by operators only, and where there is one: $path', async (contract, body) => {
      const { id } = await registered();
      expect(problemOf(await send(contract, { params: { id }, body, token: user }))).toBe('forbidden');
      expect(problemOf(await send(contract, { params: { id: 999 }, body }))).toBe('vehicle-not-found');
      expect(problemOf(await send(contract, { params: { id }, body: {} }))).toBe('invalid-request');
    });

    test('takes two changes at once one after the other', async () => {
      const params = { id: (await registered()).id };
      await Promise.all([
        send(changeVehicleStatus, { params, body: { status: 'maintenance' } }),
        send(updateFirmware, { params, body: { version: '9.9.9' } }),
      ]);
      expect((await send(readVehicle, { params })).body).toMatchObject({
        status: 'maintenance',
        firmwareVersion: '9.9.9',
      });
    });
  });

  describe('the list', () => {
    const list = (query: Readonly<Record<string, string | number>> = {}) => send(listVehicles, { query, token: user });
    const idsOf = (response: { body: unknown }): number[] =>
      (response.body as { items: VehicleJson[] }).items.map(({ id }) => id);
    const cursorOf = (response: { body: unknown }): string | null =>
      (response.body as { nextCursor: string | null }).nextCursor;

    test('has every vehicle exactly once over its pages, while vehicles are added', async () => {
      const before = [];
      for (let count = 0; count < 5; count += 1) before.push((await registered()).id);
      const seen: number[] = [];
      for (let query: Record<string, string | number> | undefined = { limit: 2 }; query;) {
        const page = await list(query);
        if (seen.length < before.length) await registered();
        seen.push(...idsOf(page));
        const cursor = cursorOf(page);
        query = cursor === null ? undefined : { limit: 2, cursor };
      }
      expect(seen.slice(0, 5)).toEqual(before);
      expect(new Set(seen).size).toBe(seen.length);
    });

    test('has one status if asked', async () => {
      const [first, second] = [await registered(), await registered()];
      await send(changeVehicleStatus, { params: { id: first.id }, body: { status: 'on-trip' } });
      expect(idsOf(await list({ status: 'on-trip' }))).toEqual([first.id]);
      expect(idsOf(await list({ status: 'available' }))).toEqual([second.id]);
    });

    test('has a cursor that the other side writes and reads as well', async () => {
      const [first, second] = [await registered(), await registered()];
      const cursor = Buffer.from(JSON.stringify([first.id])).toString('base64url');
      expect(idsOf(await list({ cursor }))).toEqual([second.id]);
      expect(cursorOf(await list({ limit: 1 }))).toBe(cursor);
      expect(cursorOf(await list({ limit: 2 }))).toBeNull();
    });

    test.each([
      ['cursor', 'nonsense'],
      ['cursor', Buffer.from('["2026-11-21T03:04:05.000Z",42]').toString('base64url')],
      ['limit', 0],
      ['limit', 101],
      ['status', 'lost'],
    ])('refuses %s=%s', async (name, value) => {
      const response = await list({ [name]: value });
      expect(problemOf(response)).toBe('invalid-request');
      expect(response.body).toMatchObject({ errors: [{ path: name }] });
    });
  });
});
