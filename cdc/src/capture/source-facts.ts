import type { Sql } from '@banyan/platform';
import { quoteTable } from './sql-names.ts';

/** What a source's server and tables look like, read in one go; `findProblems` judges it. */
export interface SourceFacts {
  readonly databaseName: string;
  /** For example 180004. */
  readonly serverVersion: number;
  readonly walLevel: string;
  readonly mayReplicate: boolean;
  readonly maySetUpPublication: boolean;
  readonly freeSlotCount: number;
  readonly freeSenderCount: number;
  readonly tables: readonly TableFacts[];
  /** Tables of our publication, `schema.table`; undefined when there is no publication yet. */
  readonly published: readonly string[] | undefined;
}

export type TableFacts =
  | { readonly kind: 'missing'; readonly table: string }
  | {
      readonly kind: 'present';
      readonly table: string;
      /** The letter of pg_class.relreplident: d primary key, n nothing, f full, i index. */
      readonly identity: string;
      readonly identityColumns: readonly string[];
      readonly keyColumns: readonly string[];
      /** Without generated columns, which pgoutput leaves out. */
      readonly columns: readonly string[];
      readonly mayRead: boolean;
      readonly isOwner: boolean;
    };

type ServerRow = Omit<SourceFacts, 'tables' | 'published'>;
type TableRow = Omit<Extract<TableFacts, { kind: 'present' }>, 'kind' | 'table'>;

export async function readSourceFacts(sql: Sql, tables: readonly string[], publication: string): Promise<SourceFacts> {
  const { rows } = await sql.query<ServerRow>(readServer);
  const [server] = rows;
  if (!server) throw new TypeError('a select without from has one row');
  const found: TableFacts[] = [];
  for (const table of tables) found.push(await readTableFacts(sql, table));
  return { ...server, tables: found, published: await readPublished(sql, publication) };
}

async function readTableFacts(sql: Sql, table: string): Promise<TableFacts> {
  const { rows } = await sql.query<TableRow>(readTable, [quoteTable(table)]);
  const [row] = rows;
  return row ? { kind: 'present', table, ...row } : { kind: 'missing', table };
}

async function readPublished(sql: Sql, publication: string): Promise<readonly string[] | undefined> {
  const { rows } = await sql.query<{ tables: readonly string[] }>(readPublication, [publication]);
  return rows[0]?.tables;
}

// rds_replication and its like are roles of managed servers that stand for the REPLICATION attribute.
const readServer = `
  select current_database() as "databaseName", current_setting('server_version_num')::int as "serverVersion", current_setting('wal_level') as "walLevel",
    (select rolsuper or rolreplication from pg_roles where rolname = current_user)
      or exists (select from pg_roles where rolname in ('rds_replication', 'cloudsqlreplica', 'azure_pg_admin')
                   and pg_has_role(current_user, oid, 'member')) as "mayReplicate",
    has_database_privilege(current_database(), 'create') as "maySetUpPublication",
    current_setting('max_replication_slots')::int - (select count(*)::int from pg_replication_slots) as "freeSlotCount",
    current_setting('max_wal_senders')::int - (select count(*)::int from pg_stat_replication) as "freeSenderCount"`;

const readTable = `
  select c.relreplident as identity, has_table_privilege(c.oid, 'select') as "mayRead",
    pg_has_role(c.relowner, 'usage') as "isOwner",
    array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns,
    array(select a.attname::text from pg_index i cross join unnest(i.indkey::int2[]) with ordinality k(attnum, place)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
           where i.indrelid = c.oid and i.indisprimary order by k.place) as "keyColumns",
    array(select a.attname::text from pg_index i cross join unnest(i.indkey::int2[]) with ordinality k(attnum, place)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
           where i.indrelid = c.oid and case c.relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident else false end
           order by k.place) as "identityColumns"
    from pg_class c where c.oid = to_regclass($1) and c.relkind in ('r', 'p')`;

const readPublication = `
  select array(select schemaname || '.' || tablename from pg_publication_tables t where t.pubname = p.pubname) as tables
    from pg_publication p where p.pubname = $1`;
