import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const LEGACY_DATABASE_URL = 'postgres://fleet:secret@localhost:5432/legacy';

test('only the database has no default', () => {
  expect(readConfig({ LEGACY_DATABASE_URL })).toEqual({
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: LEGACY_DATABASE_URL,
    poolSize: 10,
    logLevel: 'info',
    isSeeded: true,
    seedTripCount: 20_000,
    sweepOlderThanMinutes: 1_440,
  });
});

test('every bad key is named at once', () => {
  const read = (): unknown =>
    readConfig({ LEGACY_PORT: '80x', LEGACY_SEED: 'yes', LEGACY_LOG_LEVEL: 'loud', LEGACY_SEED_TRIPS: '-1' });
  expect(read).toThrow(/LEGACY_PORT: "80x".*\n?.*LEGACY_DATABASE_URL: missing/s);
  expect(read).toThrow(/LEGACY_LOG_LEVEL: "loud"/);
  expect(read).toThrow(/LEGACY_SEED: "yes"/);
  expect(read).toThrow(/LEGACY_SEED_TRIPS: "-1"/);
});

test('a bad database URL is not repeated: it may hold a password', () => {
  const read = (): unknown => readConfig({ LEGACY_DATABASE_URL: 'mysql://fleet:secret@localhost/legacy' });
  expect(read).toThrow(/LEGACY_DATABASE_URL: no Postgres URL; example/);
  expect(read).not.toThrow(/mysql/);
});
