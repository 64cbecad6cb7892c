import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isPassword } from './auth/passwords.ts';
import { connectionSettings } from './db/pool.ts';
import { applySchema } from './db/schema.ts';
import { parsePlace, parseRoute, routeMetres } from './geo.ts';
import { sampleFleet, seedWhenEmpty } from './seed.ts';
import { createScratchDatabase, type ScratchDatabase } from './testing/scratch-database.ts';
import { smallFleet } from './testing/test-monolith.ts';
import { metresToMiles } from './units.ts';

const now = new Date('2026-11-21T03:00:00Z');
const tables = [
  'usr_mst',
  'bil_acct',
  'vhcl_mst',
  'snsr_mst',
  'diag_log',
  'trip_mst',
  'trk_pt',
  'bil_chrg',
  'fdbk',
  'ntf_msg',
];

/** Schema and seed, without the rest of the program. */
async function seeded(size = smallFleet, at = now): Promise<{ client: pg.Client; database: ScratchDatabase }> {
  const database = await createScratchDatabase(inject('postgresUrl'));
  const client = new pg.Client(connectionSettings(database.url));
  await client.connect();
  await applySchema(client);
  expect(await seedWhenEmpty(client, size, at)).toBe(true);
  return { client, database };
}

async function close({ client, database }: Awaited<ReturnType<typeof seeded>>): Promise<void> {
  await client.end();
  await database.drop();
}

async function digests(client: pg.Client, condition = ''): Promise<readonly string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const where = table === 'trip_mst' ? condition : '';
    const text = `select md5(string_agg(t::text, ';' order by t::text)) as digest from ${table} t ${where}`;
    found.push((await client.query<{ digest: string }>(text)).rows[0]?.digest ?? '');
  }
  return found;
}

test('two seeds at one moment are equal, row by row', async () => {
  const [first, second] = [await seeded(), await seeded()];
  const digest = await digests(first.client);
  expect(new Set(digest).size).toBe(tables.length);
  expect(await digests(second.client)).toEqual(digest);
  await Promise.all([close(first), close(second)]);
});

test('seeds at two moments differ only in what is still open', async () => {
  const [first, second] = [await seeded(), await seeded(smallFleet, new Date('2027-05-01T00:00:00Z'))];
  const history = 'where stat_cd in (30, 90)';
  const differing = (a: readonly string[], b: readonly string[]) => tables.filter((_, index) => a[index] !== b[index]);
  expect(differing(await digests(first.client, history), await digests(second.client, history))).toEqual([
    'vhcl_mst',
    'trk_pt',
  ]);
  await Promise.all([close(first), close(second)]);
});

describe('the sample fleet', () => {
  let fleet: Awaited<ReturnType<typeof seeded>>;
  beforeAll(async () => void (fleet = await seeded(sampleFleet)));
  afterAll(() => close(fleet));

  const rows = async <R extends object>(text: string): Promise<readonly R[]> =>
    (await fleet.client.query<R & pg.QueryResultRow>(text)).rows;

  test('has 500 users, 200 vehicles and 20,000 trips', async () => {
    expect(
      await rows(`select (select count(*) from usr_mst) as users, (select count(*) from vhcl_mst) as vehicles,
                         (select count(*) from trip_mst) as trips, (select count(*) from trk_pt) as points`),
    ).toEqual([{ users: 500, vehicles: 200, trips: 20_000, points: 400 }]);
  });

  test('knows every password, and one operator', async () => {
    const users = await rows<{ usr_no: number; pwd_hash: string; usr_typ: string }>('select * from usr_mst');
    const areRight = await Promise.all(users.map((user) => isPassword(`banyan-${user.usr_no}`, user.pwd_hash)));
    expect(areRight.every(Boolean)).toBe(true);
    expect(users.filter(({ usr_typ }) => usr_typ === 'O').map(({ usr_no }) => usr_no)).toEqual([1]);
  });

  test('has mostly completed trips, and twenty each of users 101..120 requested and of 201..220 started', async () => {
    const counts = await rows<{ stat_cd: number; count: number }>(
      'select stat_cd, count(*) from trip_mst group by stat_cd order by stat_cd',
    );
    const countOf = (code: number): number => counts.find(({ stat_cd }) => stat_cd === code)?.count ?? 0;
    expect([countOf(10), countOf(20)]).toEqual([20, 20]);
    expect(countOf(30) / 20_000).toBeCloseTo(0.92, 1);
    expect(
      await rows(
        'select stat_cd, min(usr_no), max(usr_no) from trip_mst where stat_cd in (10, 20) group by 1 order by 1',
      ),
    ).toEqual([
      { stat_cd: 10, min: 101, max: 120 },
      { stat_cd: 20, min: 201, max: 220 },
    ]);
  });

  test('counts the trips of every user', async () => {
    expect(
      await rows(`select usr_no from usr_mst u
                   where trip_cnt <> (select count(*) from trip_mst t where t.usr_no = u.usr_no)`),
    ).toEqual([]);
  });

  test('keeps its history in the 180 days before its end, in order', async () => {
    expect(
      await rows(`
        select min(req_dt) >= timestamp '2026-11-01' - interval '180 days' as "beginsInTime",
               max(ed_dt) <= timestamp '2026-11-01' as "endsInTime",
               bool_and(req_dt < ed_dt and coalesce(st_dt between req_dt and ed_dt, stat_cd = 90)) as "isInOrder"
          from trip_mst where stat_cd in (30, 90)`),
    ).toEqual([{ beginsInTime: true, endsInTime: true, isInOrder: true }]);
  });

  test('requested its open trips within the hour and a bit before now', async () => {
    const [row] = await rows<{ first: string; last: string }>(
      'select min(req_dt) as first, max(req_dt) as last from trip_mst where stat_cd in (10, 20)',
    );
    expect(row).toEqual({ first: '2026-11-21 10:50:00', last: '2026-11-21 11:59:00' });
  });

  test('drives 2..6 points around Seoul, as far as it says', async () => {
    const trips = await rows<{ st_pt: string; ed_pt: string; rte_txt: string; dist_mi: number }>(
      'select * from trip_mst',
    );
    const wrong = trips.filter(({ st_pt, ed_pt, rte_txt, dist_mi }) => {
      const route = parseRoute(rte_txt);
      const isAround = route.every(({ lat, lon }) => lat >= 37.4 && lat <= 37.7 && lon >= 126.8 && lon <= 127.2);
      const ends =
        JSON.stringify([route.at(0), route.at(-1)]) === JSON.stringify([parsePlace(st_pt), parsePlace(ed_pt)]);
      return (
        route.length < 2 || route.length > 6 || !isAround || !ends || dist_mi !== metresToMiles(routeMetres(route))
      );
    });
    expect(wrong).toEqual([]);
  });

  test('has both kinds of power, 3..5 sensors a vehicle, and a vehicle on trip for every started trip', async () => {
    expect(
      await rows(`select count(*) filter (where pwr_typ = 'E') > 50 as electric,
                         count(*) filter (where pwr_typ = 'G') > 50 as fuelled from vhcl_mst`),
    ).toEqual([{ electric: true, fuelled: true }]);
    expect(await rows(`select vhcl_no from snsr_mst group by vhcl_no having count(*) not between 3 and 5`)).toEqual([]);
    expect(
      await rows(
        `select count(*) from trip_mst t join vhcl_mst v using (vhcl_no) where t.stat_cd = 20 and v.stat_cd = 2`,
      ),
    ).toEqual([{ count: 20 }]);
  });

  test('leaves the sequences after its last rows', async () => {
    expect(await rows(`select nextval('sq_trip_no') as trip, nextval('sq_vhcl_no') as vehicle`)).toEqual([
      { trip: 20_001, vehicle: 201 },
    ]);
  });

  test('is written once', async () => {
    expect(await seedWhenEmpty(fleet.client, sampleFleet, now)).toBe(false);
  });
});
