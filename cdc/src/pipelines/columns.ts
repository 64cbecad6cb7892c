import type { Row } from '../event/change-event.ts';

/** The row's int4 primary key. The sink parks a change whose key is none. */
export function keyIn(column: string): (row: Row) => number {
  return (row) => row[column] as number;
}

/** The row's lane. */
export function scopeIn(column: string): (row: Row) => string {
  return (row) => String(row[column]);
}
