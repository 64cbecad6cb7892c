import type { Database, ReadyCheck } from '@banyan/platform';
import { vehicleMigrations } from './migrations.ts';

const selectOne = `select 1`;
const selectApplied = `select from banyan.migration where set = $1 limit 1`;

/** The database answers, and its tables are there: it may have been restored or replaced since the start. */
export function readyChecksOf(database: Database): readonly ReadyCheck[] {
  return [
    {
      name: 'database',
      check: async () => {
        await database.query(selectOne);
        return { isReady: true };
      },
    },
    {
      name: 'migrations',
      check: async () => {
        const { rows } = await database.query(selectApplied, [vehicleMigrations.set]);
        return rows.length > 0 ? { isReady: true } : { isReady: false, why: 'No migration ran in this database.' };
      },
    },
  ];
}
