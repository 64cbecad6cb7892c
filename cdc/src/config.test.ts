import { expect, test } from 'vitest';
import { readSyncConfig } from './config.ts';

const databases = {
  SYNC_LEGACY_DATABASE_URL: 'postgres://u:p@127.0.0.1/legacy',
  SYNC_TRIP_DATABASE_URL: 'postgres://u:p@127.0.0.1/trips',
  SYNC_VEHICLE_DATABASE_URL: 'postgres://u:p@127.0.0.1/vehicles',
};

test('one process on the embedded bus needs the three databases and nothing else', () => {
  expect(readSyncConfig(databases)).toMatchObject({ role: 'all', bus: 'embedded', listenPort: 3003 });
});

test.each(['capture', 'sink'])(
  'SYNC_ROLE=%s on the embedded bus is refused, because that bus lives inside one process',
  (role) => {
    expect(() => readSyncConfig({ ...databases, SYNC_ROLE: role })).toThrow(/needs SYNC_BUS=kafka/);
  },
);

test('Kafka without brokers is refused', () => {
  expect(() => readSyncConfig({ ...databases, SYNC_BUS: 'kafka' })).toThrow(/KAFKA_BROKERS: missing/);
});

test('capture alone on Kafka is fine', () => {
  const env = { ...databases, SYNC_ROLE: 'capture', SYNC_BUS: 'kafka', KAFKA_BROKERS: 'a:1,b:2' };
  expect(readSyncConfig(env)).toMatchObject({ role: 'capture', kafkaBrokers: ['a:1', 'b:2'] });
});
