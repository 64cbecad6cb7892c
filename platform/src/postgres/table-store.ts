import { BanyanError } from '../banyan-error.ts';
import { quoteIdentifier } from './identifier.ts';
import type { RecordStore } from './record-store.ts';

/** One row by its column names; a json column holds a value, not text. */
export type Row = Readonly<Record<string, unknown>>;

export interface TableStoreParts<R> {
  /** A constant such as `trip` or `banyan.parked`. */
  readonly table: string;
  /** An int4 column with a unique index. */
  readonly key: string;
  /** Every column that is read and written, the key among them. */
  readonly columns: readonly string[];
  readonly toRow: (record: R) => Row;
  /** Gets rows as the pool reads them: numeric and timestamps as text. */
  readonly fromRow: (row: Row) => R;
}

/**
 * A {@link RecordStore} on one table: one statement per set, whatever its size. Columns that are not named keep what they hold.
 *
 * @throws {BanyanError} IDENTIFIER_INVALID, STORE_KEY_MISSING when the key is not among the columns
 */
export function tableStore<R>(parts: TableStoreParts<R>): RecordStore<R> {
  const { key, toRow, fromRow } = parts;
  const statements = statementsFor(parts);
  return {
    async load(tx, keys) {
      if (keys.length === 0) return new Map();
      const { rows } = await tx.query(statements.load, [keys]);
      return new Map(rows.map((row) => [Number(row[key]), fromRow(row)]));
    },
    async save(tx, records) {
      if (records.length > 0) await tx.query(statements.save, [JSON.stringify(records.map(toRow))]);
    },
    async remove(tx, keys) {
      if (keys.length > 0) await tx.query(statements.remove, [keys]);
    },
  };
}

// Rows are locked and written in the order of their keys: two sinks that meet wait for each other instead of deadlocking.
function statementsFor({ table, key, columns }: Pick<TableStoreParts<never>, 'table' | 'key' | 'columns'>) {
  if (!columns.includes(key))
    throw new BanyanError('STORE_KEY_MISSING', `The key "${key}" is not among the columns of "${table}".`, {
      remedy: 'Name it among the columns.',
      concerning: table,
    });
  const into = quoteIdentifier(table);
  const by = quoteIdentifier(key);
  const list = columns.map(quoteIdentifier).join(', ');
  const assignments = columns
    .filter((column) => column !== key)
    .map((column) => `${quoteIdentifier(column)} = excluded.${quoteIdentifier(column)}`)
    .join(', ');
  const onConflict = assignments === '' ? 'do nothing' : `do update set ${assignments}`;
  return {
    load: `select ${list} from ${into} where ${by} = any($1::int[]) order by ${by} for update`,
    save: `
      insert into ${into} (${list})
      select ${list} from jsonb_populate_recordset(null::${into}, $1::jsonb) order by ${by}
      on conflict (${by}) ${onConflict}`,
    remove: `delete from ${into} where ${by} = any($1::int[])`,
  };
}
