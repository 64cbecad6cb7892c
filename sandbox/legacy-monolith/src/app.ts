import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler } from 'express';
import type pg from 'pg';
import type { Tokens } from './auth/tokens.ts';
import { requireCaller } from './http/caller.ts';
import { answerErrors, answerNoRoute } from './http/error-answers.ts';
import { createRequestCounts } from './http/metrics.ts';
import type { Log } from './log.ts';
import { billingRoutes } from './routes/billing-routes.ts';
import { feedbackRoutes } from './routes/feedback-routes.ts';
import { fleetRoutes } from './routes/fleet-routes.ts';
import { loginRoutes } from './routes/login-routes.ts';
import { notificationRoutes } from './routes/notification-routes.ts';
import type { PositionStreams } from './routes/position-streams.ts';
import { routeRoutes } from './routes/route-routes.ts';
import { trackingRoutes } from './routes/tracking-routes.ts';
import { tripRoutes } from './routes/trip-routes.ts';
import { userRoutes } from './routes/user-routes.ts';
import { vehicleRoutes } from './routes/vehicle-routes.ts';

export interface AppParts {
  readonly pool: pg.Pool;
  readonly log: Log;
  readonly tokens: Tokens;
  readonly streams: PositionStreams;
  /** True from the moment that the process was asked to stop. */
  readonly isDraining: () => boolean;
}

const bodyBytesLimit = 262_144;

export function createApp({ pool, log, tokens, streams, isDraining }: AppParts): Express {
  const app = express();
  const requests = createRequestCounts();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestId, requests.count, logRequests(log));
  app.get('/health', (_request, response) => void response.json({ status: 'up' }));
  app.get('/ready', async (_request, response) => {
    const why = isDraining() ? 'The process is stopping.' : await databaseProblem(pool);
    response
      .status(why === undefined ? 200 : 503)
      .json({ isReady: why === undefined, ...(why !== undefined && { why }) });
  });
  app.get('/metrics', (_request, response) => {
    response.type('text/plain; version=0.0.4').send(requests.print(pool));
  });
  app.use(express.json({ limit: bodyBytesLimit, strict: true }));
  app.use(loginRoutes(pool, tokens), requireCaller(tokens));
  app.use(userRoutes(pool), notificationRoutes(pool), feedbackRoutes(pool), billingRoutes(pool));
  app.use(vehicleRoutes(pool), fleetRoutes(pool), tripRoutes(pool), routeRoutes(pool), trackingRoutes(pool, streams));
  app.use(answerNoRoute, answerErrors(log));
  return app;
}

const wellFormedId = /^[A-Za-z0-9._-]{1,64}$/;

const requestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id') ?? '';
  response.set('x-request-id', wellFormedId.test(given) ? given : randomUUID());
  next();
};

function logRequests(log: Log): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const { statusCode: status } = response;
      const durationMs = Math.round(performance.now() - startedAt);
      const id = response.get('x-request-id');
      log.debug({ event: 'request.served', requestId: id, method: request.method, status, durationMs }, 'served');
    });
    next();
  };
}

async function databaseProblem(pool: pg.Pool): Promise<string | undefined> {
  return pool.query('select 1').then(
    () => undefined,
    () => 'The database does not answer.',
  );
}
