import { z } from 'zod';

/**
 * How columns are read. Each accepts both spellings of a value: that of a captured change (Debezium's JSON form with
 * `decimal.handling.mode=string` and adaptive time) and that of the pool (numeric and timestamps as text).
 */
export const integer = z.number().int();
/** `numeric` as decimal text. */
export const numeric = z.string();
export const text = z.string();
/** `timestamp(0)`: text, or epoch milliseconds of the wall clock read as UTC, as `YYYY-MM-DD HH:MM:SS`. */
export const localSecond = wallClock('YYYY-MM-DD HH:MM:SS'.length);
/** `timestamp(3)`, as `YYYY-MM-DD HH:MM:SS.mmm`. */
export const localMillisecond = wallClock('YYYY-MM-DD HH:MM:SS.mmm'.length);

function wallClock(length: number) {
  return z.union([z.string(), z.number(), z.bigint()]).transform((value) => {
    if (typeof value === 'string') return value;
    const moment = new Date(Number(value));
    // Postgres knows `infinity` and years a Date cannot hold; the translation refuses them by name.
    if (Number.isNaN(moment.getTime())) return value > 0 ? 'infinity' : '-infinity';
    return moment.toISOString().replace('T', ' ').replace('Z', '').slice(0, length);
  });
}
