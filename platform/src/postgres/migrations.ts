import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { BanyanError } from '../banyan-error.ts';
import type { Database, Transaction } from './sql.ts';

export interface MigrationsOptions {
  /** Folder with files such as `0001_trips.sql`, applied in the order of their names. */
  readonly directory: URL;
  /** Kept apart from other sets of migrations in the same database. */
  readonly set: string;
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Applies what is missing, all of it in one transaction with its records; safe to run from several processes at once.
 * There is no statement timeout: an index takes the time it takes.
 *
 * @returns the names of the files that were applied now
 * @throws {BanyanError} MIGRATION_CHANGED when a file differs from what was applied, MIGRATION_MISSING when an applied one is gone
 */
export async function migrate(database: Database, { directory, set }: MigrationsOptions): Promise<readonly string[]> {
  const migrations = await readMigrations(directory);
  return database.session(async (session) => {
    await session.query('set statement_timeout = 0');
    return session.transaction((tx) => applyMissing(tx, migrations, set));
  });
}

/**
 * For a readiness check: changes nothing and waits for nobody.
 *
 * @returns the names of the files that were not applied yet, in order; all of them in a database that was never migrated
 */
export async function pendingMigrations(
  database: Database,
  { directory, set }: MigrationsOptions,
): Promise<readonly string[]> {
  const names = await migrationNames(folderOf(directory));
  const { rows: records } = await database.query(findRecord);
  if (records.length === 0) return names;
  const { rows } = await database.query<{ name: string }>(readRecord, [set]);
  const applied = new Set(rows.map(({ name }) => name));
  return names.filter((name) => !applied.has(name));
}

async function applyMissing(
  tx: Transaction,
  migrations: readonly Migration[],
  set: string,
): Promise<readonly string[]> {
  await tx.query(lockMigrations);
  await tx.query(createRecord);
  const { rows } = await tx.query<{ name: string; checksum: string }>(readRecord, [set]);
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  refuseRewrittenHistory(migrations, applied, set);
  const missing = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of missing) await apply(tx, migration, set);
  return missing.map(({ name }) => name);
}

// One migrator at a time, whatever its set: "if not exists" is no protection against another transaction that creates the same.
const lockMigrations = `select pg_advisory_xact_lock(hashtextextended('banyan.migration', 0))`;
const createRecord = `
  create schema if not exists banyan;
  create table if not exists banyan.migration (
    set text not null, name text not null, checksum text not null, applied_at timestamptz not null default now(),
    primary key (set, name))`;
const findRecord = `select from pg_tables where schemaname = 'banyan' and tablename = 'migration'`;
const readRecord = `select name, checksum from banyan.migration where set = $1`;
const writeRecord = `insert into banyan.migration (set, name, checksum) values ($1, $2, $3)`;

async function readMigrations(given: URL): Promise<readonly Migration[]> {
  const directory = folderOf(given);
  const names = await migrationNames(directory);
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, directory), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

const folderOf = ({ href }: URL): URL => new URL(href.endsWith('/') ? href : `${href}/`);

async function migrationNames(directory: URL): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
}

function refuseRewrittenHistory(
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
  set: string,
): void {
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  for (const [name, checksum] of applied) {
    const now = known.get(name);
    if (now === undefined)
      throw new BanyanError(
        'MIGRATION_MISSING',
        `Migration ${set}/${name} was applied here and is not in this version.`,
        { remedy: 'Run the version that applied it, or a newer one.', concerning: name },
      );
    if (now !== checksum)
      throw new BanyanError('MIGRATION_CHANGED', `Migration ${set}/${name} was edited after it was applied.`, {
        remedy: 'Restore the file and put the change into a new migration.',
        concerning: name,
      });
  }
}

async function apply(tx: Transaction, { name, sql, checksum }: Migration, set: string): Promise<void> {
  try {
    await tx.query(sql);
  } catch (cause) {
    throw new BanyanError('MIGRATION_FAILED', `Migration ${set}/${name} failed; nothing of this run was applied.`, {
      remedy: 'Read the cause, correct the database or the file, and start again.',
      concerning: name,
      cause,
    });
  }
  await tx.query(writeRecord, [set, name, checksum]);
}
