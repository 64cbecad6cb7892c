import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { vehicleContract, type DiagnosticJson, type RouteContract } from '../contract/index.ts';
import { vehicleStore } from '../sync/index.ts';
import { aVehicle } from '../testing/a-vehicle.ts';
import { call, problemOf, type CallInput } from '../testing/call.ts';
import { startService, type RunningService } from '../testing/running-service.ts';

const { listDiagnostics, reportDiagnostic, readFleetStatus } = vehicleContract;

describe('the fleet', () => {
  let service: RunningService;
  let [operator, user] = ['', ''];
  beforeAll(async () => {
    service = await startService();
    [operator, user] = await Promise.all([service.operatorToken(), service.tokenOf(7)]);
  });
  afterAll(() => service.drop());
  beforeEach(async () => {
    await service.database.query('truncate vehicle, diagnostic');
    await service.database.transaction((tx) =>
      vehicleStore.save(tx, [
        aVehicle({ id: 1, plate: '1', status: 'on-trip', energy: { kind: 'battery', percent: 19.99 } }),
        aVehicle({ id: 2, plate: '2', energy: { kind: 'battery', percent: 20 } }),
        aVehicle({ id: 3, plate: '3', energy: { kind: 'fuel', litres: 1 } }),
        aVehicle({ id: 4, plate: '4', status: 'retired' }),
      ]),
    );
  });

  const send = (contract: RouteContract, input: Partial<CallInput> = {}) =>
    call(service.url, contract, { token: operator, ...input });

  async function reported(over: object = {}): Promise<DiagnosticJson> {
    const body = { vehicleId: 1, code: 'P0A80', severity: 'warning', message: 'Replace the battery.', ...over };
    const response = await send(reportDiagnostic, { body });
    expect(response.status).toBe(201);
    return response.body as DiagnosticJson;
  }

  test('is counted', async () => {
    await reported({ severity: 'critical' });
    await reported();
    expect((await send(readFleetStatus, { token: user })).body).toEqual({
      totalCount: 4,
      byStatus: { available: 2, 'on-trip': 1, maintenance: 0, retired: 1 },
      lowBatteryCount: 1,
      criticalDiagnosticsCount: 1,
    });
  });

  test('is counted where there is none', async () => {
    await service.database.query('truncate vehicle, diagnostic');
    expect((await send(readFleetStatus)).body).toMatchObject({ totalCount: 0, lowBatteryCount: 0 });
  });

  describe('diagnostics', () => {
    const list = (query: Readonly<Record<string, string | number>> = {}) =>
      send(listDiagnostics, { query, token: user });

    test('are reported with the moment of their arrival and an id of this service', async () => {
      const before = Date.now();
      const diagnostic = await reported();
      expect(diagnostic).toMatchObject({ vehicleId: 1, code: 'P0A80', severity: 'warning' });
      expect(diagnostic.id).toBeGreaterThanOrEqual(1_000_000_000);
      expect(Date.parse(diagnostic.reportedAt)).toBeGreaterThanOrEqual(before);
      expect((await list()).body).toEqual({ items: [diagnostic], nextCursor: null });
    });

    test('are listed newest first, by vehicle and severity', async () => {
      const [a, b, c] = [await reported(), await reported({ vehicleId: 2 }), await reported({ severity: 'critical' })];
      expect((await list()).body).toEqual({ items: [c, b, a], nextCursor: null });
      expect((await list({ vehicleId: 1 })).body).toMatchObject({ items: [c, a] });
      expect((await list({ severity: 'warning', vehicleId: 2 })).body).toMatchObject({ items: [b] });
    });

    test('are listed in pages, while diagnostics are added', async () => {
      const [a, b, c] = [await reported(), await reported(), await reported()];
      const cursor = Buffer.from(JSON.stringify([b.id])).toString('base64url');
      expect((await list({ limit: 2 })).body).toEqual({ items: [c, b], nextCursor: cursor });
      await reported();
      expect((await list({ limit: 2, cursor })).body).toEqual({ items: [a], nextCursor: null });
    });

    test.each([
      ['severity', 'bad'],
      ['vehicleId', 'x'],
      ['cursor', 'nonsense'],
    ])('are not listed with %s=%s', async (name, value) => {
      const response = await list({ [name]: value });
      expect(problemOf(response)).toBe('invalid-request');
      expect(response.body).toMatchObject({ errors: [{ path: name }] });
    });

    test('are reported by operators only, of vehicles that exist, in full', async () => {
      const body = { vehicleId: 999, code: 'P0A80', severity: 'info', message: 'Hello.' };
      expect(problemOf(await send(reportDiagnostic, { body, token: user }))).toBe('forbidden');
      expect(problemOf(await send(reportDiagnostic, { body }))).toBe('vehicle-not-found');
      expect(problemOf(await send(reportDiagnostic, { body: { ...body, code: 'x'.repeat(13) } }))).toBe(
        'invalid-request',
      );
    });
  });
});
