import { integer, logLevels, oneOf, port, postgresUrl, readConfig, text, url, type ConfigOf } from '@banyan/platform';

export const tripConfig = {
  port: port('TRIP_PORT', { about: 'Port of the public interface', fallback: 3002 }),
  host: text('TRIP_HOST', { about: 'Address to listen on', fallback: '127.0.0.1' }),
  databaseUrl: postgresUrl('TRIP_DATABASE_URL', { about: "The service's own database" }),
  databaseConnectionCount: integer('TRIP_DATABASE_CONNECTION_COUNT', {
    about: 'Most connections to the database, beside the one that listens',
    fallback: 10,
    min: 1,
  }),
  jwksUrl: url('TRIP_JWKS_URL', {
    about: 'Keys that tokens are checked with',
    example: 'http://127.0.0.1:3000/.well-known/jwks.json',
    protocols: ['http:', 'https:'],
  }),
  tokenIssuer: text('TRIP_TOKEN_ISSUER', { about: 'Who must have issued a token', fallback: 'fleet-legacy' }),
  streamCountLimit: integer('TRIP_STREAM_COUNT_LIMIT', {
    about: 'Most streams of positions at once',
    fallback: 1_000,
    min: 1,
  }),
  streamHeartbeatMs: integer('TRIP_STREAM_HEARTBEAT_MS', {
    about: 'Time between two signs of life on a stream',
    fallback: 15_000,
    min: 100,
  }),
  streamStallMs: integer('TRIP_STREAM_STALL_MS', {
    about: 'How long the client of a stream may take nothing before it is cut off',
    fallback: 30_000,
    min: 100,
  }),
  logLevel: oneOf('TRIP_LOG_LEVEL', logLevels, { about: 'Least level that is logged', fallback: 'info' }),
};

export type TripConfig = ConfigOf<typeof tripConfig>;

/** @throws {ConfigError} listing every bad key */
export function readTripConfig(env: NodeJS.ProcessEnv = process.env): TripConfig {
  return readConfig(tripConfig, env);
}
