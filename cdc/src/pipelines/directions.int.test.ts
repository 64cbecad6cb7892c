import { readFile, readdir } from 'node:fs/promises';
import { createMetrics, migrate, silentLogger, type Database } from '@banyan/platform';
import { createScratchDatabase, type ScratchDatabase } from '@banyan/platform/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createEmbeddedBus, type EmbeddedBus } from '../bus/embedded-bus.ts';
import type { Operation, Row } from '../event/change-event.ts';
import { toBusMessages } from '../event/envelope.ts';
import { createSinkMetrics } from '../sink/sink-metrics.ts';
import { createSink, type Sink } from '../sink/sink.ts';
import { syncMigrations } from '../sink/sync-migrations.ts';
import { directions } from './directions.ts';
import type { Direction } from './pipeline.ts';

const root = new URL('../../../', import.meta.url);
const scratch = new Map<string, ScratchDatabase>();
const sinks = new Map<string, Sink>();
let bus: EmbeddedBus;

beforeAll(async () => {
  for (const name of ['legacy', 'trips', 'vehicles'])
    scratch.set(name, await createScratchDatabase(inject('postgresUrl')));
  await createLegacyTables(databaseOf('legacy'));
  await migrate(databaseOf('trips'), {
    directory: new URL('extracted/trip-service/migrations/', root),
    set: 'trip-service',
  });
  await migrate(databaseOf('vehicles'), {
    directory: new URL('extracted/vehicle-service/migrations/', root),
    set: 'vehicle-service',
  });
  bus = createEmbeddedBus({ log: silentLogger });
  const metrics = createSinkMetrics(createMetrics({ process: false }));
  for (const { database } of scratch.values()) await migrate(database, syncMigrations);
  for (const direction of directions) {
    const sink = createSink({ direction, database: databaseOf(direction.target), bus, log: silentLogger, metrics });
    sinks.set(direction.name, sink);
    await sink.start();
  }
});

afterAll(async () => {
  for (const sink of sinks.values()) await sink.close();
  await bus.close();
  for (const one of scratch.values()) await one.drop();
});

function databaseOf(name: string): Database {
  return scratch.get(name)?.database ?? expect.fail(name);
}

async function createLegacyTables(database: Database): Promise<void> {
  const folder = new URL('sandbox/legacy-monolith/sql/', root);
  for (const name of (await readdir(folder)).sort())
    await database.query(await readFile(new URL(name, folder), 'utf8'));
  await database.query(legacyRows);
}

// The users exist in legacy only. One trip per status, in legacy's own spellings; a point with and one without a speed.
const legacyRows = `
  insert into usr_mst (usr_no, usr_nm, email, pwd_hash) select n, 'u' || n, n || '@example.com', '' from generate_series(1, 3) n;
  insert into trip_mst (trip_no, usr_no, vhcl_no, stat_cd, st_pt, ed_pt, rte_txt, dist_mi, req_dt, st_dt, ed_dt, cncl_rsn) values
    (1, 1, null, 10, '37.566500,126.978000', '37.5,127', '37.566500,126.978000;37.5,127', 3.21, '2026-11-21 08:00:00', null, null, null),
    (2, 1, 7, 20, '37.5,127', '37.6,127', '', 0, '2026-11-21 08:00:00', '2026-11-21 08:05:00', null, null),
    (3, 2, 7, 30, '37.5,127', '37.6,127', '37.5,127;37.6,127', 999999.99, '2026-11-21 08:00:00', '2026-11-21 08:05:00', '2026-11-21 09:00:00', null),
    (4, 3, null, 90, '37.5,127', '37.6,127', '37.5,127;37.6,127', 0.01, '2026-11-21 08:00:00', null, '2026-11-21 08:10:00', 'NO SHOW');
  insert into trk_pt (trk_no, trip_no, usr_no, lat, lon, spd_mph, rec_dt) values
    (1, 2, 1, 37.500001, 127, 31.5, '2026-11-21 08:06:00.125'), (2, 2, 1, 37.5, -127, null, '2026-11-21 08:07:00');
  insert into vhcl_mst (vhcl_no, plate_no, mdl_nm, vin_no, pwr_typ, aux_val, stat_cd, odo_mi, fw_ver, lat, lon, lst_seen_dt) values
    (7, '12가3456', 'Roadrunner', 'KMHXX00XXXX000001', 'G', 12.34, 2, 10000.1, '1.0.0', 37.5, 127, '2026-11-21 08:00:00'),
    (8, '34나5678', 'Sprout', 'KMHXX00XXXX000002', 'E', 87.5, 1, 0, '1.2.3', null, null, null);
  insert into snsr_mst (snsr_no, vhcl_no, snsr_typ, srl_no, stat, cal_dt) values
    (1, 7, 'L', 'L-1', 'O', '2026-01-01 00:00:00'), (2, 7, 'G', 'G-1', 'F', null);
  insert into diag_log (diag_no, vhcl_no, diag_cd, sev, msg) values (1, 7, 'P0A80', 3, 'Replace the battery.')`;

const listColumns = `
  select column_name as name, data_type as type, datetime_precision as digits from information_schema.columns
  where table_schema || '.' || table_name = $1 order by ordinal_position`;

/** The rows of a table as a capture writes them. */
async function capturedRows(database: Database, table: string): Promise<readonly Row[]> {
  const { rows: columns } = await database.query<{ name: string; type: string }>(listColumns, [table]);
  const list = columns.map(({ name, type }) => `${inDebeziumForm(`"${name}"`, type)} as "${name}"`).join(', ');
  const { rows } = await database.query<Row>(`select ${list} from ${table} order by 1`);
  return rows;
}

function inDebeziumForm(column: string, type: string): string {
  if (type === 'timestamp without time zone') return `(extract(epoch from ${column}) * 1000)::float8`;
  if (type === 'timestamp with time zone')
    return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return type === 'jsonb' ? `${column}::text` : column;
}

let lastLsn = 0n;

/** Sends every row of the direction's tables. */
async function sendAll(direction: Direction, operation: Operation): Promise<void> {
  for (const { table, scopeOf } of direction.pipelines) {
    const rows = await capturedRows(databaseOf(direction.source), table);
    const messages = rows.flatMap((row) => {
      lastLsn += 1n;
      const images = operation === 'd' ? { before: row, after: null } : { before: null, after: row };
      return toBusMessages(
        {
          operation,
          source: direction.source,
          table,
          position: { commitLsn: lastLsn, ordinal: 1 },
          ...images,
          unavailable: [],
          committedAtMicros: 0n,
          transactionId: null,
          scope: scopeOf(row),
        },
        direction.topic,
      );
    });
    await bus.publish(messages);
  }
}

function directionOf(name: string): Direction {
  return directions.find((direction) => direction.name === name) ?? expect.fail(name);
}

async function countsOf(name: string): Promise<readonly (readonly [string, number, number])[]> {
  const { counts } = (await sinks.get(name)?.status()) ?? expect.fail(name);
  if (counts.kind === 'unknown') return expect.fail(counts.why);
  expect(counts.parkedLanes).toEqual([]);
  return counts.pipelines.map(({ pipeline, appliedCount, parkedCount }) => [pipeline, appliedCount, parkedCount]);
}

/** Every row of the database that synchronisation could touch, with the transaction that wrote it. */
async function fingerprint(name: string): Promise<unknown> {
  const tables = directions
    .filter(({ source }) => source === name)
    .flatMap(({ pipelines }) => pipelines.map(({ table }) => table));
  return Promise.all(
    tables.map(async (table) => (await databaseOf(name).query(`select xmin, t.* from ${table} t order by 2`)).rows),
  );
}

describe.for([
  {
    there: 'legacy-trips',
    back: 'trips-legacy',
    counts: [
      ['legacy.trip_mst', 4, 0],
      ['legacy.trk_pt', 2, 0],
    ],
  },
  {
    there: 'legacy-vehicles',
    back: 'vehicles-legacy',
    counts: [
      ['legacy.diag_log', 1, 0],
      ['legacy.snsr_mst', 2, 0],
      ['legacy.vhcl_mst', 2, 0],
    ],
  },
])('$there', ({ there, back, counts }) => {
  test('carries every row of legacy into the service', async () => {
    await sendAll(directionOf(there), 'r');
    expect(await countsOf(there)).toEqual(counts);
  });

  test('and back, where nothing changed and so nothing is written', async () => {
    const before = await fingerprint('legacy');
    await sendAll(directionOf(back), 'u');
    expect(await countsOf(back)).toHaveLength(counts.length);
    expect(await fingerprint('legacy')).toEqual(before);
  });

  test('there once more, and still nothing is written', async () => {
    const { target } = directionOf(there);
    const before = await fingerprint(target);
    await sendAll(directionOf(there), 'u');
    expect(await fingerprint(target)).toEqual(before);
  });
});

test('a trip that the service creates becomes a legacy row, and legacy counts it once', async () => {
  await databaseOf('trips').query(`
    insert into trip (user_id, status, pickup_lat, pickup_lon, dropoff_lat, dropoff_lon, waypoints, distance_metres, requested_at)
    values (3, 'requested', 37.5, 127, 37.6, 127, '[[37.5,127],[37.6,127]]', 1609, '2026-11-20T23:00:00.750Z')`);
  await sendAll(directionOf('trips-legacy'), 'u');
  const { rows } = await databaseOf('legacy').query(`
    select trip_no, stat_cd, dist_mi, rte_txt, req_dt, upd_dt is not null as "isStamped", trip_cnt
    from trip_mst join usr_mst using (usr_no) where trip_no >= 1000000000`);
  expect(rows).toEqual([
    {
      trip_no: 1_000_000_000,
      stat_cd: 10,
      dist_mi: '1.00',
      rte_txt: '37.500000,127.000000;37.600000,127.000000',
      req_dt: '2026-11-21 08:00:00',
      isStamped: true,
      trip_cnt: 2,
    },
  ]);
});

test("a change of the service reaches legacy in legacy's words, and its trigger stamps the row", async () => {
  await databaseOf('legacy').query(
    `alter table trip_mst disable trigger user; update trip_mst set upd_dt = '2000-01-01'; alter table trip_mst enable trigger user`,
  );
  await databaseOf('trips').query(
    `update trip set status = 'cancelled', cancelled_at = '2026-11-21T01:02:03.999Z', cancel_reason = 'rain' where id = 1`,
  );
  await sendAll(directionOf('trips-legacy'), 'u');
  const { rows } = await databaseOf('legacy').query(
    `select trip_no, stat_cd, ed_dt, cncl_rsn, ed_pt from trip_mst where upd_dt > '2000-01-01' order by 1`,
  );
  expect(rows).toEqual([
    { trip_no: 1, stat_cd: 90, ed_dt: '2026-11-21 10:02:03', cncl_rsn: 'rain', ed_pt: '37.5,127' },
  ]);
});

test('what legacy deletes is gone in the service, children first', async () => {
  const { pipelines, ...rest } = directionOf('legacy-trips');
  await sendAll({ ...rest, pipelines: [...pipelines].reverse() }, 'd');
  const { rows } = await databaseOf('trips').query(
    `select (select count(*)::int from trip) as trips, (select count(*)::int from location) as points`,
  );
  expect(rows).toEqual([{ trips: 0, points: 0 }]);
});
