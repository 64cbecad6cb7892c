import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Diagnostic } from '../dao/diag-dao.ts';
import { operator, startTestMonolith, type Answer, type TestMonolith } from '../testing/test-monolith.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

const customer = 2;
const report = (diagnostic: object = {}, as = operator): Promise<Answer<Diagnostic>> =>
  monolith.call<Diagnostic>('POST /diagnostics', {
    as,
    body: { vehicleId: 3, code: 'BRK-0902', severity: 'critical', message: 'Brake wear', ...diagnostic },
  });

test('the state of the fleet counts every vehicle once', async () => {
  const { status, body } = await monolith.call('GET /fleet/status', { as: customer });
  const { rows } = await monolith.pool.query<{ status: number; count: number }>(
    'select stat_cd as status, count(*) from vhcl_mst group by stat_cd',
  );
  const countOf = (code: number): number => rows.find((row) => row.status === code)?.count ?? 0;
  expect(status).toBe(200);
  expect(body).toMatchObject({
    totalCount: 20,
    byStatus: { available: countOf(1), 'on-trip': countOf(2), maintenance: countOf(3), retired: countOf(9) },
  });
});

test('a low battery is one below 20 percent; little fuel is none', async () => {
  await monolith.pool.query(`update vhcl_mst set pwr_typ = 'G', aux_val = 3`);
  await monolith.pool.query(`update vhcl_mst set pwr_typ = 'E', aux_val = 20 where vhcl_no = 1`);
  await monolith.pool.query(`update vhcl_mst set pwr_typ = 'E', aux_val = 19.99 where vhcl_no = 2`);
  expect((await monolith.call('GET /fleet/status', { as: customer })).body).toMatchObject({ lowBatteryCount: 1 });
});

describe('diagnostics', () => {
  test('are reported by operators, and counted when critical', async () => {
    const criticalCount = async () =>
      (await monolith.call<{ criticalDiagnosticsCount: number }>('GET /fleet/status', { as: customer })).body
        .criticalDiagnosticsCount;
    const before = await criticalCount();
    const { status, body } = await report();
    expect(status).toBe(201);
    expect(body).toEqual({
      id: body.id,
      vehicleId: 3,
      code: 'BRK-0902',
      severity: 'critical',
      message: 'Brake wear',
      reportedAt: body.reportedAt,
    });
    await report({ severity: 'warning' });
    expect(await criticalCount()).toBe(before + 1);
    expect(await report({}, customer)).toMatchObject({ status: 403 });
  });

  test('need a vehicle that is there, and good fields', async () => {
    expect(await report({ vehicleId: 9_999 })).toMatchObject({
      status: 404,
      body: { type: '/problems/vehicle-not-found' },
    });
    expect(await report({ code: 'x'.repeat(13), severity: 'odd', message: 'x'.repeat(201) })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'code' }, { path: 'severity' }, { path: 'message' }] },
    });
  });

  test('are listed newest first, without gaps or repeats, by vehicle and severity', async () => {
    for (let count = 0; count < 5; count += 1) await report({ vehicleId: 4, severity: 'info' });
    const query = '?vehicleId=4&severity=info&limit=2';
    const walked: number[] = [];
    let cursor: string | null = null;
    do {
      const { body }: Answer<{ items: readonly Diagnostic[]; nextCursor: string | null }> = await monolith.call(
        `GET /diagnostics${query}${cursor === null ? '' : `&cursor=${cursor}`}`,
        { as: customer },
      );
      walked.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    const { rows } = await monolith.pool.query<{ id: number }>(
      'select diag_no as id from diag_log where vhcl_no = 4 and sev = 1 order by diag_no desc',
    );
    expect(rows.length).toBeGreaterThanOrEqual(5);
    expect(walked).toEqual(rows.map(({ id }) => id));
  });

  test.each(['?severity=odd', '?vehicleId=x', '?cursor=x', '?limit=0'])('refuse %s', async (query) => {
    expect(await monolith.call(`GET /diagnostics${query}`, { as: customer })).toMatchObject({ status: 400 });
  });
});
