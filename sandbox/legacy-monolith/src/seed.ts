import { onlyRow, type Sql } from './db/pool.ts';
import { makeAftermath } from './seed/aftermath.ts';
import { planSeed, type SeedSize } from './seed/plan.ts';
import { makeTracks } from './seed/tracks.ts';
import { makeTrips } from './seed/trips.ts';
import { makeAccounts, makeUsers } from './seed/users.ts';
import { makeDiagnostics, makeSensors, makeVehicles } from './seed/vehicles.ts';

export type { SeedSize } from './seed/plan.ts';

export const sampleFleet: SeedSize = { userCount: 500, vehicleCount: 200, tripCount: 20_000 };

const hasUsers = `select exists (select from usr_mst) as "hasUsers"`;

/**
 * Writes the sample fleet unless there is a user already; equal for equal `size` and `now`. The caller holds the transaction.
 *
 * @param now - only what is still open hangs on it: requested and started trips, their points and vehicles
 * @returns whether it wrote
 */
export async function seedWhenEmpty(sql: Sql, size: SeedSize, now = new Date()): Promise<boolean> {
  const { rows } = await sql.query<{ hasUsers: boolean }>(hasUsers);
  if (onlyRow(rows).hasUsers) return false;
  const plan = planSeed(size, now);
  const trips = makeTrips(plan);
  const { charges, feedback, messages } = makeAftermath(trips);
  await insertAll(sql, 'usr_mst', await makeUsers(plan));
  await insertAll(sql, 'bil_acct', makeAccounts(plan));
  await insertAll(sql, 'vhcl_mst', makeVehicles(plan));
  await insertAll(sql, 'snsr_mst', makeSensors(plan));
  await insertAll(sql, 'diag_log', makeDiagnostics(plan));
  await insertAll(sql, 'trip_mst', trips);
  await insertAll(sql, 'trk_pt', makeTracks(trips, plan));
  await insertAll(sql, 'bil_chrg', charges);
  await insertAll(sql, 'fdbk', feedback);
  await insertAll(sql, 'ntf_msg', messages);
  await sql.query('analyze usr_mst, vhcl_mst, snsr_mst, diag_log, trip_mst, trk_pt');
  return true;
}

/** One statement per table; its numbers go on after the last row. The first property is the number. */
async function insertAll(sql: Sql, table: string, rows: readonly object[]): Promise<void> {
  const [key, ...others] = Object.keys(rows[0] ?? {});
  if (key === undefined) return;
  const columns = [key, ...others].join(', ');
  await sql.query(
    `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1::json)`,
    [JSON.stringify(rows)],
  );
  await sql.query(`select setval(pg_get_serial_sequence('${table}', '${key}'), $1)`, [rows.length]);
}
