import {
  createHttpApp,
  createRouter,
  requireSubject,
  type Logger,
  type Metrics,
  type ReadyCheck,
  type TokenVerifier,
} from '@banyan/platform';
import { openApiDocument } from '../contract/index.ts';
import type { Diagnostics } from '../store/diagnostics.ts';
import type { Fleet } from '../store/fleet.ts';
import type { Sensors } from '../store/sensors.ts';
import type { Vehicles } from '../store/vehicles.ts';
import { addFleetRoutes } from './fleet-routes.ts';
import { addSensorRoutes } from './sensor-routes.ts';
import type { Router } from './serve.ts';
import { addVehicleRoutes } from './vehicle-routes.ts';

export interface VehicleStores {
  readonly vehicles: Vehicles;
  readonly sensors: Sensors;
  readonly diagnostics: Diagnostics;
  readonly fleet: Fleet;
}

export interface VehicleAppParts extends VehicleStores {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly verifier: TokenVerifier;
  readonly readyChecks: readonly ReadyCheck[];
}

/** Every route of the contract behind a token, and the document that describes them in front of it. */
export function createVehicleApp(parts: VehicleAppParts): ReturnType<typeof createHttpApp> {
  const { log, metrics, verifier, readyChecks } = parts;
  const document = openApiDocument();
  const routes = createRouter();
  routes.get('/openapi.json', (_request, response) => void response.json(document));
  routes.use(requireSubject(verifier), contractRoutes(parts));
  return createHttpApp({ log, metrics, readyChecks, routes });
}

/** What `openApiDocument` describes, no more and no less. */
export function contractRoutes({ vehicles, sensors, diagnostics, fleet }: VehicleStores): Router {
  const router = createRouter();
  addVehicleRoutes(router, vehicles);
  addSensorRoutes(router, sensors, vehicles);
  addFleetRoutes(router, diagnostics, fleet);
  return router;
}
