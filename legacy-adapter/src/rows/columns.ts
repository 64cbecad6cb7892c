import { z } from 'zod';

/** Column schemas for captured rows: Debezium's JSON form with `decimal.handling.mode=string` and adaptive time. */
export const integer = z.number().int();
/** `numeric` as decimal text. */
export const numeric = z.string();
export const text = z.string();
/** `timestamp(0)`: epoch milliseconds of the wall clock read as UTC -> `YYYY-MM-DD HH:MM:SS`. */
export const localSecond = wallClock('YYYY-MM-DD HH:MM:SS'.length);
/** `timestamp(3)` -> `YYYY-MM-DD HH:MM:SS.mmm`. */
export const localMillisecond = wallClock('YYYY-MM-DD HH:MM:SS.mmm'.length);

function wallClock(length: number) {
  return z.union([z.number(), z.bigint()]).transform((epochMs) => {
    const moment = new Date(Number(epochMs));
    // Postgres knows `infinity` and years a Date cannot hold; the translation refuses them by name.
    if (Number.isNaN(moment.getTime())) return epochMs > 0 ? 'infinity' : '-infinity';
    return moment.toISOString().replace('T', ' ').replace('Z', '').slice(0, length);
  });
}
