import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { messageOf } from '../banyan-error.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { ProblemError, problem, sendProblem, type Problem } from './problem.ts';

/** One condition of readiness. `why` is shown to the operator when it does not hold. */
export interface ReadyCheck {
  readonly name: string;
  readonly check: () => Promise<{ readonly isReady: boolean; readonly why?: string }>;
}

export interface HttpAppParts {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readyChecks?: readonly ReadyCheck[];
  /** Mounted after the request id and before the error handler. Build it with `express.Router()`, re-exported here as `createRouter`. */
  readonly routes: Router;
  readonly bodyBytesLimit?: number;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Taken from `X-Request-Id` when that is well-formed, made here otherwise; echoed in the answer. */
    requestId: string;
  }
}

/**
 * An Express application with a request id, JSON bodies with a bound, `/health`, `/ready`, `/metrics`,
 * one debug line and one histogram observation per request, and problem documents for every error.
 */
export function createHttpApp({
  log,
  metrics,
  readyChecks = [],
  routes,
  bodyBytesLimit = 262_144,
}: HttpAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestId, observe(log, metrics));
  app.get('/health', (_request, response) => void response.json({ status: 'up' }));
  app.get('/ready', async (_request, response) => {
    const results = await Promise.all(readyChecks.map(runCheck));
    response.status(results.every(({ isReady }) => isReady) ? 200 : 503).json({ checks: results });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.use(express.json({ limit: bodyBytesLimit, strict: true }));
  app.use(routes);
  app.use((request, response) => {
    sendProblem(
      response,
      problem(404, 'no-such-route', 'No such route', `${request.method} ${request.path} is not served here.`),
    );
  });
  app.use(answerError(log));
  return app;
}

/** A router whose parameters keep the types of the path. */
export const createRouter = (): Router => express.Router();

async function runCheck({ name, check }: ReadyCheck): Promise<{ name: string; isReady: boolean; why?: string }> {
  try {
    return { name, ...(await check()) };
  } catch (err) {
    return { name, isReady: false, why: messageOf(err) };
  }
}

const wellFormedId = /^[A-Za-z0-9._-]{1,64}$/;

const requestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id') ?? '';
  request.requestId = wellFormedId.test(given) ? given : randomUUID();
  response.set('x-request-id', request.requestId);
  next();
};

function observe(log: Logger, metrics: Metrics): RequestHandler {
  const durations = metrics.histogram('http_server_duration_seconds', 'Time from request to end of answer.', [
    'method',
    'status',
  ]);
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      durations.observe({ method: request.method, status: response.statusCode }, seconds);
      log.debug(
        {
          event: 'request.served',
          requestId: request.requestId,
          method: request.method,
          status: response.statusCode,
          seconds,
        },
        'request served',
      );
    });
    next();
  };
}

function answerError(log: Logger): ErrorRequestHandler {
  // Express recognises an error handler by its four parameters.
  return (err: unknown, request, response, next) => {
    if (response.headersSent) {
      next(err);
      return;
    }
    const document = problemOf(err);
    if (document.status >= 500)
      log.error({ event: 'request.failed', requestId: request.requestId, err }, messageOf(err));
    sendProblem(response, document);
  };
}

function problemOf(err: unknown): Problem {
  if (err instanceof ProblemError) return err.problem;
  const status =
    typeof err === 'object' && err !== null && 'status' in err && typeof err.status === 'number' ? err.status : 500;
  if (status === 413) return problem(413, 'body-too-large', 'Body too large', 'Send a smaller body.');
  if (status >= 400 && status < 500) return problem(status, 'bad-request', 'Bad request', messageOf(err));
  return problem(
    500,
    'internal',
    'Internal error',
    'The request could not be served; the log has the cause under this request id.',
  );
}
