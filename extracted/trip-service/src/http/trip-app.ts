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
import type { Router } from './serve.ts';
import { addRouteRoutes } from './route-routes.ts';
import { addTrackingRoutes, type TrackingParts } from './tracking-routes.ts';
import { addTripRoutes } from './trip-routes.ts';

export interface TripAppParts extends TrackingParts {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly verifier: TokenVerifier;
  readonly readyChecks: readonly ReadyCheck[];
}

/** Every route of the contract behind a token, and the document that describes them in front of it. */
export function createTripApp(parts: TripAppParts): ReturnType<typeof createHttpApp> {
  const { log, metrics, verifier, readyChecks } = parts;
  const document = openApiDocument();
  const routes = createRouter();
  routes.get('/openapi.json', (_request, response) => void response.json(document));
  routes.use(requireSubject(verifier), contractRoutes(parts));
  return createHttpApp({ log, metrics, readyChecks, routes });
}

/** What `openApiDocument` describes, no more and no less. */
export function contractRoutes(parts: TrackingParts): Router {
  const router = createRouter();
  addTripRoutes(router, parts.trips);
  addRouteRoutes(router, parts.trips);
  addTrackingRoutes(router, parts);
  return router;
}
