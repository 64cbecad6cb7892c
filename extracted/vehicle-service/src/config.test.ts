import { ConfigError } from '@banyan/platform';
import { describe, expect, test } from 'vitest';
import { readVehicleConfig } from './config.ts';

const needed = {
  VEHICLE_DATABASE_URL: 'postgres://vehicles:secret@127.0.0.1:5432/vehicles',
  VEHICLE_JWKS_URL: 'http://127.0.0.1:3000/.well-known/jwks.json',
};

describe('the configuration', () => {
  test('needs a database and keys, the rest has defaults', () => {
    expect(readVehicleConfig(needed)).toMatchObject({
      port: 3001,
      host: '127.0.0.1',
      tokenIssuer: 'fleet-legacy',
      logLevel: 'info',
    });
  });

  test('is refused with every bad key at once', () => {
    const read = () => readVehicleConfig({ VEHICLE_PORT: '80x', VEHICLE_JWKS_URL: 'ftp://keys' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/VEHICLE_PORT.*VEHICLE_DATABASE_URL.*VEHICLE_JWKS_URL/s);
  });
});
