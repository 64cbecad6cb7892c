import { fc } from '@fast-check/vitest';
import type { RecordStore } from '@banyan/platform';
import { createScratchDatabase, type ScratchDatabase } from '@banyan/platform/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { trackRows, tripRows } from '../translate/testing/trip-models.ts';
import { diagnosticRows, sensorRows, vehicleRows } from '../translate/testing/vehicle-models.ts';
import {
  legacyDiagnosticStore,
  legacySensorStore,
  legacyTrackStore,
  legacyTripStore,
  legacyVehicleStore,
} from './legacy-stores.ts';

/** What this room expects of the legacy schema: columns and types, and a trigger that stamps every write. */
const legacyTables = `
  create table trip_mst (
    trip_no int primary key, usr_no int not null, vhcl_no int, stat_cd smallint not null, st_pt varchar(40) not null,
    ed_pt varchar(40) not null, rte_txt text not null, dist_mi numeric(8,2) not null, req_dt timestamp(0) not null,
    st_dt timestamp(0), ed_dt timestamp(0), cncl_rsn varchar(100), upd_dt timestamp(0));
  create table trk_pt (
    trk_no int primary key, trip_no int not null, usr_no int not null, lat numeric(9,6) not null, lon numeric(9,6) not null,
    spd_mph numeric(5,1), rec_dt timestamp(3) not null);
  create table vhcl_mst (
    vhcl_no int primary key, plate_no varchar(12) not null, mdl_nm varchar(40) not null, vin_no varchar(17) not null,
    pwr_typ char(1) not null, aux_val numeric(6,2) not null, stat_cd smallint not null, odo_mi numeric(10,1) not null,
    fw_ver varchar(20) not null, lat numeric(9,6), lon numeric(9,6), lst_seen_dt timestamp(0), reg_dt timestamp(0) not null,
    upd_dt timestamp(0));
  create table snsr_mst (
    snsr_no int primary key, vhcl_no int not null, snsr_typ char(1) not null, srl_no varchar(40) not null,
    stat char(1) not null, cal_dt timestamp(0));
  create table diag_log (
    diag_no int primary key, vhcl_no int not null, diag_cd varchar(12) not null, sev smallint not null,
    msg varchar(200) not null, rpt_dt timestamp(0) not null);
  create function stamp() returns trigger language plpgsql as $$ begin new.upd_dt := '2026-11-21'; return new; end $$;
  create trigger stamp before insert or update on trip_mst for each row execute function stamp()`;

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'));
  await scratch.database.query(legacyTables);
});
afterAll(() => scratch.drop());

async function afterSaving<R>(
  store: RecordStore<R>,
  rows: readonly R[],
  keyOf: (row: R) => number,
): Promise<readonly R[]> {
  return scratch.database.transaction(async (tx) => {
    await store.save(tx, rows);
    const stored = await store.load(tx, rows.map(keyOf));
    return rows.map((row) => stored.get(keyOf(row)) ?? expect.fail('a row is missing'));
  });
}

/** 300 different rows, the same ones in every run. */
function sampleOf<R>(rows: fc.Arbitrary<R>, key: keyof R): readonly R[] {
  return (
    fc.sample(fc.uniqueArray(rows, { selector: (row) => row[key], minLength: 300, maxLength: 300, size: 'max' }), {
      numRuns: 1,
      seed: 42,
    })[0] ?? expect.fail('no sample')
  );
}

describe('a legacy store gives back exactly what was saved', () => {
  test('trips', async () => {
    const rows = sampleOf(tripRows, 'trip_no');
    expect(await afterSaving(legacyTripStore, rows, (row) => row.trip_no)).toEqual(rows);
  });

  test('tracking points, but for zeros that Postgres does not print', async () => {
    const rows = sampleOf(trackRows, 'trk_no');
    const printed = rows.map((row) => ({ ...row, rec_dt: row.rec_dt.replace(/\.?0+$/, '') }));
    expect(await afterSaving(legacyTrackStore, rows, (row) => row.trk_no)).toEqual(printed);
  });

  test('vehicles', async () => {
    const rows = sampleOf(vehicleRows, 'vhcl_no');
    expect(await afterSaving(legacyVehicleStore, rows, (row) => row.vhcl_no)).toEqual(rows);
  });

  test('sensors', async () => {
    const rows = sampleOf(sensorRows, 'snsr_no');
    expect(await afterSaving(legacySensorStore, rows, (row) => row.snsr_no)).toEqual(rows);
  });

  test('diagnostics', async () => {
    const rows = sampleOf(diagnosticRows, 'diag_no');
    expect(await afterSaving(legacyDiagnosticStore, rows, (row) => row.diag_no)).toEqual(rows);
  });
});

test("what legacy's own trigger writes is left to it", async () => {
  const [row] = sampleOf(tripRows, 'trip_no');
  await afterSaving(legacyTripStore, row ? [row] : [], ({ trip_no }) => trip_no);
  const { rows } = await scratch.database.query(`select upd_dt from trip_mst where trip_no = $1`, [row?.trip_no]);
  expect(rows).toEqual([{ upd_dt: '2026-11-21 00:00:00' }]);
});
