import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startTestMonolith, type TestMonolith } from '../testing/test-monolith.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

const rowsOf = async (text: string): Promise<unknown[]> => (await monolith.pool.query<object>(text)).rows;

test('the five tables that are replicated show whole rows to a reader of the log', async () => {
  expect(await rowsOf(`select relname from pg_class where relreplident = 'f' order by relname`)).toEqual(
    ['diag_log', 'snsr_mst', 'trip_mst', 'trk_pt', 'vhcl_mst'].map((relname) => ({ relname })),
  );
});

test('no sequence leaves the number space of this program', async () => {
  expect(await rowsOf(`select distinct max_value, start_value from pg_sequences`)).toEqual([
    { max_value: 999_999_999, start_value: 1 },
  ]);
});

test('whoever connects lives in the time of Seoul', async () => {
  expect(
    await rowsOf(`select setconfig::text from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
                        where d.datname = current_database()`),
  ).toEqual([{ setconfig: '{TimeZone=Asia/Seoul}' }]);
});

describe('triggers', () => {
  test('the time of the last change is set by every update', async () => {
    await monolith.pool.query(`update trip_mst set upd_dt = '2000-01-01' where trip_no = 1`);
    await monolith.pool.query(`update vhcl_mst set odo_mi = 7, upd_dt = '2000-01-01' where vhcl_no = 1`);
    expect(
      await rowsOf(`
        select t.upd_dt between f_now() - interval '1 minute' and f_now() as trip,
               v.upd_dt between f_now() - interval '1 minute' and f_now() as vehicle
          from trip_mst t, vhcl_mst v where t.trip_no = 1 and v.vhcl_no = 1`),
    ).toEqual([{ trip: true, vehicle: true }]);
  });

  test('the trips of a user are counted, many in one statement and none twice', async () => {
    const insert = `
      insert into trip_mst (trip_no, usr_no, st_pt, ed_pt, rte_txt, dist_mi)
      select 900000000 + n, 2 + n % 2, '1,1', '1,1', '', 0 from generate_series(1, 5) n
      on conflict (trip_no) do update set dist_mi = 1`;
    const counts = `select usr_no, trip_cnt from usr_mst where usr_no in (2, 3) order by usr_no`;
    const before = (await rowsOf(counts)) as readonly { trip_cnt: number }[];
    await monolith.pool.query(insert);
    await monolith.pool.query(insert);
    expect(await rowsOf(counts)).toEqual([
      { usr_no: 2, trip_cnt: (before[0]?.trip_cnt ?? 0) + 2 },
      { usr_no: 3, trip_cnt: (before[1]?.trip_cnt ?? 0) + 3 },
    ]);
  });
});
