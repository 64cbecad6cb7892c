import type { ReadyCheck } from '../http/http-app.ts';
import { pendingMigrations, type MigrationsOptions } from './migrations.ts';
import type { Database } from './sql.ts';

const selectOne = `select 1`;

/** The database answers, and its tables are those of this version: it may have been restored or replaced since the start. */
export function databaseReadyChecks(database: Database, migrations: MigrationsOptions): readonly ReadyCheck[] {
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
        const pending = await pendingMigrations(database, migrations);
        return pending.length === 0
          ? { isReady: true }
          : { isReady: false, why: `Not applied: ${pending.join(', ')}. Start the service again.` };
      },
    },
  ];
}
