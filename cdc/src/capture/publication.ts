import type { Database } from '@banyan/platform';
import { quoteName, quoteTable } from './sql-names.ts';

/**
 * Creates the publication with an explicit list of tables, or adds those that are missing; safe to repeat. Tables that nobody declares
 * any more are left to the preflight, which names them.
 *
 * @param published - its tables now; undefined when it does not exist
 * @throws with SQLSTATE 55P03 when a table is locked for longer than the timeout; that passes, try again
 */
export async function ensurePublication(
  database: Database,
  publication: string,
  tables: readonly string[],
  published: readonly string[] | undefined,
): Promise<void> {
  const missing = tables.filter((table) => !published?.includes(table));
  if (published && missing.length === 0) return;
  const list = missing.map(quoteTable).join(', ');
  const name = quoteName(publication);
  await database.transaction(async (tx) => {
    await tx.query(`set local lock_timeout = '5s'`);
    // Publishing a table only takes a lock that lets writers run, and a writer that began before could stay unpublished
    // (PostgreSQL before 17.5 and its siblings); so the running ones are waited for and new ones wait for us.
    if (missing.length > 0) await tx.query(`lock table ${list} in share row exclusive mode`);
    await tx.query(
      published
        ? `alter publication ${name} add table ${list}`
        : `create publication ${name}${missing.length > 0 ? ` for table ${list}` : ''} with (publish_via_partition_root = true)`,
    );
  });
}
