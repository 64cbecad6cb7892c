import { integer, logLevels, oneOf, port, postgresUrl, readConfig, text, url, type ConfigOf } from '@banyan/platform';

export const vehicleConfig = {
  port: port('VEHICLE_PORT', { about: 'Port of the public interface', fallback: 3001 }),
  host: text('VEHICLE_HOST', { about: 'Address to listen on', fallback: '127.0.0.1' }),
  databaseUrl: postgresUrl('VEHICLE_DATABASE_URL', { about: "The service's own database" }),
  databaseConnectionCount: integer('VEHICLE_DATABASE_CONNECTION_COUNT', {
    about: 'Most connections to the database',
    fallback: 10,
    min: 1,
  }),
  jwksUrl: url('VEHICLE_JWKS_URL', {
    about: 'Keys that tokens are checked with',
    example: 'http://127.0.0.1:3000/.well-known/jwks.json',
    protocols: ['http:', 'https:'],
  }),
  tokenIssuer: text('VEHICLE_TOKEN_ISSUER', { about: 'Who must have issued a token', fallback: 'fleet-legacy' }),
  logLevel: oneOf('VEHICLE_LOG_LEVEL', logLevels, { about: 'Least level that is logged', fallback: 'info' }),
};

export type VehicleConfig = ConfigOf<typeof vehicleConfig>;

/** @throws {ConfigError} listing every bad key */
export function readVehicleConfig(env: NodeJS.ProcessEnv = process.env): VehicleConfig {
  return readConfig(vehicleConfig, env);
}
