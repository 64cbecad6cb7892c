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
import type { VehicleConfig } from './config.ts';
import { createVehicleApp } from './http/vehicle-app.ts';
import { createDiagnostics } from './store/diagnostics.ts';
import { createFleet } from './store/fleet.ts';
import { vehicleMigrations } from './store/migrations.ts';
import { createSensors } from './store/sensors.ts';
import { createVehicles } from './store/vehicles.ts';

export interface VehicleServiceParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  /** By default the keys come from the configured URL. */
  readonly verifier?: TokenVerifier;
  readonly now?: () => Date;
}

/** Migrates the database, then serves; everything that was opened closes with `lifecycle`. */
export async function composeVehicleService(config: VehicleConfig, parts: VehicleServiceParts): Promise<RunningServer> {
  const { log, lifecycle, now = () => new Date() } = parts;
  const { jwksUrl, tokenIssuer: issuer } = config;
  const { verifier = createTokenVerifier({ keys: { url: jwksUrl }, issuer }) } = parts;
  const database = openDatabase({
    url: config.databaseUrl,
    applicationName: 'vehicle-service',
    maxConnectionCount: config.databaseConnectionCount,
    log,
  });
  lifecycle.onClose('database', () => database.close());
  await migrate(database, vehicleMigrations);

  const app = createVehicleApp({
    vehicles: createVehicles({ database, now }),
    sensors: createSensors({ database, now }),
    diagnostics: createDiagnostics({ database, now }),
    fleet: createFleet(database),
    log,
    metrics: createMetrics(),
    verifier,
    readyChecks: databaseReadyChecks(database, vehicleMigrations),
  });
  const server = await listen(app, { port: config.port, host: config.host, log });
  lifecycle.onClose('http server', () => server.close());
  log.info({ event: 'service.started', url: server.url }, `vehicle-service listens on ${server.url}`);
  return server;
}
