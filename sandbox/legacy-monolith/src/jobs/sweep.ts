import type { Sql } from '../db/pool.ts';

// Past the API, as jobs of this kind do: the program that serves requests learns of it from the table.
const cancelNoShows = `
  update trip_mst set stat_cd = 90, cncl_rsn = 'NO SHOW', ed_dt = f_now()
   where stat_cd = 10 and req_dt <= f_now() - make_interval(mins => $1)`;

/** Cancels trips that were requested `olderThanMinutes` ago or earlier and never started. */
export async function sweepNoShows(sql: Sql, olderThanMinutes: number): Promise<{ readonly sweptCount: number }> {
  const { rowCount } = await sql.query(cancelNoShows, [olderThanMinutes]);
  return { sweptCount: rowCount ?? 0 };
}
