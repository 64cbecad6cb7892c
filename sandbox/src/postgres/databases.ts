import { openDatabase, Secret, silentLogger, type Database, type Sql } from '@banyan/platform';

type DatabaseName = 'legacy' | 'trips' | 'vehicles' | 'unleash';
type RoleName = DatabaseName | 'sync';

export interface DatabasesOptions {
  readonly superuserUrl: Secret;
  readonly passwords: Readonly<Record<RoleName, Secret>>;
}

/** How each process reaches its data: its own user, or `sync` that reads and writes the three sides. */
export interface DatabaseUrls {
  readonly own: Readonly<Record<DatabaseName, Secret>>;
  readonly sync: Readonly<Record<'legacy' | 'trips' | 'vehicles', Secret>>;
}

const synchronisedDatabases = ['legacy', 'trips', 'vehicles'] as const;
const databaseNames = [...synchronisedDatabases, 'unleash'] as const;

/**
 * Makes the users and databases that are missing and sets the passwords; repeating it changes nothing.
 * Each process owns its database and sees no other. `sync` is a member of the three owners, may replicate, and may tag its writes with an origin.
 */
export async function prepareDatabases({ superuserUrl, passwords }: DatabasesOptions): Promise<DatabaseUrls> {
  await asSuperuser(superuserUrl, 'postgres', async (database) => {
    await database.transaction(async (tx) => {
      for (const role of [...databaseNames, 'sync'] as const) await ensureRole(tx, role, passwords[role]);
      await tx.query(`alter role sync replication`);
      await tx.query(`grant legacy, trips, vehicles, pg_monitor to sync`);
    });
    // Together: each spends most of its time waiting for the disk.
    await Promise.all(databaseNames.map((name) => ensureDatabase(database, name)));
  });
  await Promise.all(synchronisedDatabases.map((name) => asSuperuser(superuserUrl, name, grantOrigins)));
  const urlOf = (role: RoleName, database: DatabaseName): Secret =>
    withLogin(superuserUrl, { role, password: passwords[role], database });
  return {
    own: recordOf(databaseNames, (name) => urlOf(name, name)),
    sync: recordOf(synchronisedDatabases, (name) => urlOf('sync', name)),
  };
}

async function asSuperuser(url: Secret, database: string, work: (database: Database) => Promise<void>): Promise<void> {
  const there = new URL(url.reveal());
  there.pathname = `/${database}`;
  const connection = openDatabase({
    url: new Secret(there.href),
    applicationName: 'banyan-sandbox',
    log: silentLogger,
    maxConnectionCount: databaseNames.length,
  });
  try {
    await work(connection);
  } finally {
    await connection.close();
  }
}

async function ensureRole(sql: Sql, role: RoleName, password: Secret): Promise<void> {
  const { rowCount } = await sql.query('select 1 from pg_roles where rolname = $1', [role]);
  // Names are ours and the password is hexadecimal: neither can end the literal.
  await sql.query(`${rowCount === 0 ? 'create' : 'alter'} role ${role} login password '${password.reveal()}'`);
}

async function ensureDatabase(sql: Sql, name: DatabaseName): Promise<void> {
  const { rowCount } = await sql.query('select 1 from pg_database where datname = $1', [name]);
  // Copied block by block through the log: with small buffers that is faster than the checkpoints of a file copy.
  if (rowCount === 0) await sql.query(`create database ${name} owner ${name} strategy wal_log`);
  await sql.query(`revoke connect on database ${name} from public`);
}

/** Only a superuser may use replication origins unless it is granted, in each database. */
async function grantOrigins(sql: Sql): Promise<void> {
  const { rows } = await sql.query<{ name: string }>(
    `select oid::regprocedure::text as name from pg_proc where proname like 'pg\\_replication\\_origin\\_%'`,
  );
  await sql.query(`grant execute on function ${rows.map(({ name }) => name).join(', ')} to sync`);
}

function withLogin(url: Secret, to: { role: string; password: Secret; database: string }): Secret {
  const changed = new URL(url.reveal());
  changed.username = to.role;
  changed.password = to.password.reveal();
  changed.pathname = `/${to.database}`;
  return new Secret(changed.href);
}

function recordOf<Name extends string>(names: readonly Name[], valueOf: (name: Name) => Secret): Record<Name, Secret> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, Secret>;
}
