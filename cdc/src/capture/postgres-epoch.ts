/** Microseconds from 1970-01-01 to Postgres' epoch, 2000-01-01. */
export const postgresEpochMicros = 946_684_800_000_000n;
