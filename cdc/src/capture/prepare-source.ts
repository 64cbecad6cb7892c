import type { Database, Logger } from '@banyan/platform';
import { readRecord } from './capture-record.ts';
import type { CapturedTable } from './captured-table.ts';
import { findProblems, findWarnings, refuseProblems } from './preflight.ts';
import { ensurePublication } from './publication.ts';
import { readSourceFacts, type SourceFacts, type TableFacts } from './source-facts.ts';

export interface PrepareParts {
  readonly source: string;
  readonly publication: string;
  readonly tables: readonly CapturedTable[];
  readonly database: Database;
  readonly log: Logger;
}

/** What capture needs to know about the source's tables. */
export interface PreparedSource {
  readonly databaseName: string;
  /** Primary key columns by table; a table without primary key has none. */
  readonly keyColumns: ReadonlyMap<string, readonly string[]>;
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

/** Checks a source and publishes its tables; safe to repeat. @throws {BanyanError} CDC_PREFLIGHT with every problem */
export async function prepareSource(parts: PrepareParts): Promise<PreparedSource> {
  const { source, publication, tables, database, log } = parts;
  const names = tables.map(({ table }) => table);
  const facts = await readSourceFacts(database, names, publication);
  const needsSlot = (await readRecord(database, source)) === undefined;
  refuseProblems(source, findProblems(facts, tables, needsSlot));
  for (const warning of findWarnings(facts)) log.warn({ event: 'capture.server-old', source }, warning);
  await ensurePublication(database, publication, names, facts.published);
  return {
    databaseName: facts.databaseName,
    keyColumns: byTable(facts, (found) => found.keyColumns),
    columns: byTable(facts, (found) => found.columns),
  };
}

function byTable<T>({ tables }: SourceFacts, read: (found: PresentTable) => T): ReadonlyMap<string, T> {
  return new Map(tables.flatMap((found) => (found.kind === 'present' ? [[found.table, read(found)] as const] : [])));
}

type PresentTable = Extract<TableFacts, { kind: 'present' }>;
