import type { ChangeEvent, Row } from '../event/change-event.ts';
import type { PgoutputMessage } from './pgoutput.ts';
import type { KnownRelation } from './relations.ts';

export type RowMessage = Extract<PgoutputMessage, { kind: 'insert' | 'update' | 'delete' }>;

export type RowChange = Pick<ChangeEvent, 'operation' | 'before' | 'after' | 'unavailable'> & {
  /** The other row of a changed primary key. */
  readonly counterpart?: Row;
};

/** One change, or two where the primary key changed: Debezium's delete of the old key and create of the new one. */
export function rowChanges(message: RowMessage, relation: KnownRelation): readonly RowChange[] {
  const { reader } = relation;
  if (message.kind === 'delete')
    return [{ operation: 'd', before: reader.old(message.old), after: null, unavailable: [] }];
  if (message.kind === 'insert') return [{ operation: 'c', before: null, ...reader.after(message.row, null) }];
  const before = message.old ? reader.old(message.old) : null;
  const { after, unavailable } = reader.after(message.row, message.old);
  if (!before || !relation.isOtherKey(before, after)) return [{ operation: 'u', before, after, unavailable }];
  return [
    { operation: 'd', before, after: null, unavailable: [], counterpart: after },
    { operation: 'c', before: null, after, unavailable, counterpart: before },
  ];
}
