import { ConfigError } from '@banyan/platform';
import { describe, expect, test } from 'vitest';
import { readTripConfig } from './config.ts';

const needed = {
  TRIP_DATABASE_URL: 'postgres://trips:secret@127.0.0.1:5432/trips',
  TRIP_JWKS_URL: 'http://127.0.0.1:3000/.well-known/jwks.json',
};

describe('the configuration', () => {
  test('needs a database and keys, the rest has defaults', () => {
    expect(readTripConfig(needed)).toMatchObject({
      port: 3002,
      host: '127.0.0.1',
      tokenIssuer: 'fleet-legacy',
      streamCountLimit: 1_000,
      streamHeartbeatMs: 15_000,
      logLevel: 'info',
    });
  });

  test('is refused with every bad key at once', () => {
    const read = () => readTripConfig({ TRIP_PORT: '80x', TRIP_JWKS_URL: 'ftp://keys' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/TRIP_PORT.*TRIP_DATABASE_URL.*TRIP_JWKS_URL/s);
  });
});
