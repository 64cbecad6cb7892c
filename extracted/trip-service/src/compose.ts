import {
  createMetrics,
  createTokenVerifier,
  databaseReadyChecks,
  listen,
  migrate,
  openDatabase,
  type Lifecycle,
  type Logger,
  type RunningServer,
  type TokenVerifier,
} from '@banyan/platform';
import type { TripConfig } from './config.ts';
import { createPositionStreams } from './http/position-streams.ts';
import { createTripApp } from './http/trip-app.ts';
import { createLocations } from './store/locations.ts';
import { tripMigrations } from './store/migrations.ts';
import { createTrips } from './store/trips.ts';

export interface TripServiceParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  /** By default the keys come from the configured URL. */
  readonly verifier?: TokenVerifier;
  readonly now?: () => Date;
}

/** Migrates the database, then serves; everything that was opened closes with `lifecycle`. */
export async function composeTripService(config: TripConfig, parts: TripServiceParts): Promise<RunningServer> {
  const { log, lifecycle, now = () => new Date() } = parts;
  const { jwksUrl, tokenIssuer: issuer } = config;
  const { verifier = createTokenVerifier({ keys: { url: jwksUrl }, issuer }) } = parts;
  const metrics = createMetrics();
  const database = openDatabase({
    url: config.databaseUrl,
    applicationName: 'trip-service',
    maxConnectionCount: config.databaseConnectionCount,
    log,
  });
  lifecycle.onClose('database', () => database.close());
  await migrate(database, tripMigrations);

  const trips = createTrips({ database, now });
  const locations = createLocations(database);
  const { streamCountLimit, streamHeartbeatMs: heartbeatMs, streamStallMs: stallMs } = config;
  const streams = createPositionStreams({
    trips,
    locations,
    log,
    metrics,
    streamCountLimit,
    heartbeatMs,
    stallMs,
  });
  await database.listen(
    'trip_position',
    (tripId) => streams.wake(Number(tripId)),
    () => streams.wakeAll(),
  );

  const readyChecks = databaseReadyChecks(database, tripMigrations);
  const app = createTripApp({ trips, locations, streams, now, log, metrics, verifier, readyChecks });
  const server = await listen(app, { port: config.port, host: config.host, log });
  lifecycle.onClose('http server', () => server.close());
  // Before the server, which waits for running answers.
  lifecycle.onClose('position streams', () => streams.close());
  log.info({ event: 'service.started', url: server.url }, `trip-service listens on ${server.url}`);
  return server;
}
