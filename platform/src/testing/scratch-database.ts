import { randomBytes } from 'node:crypto';
import { Secret } from '../config/secret.ts';
import { silentLogger } from '../logger.ts';
import { openDatabase, type DatabaseOptions } from '../postgres/pool.ts';
import type { Database } from '../postgres/sql.ts';

export interface ScratchDatabase {
  readonly url: Secret;
  readonly database: Database;
  /** Closes `database`, ends everything else that is connected, drops its replication slots and origins (`...@<name>`) and the database. */
  drop(): Promise<void>;
}

/** An empty database with a random name on the server of `adminUrl`. */
export async function createScratchDatabase(
  adminUrl: string,
  options: Partial<Omit<DatabaseOptions, 'url'>> = {},
): Promise<ScratchDatabase> {
  const name = `scratch_${randomBytes(6).toString('hex')}`;
  await asAdmin(adminUrl, (admin) => admin.query(`create database ${name}`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const secretUrl = new Secret(url.href);
  const database = openDatabase({ applicationName: 'test', log: silentLogger, ...options, url: secretUrl });
  return {
    url: secretUrl,
    database,
    async drop() {
      await database.close();
      await asAdmin(adminUrl, async (admin) => {
        // An active replication slot refuses even a forced drop, so its sender ends first.
        await admin.query(endConnections, [name]);
        await admin.query(dropOrigins, [name]);
        await admin.query(`drop database ${name} with (force)`);
      });
    },
  };
}

const endConnections = `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1`;
// Replication origins belong to the server, which holds few of them; one of this database is named `...@<database>`.
const dropOrigins = `select pg_replication_origin_drop(roname) from pg_replication_origin where split_part(roname, '@', 2) = $1`;

async function asAdmin(adminUrl: string, work: (admin: Database) => Promise<unknown>): Promise<void> {
  const admin = openDatabase({ url: new Secret(adminUrl), applicationName: 'test-admin', log: silentLogger });
  try {
    await work(admin);
  } finally {
    await admin.close();
  }
}
