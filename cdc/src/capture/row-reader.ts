import type { ColumnValue, Row } from '../event/change-event.ts';
import { columnReader, type ColumnReader } from './column-values.ts';
import type { OldTuple, RelationColumn, Tuple, TupleValue } from './pgoutput.ts';

/** Turns tuples of one relation, as it looks now, into rows. Made anew for every Relation message. */
export interface RowReader {
  /** @throws {TypeError} when a value is missing; only `after` may lack values */
  whole(values: Tuple): Row;
  /** `before`: the whole old row, or only the columns of the replica identity. The nulls of the others are filler, not values. */
  old(old: OldTuple): Row;
  /** `after`, with unchanged TOAST values taken from the old row where that is known. */
  after(values: Tuple, old: OldTuple | null): { readonly after: Row; readonly unavailable: readonly string[] };
}

/** What Debezium puts where Postgres sent no value; the names of such columns also stand in a header, because a row may hold this text. */
const unavailablePlaceholder = '__debezium_unavailable_value';

interface ReadColumn {
  readonly name: string;
  readonly isIdentity: boolean;
  readonly read: ColumnReader;
}

/** @param typeIdOf - the built-in type behind a domain; itself for every other type */
export function createRowReader(
  columns: readonly RelationColumn[],
  typeIdOf: (typeId: number) => number = (typeId) => typeId,
): RowReader {
  const readable: readonly ReadColumn[] = columns.map(({ name, isIdentity, typeId, typeModifier }) => ({
    name,
    isIdentity,
    read: columnReader(typeIdOf(typeId), typeModifier),
  }));
  const identity = new Set(readable.filter(({ isIdentity }) => isIdentity));

  function requireLength(values: Tuple): void {
    if (values.length !== readable.length)
      throw new TypeError(`a row of ${values.length} values came for a relation of ${readable.length} columns`);
  }

  function rowOf(values: Tuple, keeps: (column: ReadColumn) => boolean): Row {
    requireLength(values);
    const row: Record<string, ColumnValue> = {};
    readable.forEach((column, index) => {
      if (keeps(column)) setColumn(row, column.name, readValue(column, values[index]));
    });
    return row;
  }

  return {
    whole: (values) => rowOf(values, () => true),
    old: ({ isWholeRow, values }) => rowOf(values, (column) => isWholeRow || identity.has(column)),
    after(values, old) {
      requireLength(values);
      const after: Record<string, ColumnValue> = {};
      const unavailable: string[] = [];
      readable.forEach((column, index) => {
        const value = values[index] === undefined && old?.isWholeRow ? old.values[index] : values[index];
        if (value === undefined) unavailable.push(column.name);
        setColumn(after, column.name, value === undefined ? unavailablePlaceholder : readValue(column, value));
      });
      return { after, unavailable };
    },
  };
}

function readValue({ name, read }: ReadColumn, value: TupleValue): ColumnValue {
  if (value === undefined) throw new TypeError(`column "${name}" has no value where the whole row was expected`);
  return value === null ? null : read(value);
}

/** Assigning `__proto__` would change the prototype instead of adding a column. */
function setColumn(row: Record<string, ColumnValue>, name: string, value: ColumnValue): void {
  if (name === '__proto__')
    Object.defineProperty(row, name, { value, enumerable: true, writable: true, configurable: true });
  else row[name] = value;
}
